"""The call that rings for somebody or that they are in, as their page shows it: read only."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select

from helpline.accounts.service import people
from helpline.cases.models import Case
from helpline.extensions import db
from helpline.hotline.models import Duty, Leg, LiveCall
from helpline.hotline.rules import OPEN_GUEST, GuestKind
from helpline.hotline.service import casework, guests
from helpline.hotline.service.handling import mask_of
from helpline.hotline.service.setting import Setting
from helpline.keys.rules import Role
from helpline.keys.service.principal import Principal
from helpline.register.service import lines
from telephony.provider import Ability


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
    case_id = call.case_id if _may_open(call.case_id, principal) else None
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
        case_id=case_id,
        reference=_reference(case_id),
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


def _may_open(case_id: uuid.UUID | None, principal: Principal) -> bool:
    """Whether the page may lead there: a talk that was passed on may have left its case behind."""
    mine = casework.assignee(case_id) in {None, principal.person}
    return mine or principal.role is Role.SUPERVISOR


def _is_mine(case_id: uuid.UUID | None, principal: Principal) -> bool:
    row = db.session.get(Case, case_id) if case_id is not None else None
    return row is not None and row.assignee == principal.person and row.status != "closed"


def _reference(case_id: uuid.UUID | None) -> str:
    row = db.session.get(Case, case_id) if case_id is not None else None
    return row.reference if row is not None else ""
