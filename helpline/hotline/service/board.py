"""What pages show of calls, queue and team: read only, no number, no name of a worker."""

import json
import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy import case as case_when

from helpline.accounts.service import people
from helpline.accounts.service.people import Person
from helpline.cases.models import Case
from helpline.cases.rules.severity import SERIOUS
from helpline.cases.service import assignment
from helpline.extensions import db
from helpline.hotline import rules
from helpline.hotline.models import CallRecord, Duty, Leg, LiveCall, StaffAlert
from helpline.hotline.rules import OPEN_GUEST, GuestKind, Shown
from helpline.hotline.service import (
    alerts,
    callbacks,
    counts,
    ending,
    guests,
    oncall,
    queue,
    roster,
)
from helpline.hotline.service.handling import mask_of
from helpline.hotline.service.setting import Setting
from helpline.keys.rules import Role, Team
from helpline.keys.service import boxes
from helpline.keys.service.principal import Principal
from helpline.register.rules import calendar
from helpline.register.service import lines
from helpline.register.service.lines import LineView
from telephony.provider import Ability

WORK = (Role.COUNSELLOR, Role.SUPERVISOR)
ANSWERED = ("answered",)
FORESEEN = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class GuestNow:
    """A third person at the call; `name`: of the other one, `mine`: whoever asks is the guest.

    `brief`: for the colleague alone, while it rings.
    """

    id: uuid.UUID
    kind: str
    state: str
    mine: bool
    name: str
    gives_case: bool
    brief: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class CallNow:
    """The call that rings for somebody, or that they are in. `left`, `since` in seconds.

    `listens`: whoever asks only listens. `guest`: the third person, or what became of them.
    """

    id: uuid.UUID
    leg: uuid.UUID | None
    state: str
    caller: str
    contacts: int
    open_cases: int
    own_case: uuid.UUID | None
    own_reference: str
    case_id: uuid.UUID | None
    reference: str
    language: str
    line: str
    danger: bool
    outbound: bool
    recording: bool
    waited: int
    left: int
    since: int
    has_cards: bool
    listens: bool
    guest: GuestNow | None
    can_join: bool


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
    left: int | None
    assignee: uuid.UUID | None
    language: str


@dataclass(frozen=True, slots=True)
class Logged:
    """A line of the call log; the content is what was sealed, opened by a supervisor."""

    id: uuid.UUID
    day: date
    content: Mapping[str, Any]


def call_now(setting: Setting, principal: Principal, now: datetime) -> CallNow | None:
    """The principal's call, if one rings or goes on."""
    row = db.session.get(Duty, principal.person)
    if row is None or row.call_id is None or row.busy_until is None or row.busy_until <= now:
        return None
    call = db.session.get(LiveCall, row.call_id)
    line = lines.by_id(call.line_id) if call is not None else None
    if call is None or line is None:
        return None
    leg = db.session.get(Leg, row.leg_id) if row.leg_id is not None else None
    state = "talking" if row.talking else "ringing" if leg is not None else "dialling"
    began = row.talk_began if row.talking else (leg.rung_at if leg else call.arrived_at)
    passed = round((now - (began or now)).total_seconds())
    own = call.own_case_id if _is_mine(call.own_case_id, principal) else None
    known = _known(call)
    listens = _listens(call, principal.person)
    return CallNow(
        id=call.id,
        leg=row.leg_id,
        state=state,
        caller=mask_of(setting.site, call),
        contacts=known[0],
        open_cases=known[1],
        own_case=own,
        own_reference=_reference(own),
        case_id=call.case_id,
        reference=_reference(call.case_id),
        language=call.language,
        line=line.name,
        danger=call.danger,
        outbound=call.outbound,
        recording=bool(call.state.get("recording_allowed")),
        waited=round(
            ((call.answered_at or now) - (call.wanted_at or call.arrived_at)).total_seconds()
        ),
        left=max(0, setting.hotline.ring_seconds - passed),
        since=max(0, passed),
        has_cards=known[0] > 0 and not listens,
        listens=listens,
        guest=_guest_now(principal, call),
        can_join=setting.carrier.can(Ability.CONFERENCE),
    )


def handle_now(principal: Principal, now: datetime) -> bytes | None:
    """The handle of the call that rings at or talks to the principal, for its cards."""
    row = db.session.get(Duty, principal.person)
    if row is None or row.call_id is None or row.busy_until is None or row.busy_until <= now:
        return None
    call = db.session.get(LiveCall, row.call_id)
    if call is None or _listens(call, principal.person):
        return None
    return call.handle


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
            round((case.due - now).total_seconds()) if case.due else None,
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
    return Case.alarm <= now, Case.status != "closed", serious


def reviews() -> Sequence[StaffAlert]:
    """Welfare reviews nobody has looked at."""
    return [row for row in alerts.open_alerts() if row.kind == alerts.WELFARE]


def answered_today(now: datetime) -> tuple[int, int]:
    """(answered, wanted a person) on all lines today."""
    answered = wanted = 0
    for line in lines.all_active():
        found = counts.of_day(line.id, counts.day_of(line, now))
        answered += sum(found.get(what, 0) for what in ANSWERED)
        wanted += found.get("wanted", 0)
    return answered, wanted


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


def _guest_now(principal: Principal, call: LiveCall) -> GuestNow | None:
    """The guest of a call, for the guest and for whoever they were asked by."""
    found = [
        one for one in guests.of_call(call.id) if principal.person in {one.by_id, one.person_id}
    ]
    guest = next((one for one in found if one.state in OPEN_GUEST), None)
    guest = guest or next((one for one in found if one.by_id == principal.person), None)
    if guest is None:
        return None
    mine = guest.person_id == principal.person
    return GuestNow(
        guest.id,
        guest.kind,
        guest.state,
        mine,
        people.display_name(guest.by_id if mine else guest.person_id),
        guest.gives_case,
        guests.read_brief(principal, guest) if mine else "",
    )


def _listens(call: LiveCall, person: uuid.UUID) -> bool:
    return any(
        guest.kind == GuestKind.LISTEN and guest.person_id == person
        for guest in guests.of_call(call.id)
    )


def _known(call: LiveCall) -> tuple[int, int]:
    """(earlier cases, open ones among them) of the caller's number."""
    if call.handle is None:
        return 0, 0
    query = select(Case.status).where(Case.handle == call.handle, Case.id != call.case_id)
    found = db.session.scalars(query).all()
    return len(found), sum(status != "closed" for status in found)


def _is_mine(case_id: uuid.UUID | None, principal: Principal) -> bool:
    row = db.session.get(Case, case_id) if case_id is not None else None
    return row is not None and row.assignee == principal.person and row.status != "closed"


def _reference(case_id: uuid.UUID | None) -> str:
    row = db.session.get(Case, case_id) if case_id is not None else None
    return row.reference if row is not None else ""


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
