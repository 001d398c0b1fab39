"""Reach: what a factory's workers could know of the helpline, as dated facts about no worker.

Four kinds of facts, each of a day: cards handed out, a check of the posters, a training, a test
call. What is still to be done follows from the newest fact of each kind; a year is our own choice,
since certificates are renewed each year and many workers have left by then.
"""

import enum
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Final

from helpline.register.rules.csv_files import Shape
from helpline.register.rules.sentences import Sentence
from helpline.register.rules.values import Mistakes, Reader, Wrong, read_each

DUE_MONTHS: Final = 12
MOST: Final = 1_000_000
EARLIEST: Final = date(2000, 1, 1)
LENGTHS: Final[Mapping[str, int]] = {"todo": 200}


class ReachKind(enum.StrEnum):
    """What was done at a factory."""

    CARDS = "cards"
    POSTERS = "posters"
    TRAINING = "training"
    TEST_CALL = "test_call"


class Reached(enum.StrEnum):
    """Where a test call ended."""

    COUNSELLOR = "counsellor"
    VOICEMAIL = "voicemail"
    NOBODY = "nobody"


class Todo(enum.StrEnum):
    """What a check of the posters leaves to be done: fixed answers, so that no text can name
    anybody."""

    HANG = "hang"
    REPLACE = "replace"
    MOVE = "move"
    LANGUAGE = "language"
    DIGITS = "digits"


CHECKED_BY_AUDITORS: Final = frozenset({ReachKind.POSTERS, ReachKind.TEST_CALL})
"""What an auditor records; administrators record every kind."""


@dataclass(frozen=True, slots=True)
class ReachValues:
    """A fact of a day, checked.

    number: cards handed out, posters found hanging, or workers trained. expected: posters that
    should hang. reached, inside: of a test call, and whether it was made inside the factory.
    """

    kind: ReachKind
    day: date
    number: int | None = None
    expected: int | None = None
    todo: tuple[Todo, ...] = ()
    reached: Reached | None = None
    inside: bool | None = None

    @property
    def missing(self) -> int:
        """Posters that should hang and do not."""
        return max(0, (self.expected or 0) - (self.number or 0))


@dataclass(frozen=True, slots=True)
class Entered:
    """A row of a file: whose fact it is, by the factory's code."""

    factory: str
    values: ReachValues


def read(cells: Mapping[str, str], today: date) -> ReachValues:
    """Check typed values; a missing cell counts as empty. Raises Mistakes, all at once."""
    readers: dict[str, Reader] = {"kind": _kind, "day": partial(_day, today)}
    kind = cells.get("kind", "").strip().lower()
    for field, reader in _READERS.items():
        readers[field] = reader if field in _FIELDS.get(kind, ()) else partial(_foreign, kind)
    return ReachValues(**read_each(readers, cells, LENGTHS))


def shape(today: date) -> Shape[Entered]:
    """What a file of facts must look like."""
    return Shape(COLUMNS, REQUIRED, partial(_entered, today), _unique)


def outstanding(latest: Mapping[ReachKind, ReachValues], today: date) -> tuple[Sentence, ...]:
    """What is still to be done, from the newest fact of each kind."""
    found: list[Sentence] = []
    for kind, (never, long_ago) in _DUE.items():
        values = latest.get(kind)
        months = months_between(values.day, today) if values else 0
        if values is None:
            found.append(Sentence(never))
        elif months >= DUE_MONTHS:
            found.append(Sentence(long_ago, months=months))
        if values is not None:
            found += _LEFT.get(kind, _nothing)(values)
    return tuple(found)


def months_between(day: date, today: date) -> int:
    """Whole months, 0 for a day to come."""
    months = (today.year - day.year) * 12 + today.month - day.month - (today.day < day.day)
    return max(0, months)


def _nothing(_values: ReachValues) -> Iterator[Sentence]:
    return iter(())


def _posters_left(values: ReachValues) -> Iterator[Sentence]:
    if values.missing:
        yield Sentence(
            "Posters: %(missing)s of %(expected)s missing at the last check.",
            missing=values.missing,
            expected=values.expected,
        )
    for todo in values.todo:
        yield Sentence(TODO[todo])


def _call_left(values: ReachValues) -> Iterator[Sentence]:
    if values.reached is Reached.NOBODY:
        yield Sentence("The last test call reached nobody.")
    if values.inside is False:
        yield Sentence("The last test call was not made from inside the factory.")


