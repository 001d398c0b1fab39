"""The clocks of a case: what is due by when. Pure functions over the state and a calendar.

Hours run in the line's opening hours, at S4 on the wall clock; days are days, moved to the next
opening. On hold they stand still, but for what the law sets: acknowledgement and feedback.
Anchors: acknowledge within 7 days and feedback within 3 months (Directive (EU) 2019/1937,
article 9), plan within 45 days (Fair Labor Association).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, Protocol

from helpline.cases.rules.agenda import open_appointments, open_steps
from helpline.cases.rules.severity import SERIOUS
from helpline.cases.rules.state import Hold, State
from helpline.cases.rules.status import Status

ALARM_AT: Final = 0.8
HOUR: Final = timedelta(hours=1)
QUARTER: Final = timedelta(minutes=15)
DAY: Final = timedelta(days=1)


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

    def minutes_between(self, start: datetime, end: datetime) -> float:
        """Open minutes from `start` to `end`."""
        ...


class ClockName(StrEnum):
    """What a clock asks for."""

    LOOK = "look"
    FIRST_ANSWER = "first_answer"
    ANSWER = "answer"
    ACKNOWLEDGE = "acknowledge"
    REVIEW = "review"
    ACT = "act"
    UPDATE = "update"
    PLAN = "plan"
    REMEDY = "remedy"
    FEEDBACK = "feedback"
    CLOSE = "close"
    STEP = "step"
    APPOINTMENT = "appointment"
    WATCH = "watch"


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
    """One clock: running while `met` is None, standing still until `paused_until`."""

    name: ClockName
    start: datetime
    due: datetime
    met: datetime | None = None
    paused_until: datetime | None = None

    @property
    def alarm(self) -> datetime:
        """When 80 % of the time are used; what is looked at or agreed for a moment, only then."""
        if self.name in _AT_ITS_MOMENT:
            return self.due
        return self.start + (self.due - self.start) * ALARM_AT

    def is_paused(self, now: datetime) -> bool:
        return self.met is None and self.paused_until is not None and now < self.paused_until

    def is_late(self, now: datetime) -> bool:
        return self.met is None and now > self.due and not self.is_paused(now)


_AT_ITS_MOMENT: Final = frozenset({ClockName.LOOK, ClockName.APPOINTMENT})
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
REVIEW: Final[Mapping[int, Target]] = {
    4: Target(60, Unit.WALL_MINUTES),
    3: Target(1, Unit.DAYS),
}
ACT: Final[Mapping[int, Target]] = {
    4: Target(24 * 60, Unit.WALL_MINUTES),
    3: Target(3, Unit.DAYS),
    2: Target(7, Unit.DAYS),
}
WATCH_DAYS: Final = (30, 90)
ACKNOWLEDGE: Final = Target(7, Unit.DAYS)
PLAN: Final = Target(45, Unit.DAYS)
FEEDBACK: Final = Target(90, Unit.DAYS)

_UNRATED_COUNTS_AS: Final = 2
_NOBODY_ACTS: Final = frozenset({Status.INFO_ONLY, Status.OUT_OF_SCOPE, Status.WITHDRAWN})
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


def moved_by_holds(
    start: datetime, due: datetime, unit: Unit, holds: Sequence[Hold], working: WorkingTime
) -> datetime:
    """When something is due that stood still during these holds: what was left runs after them."""
    for hold in holds:
        begun = max(hold.start, start)
        if begun >= due or hold.end <= begun:
            continue
        if unit is Unit.WORKING_MINUTES:
            due = working.add_minutes(hold.end, round(working.minutes_between(begun, due)))
        elif unit is Unit.WALL_MINUTES:
            due += hold.end - begun
        else:
            due = working.opening(due + (hold.end - begun))
    return due


def clocks(state: State, working: WorkingTime) -> tuple[Clock, ...]:
    """Every clock of a case, met ones too; of a closed case only the watch."""
    if state.opened is None or state.begun is None:
        return ()
    if state.closed is not None:
        watch = _watch(state, state.closed, working)
        return (*_case_clocks(state, state.opened, state.begun, working), *watch)
    return (*_case_clocks(state, state.opened, state.begun, working), *_agreed(state))


def next_clock(state: State, working: WorkingTime) -> Clock | None:
    """The running clock that is due first; none once nothing is left to do."""
    found = clocks(state, working)
    running = [
        clock
        for clock in found
        if clock.met is None and (state.closed is None or clock.name is ClockName.WATCH)
    ]
    return min(running, key=lambda clock: clock.due, default=None)


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
    if clock.paused_until:  # when the hold ends somebody looks at it
        paused = rounded_down(clock.paused_until, step)
        return paused, paused
    return rounded_down(clock.due, step), rounded_down(clock.alarm, step)


def rounded_down(moment: datetime, step: timedelta) -> datetime:
    """The moment at the last whole `step` of its day."""
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + (moment - midnight) // step * step


@dataclass(frozen=True, slots=True)
class _Clocks:
    """Makes the clocks of one state; holds stop all but those that the law sets."""

    state: State
    working: WorkingTime

    def make(
        self,
        name: ClockName,
        start: datetime,
        target: Target,
        met: datetime | None = None,
        *,
        by_law: bool = False,
    ) -> Clock:
        due = due_at(start, target, self.working)
        if by_law:
            return Clock(name, start, due, met)
        due = moved_by_holds(start, due, target.unit, self.state.all_holds, self.working)
        return Clock(name, start, due, met, None if met else self.state.hold_until)


def _case_clocks(
    state: State, opened: datetime, begun: datetime, working: WorkingTime
) -> list[Clock]:
    make = _Clocks(state, working)
    return [*_answers(make, opened), *_ceilings(make, opened, begun)]


def _answers(make: _Clocks, opened: datetime) -> list[Clock]:
    """The first look and answer, and the answer to what the worker said since."""
    state = make.state
    unrated = state.severity is None
    target = ANSWER[_UNRATED_COUNTS_AS if state.severity is None else state.severity]
    looked = state.taken or state.first_answer or state.closed
    if unrated and looked is None:
        return [make.make(ClockName.LOOK, opened, LOOK)]
    met = state.first_answer or state.closed
    first = make.make(ClockName.FIRST_ANSWER, opened, target, met)
    if unrated and state.assignee is None and state.closed is None and first.met:
        begun = max(first.met, state.taken or opened)  # spoken with, as at a visit, and not rated
        return [first, make.make(ClockName.LOOK, begun, LOOK)]
    since = state.waiting_since
    if since is None or first.met is None:
        return [first]
    return [first, make.make(ClockName.ANSWER, since, target)]


def _ceilings(make: _Clocks, opened: datetime, begun: datetime) -> list[Clock]:
    """What a rated case owes: looks, acts, words to the worker, an end."""
    state, severity = make.state, make.state.severity
    if severity is None:
        return []
    ended = state.resolved or state.closed
    found = [make.make(ClockName.CLOSE, begun, CLOSE[severity], state.closed)]
    if severity == 0:
        return found
    answered = state.first_answer or state.closed
    found.append(make.make(ClockName.ACKNOWLEDGE, opened, ACKNOWLEDGE, answered, by_law=True))
    if severity in REVIEW and state.heavy_since:
        looked = state.reviewed or ended
        found.append(make.make(ClockName.REVIEW, state.heavy_since, REVIEW[severity], looked))
    if severity in ACT and state.status not in _NOBODY_ACTS:
        start = max(begun, state.heavy_since or begun)
        found.append(make.make(ClockName.ACT, start, ACT[severity], state.acted or ended))
    since = state.last_update
    if since and not ended:
        found.append(make.make(ClockName.UPDATE, since, UPDATE[severity]))
    if state.status in _PLANNED or state.plan:
        found.append(make.make(ClockName.PLAN, begun, PLAN, state.plan or ended))
    found.append(make.make(ClockName.FEEDBACK, begun, FEEDBACK, ended, by_law=True))
    return found


def _agreed(state: State) -> list[Clock]:
    """What is agreed for a moment: the plan's end, next steps, talks."""
    found = []
    plan = state.planned
    if plan and plan.agreed:
        met = state.resolved if state.resolved and state.resolved >= plan.agreed else None
        found.append(Clock(ClockName.REMEDY, plan.agreed, plan.due, met))
    for step in open_steps(state.steps):
        found.append(Clock(ClockName.STEP, step.due - DAY, step.due))
    for talk in open_appointments(state.appointments):
        found.append(Clock(ClockName.APPOINTMENT, talk.at - DAY, talk.at))
    return found


def _watch(state: State, closed: datetime, working: WorkingTime) -> list[Clock]:
    """After the end somebody asks the worker whether anything was done to them for it."""
    left = [days for days in WATCH_DAYS if state.watch and days not in state.watched]
    return [
        Clock(ClockName.WATCH, closed, due_at(closed, Target(days, Unit.DAYS), working))
        for days in left
    ]


def is_heavy(severity: int | None) -> bool:
    """Whether a case weighs on whoever handles it: longer wrap-up, a card that must be written."""
    return severity is not None and severity >= SERIOUS
