"""The directory of services and programmes: what an entry must look like, and as CSV.

Columns: name, kind, country are needed, and one way to get there: phone, address or web. region
(empty: the whole country), languages (codes separated by |), hours, audience, cost, checked_on
(2026-11-22), notes and active (yes, no) may be missing. Two entries of one region differ in name.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from helpline.register.rules.csv_files import Shape
from helpline.register.rules.values import (
    Mistakes,
    Reader,
    Wrong,
    country,
    fold,
    name,
    optional,
    read_each,
    yes_or_no,
)

LENGTHS: Final[Mapping[str, int]] = {
    "name": 200,
    "region": 80,
    "languages": 120,
    "hours": 200,
    "phone": 80,
    "address": 300,
    "web": 200,
    "audience": 200,
    "cost": 120,
    "notes": 1000,
}
REACHED_BY: Final = ("phone", "address", "web")

_PHONE: Final = re.compile(r"[0-9+()/.,;\- ]*")
_WEB: Final = re.compile(r"https?://[^\s<>\"]+\.[^\s<>\"]+")
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})?")


class ServiceKind(StrEnum):
    """What somebody goes there for."""

    LEGAL_AID = "legal_aid"
    HEALTH = "health"
    COUNSELLING = "counselling"
    SHELTER = "shelter"
    LABOUR_AUTHORITY = "labour_authority"
    UNION = "union"
    CHILD = "child"
    FAMILY_SPACE = "family_space"
    PARENTS_TRAINING = "parents_training"
    WOMENS_PROGRAMME = "womens_programme"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class ServiceValues:
    """An entry's values, checked.

    `checked_on` None leaves the day of the last check as it is, `active` None what is offered (a
    new entry is).
    """

    name: str
    kind: ServiceKind
    country: str
    region: str = ""
    languages: tuple[str, ...] = ()
    hours: str = ""
    phone: str = ""
    address: str = ""
    web: str = ""
    audience: str = ""
    cost: str = ""
    checked_on: date | None = None
    notes: str = ""
    active: bool | None = None

    @property
    def known_as(self) -> str:
        """What no two entries share."""
        return "\n".join((fold(self.name), self.country, fold(self.region)))


def read(cells: Mapping[str, str]) -> ServiceValues:
    """Check typed values; a missing cell counts as empty. Raises Mistakes, all at once."""
    mistakes: list[Wrong] = []
    if not any(cells.get(way, "").strip() for way in REACHED_BY):
        mistakes.append(Wrong(REACHED_BY[0], "Give a telephone number, an address or a web page."))
    try:
        values = read_each(_READERS, cells, LENGTHS)
    except Mistakes as wrong:
        raise Mistakes([*wrong.mistakes, *mistakes]) from None
    if mistakes:
        raise Mistakes(mistakes)
    return ServiceValues(**values)


def is_due(checked_on: date | None, today: date, days: int) -> bool:
    """Whether nobody has checked it for longer than `days`, or ever."""
    return checked_on is None or checked_on < today - timedelta(days=days)


def _kind(field: str, text: str) -> ServiceKind:
    if not text:
        raise Wrong(field, "The kind is missing.")
    try:
        return ServiceKind(text.lower())
    except ValueError:
        kinds = ", ".join(ServiceKind)
        raise Wrong(field, "The kind is one of these: %(kinds)s.", kinds=kinds) from None


def _languages(field: str, text: str) -> tuple[str, ...]:
    codes = tuple(dict.fromkeys(part.strip() for part in text.split("|") if part.strip()))
    if not all(_LANGUAGE.fullmatch(code) for code in codes):
        raise Wrong(field, "Languages are codes as zh-Hans or hi, with | between them.")
    return codes


def _phone(field: str, text: str) -> str:
    if text and not (_PHONE.fullmatch(text) and re.search("[0-9]{2}", text)):
        raise Wrong(field, "A telephone number has digits only, and + ( ) / - between them.")
    return text


def _web(field: str, text: str) -> str:
    if text and not _WEB.fullmatch(text):
        raise Wrong(field, "A web page begins with https:// or http://.")
    return text


def _day(field: str, text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Wrong(field, "The day of the last check is a date as 2026-11-22.") from None


_READERS: Final[Mapping[str, Reader]] = {
    "name": name,
    "kind": _kind,
    "country": country,
    "region": optional,
    "languages": _languages,
    "hours": optional,
    "phone": _phone,
    "address": optional,
    "web": _web,
    "audience": optional,
    "cost": optional,
    "checked_on": _day,
    "notes": optional,
    "active": yes_or_no,
}
COLUMNS: Final = tuple(_READERS)
REQUIRED: Final = ("name", "kind", "country")


def _unique(values: ServiceValues) -> dict[str, str]:
    return {"name": " / ".join((values.name, values.country, values.region)).strip(" /")}


SHAPE: Final = Shape(COLUMNS, REQUIRED, read, _unique)
