"""Typed values: what can be read, and everything that is wrong with them at once."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from helpline.register.rules.sentences import Unfit

LONGEST: Final = 40

_COUNTRY: Final = re.compile(r"[A-Z]{2}")
_YES: Final = frozenset({"yes", "true", "1", "y"})
_NO: Final = frozenset({"no", "false", "0", "n"})


class Wrong(Unfit):
    """A value that cannot be taken; `field` names it."""

    def __init__(self, field: str, english: str, **values: object) -> None:
        super().__init__(english, **values)
        self.field = field


class Mistakes(ValueError):
    """Everything that is wrong with one entry."""

    def __init__(self, mistakes: Sequence[Wrong]) -> None:
        super().__init__(" ".join(str(wrong) for wrong in mistakes))
        self.mistakes = tuple(mistakes)


Reader = Callable[[str, str], object]


def read_each(
    readers: Mapping[str, Reader], cells: Mapping[str, str], lengths: Mapping[str, int]
) -> dict[str, Any]:
    """Every cell by its reader; a missing one counts as empty. Raises Mistakes, all at once."""
    values: dict[str, Any] = {}
    mistakes: list[Wrong] = []
    for field, reader in readers.items():
        try:
            values[field] = reader(field, tidy(field, cells.get(field, ""), lengths))
        except Wrong as wrong:
            mistakes.append(wrong)
    if mistakes:
        raise Mistakes(mistakes)
    return values


def tidy(field: str, text: str, lengths: Mapping[str, int]) -> str:
    """Trimmed, in composed Unicode, within its length. Raises Wrong for control characters."""
    text = unicodedata.normalize("NFC", text).strip()
    plain = text.isascii() and text.isprintable()  # most are, of a million
    if not plain and any(
        unicodedata.category(character) in {"Cc", "Cs", "Co"} for character in text
    ):
        raise Wrong(field, "It holds characters that cannot be shown.")
    longest = lengths.get(field, LONGEST)
    if len(text) > longest:
        raise Wrong(field, "It is longer than %(most)s characters.", most=longest)
    return text


def fold(*texts: str) -> str:
    """For a search that looks at neither case nor width."""
    return unicodedata.normalize("NFKC", " ".join(texts)).casefold()


def country(field: str, text: str) -> str:
    """Two letters."""
    if not _COUNTRY.fullmatch(text.upper()):
        raise Wrong(field, "The country is two letters, as CN or IN.")
    return text.upper()


def name(field: str, text: str) -> str:
    """Anything but nothing."""
    if not text:
        raise Wrong(field, "The name is missing.")
    return text


def optional(_field: str, text: str) -> str:
    """Anything."""
    return text


def yes_or_no(field: str, text: str) -> bool | None:
    """Yes, no, or None for nothing."""
    if text and text.lower() not in _YES | _NO:
        raise Wrong(field, "Active is yes or no.")
    return text.lower() in _YES if text else None
