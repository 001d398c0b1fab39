"""How an administrator adds and changes lines."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from zoneinfo import available_timezones

from sqlalchemy import select

from helpline.columns import new_id
from helpline.errors import BadInput, Conflict, NotFound
from helpline.extensions import db
from helpline.register.models import Line, PendingChange
from helpline.register.rules.hours import (
    NotReadable,
    parse_holidays,
    parse_hours,
    show_holidays,
    show_hours,
)
from helpline.register.rules.lines import (
    MOST_LANGUAGES,
    NAME_LENGTH,
    ChangeKind,
    parse_emergency_numbers,
)
from helpline.register.rules.sentences import Sentence
from helpline.register.service import changes
from helpline.register.service.author import Author
from telephony.flow import LineKind
from telephony.numbers import CallerNumber
from telephony.prompts import LANGUAGES

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class LineInput:
    """A line as somebody typed it; `hours` by weekday `mon` to `sun`, `holidays` one a line."""

    number: str
    name: str
    kind: str
    languages: Sequence[str]
    zone: str
    country: str
    hours: Mapping[str, str]
    holidays: str = ""
    emergency_numbers: str = ""
    recording_offered: bool = False
    active: bool = True


@dataclass(frozen=True, slots=True)
class Saved:
    """The line, and what of the change still waits for a supervisor."""

    line_id: uuid.UUID
    waiting: tuple[ChangeKind, ...] = ()


class Mistakes(BadInput):
    """Everything that is wrong with what was typed, by field."""

    def __init__(self, by_field: Mapping[str, str]) -> None:
        super().__init__("; ".join(f"{name}: {text}" for name, text in by_field.items()))
        self.by_field = by_field


def add(author: Author, typed: LineInput, now: datetime) -> Saved:
    """Add a line; it takes calls once a supervisor has confirmed it. Raises Mistakes.

    The command line of the server needs no second person.
    """
    checked = _check(typed, None)
    row = Line(id=new_id(), number=checked.number, emergency_numbers=list(checked.emergency))
    row.ready = author.person is None
    _write(row, typed, checked)
    db.session.add(row)
    db.session.flush()
    author.record("register.line.added", now, row.id)
    return Saved(row.id, _wait_for_new_line(author, row, now))


def change(
    author: Author, line_id: uuid.UUID, revision: int, typed: LineInput, now: datetime
) -> Saved:
    """Change a line; a new number or emergency number waits. Raises Mistakes, Conflict."""
    row = db.session.get(Line, line_id, with_for_update=True)
    if row is None:
        raise NotFound
    if row.revision != revision:
        raise Conflict("Somebody changed this line meanwhile. Load it again.")
    checked = _check(typed, line_id)
    _write(row, typed, checked)
    row.revision += 1
    author.record("register.line.changed", now, row.id)
    if row.ready and author.person is not None:
        return Saved(row.id, _wait_for_changes(author, row, checked, now))
    row.number, row.emergency_numbers = checked.number, list(checked.emergency)
    db.session.flush()
    return Saved(row.id, _wait_for_new_line(author, row, now))


@cache
def zones() -> tuple[str, ...]:
    """The names of zones that can be chosen."""
    return tuple(sorted(name for name in available_timezones() if "/" in name or name == "UTC"))


@dataclass(frozen=True, slots=True)
class _Checked:
    number: str
    emergency: tuple[str, ...]
    week: tuple[str, ...]
    holidays: str


def _check(typed: LineInput, own: uuid.UUID | None) -> _Checked:
    wrong: dict[str, str] = {}
    number = CallerNumber.parse(typed.number, typed.country.upper() or None)
    if number.withheld:
        wrong["number"] = "This is no telephone number. Write it as +86 20 0000 0000."
    elif db.session.scalar(
        select(Line.id).where(Line.number == number.reveal(), Line.id != (own or new_id()))
    ):
        wrong["number"] = "Another line has this number."
    wrong |= _plain_mistakes(typed, own)
    week = [_hours(day, typed.hours.get(day, ""), wrong) for day in WEEKDAYS]
    if not any(week) and not any(day in wrong for day in WEEKDAYS):
        wrong["mon"] = "A line needs opening hours on at least one day."
    holidays = ""
    emergency: tuple[str, ...] = ()
    try:
        holidays = show_holidays(parse_holidays(typed.holidays))
    except NotReadable as error:
        wrong["holidays"] = error.sentence
    try:
        emergency = parse_emergency_numbers(typed.emergency_numbers)
    except ValueError as error:
        wrong["emergency_numbers"] = str(error)
    if wrong:
        raise Mistakes(wrong)
    return _Checked(number.reveal(), emergency, tuple(week), holidays)


def _plain_mistakes(typed: LineInput, own: uuid.UUID | None) -> dict[str, str]:
    wrong: dict[str, str] = {}
    name = typed.name.strip()
    if not 1 <= len(name) <= NAME_LENGTH or not name.isprintable():
        wrong["name"] = Sentence("A name has 1 to %(most)s characters.", most=NAME_LENGTH)
    elif db.session.scalar(select(Line.id).where(Line.name == name, Line.id != (own or new_id()))):
        wrong["name"] = "Another line has this name."
    if typed.kind not in {kind.value for kind in LineKind}:
        wrong["kind"] = "Choose one of the two kinds."
    spoken = list(typed.languages)
    if not 1 <= len(spoken) <= MOST_LANGUAGES or set(spoken) - set(LANGUAGES):
        wrong["languages"] = "Choose at least one language."
    elif len(set(spoken)) != len(spoken):
        wrong["languages"] = "Each language can stand only once."
    if typed.zone not in zones():
        wrong["zone"] = "This time zone is not known. Write it as Asia/Shanghai."
    if not (len(typed.country) == 2 and typed.country.isascii() and typed.country.isalpha()):
        wrong["country"] = "The country is two letters, as CN or IN."
    return wrong


def _hours(day: str, text: str, wrong: dict[str, str]) -> str:
    try:
        return show_hours(parse_hours(text))
    except NotReadable as error:
        wrong[day] = error.sentence
        return ""


def _write(row: Line, typed: LineInput, checked: _Checked) -> None:
    row.name, row.kind, row.languages = typed.name.strip(), typed.kind, list(typed.languages)
    row.zone, row.country = typed.zone, typed.country.upper()
    row.week, row.holidays = list(checked.week), checked.holidays
    row.recording_offered, row.active = typed.recording_offered, typed.active


def _wait_for_new_line(author: Author, row: Line, now: datetime) -> tuple[ChangeKind, ...]:
    if row.ready:
        return ()
    proposal = PendingChange(line_id=row.id, kind=ChangeKind.NEW_LINE, language="", key="")
    proposal.old, proposal.new = "", changes.summary(row)
    changes.propose(author, proposal, now)
    return (ChangeKind.NEW_LINE,)


def _wait_for_changes(
    author: Author, row: Line, checked: _Checked, now: datetime
) -> tuple[ChangeKind, ...]:
    wanted = (
        (ChangeKind.NUMBER, row.number, checked.number),
        (
            ChangeKind.EMERGENCY_NUMBERS,
            ", ".join(row.emergency_numbers),
            ", ".join(checked.emergency),
        ),
    )
    waiting: list[ChangeKind] = []
    for kind, old, new in wanted:
        proposal = PendingChange(line_id=row.id, kind=kind, language="", key="", old=old, new=new)
        if changes.propose(author, proposal, now):
            waiting.append(kind)
    return tuple(waiting)