TODO: Final[Mapping[Todo, str]] = {
    Todo.HANG: "Hang up the posters that are missing.",
    Todo.REPLACE: "Replace posters that are torn or out of date.",
    Todo.MOVE: "Move posters to where nobody is watched while reading.",
    Todo.LANGUAGE: "Add posters in another language that workers read.",
    Todo.DIGITS: "Put the factory's digits on the posters.",
}
_DUE: Final[Mapping[ReachKind, tuple[str, str]]] = {
    ReachKind.POSTERS: (
        "No poster check is recorded.",
        "No poster check for %(months)s months.",
    ),
    ReachKind.TEST_CALL: (
        "No test call is recorded.",
        "No test call for %(months)s months.",
    ),
    ReachKind.CARDS: (
        "No cards are recorded.",
        "No cards were handed out for %(months)s months.",
    ),
    ReachKind.TRAINING: (
        "No training is recorded.",
        "No training for %(months)s months.",
    ),
}
_LEFT: Final[Mapping[ReachKind, Callable[[ReachValues], Iterator[Sentence]]]] = {
    ReachKind.POSTERS: _posters_left,
    ReachKind.TEST_CALL: _call_left,
}


def _entered(today: date, cells: Mapping[str, str]) -> Entered:
    mistakes: list[Wrong] = []
    code = cells.get("factory", "").strip().upper()
    if not code:
        mistakes.append(Wrong("factory", "The factory's code is missing."))
    try:
        values = read(cells, today)
    except Mistakes as wrong:
        raise Mistakes([*mistakes, *wrong.mistakes]) from None
    if mistakes:
        raise Mistakes(mistakes)
    return Entered(code, values)


def _unique(entered: Entered) -> dict[str, str]:
    values = entered.values
    return {"day": f"{entered.factory} {values.kind.value} {values.day.isoformat()}"}


def _kind(field: str, text: str) -> ReachKind:
    try:
        return ReachKind(text.lower())
    except ValueError:
        raise Wrong(field, "The kind is one of %(kinds)s.", kinds=", ".join(ReachKind)) from None


def _day(today: date, field: str, text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise Wrong(field, "The day is a date as 2026-11-23.") from None
    # Where the factory is, it may be tomorrow already.
    if not EARLIEST <= day <= today + timedelta(days=1):
        raise Wrong(field, "The day lies in the future, or too far back.")
    return day


def _whole(least: int, field: str, text: str) -> int:
    digits = text.replace(",", "").replace(" ", "")
    if not (re.fullmatch(r"[0-9]{1,7}", digits) and least <= int(digits) <= MOST):
        raise Wrong(
            field, "This is a whole number from %(least)s to %(most)s.", least=least, most=MOST
        )
    return int(digits)


def _todo(field: str, text: str) -> tuple[Todo, ...]:
    codes = dict.fromkeys(part.strip().lower() for part in text.split("|") if part.strip())
    try:
        return tuple(sorted(map(Todo, codes), key=list(Todo).index))
    except ValueError:
        known = ", ".join(Todo)
        raise Wrong(field, "What is still to do is any of %(known)s.", known=known) from None


def _reached(field: str, text: str) -> Reached:
    try:
        return Reached(text.lower())
    except ValueError:
        known = ", ".join(Reached)
        raise Wrong(field, "A test call reached one of %(known)s.", known=known) from None


def _inside(field: str, text: str) -> bool:
    if text.lower() not in {"yes", "no"}:
        raise Wrong(field, "Inside the factory is yes or no.")
    return text.lower() == "yes"


def _foreign(kind: str, field: str, text: str) -> object:
    """What another kind of fact holds stays empty; an unknown kind is told once, by its field."""
    if text and kind in _FIELDS:
        raise Wrong(field, "This stays empty for %(kind)s.", kind=kind)
    return () if field == "todo" else None


_READERS: Final[Mapping[str, Reader]] = {
    "number": partial(_whole, 0),
    "expected": partial(_whole, 1),
    "todo": _todo,
    "reached": _reached,
    "inside": _inside,
}
_FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    ReachKind.CARDS: ("number",),
    ReachKind.POSTERS: ("number", "expected", "todo"),
    ReachKind.TRAINING: ("number",),
    ReachKind.TEST_CALL: ("reached", "inside"),
}
COLUMNS: Final = ("factory", "kind", "day", *_READERS)
REQUIRED: Final = ("factory", "kind", "day")


def fields_of(kind: ReachKind) -> tuple[str, ...]:
    """What is asked of a kind besides its day."""
    return _FIELDS[kind]
