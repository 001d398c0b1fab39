"""Who handles a case: reserve, claim, assign, hand over, give back."""

import logging
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, case, func, select, update

from helpline.audit.service import record
from helpline.cases.models import IS_OPEN, Case
from helpline.cases.rules.kinds import EntryKind
from helpline.cases.rules.severity import SERIOUS
from helpline.cases.service import files, named, shells
from helpline.cases.service.files import CaseFile
from helpline.columns import new_id
from helpline.errors import BadInput, Conflict, NotAllowed, NotFound
from helpline.extensions import db
from helpline.keys.rules import Role, Team
from helpline.keys.service import boxes, directory
from helpline.keys.service.boxes import Holder
from helpline.keys.service.principal import Principal
from helpline.keys.service.site import Site, Tampered

log = logging.getLogger(__name__)

TAKEN = "Somebody else took this case first."
HANDLES_CASES = frozenset({Role.COUNSELLOR, Role.SUPERVISOR})
BULK = 200
_RESERVED = select(Case.id).where(Case.reserved == bindparam("person"), Case.assignee.is_(None))
_CASELOAD = select(func.count()).where(Case.assignee == bindparam("person"), IS_OPEN)


def reserve(case_id: uuid.UUID, person: uuid.UUID, _now: datetime) -> bool:
    """Hold an unclaimed case for whoever answered its call; False if somebody else has it.

    Needs no session: it gives no key. The person's next request completes it.
    """
    return _conditional(case_id, person, {"reserved": person})


def claim(principal: Principal, case_id: uuid.UUID, now: datetime) -> None:
    """Take a case from the inbox: one conditional update and a new generation, in one commit.

    Raises Conflict if somebody else was first, NotFound if there is no such case.
    """
    _only_case_workers(principal)
    if not _conditional(case_id, principal.person, {"assignee": principal.person}):
        shells.find(case_id)
        raise Conflict(TAKEN)
    file = files.open_file(principal, case_id, just_taken=True)
    _give(file, principal.person, "claim", now)


def complete_reserved(principal: Principal, now: datetime) -> list[uuid.UUID]:
    """Claim what was reserved for this person by telephone; returns the cases claimed.

    A case that cannot be opened stays as it is: it must not keep the person from the desk.
    """
    claimed = []
    for case_id in db.session.scalars(_RESERVED, {"person": principal.person}).all():
        try:
            with db.session.begin_nested():
                claim(principal, case_id, now)
        except (Conflict, NotFound, Tampered) as trouble:
            log.error("a reserved case was not claimed: %s", type(trouble).__name__)
        else:
            claimed.append(case_id)
    return claimed


def assign(
    principal: Principal,
    case_id: uuid.UUID,
    person: uuid.UUID,
    now: datetime,
    revision: int | None = None,
) -> None:
    """A supervisor gives a case to somebody. Raises Conflict for a stale form."""
    _only_supervisors(principal)
    _check_person(principal.site, person)
    file = files.open_file(principal, case_id)
    shells.check_revision(file.case, revision)
    _give(file, person, "assign", now)


def release(
    principal: Principal, case_id: uuid.UUID, now: datetime, revision: int | None = None
) -> None:
    """Give a case back to the inbox: its assignee, or a supervisor."""
    file = files.open_file(principal, case_id)
    shells.check_revision(file.case, revision)
    if file.case.assignee is None:
        raise Conflict("Nobody has this case.")
    if principal.person != file.case.assignee:
        _only_supervisors(principal)
    _give(file, None, "release", now)


def hand_over(principal: Principal, giver: uuid.UUID, taker: uuid.UUID, now: datetime) -> int:
    """A supervisor passes every case of one person to another, closed ones too.

    For leaving, removal and a forgotten password; returns how many. The giver may be gone from
    the directory already. Cases kept to named people move only if the supervisor is one of them.
    """
    _only_supervisors(principal)
    _check_person(principal.site, taker)
    if giver == taker:
        raise BadInput("Choose two different people.", "taker")
    ids = db.session.scalars(select(Case.id).where(Case.assignee == giver)).all()
    operation, moved = new_id(), 0
    holders = _holders(principal.site, taker)
    for start in range(0, len(ids), BULK):
        batch = ids[start : start + BULK]
        teams = boxes.held_by_teams(principal.site, batch)
        for file in _locked(principal, batch, teams):
            kept = None if file.case.id in teams else _named_holders(file, taker)
            _move(file, taker, kept or holders, "hand_over", now)
            moved += 1
    unreserved = update(Case).where(Case.reserved == giver).values(reserved=None)
    db.session.execute(unreserved.execution_options(synchronize_session=False))
    record(
        principal.site,
        "cases.handed_over",
        now,
        actor=principal.person,
        object_id=operation,
        detail={"from": str(giver), "to": str(taker), "cases": str(moved)},
    )
    return moved


