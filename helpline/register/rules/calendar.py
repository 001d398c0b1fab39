"""A line's calendar: opening hours by the wall clock of its zone, and time counted in them.

A line is open at a moment if the wall clock of its zone then shows a time inside that day's
hours. Where the clock is put forward the missing hour is nobody's; where it is put back the
repeated hour counts twice, as it does for whoever sits at the telephone.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo

DAY: Final = 24 * 60
HORIZON: Final = timedelta(days=800)
"""How far ahead an opening is looked for; a calendar closed for longer counts as never open."""

_CHUNK: Final = timedelta(hours=12)


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Opening hours in minutes since midnight on the wall clock; `end` is outside, at most 1440."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end <= DAY:
            raise ValueError("opening hours must begin before they end, within one day")

    def __contains__(self, minute: int) -> bool:
        return self.start <= minute < self.end


Spans = tuple[Span, ...]
Interval = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Holiday:
    """A day with hours of its own, often none."""

    name: str
    spans: Spans = ()


@dataclass(frozen=True, slots=True)
class Calendar:
    """Seven days of hours, Monday first, and the days that differ."""

    zone: str
    week: tuple[Spans, ...]
    holidays: Mapping[date, Holiday] = field(default_factory=lambda: MappingProxyType({}))

    def __post_init__(self) -> None:
        if len(self.week) != 7:
            raise ValueError("a week has seven days")

    def local(self, moment: datetime) -> datetime:
        """The moment on the wall clock of the line's zone."""
        return moment.astimezone(ZoneInfo(self.zone))

    def hours_on(self, day: date) -> Spans:
        """The hours of a day: the holiday's, or the weekday's."""
        holiday = self.holidays.get(day)
        return holiday.spans if holiday else self.week[day.weekday()]


def is_open(calendar: Calendar, moment: datetime) -> bool:
    """Whether the wall clock shows a time inside the day's hours."""
    local = calendar.local(moment)
    minute = local.hour * 60 + local.minute
    return any(minute in span for span in calendar.hours_on(local.date()))


def holiday_at(calendar: Calendar, moment: datetime) -> Holiday | None:
    """The holiday of the moment's day, if it is one."""
    return calendar.holidays.get(calendar.local(moment).date())


def next_opening(calendar: Calendar, moment: datetime) -> datetime | None:
    """The first open moment at or after `moment`, in UTC; None if there is none in 800 days."""
    moment = moment.astimezone(UTC)
    for start, _ in _pieces(calendar, moment, moment + HORIZON):
        return start
    return None


def add_working_time(calendar: Calendar, moment: datetime, minutes: float) -> datetime:
    """The moment, in UTC, at which so many open minutes have passed since `moment`.

    Zero minutes are over at once. Time for which no opening is found runs on the wall clock: a
    line without hours must not let a worker wait for ever.
    """
    left = timedelta(minutes=minutes)
    moment = moment.astimezone(UTC)
    if left <= timedelta(0):
        return moment
    last = moment
    for start, last in _pieces(calendar, moment, moment + HORIZON):
        if left <= last - start:
            return start + left
        left -= last - start
    return last + left


def working_minutes_between(calendar: Calendar, start: datetime, end: datetime) -> float:
    """Open minutes from `start` to `end`; 0 if `end` is not later."""
    total = timedelta(0)
    for opens, closes in _pieces(calendar, start.astimezone(UTC), end.astimezone(UTC)):
        total += closes - opens
    return total / timedelta(minutes=1)


def add_working_days(calendar: Calendar, moment: datetime, days: int) -> datetime:
    """The same time of day on the n-th later day with hours, moved into that day's hours.

    A contact of Monday 10:00 is due on Tuesday 10:00; one of Saturday night, when Saturday and
    Sunday are closed, on Monday at closing time.
    """
    local = calendar.local(moment)
    day, left = local.date(), days
    for _ in range(HORIZON.days):
        if left == 0:
            return _into_hours(calendar, day, local.time())
        day += timedelta(days=1)
        left -= bool(calendar.hours_on(day))
    return moment.astimezone(UTC) + timedelta(days=days)


def openings(
    calendar: Calendar, start: datetime, end: datetime | None = None
) -> Iterator[Interval]:
    """Every interval between `start` and `end` (or the horizon) that is open, in UTC, in order."""
    start = start.astimezone(UTC)
    end = end.astimezone(UTC) if end else start + HORIZON
    held: Interval | None = None
    for opens, closes in _pieces(calendar, start, end):
        if held and held[1] == opens:
            held = (held[0], closes)
            continue
        if held:
            yield held
        held = (opens, closes)
    if held:
        yield held


def _pieces(calendar: Calendar, start: datetime, end: datetime) -> Iterator[Interval]:
    zone = ZoneInfo(calendar.zone)
    while start < end:
        stop = _same_offset_until(zone, start, min(start + _CHUNK, end))
        offset = start.astimezone(zone).utcoffset() or timedelta(0)
        for opens, closes in _open_by_wall_clock(calendar, _wall(start, offset), stop - start):
            yield _moment(opens, offset), _moment(closes, offset)
        start = stop


def _open_by_wall_clock(
    calendar: Calendar, start: datetime, length: timedelta
) -> Iterator[Interval]:
    """Open intervals of a stretch of wall clock that is neither put forward nor back."""
    end, day = start + length, start.date()
    while datetime.combine(day, time()) < end:
        midnight = datetime.combine(day, time())
        for span in calendar.hours_on(day):
            opens = max(start, midnight + timedelta(minutes=span.start))
            closes = min(end, midnight + timedelta(minutes=span.end))
            if opens < closes:
                yield opens, closes
        day += timedelta(days=1)


def _same_offset_until(zone: ZoneInfo, start: datetime, end: datetime) -> datetime:
    """The first moment after `start`, at most `end`, at which the clock is put forward or back."""

    def offset(moment: datetime) -> timedelta | None:
        return moment.astimezone(zone).utcoffset()

    before = offset(start)
    if offset(end - timedelta(microseconds=1)) == before:
        return end
    low, high = 0, int((end - start).total_seconds()) + 1
    while high - low > 1:
        middle = (low + high) // 2
        if offset(start.replace(microsecond=0) + timedelta(seconds=middle)) == before:
            low = middle
        else:
            high = middle
    return min(end, start.replace(microsecond=0) + timedelta(seconds=high))


def _into_hours(calendar: Calendar, day: date, wanted: time) -> datetime:
    spans = calendar.hours_on(day)
    minute = wanted.hour * 60 + wanted.minute
    inside = [min(max(minute, span.start), span.end) for span in spans]
    best = min(inside, key=lambda found: (abs(found - minute), found))
    midnight = datetime.combine(day, time(), ZoneInfo(calendar.zone))
    return (midnight + timedelta(minutes=best)).astimezone(UTC)


def _wall(moment: datetime, offset: timedelta) -> datetime:
    return (moment + offset).replace(tzinfo=None)


def _moment(wall: datetime, offset: timedelta) -> datetime:
    return (wall - offset).replace(tzinfo=UTC)
