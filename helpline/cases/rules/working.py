"""Time counted in a line's opening hours: when something is due, what a hold does to it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, Protocol

from helpline.cases.rules.state import Hold

MINUTE: Final = timedelta(minutes=1)


class WorkingTime(Protocol):
    """The calendar of a line."""

    def add_minutes(self, moment: datetime, minutes: float) -> datetime:
        """The moment at which so many open minutes have passed."""
        ...

    def add_days(self, moment: datetime, days: int) -> datetime:
        """The same time of day, so many days with opening hours later."""
        ...

    def opening(self, moment: datetime) -> datetime:
        """The first open moment at or after `moment`."""
        ...

    def minutes_between(self, start: datetime, end: datetime) -> float:
        """Open minutes from `start` to `end`."""
        ...


class Unit(StrEnum):
    """How a target is counted."""

    WALL_MINUTES = "wall_minutes"
    WORKING_MINUTES = "working_minutes"
    WORKING_DAYS = "working_days"
    DAYS = "days"


@dataclass(frozen=True, slots=True)
class Target:
    """How long something may take."""

    amount: int
    unit: Unit


def due_at(start: datetime, target: Target, working: WorkingTime) -> datetime:
    """When something that began at `start` is due."""
    if target.unit is Unit.WALL_MINUTES:
        return start + timedelta(minutes=target.amount)
    if target.unit is Unit.WORKING_MINUTES:
        return working.add_minutes(start, target.amount)
    if target.unit is Unit.WORKING_DAYS:
        return working.add_days(start, target.amount)
    return working.opening(start + timedelta(days=target.amount))


def moved_by_holds(
    start: datetime, due: datetime, unit: Unit, holds: Sequence[Hold], working: WorkingTime
) -> datetime:
    """When something is due that stood still during these holds: what was left runs after them.

    Never earlier than without them; a line that never opens has no minutes to count but the wall's.
    """
    for hold in holds:
        begun = max(hold.start, start)
        if begun >= due or hold.end <= begun:
            continue
        if unit is Unit.WORKING_MINUTES:
            left = working.minutes_between(begun, due) or (due - begun) / MINUTE
            due = max(due, working.add_minutes(hold.end, left))
        elif unit is Unit.WALL_MINUTES:
            due += hold.end - begun
        else:
            due = working.opening(due + (hold.end - begun))
    return due


def rounded_down(moment: datetime, step: timedelta) -> datetime:
    """The moment at the last whole `step` of its day."""
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + (moment - midnight) // step * step
