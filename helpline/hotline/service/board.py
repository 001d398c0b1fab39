"""What pages show of calls, queue and team: read only, no number, no name of a worker."""

import json
import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy import case as case_when

from helpline.accounts.service import people
from helpline.accounts.service.people import Person
from helpline.cases.models import IS_OPEN, Case
from helpline.cases.rules.severity import SERIOUS
from helpline.cases.service import assignment
from helpline.extensions import db
from helpline.hotline import rules
from helpline.hotline.models import CallRecord, Duty, StaffAlert
from helpline.hotline.rules import Ending, Shown
from helpline.hotline.service import (
    alerts,
    callbacks,
    counts,
    ending,
    oncall,
    queue,
    roster,
)
from helpline.hotline.service.setting import Setting
from helpline.keys.rules import Role, Team
from helpline.keys.service import boxes
from helpline.keys.service.principal import Principal
from helpline.register.rules import calendar
from helpline.register.service import lines
from helpline.register.service.lines import LineView

WORK = (Role.COUNSELLOR, Role.SUPERVISOR)
FORESEEN = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class LineNow:
    """How the lines stand at this moment; `always_open`: for the next week at least."""

    waiting: int
    by_language: Mapping[str, int]
    longest: int | None
    oldest: datetime | None
    free: int
    on_duty: int
    talking: int
    wrap_up: int
    due: int
    late: int
    always_open: bool
    open_until: datetime | None
    opens: datetime | None


@dataclass(frozen=True, slots=True)
class Member:
    """One person on the board. `seconds`: for how long, or for wrap-up how much is left;
    `in_a_row`: heavy talks, one after the other; `debrief`: they asked for one."""

    person: Person
    shown: Shown
    seconds: int | None
    reason: str
    cases: int
    calls: int
    heavy: int
    in_a_row: int
    debrief: bool


@dataclass(frozen=True, slots=True)
class LineToday:
    """A line's calls today. wanted: who asked for a person, of whom some were answered, hung up
    while waiting, or left a message or a wish to be rung instead. waited: the band in which the
    middle one of them waited, "" without any."""

    name: str
    calls: int
    wanted: int
    answered: int
    abandoned: int
    instead: int
    waited: str


@dataclass(frozen=True, slots=True)
class Alarms:
    """Cases whose clock is at its alarm, of those that need a supervisor; `late` among them."""

    count: int
    late: int


@dataclass(frozen=True, slots=True)
class Urgent:
    """A case that needs a supervisor."""

    case_id: uuid.UUID
    reference: str
    severity: int | None
    left: int
    assignee: uuid.UUID | None
    language: str


@dataclass(frozen=True, slots=True)
class Logged:
    """A line of the call log; the content is what was sealed, opened by a supervisor."""

    id: uuid.UUID
    day: date
    content: Mapping[str, Any]


def line_now(now: datetime) -> LineNow:
    """All lines together."""
    active = lines.all_active()
    waiting = queue.waiting(None, now)
    oldest = min((one.since for one in waiting), default=None)
    states = Counter(roster.shown_of(row, now) for row in db.session.scalars(select(Duty)))
    due, late = callbacks.counts(now)
    open_until = _open_until(active, now)
    return LineNow(
        waiting=len(waiting),
        by_language=Counter(one.language for one in waiting),
        longest=round((now - oldest).total_seconds()) if oldest else None,
        oldest=oldest,
        free=states[Shown.FREE],
        on_duty=sum(states.values()) - states[Shown.OFF],
        talking=states[Shown.TALKING] + states[Shown.RINGING],
        wrap_up=states[Shown.WRAP_UP],
        due=due,
        late=late,
        always_open=open_until is not None and open_until >= now + FORESEEN,
        open_until=open_until,
        opens=_opens(active, now),
    )


def team(setting: Setting, now: datetime) -> list[Member]:
    """Everybody who takes calls, with what they do now."""
    rows = {row.person_id: row for row in db.session.scalars(select(Duty))}
    found = []
    for person in people.people_with_role(setting.site, *WORK):
        row = rows.get(person.id)
        calls, heavy = counts.of_person(person.id, now.date())
        shown = roster.shown_of(row, now) if row else Shown.OFF
        if shown is Shown.OFF and person.role is Role.SUPERVISOR:
            continue
        found.append(
            Member(
                person,
                shown,
                _for(row, shown, now),
                row.reason if row else "",
                assignment.caseload(person.id),
                calls,
                heavy,
                rules.in_a_row(row.weights) if row else 0,
                row is not None and row.debrief,
            )
        )
    return found


