"""Sessions: a cookie of 32 random bytes, and a row that only this cookie opens."""

import enum
import logging
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import bindparam, delete, or_, select, update

from crypto import passkeys
from helpline.accounts import rules
from helpline.accounts.models import Account, Session
from helpline.accounts.rules import LIVE, Lifetimes
from helpline.columns import new_id
from helpline.extensions import db
from helpline.keys.rules import Place
from helpline.keys.service import directory
from helpline.keys.service import principal as keys
from helpline.keys.service.principal import PersonBox, Principal
from helpline.keys.service.site import Site, Tampered
from helpline.unit_of_work import at_last

log = logging.getLogger(__name__)

_LIVING = (
    select(Session, Account)
    .join(Account, Account.id == Session.account_id)
    .where(Session.row == bindparam("session"), Account.state.in_(LIVE))
)


class Stage(enum.Enum):
    """How far the person of a session has come."""

    ENROL = "no second factor yet"
    SECOND_STEP = "password given, second factor not"
    WAITING = "not admitted"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Opened:
    """A session in this request; `principal` is there exactly when `stage` is OPEN."""

    id: uuid.UUID
    row: bytes = field(repr=False)
    person: uuid.UUID
    login_name: str
    stage: Stage
    fresh: bool
    began: datetime
    seen: datetime
    box: PersonBox = field(repr=False)
    principal: Principal | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Listed:
    """A session in its owner's list."""

    id: uuid.UUID
    device: str
    began: datetime
    seen: datetime
    present: bool


def begin(
    person: uuid.UUID,
    box: PersonBox,
    device: str,
    now: datetime,
    *,
    half: bool,
    began: datetime | None = None,
    confirmed: datetime | None = None,
) -> bytes:
    """Make a session and return its cookie (32 bytes), which is stored nowhere.

    `began`: when the session before this one began, so that a new cookie lengthens no lifetime.
    """
    cookie = keys.new_cookie()
    ident = new_id()
    db.session.add(
        Session(
            row=keys.session_row(cookie),
            id=ident,
            account_id=person,
            wrapped=keys.wrap_in_session(cookie, person, box),
            device=keys.seal_own(box, person, device.encode(), _device_place(ident)),
            half=half,
            failures=0,
            began_at=began or now,
            seen_at=now,
            confirmed_at=confirmed,
        )
    )
    db.session.flush()
    return cookie


def find(site: Site, cookie: bytes, now: datetime, lifetimes: Lifetimes) -> Opened | None:
    """The session of a cookie, or None if there is none, it is over, or its owner was removed."""
    found = db.session.execute(_LIVING, {"session": keys.session_row(cookie)}).one_or_none()
    if found is None:
        return None
    session, account = found
    if rules.is_over(session.began_at, session.seen_at, now, lifetimes, half=session.half):
        return None
    try:
        box = keys.unwrap_from_session(cookie, account.id, session.wrapped)
    except Tampered:
        log.error("a session was changed in the database and is not used")
        return None
    who = None if session.half else keys.principal_of(site, account.id, box)
    return Opened(
        id=session.id,
        row=session.row,
        person=account.id,
        login_name=account.login_name,
        stage=_stage(site, session, account, who),
        fresh=who is not None and rules.is_fresh(session.confirmed_at, now),
        began=session.began_at,
        seen=session.seen_at,
        box=box,
        principal=who,
    )


def name_behind(cookie: bytes) -> str | None:
    """Whose session this cookie was, if its row still lies there: for the page "Locked"."""
    return db.session.scalar(
        select(Account.login_name)
        .join(Session, Session.account_id == Account.id)
        .where(
            Session.row == keys.session_row(cookie),
            Session.half.is_(False),
            Account.state.in_(LIVE),
        )
    )


def touch(opened: Opened, now: datetime) -> None:
    """Note activity, at most once a minute."""
    if now - opened.seen < rules.SEEN_STEP:
        return
    seen = (
        update(Session)
        .where(Session.row == opened.row, Session.seen_at < now)
        .values(seen_at=now)
        .execution_options(synchronize_session=False)
    )
    at_last(lambda: db.session.execute(seen))


