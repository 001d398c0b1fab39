"""Opening a colleague's case with a reason, who has opened a case, and who hears of it."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from helpline.audit import service as audit
from helpline.audit.service import record
from helpline.cases.models import Case
from helpline.cases.rules.kinds import EntryKind
from helpline.cases.rules.opening import needs_reason
from helpline.cases.service import files
from helpline.cases.service.acts import given, only_supervisors
from helpline.cases.service.files import CaseFile
from helpline.errors import NotAllowed
from helpline.extensions import db
from helpline.keys.rules import Role
from helpline.keys.service.principal import Principal

OPENED = "case.opened_with_reason"
SEEN = "case.opening_seen"
SHOWN_DAYS = 30
REASON_LENGTH = 500


class ReasonNeeded(NotAllowed):
    """A colleague handles this case: it opens with a reason that the other supervisors see."""


@dataclass(frozen=True, slots=True)
class Opening:
    """A supervisor opened a colleague's case; `seen` by whoever asks."""

    id: uuid.UUID
    person: uuid.UUID
    case_id: uuid.UUID
    reference: str
    day: date
    reason: str
    seen: bool


@dataclass(frozen=True, slots=True)
class Opener:
    """Who read a case on which day, how often."""

    person: uuid.UUID
    day: date
    times: int


def check(file: CaseFile, now: datetime) -> None:
    """Raise ReasonNeeded where a supervisor must first say why they open this case."""
    who = file.principal
    if who.role is Role.SUPERVISOR and needs_reason(file.state, str(who.person), now):
        raise ReasonNeeded("A colleague handles this case. Say why you open it.")


def open_with_reason(principal: Principal, case_id: uuid.UUID, reason: str, now: datetime) -> None:
    """Say why; it stands in the case, in the trail, and before the other supervisors."""
    only_supervisors(principal)
    reason = given(reason, "reason", REASON_LENGTH)
    file = files.open_file(principal, case_id)
    file.append(EntryKind.OPENED_WITH_REASON, {"reason": reason}, now)
    file.save()
    detail = {"reason": reason}
    record(principal.site, OPENED, now, actor=principal.person, object_id=case_id, detail=detail)


def openings(principal: Principal, now: datetime) -> Sequence[Opening]:
    """What supervisors opened with a reason in the last 30 days, newest first."""
    only_supervisors(principal)
    since = now.date() - timedelta(days=SHOWN_DAYS)
    seen = {row.object_id for row in audit.acts(SEEN, since) if row.actor_id == principal.person}
    found = []
    for row in audit.acts(OPENED, since):
        case = db.session.get(Case, row.object_id) if row.object_id else None
        if case is None or row.actor_id is None:
            continue
        found.append(
            Opening(
                id=row.id,
                person=row.actor_id,
                case_id=case.id,
                reference=case.reference,
                day=row.day,
                reason=audit.detail_of(principal, row).get("reason", ""),
                seen=row.actor_id == principal.person or row.id in seen,
            )
        )
    return found


def unseen(principal: Principal, now: datetime) -> int:
    """How many of them this supervisor has not looked at yet; opens nothing."""
    since = now.date() - timedelta(days=SHOWN_DAYS)
    return audit.count_unseen(OPENED, SEEN, principal.person, since)


def see(principal: Principal, now: datetime) -> None:
    """This supervisor has looked at all of them."""
    for opening in openings(principal, now):
        if not opening.seen:
            record(principal.site, SEEN, now, actor=principal.person, object_id=opening.id)


def openers(principal: Principal, case_id: uuid.UUID) -> Sequence[Opener]:
    """Who has read this case, by day, newest first; for whoever may read it themselves."""
    files.open_file(principal, case_id)
    return [
        Opener(person, day, times)
        for person, day, times in audit.readers(case_id, ("case.read", "case.listened"))
    ]
