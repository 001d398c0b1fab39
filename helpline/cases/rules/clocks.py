"""The clocks of a case: what is due by when. Pure functions over the state and a calendar.

Hours run in the line's opening hours, at S4 on the wall clock; days are days, moved to the next
opening. Anchors: acknowledge within 7 days and feedback within 3 months (Directive (EU) 2019/1937,
article 9), plan within 45 days (Fair Labor Association).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, Protocol

from helpline.cases.rules.severity import SERIOUS
from helpline.cases.rules.state import State
from helpline.cases.rules.status import Status

ALARM_AT: Final = 0.8
HOUR: Final = timedelta(hours=1)
QUARTER: Final = timedelta(minutes=15)


class WorkingTime(Protocol):
    """The calendar of a line."""

    def add_minutes(self, moment: datetime, minutes: int) -> datetime:
        """The moment at which so many open minutes have passed."""
        ...

    def add_days(self, moment: datetime, days: int) -> datetime:
        """The same time of day, so many days with opening hours later."""
        ...

    def opening(self, moment: datetime) -> datetime:
        """The first open moment at or after `moment`."""
        ...


class ClockName(StrEnum):
    """What a clock asks for."""

    LOOK = "look"
    FIRST_ANSWER = "first_answer"
    ANSWER = "answer"
    ACKNOWLEDGE = "acknowledge"
    UPDATE = "update"
    PLAN = "plan"
    FEEDBACK = "feedback"
    CLOSE = "close"


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


@dataclass(frozen=True, slots=True)
class Clock:
    """One clock: running while `met` is None; `paused` until that moment when on hold."""

    name: ClockName
    start: datetime
    due: datetime
    met: datetime | None = None
    paused_until: datetime | None = None

    @property
    def running(self) -> bool:
        return self.met is None and self.paused_until is None

    @property
    def alarm(self) -> datetime:
        """When 80 % of the time are used; a contact that nobody has rated only when all is."""
        if self.name is ClockName.LOOK:
            return self.due
        return self.start + (self.due - self.start) * ALARM_AT

    def is_late(self, now: datetime) -> bool:
        return self.running and now > self.due


LOOK: Final = Target(30, Unit.WORKING_MINUTES)
ANSWER: Final[Mapping[int, Target]] = {
    4: Target(60, Unit.WALL_MINUTES),
    3: Target(4 * 60, Unit.WORKING_MINUTES),
    2: Target(1, Unit.WORKING_DAYS),
    1: Target(2, Unit.WORKING_DAYS),
    0: Target(1, Unit.WORKING_DAYS),
}
UPDATE: Final[Mapping[int, Target]] = {
    4: Target(24 * 60, Unit.WALL_MINUTES),
    3: Target(5, Unit.DAYS),
    2: Target(7, Unit.DAYS),
    1: Target(14, Unit.DAYS),
}
CLOSE: Final[Mapping[int, Target]] = {
    4: Target(14, Unit.DAYS),
    3: Target(30, Unit.DAYS),
    2: Target(45, Unit.DAYS),
    1: Target(60, Unit.DAYS),
    0: Target(1, Unit.WORKING_DAYS),
}
ACKNOWLEDGE: Final = Target(7, Unit.DAYS)
PLAN: Final = Target(45, Unit.DAYS)
FEEDBACK: Final = Target(90, Unit.DAYS)

_UNRATED_COUNTS_AS: Final = 2
_PLANNED: Final = frozenset(
    {Status.ADMISSIBLE, Status.AWAITING_CONSENT, Status.WITH_FACTORY, Status.INVESTIGATING}
)


def due_at(start: datetime, target: Target, working: WorkingTime) -> datetime:
    """When something that began at `start` is due."""
    if target.unit is Unit.WALL_MINUTES:
        return start + timedelta(minutes=target.amount)
    if target.unit is Unit.WORKING_MINUTES:
        return working.add_minutes(start, target.amount)
    if target.unit is Unit.WORKING_DAYS:
        return working.add_days(start, target.amount)
    return working.opening(start + timedelta(days=target.amount))


def clocks(state: State, working: WorkingTime) -> tuple[Clock, ...]:
    """Every clock of a case, met ones too."""
    if state.opened is None:
        return ()
    found = [*_answers(state, state.opened, working), *_ceilings(state, state.opened, working)]
    if state.status is Status.ON_HOLD and state.hold_until:
        until = state.hold_until
        return tuple(clock if clock.met else replace(clock, paused_until=until) for clock in found)
    return tuple(found)


def next_clock(state: State, working: WorkingTime) -> Clock | None:
    """The running clock that is due first; none once the case is closed."""
    if state.status is Status.CLOSED:
        return None
    running = [clock for clock in clocks(state, working) if clock.met is None]
    return min(running, key=lambda clock: clock.paused_until or clock.due, default=None)


def first_clock(severity: int | None, now: datetime, working: WorkingTime) -> Clock:
    """The clock of a contact that comes in at this moment."""
    if severity is None:
        return Clock(ClockName.LOOK, now, due_at(now, LOOK, working))
    return Clock(ClockName.FIRST_ANSWER, now, due_at(now, ANSWER[severity], working))


def shell_times(
    clock: Clock | None, severity: int | None
) -> tuple[datetime | None, datetime | None]:
    """Due and alarm as the case's outer row shows them: rounded down.

    To the quarter-hour at S3, S4 and where nobody has rated, else to the hour, so that nobody can
    count back to the minute in which a worker called.
    """
    if clock is None:
        return None, None
    step = QUARTER if severity is None or severity >= SERIOUS else HOUR
    if clock.paused_until:
        paused = rounded_down(clock.paused_until, step)
        return paused, paused
    return rounded_down(clock.due, step), rounded_down(clock.alarm, step)


def rounded_down(moment: datetime, step: timedelta) -> datetime:
    """The moment at the last whole `step` of its day."""
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + (moment - midnight) // step * step


def _answers(state: State, opened: datetime, working: WorkingTime) -> list[Clock]:
    """The first look and answer, and the answer to what the worker said since."""
    unrated = state.severity is None
    target = ANSWER[_UNRATED_COUNTS_AS if state.severity is None else state.severity]
    looked = state.taken or state.first_answer or state.closed
    if unrated and looked is None:
        return [Clock(ClockName.LOOK, opened, due_at(opened, LOOK, working))]
    first = Clock(
        ClockName.FIRST_ANSWER,
        opened,
        due_at(opened, target, working),
        state.first_answer or state.closed,
    )
    if unrated and state.assignee is None and state.closed is None and first.met:
        begun = max(first.met, state.taken or opened)  # spoken with, as at a visit, and not rated
        return [first, Clock(ClockName.LOOK, begun, due_at(begun, LOOK, working))]
    since = state.waiting_since
    if since is None or first.met is None:
        return [first]
    return [first, Clock(ClockName.ANSWER, since, due_at(since, target, working))]


def _ceilings(state: State, opened: datetime, working: WorkingTime) -> list[Clock]:
    severity = state.severity
    if severity is None:
        return []
    ended = state.resolved or state.closed
    found = [Clock(ClockName.CLOSE, opened, due_at(opened, CLOSE[severity], working), state.closed)]
    if severity == 0:
        return found
    found.append(
        Clock(
            ClockName.ACKNOWLEDGE,
            opened,
            due_at(opened, ACKNOWLEDGE, working),
            state.first_answer or state.closed,
        )
    )
    since = state.last_update
    if since and not ended:
        found.append(Clock(ClockName.UPDATE, since, due_at(since, UPDATE[severity], working)))
    if state.status in _PLANNED or state.plan:
        due = due_at(opened, PLAN, working)
        found.append(Clock(ClockName.PLAN, opened, due, state.plan or ended))
    found.append(Clock(ClockName.FEEDBACK, opened, due_at(opened, FEEDBACK, working), ended))
    return found


def is_heavy(severity: int | None) -> bool:
    """Whether a case weighs on whoever handles it: longer wrap-up, a card that must be written."""
    return severity is not None and severity >= SERIOUS
