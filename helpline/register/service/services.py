"""The directory of services and programmes as other rooms read it."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal, or_, select

from helpline.extensions import db
from helpline.register.models import Service
from helpline.register.rules.services import ServiceKind, is_due
from helpline.register.rules.values import fold

PAGE = 50


class Shown(StrEnum):
    """Which entries a list shows."""

    OFFERED = "offered"
    DUE = "due"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True)
class ServiceView:
    """An entry as it stands; `region` "" is the whole country."""

    id: uuid.UUID
    name: str
    kind: ServiceKind
    country: str
    region: str
    languages: tuple[str, ...]
    hours: str
    phone: str
    address: str
    web: str
    audience: str
    cost: str
    notes: str
    checked_on: date | None
    checked_by: uuid.UUID | None
    active: bool
    revision: int

    def due(self, today: date, days: int) -> bool:
        """Whether somebody should check it again."""
        return is_due(self.checked_on, today, days)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody looks for; empty parts leave all.

    words     every one stands somewhere in the entry
    region    there, or in the whole country of that region
    """

    words: str = ""
    kind: ServiceKind | None = None
    region: str = ""
    language: str = ""

    @property
    def anything(self) -> bool:
        return bool(self.words.strip() or self.kind or self.region or self.language)


@dataclass(frozen=True, slots=True)
class Page:
    """Some of a long list; `first` counts from 1, 0 for an empty list."""

    rows: tuple[ServiceView, ...]
    number: int
    total: int

    @property
    def first(self) -> int:
        return (self.number - 1) * PAGE + 1 if self.rows else 0

    @property
    def last(self) -> int:
        return self.first + len(self.rows) - 1 if self.rows else 0


def by_id(service_id: uuid.UUID) -> ServiceView | None:
    """The entry, offered or retired: an old referral still says where it led."""
    row = db.session.get(Service, service_id)
    return view(row) if row else None


def search(
    words: str = "",
    kind: ServiceKind | None = None,
    region: str = "",
    language: str = "",
    limit: int = 20,
) -> tuple[ServiceView, ...]:
    """Offered entries that fit, by name."""
    found = _ordered(_fit(Wanted(words, kind, region, language)))
    return tuple(view(row) for row in db.session.scalars(found.limit(limit)))


def page(wanted: Wanted, number: int, shown: Shown, today: date, days: int) -> Page:
    """One page of the directory, by name; page 1 if the number is too high.

    `shown` "due" are offered entries that nobody has checked for `days`.
    """
    fit = _fit(wanted, shown, today - timedelta(days=days))
    total = db.session.scalar(select(func.count()).select_from(Service).where(*fit)) or 0
    number = number if 1 <= number <= -(-total // PAGE) else 1
    rows = db.session.scalars(_ordered(fit).offset((number - 1) * PAGE).limit(PAGE))
    return Page(tuple(view(row) for row in rows), number, total)


def due_count(today: date, days: int) -> int:
    """How many offered entries nobody has checked for `days`."""
    fit = _fit(Wanted(), Shown.DUE, today - timedelta(days=days))
    return db.session.scalar(select(func.count()).select_from(Service).where(*fit)) or 0


def regions() -> tuple[str, ...]:
    """Every region that an offered entry names, in order."""
    query = select(Service.region).where(Service.active, Service.region != "").distinct()
    return tuple(db.session.scalars(query.order_by(Service.region)))


def languages() -> tuple[str, ...]:
    """Every language code that an offered entry names, in order."""
    spoken = db.session.scalars(select(Service.languages).where(Service.active).distinct())
    return tuple(sorted({code for codes in spoken for code in codes.split()}))


def all_services() -> tuple[ServiceView, ...]:
    """Every entry, by name."""
    return tuple(view(row) for row in db.session.scalars(_ordered(())))


def view(row: Service) -> ServiceView:
    """A row as other rooms may see it."""
    return ServiceView(
        row.id,
        row.name,
        ServiceKind(row.kind),
        row.country,
        row.region,
        tuple(row.languages.split()),
        row.hours,
        row.phone,
        row.address,
        row.web,
        row.audience,
        row.cost,
        row.notes,
        row.checked_on,
        row.checked_by,
        row.active,
        row.revision,
    )


def _ordered(fit: Sequence[ColumnElement[bool]]) -> Select[Service]:
    return select(Service).where(*fit).order_by(Service.name, Service.id)


def _fit(
    wanted: Wanted, shown: Shown = Shown.OFFERED, oldest: date | None = None
) -> list[ColumnElement[bool]]:
    fit: list[ColumnElement[bool]] = [Service.active.is_(shown is not Shown.RETIRED)]
    if shown is Shown.DUE:
        fit.append(or_(Service.checked_on.is_(None), Service.checked_on < oldest))
    for word in fold(wanted.words[:100]).split():
        fit.append(Service.folded.contains(word, autoescape=True))
    if wanted.kind:
        fit.append(Service.kind == wanted.kind)
    if wanted.region:
        fit.append(_serves(wanted.region))
    if wanted.language:
        spoken = literal(" ") + Service.languages + " "
        fit.append(spoken.contains(f" {wanted.language} ", autoescape=True))
    return fit


def _serves(region: str) -> ColumnElement[bool]:
    country: Any = select(Service.country).where(Service.region == region)
    return or_(Service.region == region, (Service.region == "") & Service.country.in_(country))
