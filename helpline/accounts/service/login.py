"""Logging in: the password opens the person's box, a second proof is used up, a cookie is given.

Between `begin` and `finish` the caller ends the transaction and stretches the password. What
fails is written down and answered alike, whatever the cause.
"""

import uuid
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select

from helpline.accounts import rules
from helpline.accounts.models import Account
from helpline.accounts.rules import LIVE, Lifetimes
from helpline.accounts.service import kept, once, proofs, sessions, throttle
from helpline.accounts.service.proofs import Means, Proof
from helpline.accounts.service.sessions import Opened
from helpline.accounts.service.throttle import Counted, Origin
from helpline.audit import service as audit
from helpline.extensions import db
from helpline.keys.service import principal as keys
from helpline.keys.service.principal import PersonBox, WrapCopy
from helpline.keys.service.site import Site


@dataclass(frozen=True, slots=True)
class Attempt:
    """What `finish` needs to know of an attempt; made alike for unknown names."""

    name: str
    account: uuid.UUID | None
    wrap: WrapCopy | None = field(repr=False)
    counted: Counted = field(repr=False)


@dataclass(frozen=True, slots=True)
class Entered:
    """Somebody has come in: their new cookie, how many attempts had failed before, by what."""

    cookie: bytes = field(repr=False)
    failed_before: int = 0
    means: Means = Means.CODE


def begin(site: Site, typed_name: str, origin: Origin, now: datetime) -> Attempt:
    """Look up what an attempt needs; raises `TooSoon`."""
    name = rules.folded_name(typed_name)[: rules.NAME_LENGTH]
    counted = throttle.counted(site, name, origin)
    throttle.check(counted, now)
    account = db.session.scalar(
        select(Account.id).where(Account.login_name == name, Account.state.in_(LIVE))
    )
    return Attempt(name, account, keys.wrap_of(account), counted)


def finish(
    site: Site, attempt: Attempt, box: PersonBox | None, origin: Origin, now: datetime
) -> bytes | None:
    """The cookie of a half session if `box` opened, else None; raises `TooSoon`.

    The pause is checked again: of many guesses sent at once only the first few are judged.
    """
    throttle.check(attempt.counted, now)
    if attempt.account is None or box is None or not _is_box_of(attempt.account, box):
        throttle.failed(attempt.counted, now)
        audit.record(site, "login.failed", now, object_id=attempt.account)
        return None
    audit.record(site, "login.password", now, actor=attempt.account)
    return sessions.begin(attempt.account, box, origin.device, now, half=True)


def second_step(
    site: Site, opened: Opened, proof: Proof, origin: Origin, now: datetime
) -> Entered | None:
    """Use up a second proof and give a full session its cookie; None if it was not accepted.

    Raises `TooSoon`. After a few tries the half session ends and the password is asked for again.
    """
    counted = throttle.counted(site, opened.login_name, origin)
    throttle.check(counted, now)
    if not sessions.charge_try(opened.row):
        return None
    if not proofs.accept(site, opened, proof, now):
        _refused(site, opened, counted, now)
        return None
    return enter(site, opened, counted, origin, now, proof.means)


def enter(
    site: Site,
    opened: Opened,
    counted: Counted,
    origin: Origin,
    now: datetime,
    means: Means = Means.CODE,
) -> Entered:
    """Replace a half session by a full one."""
    sessions.end(opened.row)
    failed_before = throttle.passed(site, counted, opened.login_name)
    cookie = sessions.begin(opened.person, opened.box, origin.device, now, half=False)
    audit.record(site, "login.succeeded", now, actor=opened.person, detail={"by": means.value})
    return Entered(cookie, failed_before, means)


def finish_confirm(
    site: Site,
    opened: Opened,
    attempt: Attempt,
    box: PersonBox | None,
    proof: Proof,
    origin: Origin,
    now: datetime,
) -> Entered | None:
    """A new cookie of a confirmed session, or None if password or second proof was not accepted.

    Which of the two it was is not said; the old cookie opens nothing any more.
    """
    throttle.check(attempt.counted, now)
    if not sessions.charge_try(opened.row):
        return None
    same = box is not None and box.secret == opened.box.secret
    if not proofs.accept(site, opened, proof, now) or not same:
        _refused(site, opened, attempt.counted, now)
        return None
    sessions.end(opened.row)
    throttle.passed(site, attempt.counted, opened.login_name)
    by = {"by": proof.means.value}
    audit.record(site, "session.confirmed", now, actor=opened.person, detail=by)
    cookie = sessions.begin(
        opened.person,
        opened.box,
        origin.device,
        now,
        half=False,
        began=opened.began,
        confirmed=now,
    )
    return Entered(cookie, means=proof.means)


def log_out(site: Site, opened: Opened, act: str, now: datetime) -> None:
    """End a session; `act` is "logout" or "session.locked"."""
    sessions.end(opened.row)
    audit.record(site, act, now, actor=opened.person)


def revoke(site: Site, opened: Opened, session_id: uuid.UUID | None, now: datetime) -> None:
    """End one of the person's sessions, or all others when `session_id` is None."""
    if session_id is None:
        sessions.end_all(opened.person, but=opened.id)
    else:
        sessions.end_by_id(opened.person, session_id)
    audit.record(site, "session.revoked", now, actor=opened.person)


def purge(now: datetime, lifetimes: Lifetimes) -> None:
    """Delete sessions that are over, failures of yesterday, forms that nobody sends any more."""
    sessions.purge(now, lifetimes)
    throttle.purge(now)
    once.purge(now, lifetimes)
    kept.purge(now)


def _refused(site: Site, opened: Opened, counted: Counted, now: datetime) -> None:
    throttle.failed(counted, now)
    audit.record(site, "login.code_failed", now, object_id=opened.person)


def _is_box_of(account_id: uuid.UUID, box: PersonBox) -> bool:
    account = db.session.get_one(Account, account_id)
    return account.state in LIVE and account.public == box.signing_public.encode()
