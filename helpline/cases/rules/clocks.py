"""The clocks of a case: what is due by when. Pure functions over the state and a calendar.

Hours run in the line's opening hours, at S4 on the wall clock; days are days, moved to the next
opening. On hold they stand still, but for what the law sets (acknowledgement and feedback), for
what was late already, and for what the worker says or suffers while the case is on hold.
Anchors: acknowledge within 7 days and feedback within 3 months (Directive (EU) 2019/1937,
article 9), plan within 45 days (Fair Labor Association).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

from helpline.cases.rules.agenda import open_appointments, open_steps
from helpline.cases.rules.severity import SERIOUS
from helpline.cases.rules.state import State
from helpline.cases.rules.status import Status
from helpline.cases.rules.working import (
    Target,
    Unit,
    WorkingTime,
    due_at,
    moved_by_holds,
    rounded_down,
)

ALARM_AT: Final = 0.8
HOUR: Final = timedelta(hours=1)
QUARTER: Final = timedelta(minutes=15)
DAY: Final = timedelta(days=1)
FAR: Final = datetime(9999, 1, 1, tzinfo=UTC)
"""When a case is due in which no clock runs: after all others."""


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
_COMES_IN: Final = frozenset({ClockName.ANSWER, ClockName.REVIEW})
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
    return soonest(state, clocks(state, working))


def soonest(state: State, found: Iterable[Clock]) -> Clock | None:
    """The same, of clocks that were worked out already."""
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
    state = State(severity=severity)
    return _Clocks(state, working).answer(ClockName.FIRST_ANSWER, now)


def shell_times(clock: Clock | None, severity: int | None) -> tuple[datetime, datetime | None]:
    """Due and alarm as the case's outer row shows them: rounded down; `FAR` if no clock runs.

    To the quarter-hour at S3, S4 and where nobody has rated, else to the hour, so that nobody can
    count back to the minute in which a worker called.
    """
    if clock is None:
        return FAR, None
    step = QUARTER if severity is None or severity >= SERIOUS else HOUR
    if clock.paused_until:  # when the hold ends somebody looks at it
        paused = rounded_down(min(clock.paused_until, clock.due), step)
        return paused, paused
    return rounded_down(clock.due, step), rounded_down(clock.alarm, step)


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
        if by_law:
            return Clock(name, start, due_at(start, target, self.working), met)
        due = self._due(name, start, target)
        return Clock(name, start, due, met, None if met else self._paused(name, start, due))

    def answer(self, name: ClockName, start: datetime, met: datetime | None = None) -> Clock:
        """A worker who waits: never later than at a lower severity, nor than as it was rated."""
        targets = [ANSWER[level] for level in _levels(self.state, start)]
        due = min(self._due(name, start, target) for target in targets)
        return Clock(name, start, due, met, None if met else self._paused(name, start, due))

    def _due(self, name: ClockName, start: datetime, target: Target) -> datetime:
        holds = [hold for hold in self.state.all_holds if _stops(hold.start, name, start)]
        due = due_at(start, target, self.working)
        return moved_by_holds(start, due, target.unit, holds, self.working)

    def _paused(self, name: ClockName, start: datetime, due: datetime) -> datetime | None:
        """Until when it stands still; what was late when the hold began stays late."""
        since, until = self.state.held_since, self.state.hold_until
        if since is None or until is None or due <= since or not _stops(since, name, start):
            return None
        return None if until <= since else until


def _stops(held: datetime, name: ClockName, start: datetime) -> bool:
    """Whether a hold stops a clock: not what a worker said, nor danger, that came after it."""
    return name not in _COMES_IN or held >= start


def _levels(state: State, start: datetime) -> set[int]:
    """Severities of which the most urgent time counts, for somebody who waits since `start`.

    The present one and those below it, but information (S0), and what it was rated while the
    worker waited, unless it was lowered since.
    """
    if state.severity is None:
        return {_UNRATED_COUNTS_AS}
    before = [one for one in state.ratings if one.at < start][-1:]
    since = [one for one in state.ratings if one.at >= start]
    found = {one.severity for one in (*before, *since)}
    return found | {state.severity} | set(range(1, state.severity))


def _case_clocks(
    state: State, opened: datetime, begun: datetime, working: WorkingTime
) -> list[Clock]:
    make = _Clocks(state, working)
    if state.first_answer is None:
        opened = begun  # closed without an answer, then opened again: it waits since then
    return [*_answers(make, opened), *_ceilings(make, opened, begun)]


def _answers(make: _Clocks, opened: datetime) -> list[Clock]:
    """The first look and answer, and the answer to what the worker said since."""
    state = make.state
    unrated = state.severity is None
    looked = state.taken or state.first_answer or state.closed
    if unrated and looked is None:
        return [make.make(ClockName.LOOK, opened, LOOK)]
    met = state.first_answer or state.closed
    first = make.answer(ClockName.FIRST_ANSWER, opened, met)
    if unrated and state.assignee is None and state.closed is None and first.met:
        begun = max(first.met, state.taken or opened)  # spoken with, as at a visit, and not rated
        return [first, make.make(ClockName.LOOK, begun, LOOK)]
    since = state.waiting_since
    if since is None or first.met is None or state.closed is not None:
        return [first]
    return [first, make.answer(ClockName.ANSWER, since)]


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
        found.append(make.make(ClockName.UPDATE, max(since, begun), UPDATE[severity]))
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
