"""Lines as other rooms read them."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from sqlalchemy import select

from helpline.extensions import db
from helpline.register.models import Line, LineText
from helpline.register.rules import calendar as calendars
from helpline.register.rules.calendar import Calendar
from helpline.register.rules.hours import parse_holidays, parse_hours
from helpline.register.rules.lines import EMERGENCY_KEY
from telephony.flow import Hours, LineKind


@dataclass(frozen=True, slots=True)
class LineView:
    """A line as it stands.

    number      E.164; `languages` in the order of their keys, the first is the default
    emergency   the line's own emergency text by language; others speak the standard text
    emergency_numbers   public emergency numbers of the line's area
    """

    id: uuid.UUID
    number: str
    name: str
    kind: LineKind
    languages: tuple[str, ...]
    zone: str
    country: str
    calendar: Calendar
    emergency_numbers: tuple[str, ...]
    emergency: Mapping[str, str]
    recording_offered: bool
    active: bool
    ready: bool
    revision: int

    @property
    def default_language(self) -> str:
        return self.languages[0]


def by_number(number: str) -> LineView | None:
    """The confirmed, active line of an E.164 number."""
    row = db.session.scalar(select(Line).where(Line.number == number, Line.active, Line.ready))
    return _view(row) if row else None


def by_id(line_id: uuid.UUID) -> LineView | None:
    """The line, active or not."""
    row = db.session.get(Line, line_id)
    return _view(row) if row else None


def all_active() -> tuple[LineView, ...]:
    """Every line that takes calls, by name."""
    rows = db.session.scalars(select(Line).where(Line.active, Line.ready).order_by(Line.name))
    return tuple(_view(row) for row in rows)


def all_lines() -> tuple[LineView, ...]:
    """Every line, by name, also those that wait or are switched off."""
    return tuple(_view(row) for row in db.session.scalars(select(Line).order_by(Line.name)))


def hours_at(line: LineView, moment: datetime) -> Hours:
    """What the line's calendar says at this moment, in the call flow's words."""
    if calendars.is_open(line.calendar, moment):
        return Hours.OPEN
    if calendars.holiday_at(line.calendar, moment):
        return Hours.HOLIDAY
    return Hours.CLOSED


def calendar_of(row: Line) -> Calendar:
    """The calendar of a stored line."""
    week = tuple(parse_hours(hours) for hours in row.week)
    return Calendar(row.zone, week, parse_holidays(row.holidays))


def _view(row: Line) -> LineView:
    return LineView(
        id=row.id,
        number=row.number,
        name=row.name,
        kind=LineKind(row.kind),
        languages=tuple(row.languages),
        zone=row.zone,
        country=row.country,
        calendar=calendar_of(row),
        emergency_numbers=tuple(row.emergency_numbers),
        emergency=_emergency_texts(row.id),
        recording_offered=row.recording_offered,
        active=row.active,
        ready=row.ready,
        revision=row.revision,
    )


def _emergency_texts(line_id: uuid.UUID) -> Mapping[str, str]:
    rows = db.session.execute(
        select(LineText.language, LineText.text).where(
            LineText.line_id == line_id, LineText.key == EMERGENCY_KEY, LineText.text != ""
        )
    )
    return MappingProxyType({row.language: row.text for row in rows})