def urgent(now: datetime, limit: int = 12) -> list[Urgent]:
    """Cases whose clock is at its alarm, S3 and S4 and unrated first."""
    query = select(Case).where(*_at_alarm(now)).order_by(Case.rank.desc(), Case.due).limit(limit)
    return [
        Urgent(
            case.id,
            case.reference,
            case.severity,
            round((case.due - now).total_seconds()),
            case.assignee,
            case.language,
        )
        for case in db.session.scalars(query)
    ]


def alarms(now: datetime) -> Alarms:
    """How many clocks are at their alarm, in cases that need a supervisor."""
    late = func.sum(case_when((Case.due < now, 1), else_=0))
    count, over = db.session.execute(select(func.count(), late).where(*_at_alarm(now))).one()
    return Alarms(count, over or 0)


def _at_alarm(now: datetime) -> tuple[ColumnElement[bool], ...]:
    serious = or_(Case.severity.is_(None), Case.severity >= SERIOUS)
    return Case.alarm <= now, IS_OPEN, serious


def reviews() -> Sequence[StaffAlert]:
    """Welfare reviews nobody has looked at."""
    return [row for row in alerts.open_alerts() if row.kind == alerts.WELFARE]


def today(now: datetime) -> list[LineToday]:
    """What was counted today on each line, by the line's own clock."""
    found = []
    for line in lines.all_active():
        counted = counts.of_day(line.id, counts.day_of(line, now))
        number = partial(_number, counted)
        found.append(
            LineToday(
                line.name,
                number("calls"),
                number("wanted"),
                number(Ending.ANSWERED),
                number(Ending.ABANDONED),
                number(Ending.MESSAGE) + number(Ending.CALLBACK),
                rules.median_band(counted),
            )
        )
    return found


def _number(counted: Mapping[str, int], what: str) -> int:
    return counted.get(what, 0)


def call_log(principal: Principal, line_id: uuid.UUID, day: date) -> list[Logged]:
    """The calls of a line on a day, as they were sealed to supervision, earliest first."""
    query = select(CallRecord).where(CallRecord.line_id == line_id, CallRecord.day == day)
    found = [
        Logged(
            row.id,
            row.day,
            json.loads(
                boxes.read_team(principal, Team.SUPERVISION, row.content, ending.place_of(row))
            ),
        )
        for row in db.session.scalars(query)
    ]
    return sorted(found, key=lambda one: str(one.content.get("began", "")))


def counters(line_id: uuid.UUID, day: date) -> Mapping[str, int]:
    """What was counted on a line on a day."""
    return counts.of_day(line_id, day)


def line_names() -> Mapping[uuid.UUID, str]:
    """Every line's name."""
    return {line.id: line.name for line in lines.all_lines()}


def on_call_now(now: datetime) -> list[tuple[str, bool]]:
    """Names on call at this moment, and whether a phone was given."""
    rows = oncall.at(None, now)
    names = people.display_names(row.person_id for row in rows)
    return [(names.get(row.person_id, ""), row.phone is not None) for row in rows]


def _for(row: Duty | None, shown: Shown, now: datetime) -> int | None:
    if row is None:
        return None
    if shown is Shown.WRAP_UP and row.wrap_up_until is not None:
        return round((row.wrap_up_until - now).total_seconds())
    since = {Shown.TALKING: row.talk_began, Shown.FREE: row.idle_since}.get(shown, row.since)
    return round((now - since).total_seconds()) if since is not None else None


def _open_until(active: Sequence[LineView], now: datetime) -> datetime | None:
    ends = [
        end
        for line in active
        if calendar.is_open(line.calendar, now)
        for _, end in [next(iter(calendar.openings(line.calendar, now, now + FORESEEN)))]
    ]
    return max(ends, default=None)


def _opens(active: Sequence[LineView], now: datetime) -> datetime | None:
    found = [calendar.next_opening(line.calendar, now) for line in active]
    return min((moment for moment in found if moment is not None), default=None)