def caseload(person: uuid.UUID) -> int:
    """How many cases a person has that are not closed."""
    return db.session.scalar(_CASELOAD, {"person": person}) or 0


def caseloads() -> dict[uuid.UUID, int]:
    """Everybody who has cases, closed ones too, and how many."""
    query = (
        select(Case.assignee, func.count())
        .where(Case.assignee.is_not(None))
        .group_by(Case.assignee)
    )
    return {person: count for person, count in db.session.execute(query) if person is not None}


@dataclass(frozen=True, slots=True)
class Load:
    """What somebody has to do already: open cases, and those at S3 and S4."""

    open: int = 0
    heavy: int = 0


def loads() -> dict[uuid.UUID, Load]:
    """The load of everybody who has open cases; costs no key."""
    serious = case((Case.severity >= SERIOUS, 1), else_=0)
    query = (
        select(Case.assignee, func.count(), func.sum(serious))
        .where(Case.assignee.is_not(None), IS_OPEN)
        .group_by(Case.assignee)
    )
    return {
        person: Load(count, int(heavy))
        for person, count, heavy in db.session.execute(query)
        if person is not None
    }


def _locked(
    principal: Principal, ids: Sequence[uuid.UUID], must: Collection[uuid.UUID]
) -> list[CaseFile]:
    """Open and lock what the principal holds; NotFound if one of `must` is not among it."""
    cases = db.session.scalars(
        select(Case)
        .where(Case.id.in_(ids))
        .order_by(Case.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    opened = files.open_files(principal, cases)
    if not set(must) <= {file.case.id for file in opened}:
        raise NotFound
    return opened


def _give(file: CaseFile, person: uuid.UUID | None, how: str, now: datetime) -> None:
    """The new generation for whoever handles the case now, the entry, the row and the trail."""
    site = file.principal.site
    if boxes.held_by_teams(site, [file.case.id]):
        holders = _holders(site, person)
    elif person is None:
        raise Conflict("This case is kept to named people and cannot go to the inbox.")
    else:
        holders = _named_holders(file, person)
    _move(file, person, holders, how, now)
    record(
        site,
        f"case.{how}",
        now,
        actor=file.principal.person,
        object_id=file.case.id,
        detail={"to": str(person)} if person else None,
    )


def _move(
    file: CaseFile,
    person: uuid.UUID | None,
    holders: Sequence[Holder],
    how: str,
    now: datetime,
) -> None:
    file.opened = boxes.new_generation(file.opened, "case", holders)
    file.append(EntryKind.ASSIGNED, {"to": str(person) if person else None, "how": how}, now)
    file.case.reserved = None
    file.case.revision += 1
    file.save()


def _named_holders(file: CaseFile, person: uuid.UUID) -> Sequence[Holder]:
    """The named people of a case with `person` in the place of who handled it."""
    people = boxes.holders_of(file.case.id) - {file.case.assignee}
    return named.holders(file.principal.site, people | {person})


def _holders(site: Site, person: uuid.UUID | None) -> Sequence[Holder]:
    if person is None:
        return [boxes.team_holder(site, Team.INTAKE)]
    return [boxes.person_holder(site, person), boxes.team_holder(site, Team.SUPERVISION)]


def _conditional(case_id: uuid.UUID, person: uuid.UUID, values: dict[str, uuid.UUID]) -> bool:
    """One update that only the first of several racers gets through."""
    result = db.session.execute(
        update(Case)
        .where(
            Case.id == case_id,
            Case.assignee.is_(None),
            IS_OPEN,
            Case.reserved.is_(None) | (Case.reserved == person),
        )
        .values(**values)
        .returning(Case.id)
        .execution_options(synchronize_session=False)
    )
    return result.one_or_none() is not None


def _check_person(site: Site, person: uuid.UUID) -> None:
    if directory.read(site).state.role_of(person) not in HANDLES_CASES:
        raise BadInput("This person does not handle cases.", "person")


def _only_case_workers(principal: Principal) -> None:
    if principal.role not in HANDLES_CASES:
        raise NotAllowed("Your role does not handle cases.")


def _only_supervisors(principal: Principal) -> None:
    if principal.role is not Role.SUPERVISOR:
        raise NotAllowed("Only a supervisor does this.")
