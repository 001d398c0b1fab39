"""Lists of cases: paged on the outer rows, headers opened in bulk, most urgent first."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from helpline.cases.models import Case, Digest
from helpline.cases.rules.clocks import Clock
from helpline.cases.rules.state import State
from helpline.cases.rules.status import Status
from helpline.cases.rules.words import folded
from helpline.cases.service import digests, files
from helpline.cases.service.files import CaseFile
from helpline.errors import BadInput, NotAllowed
from helpline.extensions import db
from helpline.keys.rules import Role
from helpline.keys.service import boxes
from helpline.keys.service.principal import Principal

PAGE = 50
FAR = datetime(9999, 1, 1, tzinfo=UTC)
WAITING = (Status.AWAITING_CONSENT.value, Status.RESOLVED.value)
"""What waits for the worker's consent, or for their word that it is settled."""


class Which(StrEnum):
    """Which cases a list shows."""

    INBOX = "inbox"
    DUE = "due"
    WAITING = "waiting"
    MINE = "mine"
    CLOSED = "closed"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a list. `before`: how many other cases have the same handle."""

    case: Case
    state: State
    clock: Clock | None
    line_name: str
    before: int
    faults: bool


@dataclass(frozen=True, slots=True)
class Listing:
    """Some rows, and the cursor of the page after them, "" at the end."""

    rows: tuple[Row, ...]
    after: str


def listing(
    principal: Principal, which: Which, now: datetime, after: str = "", limit: int = PAGE
) -> Listing:
    """One page of a list. `after` is a cursor of the page before. Raises BadInput, NotAllowed."""
    query = _select(principal, which, now)
    if after:
        query = query.where(_beyond(after))
    cases = db.session.scalars(_ordered(query).limit(limit + 1)).all()
    shown = cases[:limit]
    cursor = _cursor(shown[-1]) if len(cases) > limit else ""
    found = rows(principal, shown)
    if which is Which.WAITING:
        found = tuple(row for row in found if _waits_for_worker(row.state))
    return Listing(tuple(sorted(found, key=_by_clock)), cursor)


def _waits_for_worker(state: State) -> bool:
    """A worker who has written or rung since waits for us."""
    return state.waiting_since is None


def _by_clock(row: Row) -> tuple[int, datetime]:
    """As the page shows it: outer rows keep the due time rounded down only."""
    clock = row.clock
    return -row.case.rank, (clock.paused_until or clock.due) if clock else FAR


def rows(principal: Principal, cases: Sequence[Case]) -> tuple[Row, ...]:
    """The lines of these cases, without those that the principal does not hold."""
    opened = files.open_files(principal, cases)
    before = _same_handle(cases)
    return tuple(_row(file, before) for file in opened)


def by_ids(principal: Principal, ids: Collection[uuid.UUID]) -> tuple[Row, ...]:
    """The lines of these cases, most urgent first, without those that the principal lacks."""
    query = _ordered(select(Case).where(Case.id.in_(list(ids)[:PAGE])))
    return tuple(sorted(rows(principal, db.session.scalars(query).all()), key=_by_clock))


def counts(principal: Principal, now: datetime) -> Mapping[Which, int]:
    """How many cases stand in each list of the desk."""
    waiting = db.session.scalars(_select(principal, Which.WAITING, now)).all()
    opened = files.open_files(principal, waiting)
    return {
        Which.INBOX: inbox_count(principal, now),
        Which.DUE: _count(_select(principal, Which.DUE, now)),
        Which.WAITING: sum(_waits_for_worker(file.state) for file in opened),
    }


def inbox_count(principal: Principal, now: datetime) -> int:
    """How many contacts nobody has taken; costs no key."""
    return _count(_select(principal, Which.INBOX, now))


def mark(principal: Principal, which: Which, now: datetime, after: str = "") -> str:
    """Changes whenever the list may look different; costs no key."""
    query = _select(principal, which, now)
    if after:
        query = query.where(_beyond(after))
    found = db.session.scalars(_ordered(query).limit(PAGE + 1)).all()
    return ".".join(
        f"{case.id.hex[:12]}:{case.revision}:{case.entries}:{bool(case.reserved):d}"
        for case in found
    )


def search(principal: Principal, words: str, limit: int = PAGE) -> tuple[Row, ...]:
    """Cases whose name or text holds every word, among those the principal holds."""
    wanted = [folded(word) for word in words.split()]
    if not wanted:
        return ()
    found: list[Case] = []
    ids = boxes.held(principal)
    for start in range(0, len(ids), 500):
        part = ids[start : start + 500]
        cases = db.session.scalars(select(Case).where(Case.id.in_(part))).all()
        behind = [case for case in cases if case.entries]
        found += _matching(principal, behind, wanted)
    found.sort(key=lambda case: (-case.rank, case.due or FAR, case.id.hex))
    return rows(principal, found[:limit])


def _matching(principal: Principal, cases: Sequence[Case], wanted: Sequence[str]) -> list[Case]:
    kept = db.session.scalars(
        select(Digest).where(Digest.case_id.in_([case.id for case in cases]))
    ).all()
    upto = {row.case_id: row.upto for row in kept}
    stale = [case for case in cases if upto.get(case.id) != case.entries]
    if stale:
        files.open_files(principal, stale)  # a holder's look brings header and digest up to date
        kept = db.session.scalars(
            select(Digest).where(Digest.case_id.in_([case.id for case in cases]))
        ).all()
    opened = boxes.open_many(principal, [case.id for case in cases])
    texts = {
        row.case_id: digests.read(opened[row.case_id], row) or ""
        for row in kept
        if row.case_id in opened
    }
    return [
        case
        for case in cases
        if case.id in opened
        and all(word in texts.get(case.id, "") or word == folded(case.reference) for word in wanted)
    ]


def _row(file: CaseFile, before: Mapping[bytes, int]) -> Row:
    line = file.calendars.line(file.state.line)
    handle = file.case.handle
    return Row(
        case=file.case,
        state=file.state,
        clock=file.clock,
        line_name=line.name if line else "",
        before=max(0, before.get(handle, 1) - 1) if handle else 0,
        faults=bool(file.faults),
    )


def _same_handle(cases: Sequence[Case]) -> dict[bytes, int]:
    handles = {case.handle for case in cases if case.handle is not None}
    if not handles:
        return {}
    query = select(Case.handle, func.count()).where(Case.handle.in_(handles)).group_by(Case.handle)
    return {handle: count for handle, count in db.session.execute(query) if handle is not None}


def _count(query: Select[Case]) -> int:
    return db.session.scalar(select(func.count()).select_from(query.subquery())) or 0


def _inbox() -> tuple[ColumnElement[bool], ...]:
    return (Case.assignee.is_(None), Case.status != Status.CLOSED.value)


def _select(principal: Principal, which: Which, now: datetime) -> Select[Case]:
    mine = Case.assignee == principal.person
    is_open = Case.status != Status.CLOSED.value
    if which is Which.INBOX:
        return select(Case).where(*_inbox())
    if which is Which.DUE:
        end_of_day = now.replace(hour=23, minute=59, second=59)
        return select(Case).where(mine, is_open, Case.due <= end_of_day)
    if which is Which.WAITING:
        return select(Case).where(mine, Case.status.in_(WAITING))
    if which is Which.MINE:
        return select(Case).where(mine, is_open)
    if principal.role is not Role.SUPERVISOR and which is Which.ALL:
        raise NotAllowed("Only a supervisor sees every case.")
    if which is Which.CLOSED:
        return select(Case).where(mine, Case.status == Status.CLOSED.value)
    return select(Case).where(is_open)


def _ordered(query: Select[Case]) -> Select[Case]:
    return query.order_by(Case.rank.desc(), func.coalesce(Case.due, FAR), Case.id)


def _beyond(cursor: str) -> ColumnElement[bool]:
    """Everything that follows the row of a cursor, in the order of `_ordered`."""
    try:
        rank_text, due_text, id_text = cursor.split("_")
        rank, case_id = int(rank_text), uuid.UUID(id_text)
        due = datetime.fromtimestamp(int(due_text), UTC)
    except (ValueError, OverflowError, OSError):
        raise BadInput("This page of the list does not exist.") from None
    when = func.coalesce(Case.due, FAR)
    return or_(
        Case.rank < rank,
        and_(Case.rank == rank, when > due),
        and_(Case.rank == rank, when == due, Case.id > case_id),
    )


def _cursor(case: Case) -> str:
    return f"{case.rank}_{int((case.due or FAR).timestamp())}_{case.id}"
