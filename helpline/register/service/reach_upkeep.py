"""How administrators and auditors record reach, correct it, and bring it in from a file.

A row is never overwritten: a correction ends the row that stood and adds another one, so that who
recorded what, and when, can always be read.
"""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from helpline.columns import new_id
from helpline.errors import BadInput, Conflict, NotAllowed, NotFound
from helpline.extensions import db
from helpline.keys.rules import Role
from helpline.register.models import ReachRow
from helpline.register.rules import csv_files
from helpline.register.rules.csv_files import Problem, Record, in_column
from helpline.register.rules.reach import (
    CHECKED_BY_AUDITORS,
    COLUMNS,
    Entered,
    ReachKind,
    ReachValues,
    shape,
)
from helpline.register.rules.sentences import Sentence
from helpline.register.service import factories
from helpline.register.service.author import Author
from helpline.register.service.factories import FactoryView
from helpline.register.service.reach import REVISED, STANDS, WITHDRAWN, values_of

_SAME_DAY = "This is recorded for that day already. Correct what stands there."
_NO_LONGER = "Somebody corrected this meanwhile. Load the factory again."
_Stood = Mapping[tuple[uuid.UUID, ReachKind, str], ReachRow]


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did; with problems it did nothing. unchanged: rows that stood already."""

    added: int = 0
    unchanged: int = 0
    problems: tuple[Problem, ...] = ()


def kinds_of(author: Author) -> frozenset[ReachKind]:
    """What this author records."""
    if author.role is Role.AUDITOR:
        return CHECKED_BY_AUDITORS
    return frozenset(ReachKind) if author.role in (Role.ADMINISTRATOR, None) else frozenset()


def only_of(author: Author) -> uuid.UUID | None:
    """An auditor, whose own factories are the only ones; None for who records for all."""
    return author.person if author.role is Role.AUDITOR else None


def factory_for(author: Author, factory_id: uuid.UUID) -> FactoryView:
    """A factory that this author records for; raises NotFound."""
    found = factories.by_id(factory_id, only_of(author))
    if found is None:
        raise NotFound
    return found


def record(author: Author, factory_id: uuid.UUID, values: ReachValues, now: datetime) -> uuid.UUID:
    """Record a fact; raises NotFound, NotAllowed, or BadInput where the day has one already."""
    factory_for(author, factory_id)
    _check_kind(author, values.kind)
    _check_day(factory_id, values)
    row = _row(author, factory_id, values, now)
    db.session.add(row)
    db.session.flush()
    author.record("register.reach.recorded", now, factory_id, _detail(row))
    return row.id


def revise(author: Author, row_id: uuid.UUID, values: ReachValues, now: datetime) -> uuid.UUID:
    """Put another fact in a fact's place; raises NotFound, NotAllowed, Conflict or BadInput."""
    old = _standing(author, row_id)
    if values.kind != old.kind:
        raise BadInput("A fact stays of its kind.")
    _end(author, old, REVISED, now)
    _check_day(old.factory_id, values)
    row = _row(author, old.factory_id, values, now, replaces=old.id)
    db.session.add(row)
    db.session.flush()
    author.record("register.reach.revised", now, old.factory_id, _detail(row))
    return row.id


def withdraw(author: Author, row_id: uuid.UUID, now: datetime) -> None:
    """Take a fact back that was never so; raises NotFound, NotAllowed or Conflict."""
    row = _standing(author, row_id)
    _end(author, row, WITHDRAWN, now)
    author.record("register.reach.withdrawn", now, row.factory_id, _detail(row))


def import_csv(author: Author, data: bytes, now: datetime) -> Imported:
    """Record every fact of a file, or none: one wrong row and nothing is kept."""
    table = csv_files.parse(shape(now.date()), data)
    known = {one.code: one.id for one in factories.all_factories(only_of(author))}
    stood = _stood()
    problems = [*table.problems, *_against(author, table.records, known, stood)]
    if problems:
        return Imported(problems=tuple(sorted(problems, key=lambda problem: problem.row)))
    new = [
        (known[one.values.factory], one.values.values)
        for one in table.records
        if _place(known[one.values.factory], one.values.values) not in stood
    ]
    db.session.add_all(_row(author, factory_id, values, now) for factory_id, values in new)
    db.session.flush()
    author.record("register.reach.imported", now, detail={"added": str(len(new))})
    return Imported(len(new), len(table.records) - len(new))


