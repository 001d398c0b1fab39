"""Lines as other rooms read them."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from types import MappingProxyType
from typing import Any, cast

from sqlalchemy import Row, Select, Table, bindparam, select

from helpline.errors import NotFound
from helpline.extensions import db
from helpline.register.models import Line, LineText
from helpline.register.rules import calendar as calendars
from helpline.register.rules.calendar import Calendar
from helpline.register.rules.hours import parse_holidays, parse_hours
from helpline.register.rules.lines import EMERGENCY_KEY
from telephony.flow import Hours, LineKind


@dataclass(frozen=True, slots=True)
class OwnText:
    """What a line says instead of the standard text: words, or a sound."""

    language: str
    key: str
    text: str
    sound_id: uuid.UUID | None


@dataclass(frozen=True, slots=True)
class LineView:
    """A line as it stands.

    number      E.164; `languages` in the order of their keys, the first is the default
    emergency   the line's own emergency text by language; others speak the standard text
    emergency_numbers   public emergency numbers of the line's area
    own         its own texts and sounds
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
    own: tuple[OwnText, ...] = ()

    @property
    def default_language(self) -> str:
        return self.languages[0]


_LINE, _TEXT = cast(Table, Line.__table__), cast(Table, LineText.__table__)
_LINES: Select[Any] = (
    select(
        _LINE,
        _TEXT.c.language.label("own_language"),
        _TEXT.c.key.label("own_key"),
        _TEXT.c.text.label("own_text"),
        _TEXT.c.sound_id.label("own_sound"),
    )
    .outerjoin(_TEXT, _TEXT.c.line_id == _LINE.c.id)
    .order_by(_LINE.c.name)
)
_BY_NUMBER = _LINES.where(_LINE.c.number == bindparam("asked"), _LINE.c.active, _LINE.c.ready)
_BY_ID = _LINES.where(_LINE.c.id == bindparam("asked"))
_ACTIVE = _LINES.where(_LINE.c.active, _LINE.c.ready)


def by_number(number: str) -> LineView | None:
    """The confirmed, active line of an E.164 number."""
    return next(iter(_views(_BY_NUMBER, asked=number)), None)


def by_id(line_id: uuid.UUID) -> LineView | None:
    """The line, active or not."""
    return next(iter(_views(_BY_ID, asked=line_id)), None)


@lru_cache(maxsize=256)
def as_of(line_id: uuid.UUID, revision: int, texts_revision: int) -> LineView:  # noqa: ARG001
    """The line as it stands at these revisions, read once by each process. Raises NotFound.

    Whoever asks has just read the revisions from the database, so it is never stale.
    """
    line = by_id(line_id)
    if line is None:
        raise NotFound
    return line


def all_active() -> tuple[LineView, ...]:
    """Every line that takes calls, by name."""
    return _views(_ACTIVE)


def all_lines() -> tuple[LineView, ...]:
    """Every line, by name, also those that wait or are switched off."""
    return _views(_LINES)


def hours_at(line: LineView, moment: datetime) -> Hours:
    """What the line's calendar says at this moment, in the call flow's words."""
    if calendars.is_open(line.calendar, moment):
        return Hours.OPEN
    if calendars.holiday_at(line.calendar, moment):
        return Hours.HOLIDAY
    return Hours.CLOSED


@lru_cache(maxsize=256)
def _calendar(zone: str, hours: tuple[str, ...], holidays: str) -> Calendar:
    """Parsed once for each text; the value says everything, so it is never stale."""
    return Calendar(zone, tuple(parse_hours(day) for day in hours), parse_holidays(holidays))


def _views(query: Select[Any], **values: object) -> tuple[LineView, ...]:
    """Lines with their own texts, in one question to the database."""
    db.session.flush()
    found: dict[uuid.UUID, tuple[Row[Any], list[OwnText]]] = {}
    for row in db.session.connection().execute(query, values):
        own = found.setdefault(row.id, (row, []))[1]
        if row.own_key:  # an outer join: a line without texts of its own has nothing here
            own.append(OwnText(row.own_language, row.own_key, row.own_text, row.own_sound))
    return tuple(_view(row, tuple(own)) for row, own in found.values())


def _view(row: Row[Any], own: tuple[OwnText, ...]) -> LineView:
    emergency = {one.language: one.text for one in own if one.key == EMERGENCY_KEY and one.text}
    return LineView(
        id=row.id,
        number=row.number,
        name=row.name,
        kind=LineKind(row.kind),
        languages=tuple(row.languages),
        zone=row.zone,
        country=row.country,
        calendar=_calendar(row.zone, tuple(row.week), row.holidays),
        emergency_numbers=tuple(row.emergency_numbers),
        emergency=MappingProxyType(emergency),
        recording_offered=row.recording_offered,
        active=row.active,
        ready=row.ready,
        revision=row.revision,
        own=own,
    )
