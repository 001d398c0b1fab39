"""Lists of cases: paged on the outer rows, headers opened in bulk, most urgent first."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import ColumnElement, Integer, and_, bindparam, func, or_, select

from helpline.cases.models import IS_OPEN, Case, Digest
from helpline.cases.rules.clocks import FAR, Clock
from helpline.cases.rules.state import State
from helpline.cases.rules.status import Status
from helpline.cases.rules.words import folded
from helpline.cases.service import digests, files
from helpline.cases.service.files import CaseFile
from helpline.errors import BadInput, NotAllowed
from helpline.extensions import db
from helpline.keys.rules import Role, Sealed
from helpline.keys.service import boxes
from helpline.keys.service.boxes import OpenBox
from helpline.keys.service.principal import Principal

PAGE = 50
AT_ONCE = 500
"""Ids in a statement."""
MANY = 9999
"""Nobody reads a longer number beside the word "Desk"; counting on costs more than the page."""
WAITING = (Status.AWAITING_CONSENT.value, Status.RESOLVED.value)
"""What waits for the worker's consent, or for their word that it is settled."""
_MOST = bindparam("most", type_=Integer)
_INBOX = (Case.assignee.is_(None), IS_OPEN)
_INBOX_COUNT = select(func.count()).select_from(
    select(Case.id).where(*_INBOX).limit(_MOST).subquery()
)
_URGENT_FIRST = (Case.rank.desc(), Case.due, Case.id)
_URGENCY = select(-Case.rank, Case.due, Case.id).where(
    Case.id.in_(bindparam("cases", expanding=True))
)
_MINE = Case.assignee == bindparam("person")
_DUE = (_MINE, IS_OPEN, Case.due <= bindparam("until"))
_DUE_COUNT = select(func.count()).select_from(select(Case.id).where(*_DUE).subquery())
_SAME_HANDLE = (
    select(Case.handle, func.count())
    .where(Case.handle.in_(bindparam("handles", expanding=True)))
    .group_by(Case.handle)
)


class Which(StrEnum):
    """Which cases a list shows."""

    INBOX = "inbox"
    DUE = "due"
    WAITING = "waiting"
    MINE = "mine"
    CLOSED = "closed"
    ALL = "all"


_LISTS = {
    which: select(Case).where(*conditions).order_by(*_URGENT_FIRST).limit(_MOST)
    for which, conditions in {
        Which.INBOX: _INBOX,
        Which.DUE: _DUE,
        Which.WAITING: (_MINE, IS_OPEN, Case.status.in_(WAITING)),
        Which.MINE: (_MINE, IS_OPEN),
        Which.CLOSED: (_MINE, Case.status == Status.CLOSED.value),
        Which.ALL: (IS_OPEN,),
    }.items()
}


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
    cases = _page(principal, which, now, after, limit + 1)
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
    if not cases:
        return ()
    opened = files.open_files(principal, cases)
    before = _same_handle(cases)
    return tuple(_row(file, before) for file in opened)


def by_ids(principal: Principal, ids: Collection[uuid.UUID]) -> tuple[Row, ...]:
    """The lines of these cases, most urgent first, without those that the principal lacks."""
    query = select(Case).where(Case.id.in_(list(ids)[:PAGE])).order_by(*_URGENT_FIRST)
    return tuple(sorted(rows(principal, db.session.scalars(query).all()), key=_by_clock))


def counts(principal: Principal, now: datetime) -> Mapping[Which, int]:
    """How many cases stand in each list of the desk."""
    asked = {"person": principal.person, "until": _end_of_day(now), "most": MANY}
    waiting = db.session.scalars(_LISTS[Which.WAITING], asked).all()
    opened = files.open_files(principal, waiting)
    return {
        Which.INBOX: inbox_count(),
        Which.DUE: db.session.scalar(_DUE_COUNT, asked) or 0,
        Which.WAITING: sum(_waits_for_worker(file.state) for file in opened),
    }


def inbox_count() -> int:
    """How many contacts nobody has taken, counted up to `MANY`; costs no key."""
    return db.session.scalar(_INBOX_COUNT, {"most": MANY}) or 0


def mark(principal: Principal, which: Which, now: datetime, after: str = "") -> str:
    """Changes whenever the list may look different; costs no key."""
    return ".".join(
        f"{case.id.hex[:12]}:{case.revision}:{case.entries}:{bool(case.reserved):d}"
        for case in _page(principal, which, now, after, PAGE + 1)
    )


