"""Factories as other rooms read them.

`only` names an auditor or sponsor: then factories that are not assigned to them do not exist.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, func, select

from helpline.extensions import db
from helpline.register.models import AssignedFactory, Factory
from helpline.register.rules.values import fold

PAGE = 50


@dataclass(frozen=True, slots=True)
class FactoryView:
    """A factory as it stands; `key_code` are the digits on its poster."""

    id: uuid.UUID
    code: str
    key_code: str
    name: str
    country: str
    province: str
    region: str
    workers: int
    certified_until: date | None
    brands: tuple[str, ...]
    active: bool
    revision: int

    def certified(self, day: date) -> bool:
        """Whether its certificate holds on `day`; its workers are served either way."""
        return self.certified_until is not None and day <= self.certified_until


@dataclass(frozen=True, slots=True)
class Page:
    """Some of a long list; `first` counts from 1, 0 for an empty list."""

    rows: tuple[FactoryView, ...]
    number: int
    total: int

    @property
    def first(self) -> int:
        return (self.number - 1) * PAGE + 1 if self.rows else 0

    @property
    def last(self) -> int:
        return self.first + len(self.rows) - 1 if self.rows else 0


def by_id(factory_id: uuid.UUID, only: uuid.UUID | None = None) -> FactoryView | None:
    """The factory, active or not."""
    return _one(Factory.id == factory_id, *_assigned_to(only))


def by_code(code: str, only: uuid.UUID | None = None) -> FactoryView | None:
    """The factory of a code, in any case, active or not."""
    return _one(Factory.code == code.strip().upper(), *_assigned_to(only))


def by_key_code(digits: str) -> FactoryView | None:
    """The factory of the digits on a poster; an expired certificate is no reason to refuse."""
    row = db.session.scalar(select(Factory).where(Factory.key_code == digits))
    return view(row) if row else None


def search(text: str, limit: int = 20) -> tuple[FactoryView, ...]:
    """Active factories whose code, digits, name, region or brand hold every word, by code."""
    found = select(Factory).where(Factory.active, *_holds(text)).order_by(Factory.code)
    return tuple(view(row) for row in db.session.scalars(found.limit(limit)))


def page(text: str = "", number: int = 1, only: uuid.UUID | None = None) -> Page:
    """One page of all factories that `text` finds, by code; page 1 if the number is too high."""
    wanted = (*_holds(text), *_assigned_to(only))
    total = db.session.scalar(select(func.count()).select_from(Factory).where(*wanted)) or 0
    number = number if 1 <= number <= -(-total // PAGE) else 1
    rows = db.session.scalars(
        select(Factory)
        .where(*wanted)
        .order_by(Factory.code)
        .offset((number - 1) * PAGE)
        .limit(PAGE)
    )
    return Page(tuple(view(row) for row in rows), number, total)


def all_factories(only: uuid.UUID | None = None) -> tuple[FactoryView, ...]:
    """Every factory, by code."""
    query = select(Factory).where(*_assigned_to(only)).order_by(Factory.code)
    return tuple(view(row) for row in db.session.scalars(query))


def view(row: Factory) -> FactoryView:
    """A row as other rooms may see it."""
    return FactoryView(
        row.id,
        row.code,
        row.key_code,
        row.name,
        row.country,
        row.province,
        row.region,
        row.workers,
        row.certified_until,
        tuple(row.brands),
        row.active,
        row.revision,
    )


def _one(*wanted: ColumnElement[bool]) -> FactoryView | None:
    row = db.session.scalar(select(Factory).where(*wanted))
    return view(row) if row else None


def _assigned_to(person: uuid.UUID | None) -> Sequence[ColumnElement[bool]]:
    if person is None:
        return ()
    own = select(AssignedFactory.factory_id).where(AssignedFactory.person_id == person)
    return (Factory.id.in_(own),)


def _holds(text: str) -> Sequence[ColumnElement[bool]]:
    words = fold(text[:100]).split()
    return [Factory.folded.contains(word, autoescape=True) for word in words]
