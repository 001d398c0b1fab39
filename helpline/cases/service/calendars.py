"""The calendar of a case's line, as its clocks ask for it."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from helpline.cases.rules.working import WorkingTime
from helpline.register.rules import calendar as rules
from helpline.register.rules.calendar import Calendar, Span
from helpline.register.service import lines
from helpline.register.service.lines import LineView

ALWAYS_OPEN: Final = Calendar("UTC", ((Span(0, 1440),),) * 7)


@dataclass(frozen=True, slots=True)
class LineTime:
    """A line's calendar behind the questions of `WorkingTime`."""

    calendar: Calendar

    def add_minutes(self, moment: datetime, minutes: float) -> datetime:
        return rules.add_working_time(self.calendar, moment, minutes)

    def add_days(self, moment: datetime, days: int) -> datetime:
        """What comes in while it is closed over a day is not due in the minute that it opens."""
        due = rules.add_working_days(self.calendar, moment, days)
        if self.minutes_between(moment, due):
            return due
        later = rules.add_working_days(self.calendar, due, days)
        return later if self.minutes_between(due, later) else due

    def opening(self, moment: datetime) -> datetime:
        return rules.next_opening(self.calendar, moment) or moment

    def minutes_between(self, start: datetime, end: datetime) -> float:
        return rules.working_minutes_between(self.calendar, start, end)


@dataclass(slots=True)
class Calendars:
    """Looks each line up once; made for one use case and thrown away."""

    _lines: dict[str, LineView | None] = field(default_factory=dict)

    def line(self, line_id: str) -> LineView | None:
        """The line whose id (a text from inside a seal) this is, or None."""
        if line_id not in self._lines:
            try:
                self._lines[line_id] = lines.by_id(uuid.UUID(line_id))
            except ValueError:
                self._lines[line_id] = None
        return self._lines[line_id]

    def working(self, line_id: str) -> WorkingTime:
        """The line's working time; a line that is gone counts as always open."""
        line = self.line(line_id)
        return LineTime(line.calendar if line else ALWAYS_OPEN)

    def zone(self, line_id: str) -> str:
        """The zone of the line's wall clock."""
        line = self.line(line_id)
        return line.zone if line else "UTC"
