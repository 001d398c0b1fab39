"""What a factory's values must look like, and factories as CSV."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from helpline.register.rules.sentences import Unfit

MOST_WORKERS: Final = 1_000_000
MOST_BRANDS: Final = 20
LONGEST: Final = 40
LENGTHS: Final[Mapping[str, int]] = {
    "name": 200,
    "province": 80,
    "region": 80,
    "brands": 400,
    "label": 120,
}

_CODE: Final = re.compile(r"[A-Z0-9][A-Z0-9-]{1,19}")
_KEY_CODE: Final = re.compile(r"[0-9]{4,8}")
_COUNTRY: Final = re.compile(r"[A-Z]{2}")
_YES: Final = frozenset({"yes", "true", "1", "y"})
_NO: Final = frozenset({"no", "false", "0", "n"})


class Wrong(Unfit):
    """A value that cannot be taken; `field` names it."""

    def __init__(self, field: str, english: str, **values: object) -> None:
        super().__init__(english, **values)
        self.field = field


class Mistakes(ValueError):
    """Everything that is wrong with one factory."""

    def __init__(self, mistakes: Sequence[Wrong]) -> None:
        super().__init__(" ".join(str(wrong) for wrong in mistakes))
        self.mistakes = tuple(mistakes)


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
    values: dict[str, Any] = {}
    mistakes: list[Wrong] = []
    for field, reader in _READERS.items():
        try:
            values[field] = reader(field, tidy(field, cells.get(field, "")))
        except Wrong as wrong:
            mistakes.append(wrong)
    if mistakes:
        raise Mistakes(mistakes)
    return FactoryValues(**values)


def tidy(field: str, text: str) -> str:
    """Trimmed, in composed Unicode, within its length. Raises Wrong for control characters."""
    text = unicodedata.normalize("NFC", text).strip()
    if any(unicodedata.category(character) in {"Cc", "Cs", "Co"} for character in text):
        raise Wrong(field, "It holds characters that cannot be shown.")
    longest = LENGTHS.get(field, LONGEST)
    if len(text) > longest:
        raise Wrong(field, "It is longer than %(most)s characters.", most=longest)
    return text


def fold(*texts: str) -> str:
    """For a search that looks at neither case nor width."""
    return unicodedata.normalize("NFKC", " ".join(texts)).casefold()


def _code(field: str, text: str) -> str:
    if not _CODE.fullmatch(text.upper()):
        raise Wrong(field, "The code is 2 to 20 letters A-Z, digits or hyphens.")
    return text.upper()


def _key_code(field: str, text: str) -> str:
    if text and not _KEY_CODE.fullmatch(text):
        raise Wrong(field, "The poster's digits are 4 to 8 digits.")
    return text


def _country(field: str, text: str) -> str:
    if not _COUNTRY.fullmatch(text.upper()):
        raise Wrong(field, "The country is two letters, as CN or IN.")
    return text.upper()


def _name(field: str, text: str) -> str:
    if not text:
        raise Wrong(field, "The name is missing.")
    return text


def _province(field: str, text: str) -> str:
    if not text:
        raise Wrong(field, "The province is missing.")
    return text


def _optional(_field: str, text: str) -> str:
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


def _yes_or_no(field: str, text: str) -> bool | None:
    if text and text.lower() not in _YES | _NO:
        raise Wrong(field, "Active is yes or no.")
    return text.lower() in _YES if text else None


_READERS: Final[Mapping[str, Callable[[str, str], object]]] = {
    "code": _code,
    "key_code": _key_code,
    "name": _name,
    "country": _country,
    "province": _province,
    "region": _optional,
    "workers": _workers,
    "certified_until": _date,
    "brands": _brands,
    "active": _yes_or_no,
}
COLUMNS: Final = tuple(_READERS)
REQUIRED: Final = ("code", "name", "country", "province", "workers")