def export_csv(author: Author) -> str:
    """Every fact that stands, of this author's factories, as a file that `import_csv` reads."""
    codes = {one.id: one.code for one in factories.all_factories(only_of(author))}
    query = select(ReachRow).where(ReachRow.state == STANDS)
    rows = [row for row in db.session.scalars(query) if row.factory_id in codes]
    rows.sort(key=lambda row: (codes[row.factory_id], row.day, row.kind))
    return csv_files.write(COLUMNS, (_cells(codes[row.factory_id], row) for row in rows))


def _against(
    author: Author,
    records: Sequence[Record[Entered]],
    known: Mapping[str, uuid.UUID],
    stood: _Stood,
) -> Iterable[Problem]:
    own, kinds = only_of(author), kinds_of(author)
    for record_ in records:
        code, values = record_.values.factory, record_.values.values
        if code not in known:
            unknown = (
                Sentence("%(code)s is not in the register.", code=code[:20])
                if own is None
                else Sentence("%(code)s is not one of your factories.", code=code[:20])
            )
            yield Problem(record_.row, in_column("factory", unknown))
            continue
        if values.kind not in kinds:
            reason = Sentence("Your role does not record this.")
            yield Problem(record_.row, in_column("kind", reason))
        row = stood.get(_place(known[code], values))
        if row is not None and values_of(row) != values:
            yield Problem(record_.row, in_column("day", Sentence(_SAME_DAY)))


def _stood() -> _Stood:
    rows = db.session.scalars(select(ReachRow).where(ReachRow.state == STANDS))
    return {_place(row.factory_id, values_of(row)): row for row in rows}


def _place(factory_id: uuid.UUID, values: ReachValues) -> tuple[uuid.UUID, ReachKind, str]:
    return factory_id, values.kind, values.day.isoformat()


def _check_kind(author: Author, kind: ReachKind) -> None:
    if kind not in kinds_of(author):
        raise NotAllowed("Your role does not record this.")


def _check_day(factory_id: uuid.UUID, values: ReachValues) -> None:
    same = select(ReachRow.id).where(
        ReachRow.factory_id == factory_id,
        ReachRow.kind == values.kind.value,
        ReachRow.day == values.day,
        ReachRow.state == STANDS,
    )
    if db.session.scalar(same) is not None:
        raise BadInput(_SAME_DAY, "day")


def _standing(author: Author, row_id: uuid.UUID) -> ReachRow:
    row = db.session.get(ReachRow, row_id, with_for_update=True)
    if row is None:
        raise NotFound
    factory_for(author, row.factory_id)
    _check_kind(author, ReachKind(row.kind))
    if row.state != STANDS:
        raise Conflict(_NO_LONGER)
    return row


def _end(author: Author, row: ReachRow, state: str, now: datetime) -> None:
    row.state, row.ended_by, row.ended_on = state, author.person, now.date()
    db.session.flush()  # before another row stands in its place


def _row(
    author: Author,
    factory_id: uuid.UUID,
    values: ReachValues,
    now: datetime,
    replaces: uuid.UUID | None = None,
) -> ReachRow:
    return ReachRow(
        id=new_id(),
        factory_id=factory_id,
        kind=values.kind.value,
        day=values.day,
        number=values.number,
        expected=values.expected,
        todo=[todo.value for todo in values.todo],
        reached=values.reached.value if values.reached else "",
        inside=values.inside,
        replaces=replaces,
        recorded_by=author.person,
        recorded_as=author.role.value if author.role else "",
        recorded_on=now.date(),
    )


def _detail(row: ReachRow) -> dict[str, str]:
    return {"kind": row.kind, "day": row.day.isoformat(), "row": str(row.id)}


def _cells(code: str, row: ReachRow) -> tuple[str, ...]:
    return (
        code,
        row.kind,
        row.day.isoformat(),
        "" if row.number is None else str(row.number),
        "" if row.expected is None else str(row.expected),
        "|".join(row.todo),
        row.reached,
        "" if row.inside is None else ("yes" if row.inside else "no"),
    )