def charge_try(row: bytes) -> bool:
    """Take one of the few tries at a code; False when none is left, and the session ends."""
    left = db.session.execute(
        update(Session)
        .where(Session.row == row, Session.failures < rules.SECOND_STEP_TRIES)
        .values(failures=Session.failures + 1)
        .returning(Session.failures)
        .execution_options(synchronize_session=False)
    ).scalar_one_or_none()
    if left is None:
        end(row)
        return False
    return True


def new_challenge(row: bytes, now: datetime) -> bytes:
    """What a security key must sign next in this session; one asked for before is void."""
    challenge = passkeys.new_challenge()
    db.session.execute(
        update(Session)
        .where(Session.row == row)
        .values(challenge=challenge, challenge_until=now + rules.CHALLENGE_LIFE)
        .execution_options(synchronize_session=False)
    )
    return challenge


def take_challenge(row: bytes, now: datetime) -> bytes:
    """The challenge of this session, which nobody is given again; empty if there is none.

    Two requests at once: the row is locked by the first, and the second finds nothing.
    """
    asked = db.session.execute(
        select(Session.challenge, Session.challenge_until)
        .where(Session.row == row)
        .with_for_update()
    ).one_or_none()
    if asked is None or asked.challenge is None:
        return b""
    won = db.session.scalar(
        update(Session)
        .where(Session.row == row, Session.challenge == asked.challenge)
        .values(challenge=None, challenge_until=None)
        .returning(Session.row)
        .execution_options(synchronize_session=False)
    )
    in_time = asked.challenge_until is not None and now < asked.challenge_until
    challenge: bytes = asked.challenge
    return challenge if won is not None and in_time else b""


def end(row: bytes) -> None:
    """Delete one session: its cookie opens nothing any more."""
    _delete(Session.row == row)


def end_behind(cookie: bytes) -> None:
    """Delete the session of a cookie that is over."""
    end(keys.session_row(cookie))


def end_by_id(person: uuid.UUID, session_id: uuid.UUID) -> None:
    """Delete one of a person's own sessions."""
    _delete(Session.id == session_id, Session.account_id == person)


def end_all(person: uuid.UUID, but: uuid.UUID | None = None) -> None:
    """Delete all sessions of a person, or all but one."""
    if but is None:
        _delete(Session.account_id == person)
    else:
        _delete(Session.account_id == person, Session.id != but)


def listed(opened: Opened) -> Sequence[Listed]:
    """The person's sessions, newest first; this one is marked."""
    rows = db.session.scalars(
        select(Session).where(Session.account_id == opened.person, Session.half.is_(False))
    ).all()
    return [
        Listed(row.id, _device(opened, row), row.began_at, row.seen_at, row.id == opened.id)
        for row in sorted(rows, key=lambda row: row.began_at, reverse=True)
    ]


def purge(now: datetime, lifetimes: Lifetimes) -> None:
    """Delete what is over; the worker process and each login call it."""
    _delete(
        or_(
            Session.seen_at <= now - lifetimes.idle,
            Session.began_at <= now - lifetimes.longest,
        )
    )
    _delete(Session.half.is_(True), Session.began_at <= now - rules.HALF_LIFE)


def _stage(site: Site, session: Session, account: Account, who: Principal | None) -> Stage:
    if session.half:
        # Whoever stands in the directory has had a second factor: an empty row is not their doing.
        stated = account.id in directory.read(site).state.people
        return Stage.SECOND_STEP if account.second_factor or stated else Stage.ENROL
    return Stage.OPEN if who else Stage.WAITING


def _device(opened: Opened, row: Session) -> str:
    try:
        return keys.open_own(opened.box, opened.person, row.device, _device_place(row.id)).decode()
    except Tampered:
        return ""


def _device_place(session_id: uuid.UUID) -> Place:
    return Place("device", "sessions", str(session_id))


def _delete(*conditions: object) -> None:
    statement = delete(Session)
    for condition in conditions:
        statement = statement.where(condition)  # type: ignore[arg-type]
    db.session.execute(statement.execution_options(synchronize_session=False))
