"""Reach of factories as pages and reports read it."""

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from helpline.extensions import db
from helpline.register.models import ReachRow
from helpline.register.rules import reach as rules
from helpline.register.rules.reach import Reached, ReachKind, ReachValues, Todo
from helpline.register.rules.sentences import Sentence

STANDS, REVISED, WITHDRAWN = "stands", "revised", "withdrawn"


@dataclass(frozen=True, slots=True)
class Reach:
    """A factory's reach: the newest fact of each kind, and what is still to be done."""

    latest: Mapping[ReachKind, ReachValues]
    outstanding: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class Recorded:
    """A fact with its trace; `ended_on` and `ended_by` are there once it no longer stands."""

    id: uuid.UUID
    factory_id: uuid.UUID
    values: ReachValues
    state: str
    recorded_as: str
    recorded_on: date
    ended_on: date | None

    @property
    def stands(self) -> bool:
        return self.state == STANDS


def of(factory_id: uuid.UUID, today: date) -> Reach:
    """The reach of one factory."""
    return of_each([factory_id], today)[factory_id]


def of_each(factory_ids: Collection[uuid.UUID], today: date) -> Mapping[uuid.UUID, Reach]:
    """The reach of each of these factories, by id."""
    query = (
        select(ReachRow)
        .where(ReachRow.factory_id.in_(factory_ids), ReachRow.state == STANDS)
        .order_by(ReachRow.day)
    )
    latest: dict[uuid.UUID, dict[ReachKind, ReachValues]] = {one: {} for one in factory_ids}
    for row in db.session.scalars(query):
        latest[row.factory_id][ReachKind(row.kind)] = values_of(row)
    return {one: Reach(found, rules.outstanding(found, today)) for one, found in latest.items()}


def history(factory_id: uuid.UUID) -> tuple[Recorded, ...]:
    """Every fact of a factory that was ever recorded, the newest day first, a correction before
    what it corrects."""
    query = select(ReachRow).where(ReachRow.factory_id == factory_id)
    every = {row.id: row for row in db.session.scalars(query)}

    def place(row: ReachRow) -> tuple[date, str, int]:
        before, last = 0, row
        while last.replaces is not None:
            before, last = before + 1, every[last.replaces]
        return row.day, row.kind, before

    rows = sorted(every.values(), key=place, reverse=True)
    return tuple(map(view, rows))


def by_id(row_id: uuid.UUID) -> Recorded | None:
    """One fact, whether it stands or not."""
    row = db.session.get(ReachRow, row_id)
    return view(row) if row else None


def view(row: ReachRow) -> Recorded:
    """A row as pages may see it: the role of whoever recorded it, never the name."""
    return Recorded(
        row.id,
        row.factory_id,
        values_of(row),
        row.state,
        row.recorded_as,
        row.recorded_on,
        row.ended_on,
    )


def values_of(row: ReachRow) -> ReachValues:
    """What a row holds."""
    return ReachValues(
        ReachKind(row.kind),
        row.day,
        row.number,
        row.expected,
        tuple(map(Todo, row.todo)),
        Reached(row.reached) if row.reached else None,
        row.inside,
    )
