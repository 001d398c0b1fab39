"""Instruments as data, what counts as an answer, and what may be said of many answers."""

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import sqrt
from typing import Any, Final

AFTER_CLOSE: Final = "after_close"
SCALE: Final = (1, 2, 3, 4, 5)
TOP_TWO: Final = frozenset({4, 5})
FEWEST: Final = 10
"""Below so many answers nothing is said of them."""
LONGEST_TEXT: Final = 1000
FALLBACK: Final = "en"

_Z: Final = 1.959963984540054
"""The 97.5 % point of the normal distribution: intervals hold 95 %."""
_BETWEEN: Final = " ,;.、。।"
_APART: Final = re.compile(f"[{_BETWEEN}]+")
_YES_KEYS: Final = {1: True, 2: False}

Answer = int | bool | str


class BadAnswer(ValueError):
    """Answers that the instrument does not know."""


class Malformed(ValueError):
    """What should be an instrument is none."""


class QuestionKind(StrEnum):
    """How a question is answered: yes or no, 1 to 5, free text."""

    YES_NO = "yes_no"
    SCALE = "scale"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Question:
    """A question; `labels` are its words by language."""

    key: str
    kind: QuestionKind
    labels: Mapping[str, str]

    def label(self, language: str) -> str:
        """Its words in `language`, or else in English."""
        return self.labels.get(language) or self.labels[FALLBACK]


@dataclass(frozen=True, slots=True)
class Instrument:
    """A form: what is asked, in its order. `invitation` are the words before it, by language."""

    kind: str
    invitation: Mapping[str, str]
    questions: tuple[Question, ...]

    @property
    def id(self) -> str:
        """64 hexadecimal digits over everything in it: another word, another form."""
        return hashlib.sha256(canonical(self).encode()).hexdigest()

    @property
    def keyed(self) -> tuple[Question, ...]:
        """The questions that a digit answers."""
        return tuple(one for one in self.questions if one.kind is not QuestionKind.TEXT)

    @property
    def written(self) -> Question | None:
        """The first question that words answer."""
        return next((one for one in self.questions if one.kind is QuestionKind.TEXT), None)

    def asked(self, language: str) -> str:
        """The whole as one text message: the invitation and what a digit answers."""
        begin = self.invitation.get(language) or self.invitation[FALLBACK]
        return " ".join((begin, *(one.label(language) for one in self.keyed)))


def canonical(instrument: Instrument) -> str:
    """The one way to write an instrument down; `parse` reads it again."""
    content = {
        "kind": instrument.kind,
        "invitation": dict(instrument.invitation),
        "questions": [
            {"key": one.key, "kind": one.kind.value, "labels": dict(one.labels)}
            for one in instrument.questions
        ],
    }
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def parse(content: Mapping[str, Any]) -> Instrument:
    """An instrument from data. Raises Malformed."""
    try:
        questions = tuple(
            Question(str(one["key"]), QuestionKind(one["kind"]), _labels(one["labels"]))
            for one in content["questions"]
        )
        made = Instrument(str(content["kind"]), _labels(content["invitation"]), questions)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Malformed("this is no instrument") from error
    keys = [one.key for one in questions]
    if not made.keyed or len(keys) != len(set(keys)):
        raise Malformed("an instrument asks something, and each thing once")
    return made


def check(instrument: Instrument, answers: Mapping[str, Answer]) -> dict[str, Answer]:
    """The answers, tidied; questions may be left out, not all of them. Raises BadAnswer."""
    known = {one.key: one.kind for one in instrument.questions}
    found: dict[str, Answer] = {}
    for key, answer in answers.items():
        if key not in known or not _fits(known[key], answer):
            raise BadAnswer("this form does not know such an answer")
        tidied = answer.strip() if isinstance(answer, str) else answer
        if tidied != "":
            found[key] = tidied
    if not found:
        raise BadAnswer("nothing was answered")
    return found


