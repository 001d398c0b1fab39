"""Canned answers as the desk offers them: in the worker's language, with the line's numbers."""

import csv
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from sqlalchemy import select

from helpline.extensions import db
from helpline.register.models import CannedAnswer
from helpline.register.rules.canned import LINE, NUMBERS, fill
from helpline.register.service import lines

DATA = Path(__file__).parent.parent / "data" / "canned.csv"
FALLBACK = "en"


@dataclass(frozen=True, slots=True)
class Canned:
    """One answer in one language.

    title     "" for a shipped one that kept its title: pages name it by its key
    text      with its values in braces, unless the values were filled in
    shipped   the standard text, "" for an organisation's own answer
    """

    key: str
    language: str
    title: str
    category: str
    text: str
    shipped: str
    offered: bool

    @property
    def own(self) -> bool:
        """Whether somebody here wrote it."""
        return self.text != self.shipped


def for_language(language: str, line_id: uuid.UUID | None = None) -> tuple[Canned, ...]:
    """What may be sent to a worker of this language, ready to be sent; in English for others.

    What needs a value that the line does not give is left out.
    """
    found = [entry for entry in in_language(language) if entry.offered]
    if not found and language != FALLBACK:
        return for_language(FALLBACK, line_id)
    values = _values(line_id)
    filled = ((entry, fill(entry.text, values)) for entry in found)
    return tuple(_with(entry, text) for entry, text in filled if text is not None)


def in_language(language: str) -> tuple[Canned, ...]:
    """Every answer in this language, offered or not: shipped ones first, then by title."""
    rows = {
        row.key: row
        for row in db.session.scalars(select(CannedAnswer).where(CannedAnswer.language == language))
    }
    standard = shipped(language)
    known = [_view(key, language, text, rows.get(key)) for key, text in standard.items()]
    own = [_view(key, language, "", row) for key, row in rows.items() if key not in standard]
    return (*known, *sorted(own, key=lambda entry: (entry.category, entry.title)))


def one(key: str, language: str) -> Canned | None:
    """One answer in one language, None if it has none."""
    return next((entry for entry in in_language(language) if entry.key == key), None)


def shipped(language: str) -> Mapping[str, str]:
    """key -> standard text."""
    return _shipped().get(language, MappingProxyType({}))


def _values(line_id: uuid.UUID | None) -> dict[str, str]:
    line = lines.by_id(line_id) if line_id else None
    if line is None:
        return {}
    return {LINE: line.number, NUMBERS: ", ".join(line.emergency_numbers)}


def _with(entry: Canned, text: str) -> Canned:
    return Canned(
        entry.key, entry.language, entry.title, entry.category, text, entry.shipped, entry.offered
    )


def _view(key: str, language: str, standard: str, row: CannedAnswer | None) -> Canned:
    if row is None:
        return Canned(key, language, "", "", standard, standard, offered=True)
    text = row.text or standard
    return Canned(key, language, row.title, row.category, text, standard, row.offered)


@cache
def _shipped() -> Mapping[str, Mapping[str, str]]:
    """language -> key -> text, in the order of the file."""
    found: dict[str, dict[str, str]] = {}
    with DATA.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, strict=True):
            key = row.pop("key")
            for language, text in row.items():
                if text:
                    found.setdefault(language, {})[key] = text
    return MappingProxyType(found)
