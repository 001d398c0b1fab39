"""What a factory's values must look like, and factories as CSV."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

MOST_WORKERS: Final = 1_000_000
MOST_BRANDS: Final = 20
LENGTHS: Final[Mapping[str, int]] = {"name": 200, "province": 80, "region": 80, "brands": 400}

_CODE: Final = re.compile(r"[A-Z0-9][A-Z0-9-]{1,19}")
_KEY_CODE: Final = re.compile(r"[0-9]{4,8}")
_COUNTRY: Final = re.compile(r"[A-Z]{2}")
_YES: Final = frozenset({"yes", "true", "1", "y"})
_NO: Final = frozenset({"no", "false", "0", "n"})


class Wrong(ValueError):
    """A value that cannot be taken; `field` names it, the text is a sentence."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


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
    """Check typed values; a missing cell counts as empty. Raises Wrong for the first mistake."""
    cells = {name: tidy(name, text) for name, text in cells.items()}
    code = cells.get("code", "").upper()
    if not _CODE.fullmatch(code):
        raise Wrong("code", "The code is 2 to 20 letters A-Z, digits or hyphens.")
    key_code = cells.get("key_code", "")
    if key_code and not _KEY_CODE.fullmatch(key_code):
        raise Wrong("key_code", "The poster's digits are 4 to 8 digits.")
    country = cells.get("country", "").upper()
    if not _COUNTRY.fullmatch(country):
        raise Wrong("country", "The country is two letters, as CN or IN.")
    return FactoryValues(
        code=code,
        key_code=key_code,
        name=_needed(cells, "name"),
        country=country,
        province=_needed(cells, "province"),
        region=cells.get("region", ""),
        workers=_workers(cells.get("workers", "")),
        certified_until=_date(cells.get("certified_until", "")),
        brands=_brands(cells.get("brands", "")),
        active=_yes_or_no(cells.get("active", "")),
    )


def tidy(field: str, text: str) -> str:
    """Trimmed, in composed Unicode, within its length. Raises Wrong for control characters."""
    text = unicodedata.normalize("NFC", text).strip()
    if any(unicodedata.category(character) in {"Cc", "Cs", "Co"} for character in text):
        raise Wrong(field, f"{field} holds characters that cannot be shown.")
    if len(text) > LENGTHS.get(field, 40):
        raise Wrong(field, f"{field} is longer than {LENGTHS.get(field, 40)} characters.")
    return text


def fold(*texts: str) -> str:
    """For a search that looks at neither case nor width."""
    return unicodedata.normalize("NFKC", " ".join(texts)).casefold()


def _needed(cells: Mapping[str, str], field: str) -> str:
    if not cells.get(field, ""):
        raise Wrong(field, f"{field} is missing.")
    return cells[field]


def _workers(text: str) -> int:
    digits = text.replace(",", "").replace(" ", "")
    if not (digits.isascii() and digits.isdigit() and 0 < int(digits[:9]) <= MOST_WORKERS):
        raise Wrong("workers", f"workers is a whole number from 1 to {MOST_WORKERS:,}.")
    if len(digits) > 7:
        raise Wrong("workers", f"workers is a whole number from 1 to {MOST_WORKERS:,}.")
    return int(digits)


def _date(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Wrong("certified_until", "certified_until is a date such as 2027-03-31.") from None


def _brands(text: str) -> tuple[str, ...]:
    brands = tuple(dict.fromkeys(part.strip() for part in text.split("|") if part.strip()))
    if len(brands) > MOST_BRANDS:
        raise Wrong("brands", f"At most {MOST_BRANDS} brands can be named.")
    return brands


def _yes_or_no(text: str) -> bool | None:
    if not text:
        return None
    if text.lower() in _YES | _NO:
        return text.lower() in _YES
    raise Wrong("active", "active is yes or no.")
