"""What a factory's values must look like, and factories as CSV."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from helpline.register.rules.values import (
    Reader,
    Wrong,
    country,
    name,
    optional,
    read_each,
    yes_or_no,
)

MOST_WORKERS: Final = 1_000_000
MOST_BRANDS: Final = 20
LENGTHS: Final[Mapping[str, int]] = {
    "name": 200,
    "province": 80,
    "region": 80,
    "brands": 400,
}

_CODE: Final = re.compile(r"[A-Z0-9][A-Z0-9-]{1,19}")
_KEY_CODE: Final = re.compile(r"[0-9]{4,8}")


@dataclass(frozen=True, slots=True)
class FactoryValues:
    """A factory's values, checked. `key_code` "" lets the register choose the digits.

    `active` None leaves it as it is (a new factory is active).
    """

    code: str
    name: str
    country: str
    province: str
    workers: int
    key_code: str = ""
    region: str = ""
    certified_until: date | None = None
    brands: tuple[str, ...] = ()
    active: bool | None = None


def read(cells: Mapping[str, str]) -> FactoryValues:
    """Check typed values; a missing cell counts as empty. Raises Mistakes, all at once."""
    return FactoryValues(**read_each(_READERS, cells, LENGTHS))


def _code(field: str, text: str) -> str:
    if not _CODE.fullmatch(text.upper()):
        raise Wrong(field, "The code is 2 to 20 letters A-Z, digits or hyphens.")
    return text.upper()


def _key_code(field: str, text: str) -> str:
    if text and not _KEY_CODE.fullmatch(text):
        raise Wrong(field, "The poster's digits are 4 to 8 digits.")
    return text


def _province(field: str, text: str) -> str:
    if not text:
        raise Wrong(field, "The province is missing.")
    return text


def _workers(field: str, text: str) -> int:
    digits = text.replace(",", "").replace(" ", "")
    if not (re.fullmatch(r"[0-9]{1,7}", digits) and 0 < int(digits) <= MOST_WORKERS):
        raise Wrong(field, "Workers is a whole number from 1 to %(most)s.", most=MOST_WORKERS)
    return int(digits)


def _date(field: str, text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Wrong(field, "The end of the certificate is a date as 2027-03-31.") from None


def _brands(field: str, text: str) -> tuple[str, ...]:
    brands = tuple(dict.fromkeys(part.strip() for part in text.split("|") if part.strip()))
    if len(brands) > MOST_BRANDS:
        raise Wrong(field, "At most %(most)s brands can be named.", most=MOST_BRANDS)
    return brands


_READERS: Final[Mapping[str, Reader]] = {
    "code": _code,
    "key_code": _key_code,
    "name": name,
    "country": country,
    "province": _province,
    "region": optional,
    "workers": _workers,
    "certified_until": _date,
    "brands": _brands,
    "active": yes_or_no,
}
COLUMNS: Final = tuple(_READERS)
REQUIRED: Final = ("code", "name", "country", "province", "workers")