def search(principal: Principal, words: str, limit: int = PAGE) -> tuple[Row, ...]:
    """Cases whose name or text holds every word, among those the principal holds."""
    wanted = [folded(word).encode() for word in words.split()]
    if not wanted:
        return ()
    found: list[uuid.UUID] = []
    ids = boxes.held(principal)
    for start in range(0, len(ids), AT_ONCE):
        found += _matching(principal, ids[start : start + AT_ONCE], wanted)
    query = select(Case).where(Case.id.in_(_most_urgent(found, limit))).order_by(*_URGENT_FIRST)
    return rows(principal, db.session.scalars(query).all())


def _most_urgent(ids: Sequence[uuid.UUID], limit: int) -> list[uuid.UUID]:
    found: list[tuple[int, datetime, uuid.UUID]] = []
    for start in range(0, len(ids), AT_ONCE):
        asked = {"cases": ids[start : start + AT_ONCE]}
        found += [(rank, due, at) for rank, due, at in db.session.execute(_URGENCY, asked)]
    return [case_id for *_, case_id in sorted(found)[:limit]]


class _Kept(NamedTuple):
    """What a search reads of a case and of its digest, which may be missing."""

    case_id: uuid.UUID
    reference: str
    entries: int
    upto: int | None
    revision: int
    sealed: bytes
    generation: int
    stamp: bytes | None


_KEPT = (
    select(
        *(Case.id, Case.reference, Case.entries),
        *(Digest.upto, Digest.revision, Digest.sealed, Digest.generation, Digest.stamp),
    )
    .outerjoin(Digest, Digest.case_id == Case.id)
    .where(Case.id.in_(bindparam("cases", expanding=True)), Case.entries > 0)
)


def _matching(
    principal: Principal, ids: Sequence[uuid.UUID], wanted: Sequence[bytes]
) -> list[uuid.UUID]:
    kept = _kept(ids)
    stale = [row.case_id for row in kept if row.upto != row.entries]
    if stale:
        cases = db.session.scalars(select(Case).where(Case.id.in_(stale))).all()
        files.open_files(principal, cases)  # a holder's look brings header and digest up to date
        kept = _kept(ids)
    opened = boxes.open_many(principal, ids)
    return [
        row.case_id
        for row in kept
        if row.case_id in opened and _has(opened[row.case_id], row, wanted)
    ]


def _kept(ids: Sequence[uuid.UUID]) -> list[_Kept]:
    return [_Kept._make(row) for row in db.session.execute(_KEPT, {"cases": ids})]


def _has(opened: OpenBox, row: _Kept, wanted: Sequence[bytes]) -> bool:
    lacking = wanted
    if row.upto is not None:
        content = Sealed(row.sealed, row.generation, row.stamp)
        lacking = digests.lacks(opened, row.case_id, row.revision, content, wanted)
    return not lacking or set(lacking) == {folded(row.reference).encode()}


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
    found = db.session.execute(_SAME_HANDLE, {"handles": list(handles)})
    return {handle: count for handle, count in found if handle is not None}


def _page(
    principal: Principal, which: Which, now: datetime, after: str, most: int
) -> Sequence[Case]:
    """So many outer rows of a list, from a cursor on. Raises BadInput, NotAllowed."""
    if principal.role is not Role.SUPERVISOR and which is Which.ALL:
        raise NotAllowed("Only a supervisor sees every case.")
    query = _LISTS[which]
    if after:
        query = query.where(_beyond(after))
    asked = {"person": principal.person, "until": _end_of_day(now), "most": most}
    return db.session.scalars(query, asked).all()


def _end_of_day(now: datetime) -> datetime:
    return now.replace(hour=23, minute=59, second=59)


def _beyond(cursor: str) -> ColumnElement[bool]:
    """Everything that follows the row of a cursor, in the order of `_URGENT_FIRST`."""
    try:
        rank_text, due_text, id_text = cursor.split("_")
        rank, case_id = int(rank_text), uuid.UUID(id_text)
        due = datetime.fromtimestamp(int(due_text), UTC)
    except (ValueError, OverflowError, OSError):
        raise BadInput("This page of the list does not exist.") from None
    return or_(
        Case.rank < rank,
        and_(Case.rank == rank, Case.due > due),
        and_(Case.rank == rank, Case.due == due, Case.id > case_id),
    )


def _cursor(case: Case) -> str:
    return f"{case.rank}_{int(case.due.timestamp())}_{case.id}"
