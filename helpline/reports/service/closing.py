"""Closing a quarter: one person prepares it, a process checks it, another person publishes it.

    prepare(principal, period, ...)     freezes the facts, plans, signs
    checking.run(...)                   in a process of its own that holds no key
    publish(principal, period, now)     signs too: one release, for good

Nothing is published that the gate did not pass: its report counts by a token that only reporting
can read (REPORTS.md 3.6, DESIGN.md 4.6).
"""

import hashlib
import hmac
import importlib
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import insert, select

from helpline.audit import service as audit
from helpline.errors import BadInput, Conflict, NotAllowed, NotFound
from helpline.extensions import db
from helpline.keys.rules import Place, Team
from helpline.keys.service import boxes, signatures
from helpline.keys.service.principal import Principal
from helpline.keys.service.signatures import Signature
from helpline.keys.service.site import Tampered
from helpline.reports.models import Closing, CycleKey, ReleaseRow, SealedAtom
from helpline.reports.rules import canonical
from helpline.reports.rules.periods import Grain, Period
from helpline.reports.rules.release import Release, atoms_of
from helpline.reports.service import facts, published
from helpline.reports.service.facts import Frozen
from helpline.reports.service.published import message

if TYPE_CHECKING:
    from helpline.reports.service.planning import Planned

CHECKING, CHECKED, REFUSED = "checking", "checked", "refused"
TOKEN_BYTES: Final = 32
AUDITED: Final = ("tested", "rules", "solved", "findings")
"""What readers learn of a check: it follows from releases; the rest of its report need not."""


@dataclass(frozen=True, slots=True)
class Handed:
    """What the check is handed besides the releases that everybody can read: the planned one."""

    period: str
    body: bytes
    shared: Sequence[Any]
    token: bytes


@dataclass(frozen=True, slots=True)
class Look:
    """A release before it is published, and what was counted for it."""

    release: Release
    frozen: Frozen


def prepare(principal: Principal, closed: Period, rate: float, now: datetime) -> Handed:
    """Freeze the facts of a quarter and plan what will be said of it.

    rate: contacts a year for each 1,000 workers, expected where nothing is known. Raises
    NotAllowed, BadInput (not this quarter, or not yet) and Conflict (somebody else did).
    """
    _publisher(principal)
    if db.session.get(Closing, closed.name) is not None:
        raise Conflict("Somebody is closing this quarter already.")
    _may_be_closed(principal, closed, now)
    frozen, planned = _planned(principal, closed, rate, now)
    body = canonical.body(planned.release)
    token, digest = secrets.token_bytes(TOKEN_BYTES), canonical.digest(body)
    signed = signatures.sign(principal, message(digest))
    row = Closing(
        period=closed.name,
        state=CHECKING,
        digest=digest,
        publisher_id=principal.person,
        publisher_key=signed.key,
        signature=signed.signature,
        prepared=now.date(),
        report=_awaited(token),
    )
    plan = {
        "body": body.decode(),
        "shared": planned.shared,
        "token": token.hex(),
        "facts": frozen.facts,
        "late": frozen.late,
    }
    team = boxes.team_box(principal, Team.REPORTING)
    row.content = team.write(json.dumps(plan).encode(), _plan_place(closed.name))
    db.session.add(row)
    audit.record(
        principal.site,
        "reports.prepared",
        now,
        actor=principal.person,
        detail={"period": closed.name, "digest": row.digest},
    )
    return _handed(principal, closed, planned.shared, body, token)


def under_way() -> Closing | None:
    """The closing that is not published yet; there is one at most."""
    return db.session.scalars(select(Closing)).one_or_none()


def look(principal: Principal, row: Closing) -> Look:
    """What a closing would publish, for whoever prepares or approves it."""
    _publisher(principal)
    plan = _plan(principal, row)
    return Look(canonical.read(plan["body"].encode()), Frozen(plan["facts"], plan["late"]))


def again(principal: Principal, closed: Period) -> Handed:
    """The same plan for another check, where one did not come to its end."""
    _publisher(principal)
    row = _closing(closed)
    plan = _plan(principal, row)
    token, body = bytes.fromhex(plan["token"]), plan["body"].encode()
    row.state, row.report = CHECKING, _awaited(token)
    return _handed(principal, closed, plan["shared"], body, token)


def discard(principal: Principal, closed: Period, now: datetime) -> None:
    """Throw a plan away. What was frozen stays frozen; the quarter can be prepared again."""
    _publisher(principal)
    db.session.delete(_closing(closed))
    audit.record(
        principal.site,
        "reports.discarded",
        now,
        actor=principal.person,
        detail={"period": closed.name},
    )