def parse_reply(instrument: Instrument, text: str) -> dict[str, Answer] | None:
    """What a text such as "4 5" or "4 5, thank you" answers, None if it is none.

    Each question that a digit answers has one, in order: 1 to 5; yes and no are 1 and 2. The digits
    of a whole message may stand without anything between them, as keys of a telephone do. Digits of
    any script count. "4/5" and "1-5" are read as a mark or a span, not as two answers. Words after
    the digits are the remark.
    """
    body = " ".join(_plain_digits(unicodedata.normalize("NFKC", text)).split()).strip(_BETWEEN)
    digits, remark = _digits(body, len(instrument.keyed))
    found: dict[str, Answer] = {}
    for question, digit in zip(instrument.keyed, digits, strict=False):
        answer = _keyed(question.kind, digit)
        if answer is None:
            return None
        found[question.key] = answer
    if len(found) < len(instrument.keyed):
        return None
    if remark and instrument.written:
        found[instrument.written.key] = remark[:LONGEST_TEXT].rstrip()
    return found


@dataclass(frozen=True, slots=True)
class Share:
    """A share of `count` answers, from 0 to 1, with its 95 % interval."""

    count: int
    value: float
    low: float
    high: float


def share(hits: int, count: int) -> Share | None:
    """The share of `hits`, None where no statement is possible: fewer than `FEWEST` answers."""
    if count < FEWEST:
        return None
    return Share(count, hits / count, *wilson(hits, count))


def wilson(hits: int, count: int) -> tuple[float, float]:
    """The 95 % interval of a share: E. B. Wilson (1927), without continuity correction."""
    if not 0 <= hits <= count or count < 1:
        raise ValueError("a share needs hits within a count")
    value, spread = hits / count, _Z * _Z / count
    middle = (value + spread / 2) / (1 + spread)
    half = _Z * sqrt(value * (1 - value) / count + spread / (4 * count)) / (1 + spread)
    low = 0.0 if hits == 0 else max(0.0, middle - half)
    high = 1.0 if hits == count else min(1.0, middle + half)
    return low, high


def hits(kind: QuestionKind, answers: Iterable[Answer]) -> int:
    """How many are in the top two of the scale, or said yes."""
    if kind is QuestionKind.YES_NO:
        return sum(answer is True for answer in answers)
    return sum(answer in TOP_TWO for answer in answers)


def _fits(kind: QuestionKind, answer: object) -> bool:
    match kind:
        case QuestionKind.YES_NO:
            return isinstance(answer, bool)
        case QuestionKind.SCALE:
            return isinstance(answer, int) and not isinstance(answer, bool) and answer in SCALE
        case QuestionKind.TEXT:
            return isinstance(answer, str) and len(answer) <= LONGEST_TEXT


def _labels(found: Mapping[str, object]) -> dict[str, str]:
    labels = {str(language): str(text) for language, text in found.items()}
    if not labels.get(FALLBACK):
        raise ValueError("words are missing in English")
    return labels


def _plain_digits(text: str) -> str:
    return "".join(str(unicodedata.digit(sign)) if sign.isdecimal() else sign for sign in text)


def _digits(body: str, wanted: int) -> tuple[Sequence[int], str]:
    """The digits at the beginning, and the words after them; nothing where it is not sure."""
    if re.fullmatch(r"[0-9]+", body):
        return ([int(digit) for digit in body], "") if len(body) == wanted else ((), "")
    parts = _APART.split(body)
    first = parts[:wanted]
    if not all(re.fullmatch("[0-9]", part) for part in first):
        return (), ""
    rest = re.sub(rf"(?:[0-9][{_BETWEEN}]*){{{wanted}}}", "", body, count=1)
    if re.match("[0-9/-]", rest):
        return (), ""
    return [int(part) for part in first], rest


def _keyed(kind: QuestionKind, digit: int) -> Answer | None:
    if kind is QuestionKind.YES_NO:
        return _YES_KEYS.get(digit)
    return digit if digit in SCALE else None
