"""Words beside the numbers: a notice of an error in a release, and a story of what changed.

    typed(given, unit)          raises Wrong, field "words_en" and the like
    read(body(remark)) == remark

They hold no number: a number that no release holds would let one be computed that was withheld
(REPORTS.md 2.3, 3.6). Names of periods are none, and neither is the code of the unit that is spoken
of. Whether words give a number or a person away is for the second person to judge.
"""

import enum
import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from helpline.register.rules.values import Wrong
from helpline.reports.rules.canonical import canonical

SCHEMA: Final = "helpline-remark/1"
LENGTH: Final = 600
"""Characters of each language."""
LANGUAGES: Final = ("en", "zh-Hans", "hi")
_PERIODS: Final = re.compile(r"\b20\d\d(-Q[1-4]|-(0[1-9]|1[0-2])|-20\d\d)?\b|\bQ[1-4]\b", re.ASCII)


class Kind(enum.StrEnum):
    """What a remark is."""

    NOTICE = "notice"
    """Of an error in a release; stays as the release does."""
    STORY = "story"
    """What changed since workers called; its words can be taken back."""


@dataclass(frozen=True, slots=True)
class Remark:
    """One remark of the chain.

    previous: SHA-256 of the one before, "" of the first. about: digest of the release that a notice
    speaks of, else "". unit: whose numbers it speaks of, "" for all of them. words: language tag ->
    text.
    """

    number: int
    previous: str
    kind: Kind
    about: str
    unit: str
    words: Mapping[str, str]
    written: date

    def in_language(self, tag: str) -> tuple[str, str]:
        """Its words in this language, else in the first that it has; and which that is."""
        for found in (tag, *LANGUAGES):
            if found in self.words:
                return found, self.words[found]
        raise ValueError("a remark without words")


def typed(given: Mapping[str, str], unit: str = "") -> dict[str, str]:
    """What was typed as words: language tag -> text, empty ones left out. Raises Wrong."""
    words = {tag: " ".join(given.get(tag, "").split()) for tag in LANGUAGES}
    for tag, text in words.items():
        field = field_of(tag)
        if len(text) > LENGTH:
            raise Wrong(field, "At most %(most)s characters.", most=LENGTH)
        if has_number(text, unit):
            raise Wrong(field, "Only words and names of periods may stand here, no numbers.")
    found = {tag: text for tag, text in words.items() if text}
    if not found:
        raise Wrong(field_of(LANGUAGES[0]), "Write it in one language at least.")
    return found


def field_of(tag: str) -> str:
    """The field of a form in which words of this language are typed."""
    return "words_" + tag.partition("-")[0]


def has_number(text: str, unit: str = "") -> bool:
    """Whether a digit or numeral of any script stands outside names of periods and the unit's."""
    left = _PERIODS.sub(" ", text.replace(unit, " ") if unit else text)
    return any(unicodedata.category(character).startswith("N") for character in left) or "%" in left


def body(remark: Remark) -> bytes:
    """The bytes that are hashed and signed."""
    return canonical(
        {
            "schema": SCHEMA,
            "number": remark.number,
            "previous": remark.previous,
            "kind": remark.kind,
            "about": remark.about,
            "unit": remark.unit,
            "words": dict(remark.words),
            "written": remark.written.isoformat(),
        }
    )


def read(found: bytes) -> Remark:
    """Raises ValueError for what is no remark, or is not canonical."""
    try:
        given = json.loads(found)
        remark = Remark(
            given["number"],
            given["previous"],
            Kind(given["kind"]),
            given["about"],
            given["unit"],
            dict(given["words"]),
            date.fromisoformat(given["written"]),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("no remark") from error
    if body(remark) != found:
        raise ValueError("not canonical")
    return remark