def publish(principal: Principal, closed: Period, now: datetime) -> Release:
    """Sign what another person prepared and the gate passed, and publish it for good.

    Raises NotAllowed (the same person), Conflict (not checked, refused, or done meanwhile) and
    `Tampered` where plan, report or signature do not hold.
    """
    _publisher(principal)
    row = _closing(closed)
    if row.publisher_id == principal.person:
        raise NotAllowed("You prepared this release, so another person approves it.")
    if row.state != CHECKED:
        raise Conflict("The check has not passed this release.")
    plan = _plan(principal, row)
    body = plan["body"].encode()
    first = Signature(row.publisher_id, row.publisher_key, row.signature)
    _verify(principal, row, body, bytes.fromhex(plan["token"]), first)
    release = canonical.read(body)
    last = published.last()
    if release.previous != (last.digest if last else ""):
        raise Conflict("Another release was published meanwhile. Discard this plan.")
    second = signatures.sign(principal, message(row.digest))
    audited = {name: row.report[name] for name in AUDITED}
    _enter(principal, release, body, (first, second), plan["shared"], audited, now)
    db.session.delete(row)
    if closed.after == closed.within(Grain.THREE_YEARS).after:
        _forget(closed)
    audit.record(
        principal.site,
        "reports.published",
        now,
        actor=principal.person,
        detail={"period": closed.name, "digest": row.digest},
    )
    return release


def named(token: bytes) -> str:
    """What a plan is called in the report of its check; the same body may be planned again."""
    return hashlib.sha256(token).hexdigest()


def stamp(token: bytes, period: str, digest: str, report: Mapping[str, Any]) -> str:
    """What makes a report count: only who was handed the token can make it."""
    told = canonical.canonical({"period": period, "digest": digest, "report": report})
    return hmac.new(token, told, "sha256").hexdigest()


def _awaited(token: bytes) -> dict[str, Any]:
    return {"plan": named(token)}


def _publisher(principal: Principal) -> None:
    if Team.REPORTING not in principal.teams:
        raise NotAllowed("Only publishers close a period.")


def _may_be_closed(principal: Principal, closed: Period, now: datetime) -> None:
    wanted = next_quarter(principal)
    if wanted is None:
        raise BadInput("No contact has been coded yet.")
    if closed != wanted:
        raise BadInput("Quarters are closed one after the other.")
    if now.date() < closed.closes:
        raise BadInput("This quarter is still open for what comes late.")


def next_quarter(principal: Principal) -> Period | None:
    """The quarter that is closed next; None where nothing was coded ever."""
    last = published.last()
    if last is None:
        return facts.first_quarter(principal)
    return Period(Period.named(last.period).after, Grain.QUARTER)


def _planned(
    principal: Principal, closed: Period, rate: float, now: datetime
) -> "tuple[Frozen, Planned]":
    planning = importlib.import_module("helpline.reports.service.planning")  # numpy, for this alone
    frozen = facts.freeze(principal, closed)
    if closed.after == closed.within(Grain.YEAR).after:
        before = Period(closed.within(Grain.YEAR).first - Grain.YEAR.months, Grain.YEAR)
        facts.freeze_endings(principal, closed, before.split(Grain.QUARTER))
    return frozen, planning.plan_release(principal, closed, rate, now.date())


def _closing(closed: Period) -> Closing:
    row = db.session.get(Closing, closed.name, with_for_update=True)
    if row is None:
        raise NotFound
    return row


def _plan_place(period: str) -> Place:
    return Place("plan", "closings", period)


def _plan(principal: Principal, row: Closing) -> dict[str, Any]:
    team = boxes.team_box(principal, Team.REPORTING)
    found = json.loads(team.read(row.content, _plan_place(row.period)))
    return dict(found)


def _handed(
    principal: Principal, closed: Period, shared: Sequence[Any], body: bytes, token: bytes
) -> Handed:
    return Handed(closed.name, body, [*published.shared(principal), *shared], token)


def _verify(
    principal: Principal, row: Closing, body: bytes, token: bytes, first: Signature
) -> None:
    signatures.check(principal.site, first, message(row.digest))
    if canonical.digest(body) != row.digest:
        raise Tampered("a plan is not the one that was signed")
    report = dict(row.report)
    given = str(report.pop("stamp", ""))
    if not hmac.compare_digest(given, stamp(token, row.period, row.digest, report)):
        raise Tampered("the report of a check was not made by the check")
    if report.get("findings") != 0 or not report.get("tested"):
        raise Conflict("The check has not passed this release.")


def _enter(
    principal: Principal,
    release: Release,
    body: bytes,
    signed: tuple[Signature, Signature],
    shared: Sequence[Any],
    audited: Mapping[str, Any],
    now: datetime,
) -> None:
    row = ReleaseRow(
        number=release.number,
        period=release.closed.name,
        previous=release.previous,
        digest=canonical.digest(body),
        body=body,
        **published.by_two(*signed, now.date()),
        audit=dict(audited),
    )
    team = boxes.team_box(principal, Team.REPORTING)
    row.content = team.write(json.dumps(shared).encode(), published.shared_place(release.number))
    db.session.add(row)
    db.session.flush()
    atoms = [
        {"unit": unit, "period": period, "part": part, "value": value, "release": release.number}
        for unit, period, part, value in atoms_of(release)
    ]
    if atoms:
        db.session.connection().execute(insert(SealedAtom), atoms)


def _forget(closed: Period) -> None:
    """The cycle is over: nobody can tell any more which handle a worker number stands for."""
    key = db.session.get(CycleKey, closed.within(Grain.THREE_YEARS).name)
    if key is not None:
        db.session.delete(key)
