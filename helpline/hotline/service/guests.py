"""The third person at a talk: their row, their ring, and what becomes of both.

Whoever changes a guest holds the lock of the call (`handling.load`), as every webhook does.
"""

import logging
import uuid
from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import select

from helpline.cases.service import named
from helpline.columns import new_id
from helpline.errors import Conflict
from helpline.extensions import db
from helpline.hotline.models import Guest, Leg, LiveCall
from helpline.hotline.rules import OPEN_GUEST, GuestKind, GuestState
from helpline.hotline.service import queue, roster
from helpline.hotline.service.handling import Handling, load
from helpline.hotline.service.setting import Setting
from helpline.keys.rules import Place, Sealed
from helpline.keys.service import boxes
from helpline.keys.service.principal import Principal
from helpline.keys.service.site import Site
from helpline.register.service import lines
from helpline.unit_of_work import after_commit, unit_of_work
from telephony.numbers import WITHHELD, CallerNumber
from telephony.provider import CarrierDown, CarrierError, Provider
from telephony.softphone import Phone

log = logging.getLogger(__name__)

RINGING, ASKED, ACCEPTED, PASSED_ON, LISTENS = (
    "ringing",
    "asked",
    "accepted",
    "passed-on",
    "listens",
)
"""What a leg's result says; the rest is how it ended."""

IN_NO_CALL = "You are in no call."
ONE_ALREADY = "Somebody else is asked to this talk already."
NOT_FREE = "This person cannot be rung now. Choose somebody else."


def of_call(call_id: uuid.UUID) -> Sequence[Guest]:
    """Every guest of a call that lives."""
    query = select(Guest).where(Guest.call_id == call_id)
    return db.session.scalars(query.execution_options(populate_existing=True)).all()


def open_of(call_id: uuid.UUID) -> Guest | None:
    """The guest who is asked, rung, or there; there is one at most."""
    return next((guest for guest in of_call(call_id) if guest.state in OPEN_GUEST), None)


def of_leg(leg_id: uuid.UUID) -> Guest | None:
    """The guest whose phone this leg rings."""
    query = select(Guest).where(Guest.leg_id == leg_id)
    return db.session.scalar(query.execution_options(populate_existing=True))


def of_person(person: uuid.UUID, kind: GuestKind) -> list[Guest]:
    """Where somebody is or was a guest, of calls that live."""
    query = select(Guest).where(Guest.person_id == person, Guest.kind == kind.value)
    return list(db.session.scalars(query))


def locked_call_of(guest_id: uuid.UUID) -> LiveCall | None:
    """The call of a guest, locked."""
    guest = db.session.get(Guest, guest_id)
    return load(guest.call_id, lock=True) if guest is not None else None


def joined_kind(call_id: uuid.UUID) -> str | None:
    """Why somebody is there as a third now, if somebody is."""
    guest = open_of(call_id)
    return guest.kind if guest is not None and guest.state == GuestState.JOINED else None


def in_room(call_id: uuid.UUID) -> bool:
    """Whether the talk has moved into the call's room, or is on its way there."""
    return any(guest.joined for guest in of_call(call_id))


def talkers(call_id: uuid.UUID) -> Sequence[Leg]:
    """The legs of those who talk with the caller now."""
    query = select(Leg).where(Leg.call_id == call_id, Leg.result == ACCEPTED)
    return db.session.scalars(query.execution_options(populate_existing=True)).all()


def own_talk(person: uuid.UUID, refusal: str = IN_NO_CALL) -> LiveCall:
    """The call in which this person talks, and not only listens, locked. Raises Conflict."""
    row = roster.row_of(person)
    call = load(row.call_id, lock=True) if row.talking else None
    talks = call is not None and any(leg.person_id == person for leg in talkers(call.id))
    if call is None or not talks:
        raise Conflict(refusal)
    return call


def may_hear(site: Site, call: LiveCall, person: uuid.UUID) -> bool:
    """Whether somebody may come to this talk: of a case kept to named people, only those."""
    kept = named.people_of(site, call.case_id) if call.case_id is not None else None
    return kept is None or person in kept


def add(
    call: LiveCall, kind: GuestKind, state: GuestState, by: uuid.UUID, person: uuid.UUID
) -> Guest:
    """Write a guest down; raises Conflict while there is another one."""
    if open_of(call.id) is not None:
        raise Conflict(ONE_ALREADY)
    for past in of_call(call.id):
        if not past.joined:  # what became of it was told; of who joined the room remembers
            db.session.delete(past)
    guest = Guest(
        id=new_id(),
        call_id=call.id,
        kind=kind.value,
        state=state.value,
        by_id=by,
        person_id=person,
        joined=False,
        cold=False,
        gives_case=False,
    )
    db.session.add(guest)
    db.session.flush()
    return guest


def ring(setting: Setting, call: LiveCall, guest: Guest, now: datetime) -> None:
    """Hold the guest and ring their phone once this is committed. Raises Conflict."""
    line = lines.by_id(call.line_id)
    leg_id = queue.take(setting, call, guest.person_id, now)
    reached = roster.reachable(setting.site, guest.person_id, now, call.line_id)
    if leg_id is None or reached is None or line is None:
        raise Conflict(NOT_FREE)
    guest.leg_id, guest.state = leg_id, GuestState.RINGING.value
    own = CallerNumber.parse(line.number)
    after_commit(lambda: _ring(setting, leg_id, reached.phone, own, now))


def seal_brief(principal: Principal, guest: Guest, text: str) -> None:
    """Keep the brief for the colleague's eyes alone, while it rings."""
    place = _brief_place(guest)
    sealed = boxes.put_to_person(principal.site, guest.person_id, text.encode(), place)
    guest.brief, guest.brief_stamp = sealed.data, sealed.stamp


def read_brief(principal: Principal, guest: Guest) -> str:
    """The brief, for the colleague it is meant for; "" when it has gone."""
    if guest.brief is None or guest.person_id != principal.person:
        return ""
    sealed = Sealed(guest.brief, 1, guest.brief_stamp)
    return boxes.read_own(principal, sealed, _brief_place(guest)).decode()


def handling_of(setting: Setting, call: LiveCall, now: datetime) -> Handling | None:
    """What effects work on, where no webhook of the call itself is at hand."""
    line = lines.by_id(call.line_id)
    return Handling(setting, call, line, WITHHELD, now) if line is not None else None


def close(guest: Guest, state: GuestState) -> None:
    """The guest is done with; the brief goes."""
    guest.state = state.value
    guest.brief = guest.brief_stamp = None


def call_off(handling: Handling, guest: Guest, state: GuestState) -> None:
    """Whoever is asked, rung or listening is let go, and their phone falls silent."""
    leg = db.session.get(Leg, guest.leg_id, populate_existing=True) if guest.leg_id else None
    if leg is not None:
        if leg.result in {RINGING, ASKED, PASSED_ON, LISTENS}:
            roster.caller_left(leg.person_id, leg.id, handling.now)
            leg.result = "over"
        if state is not GuestState.LEFT:
            hang_up_later(handling.setting.carrier, leg)
    close(guest, state)


def hang_up_later(carrier: Provider, leg: Leg) -> None:
    """End a leg once this is committed; best effort, else the person hangs up by hand."""
    provider_id = leg.provider_id
    if provider_id is not None:
        after_commit(lambda: hang_up(carrier, provider_id))


def hang_up(carrier: Provider, provider_id: str) -> None:
    """Best effort."""
    try:
        carrier.end_call(provider_id)
    except CarrierError as error:
        log.info("a leg could not be ended: %s", type(error).__name__)


def send(carrier: Provider, provider_id: str, url: str) -> bool:
    """Send a leg or call to another address of ours; False if the carrier surely did not.

    May be asked twice, so a request whose answer was lost is repeated.
    """
    for _ in range(2):
        try:
            carrier.send_to(provider_id, url)
        except CarrierDown as down:
            if down.sure:
                return False
        except CarrierError:
            return False
        else:
            return True
    return True


def undo(call_id: uuid.UUID, guest_id: uuid.UUID, act: Callable[[LiveCall, Guest], None]) -> None:
    """In a transaction of its own: what a carrier's refusal means for a guest, if all stands."""
    with unit_of_work():
        call = load(call_id, lock=True)
        guest = db.session.get(Guest, guest_id, populate_existing=True)
        if call is not None and guest is not None:
            act(call, guest)


def _ring(
    setting: Setting,
    leg_id: uuid.UUID,
    phone: Phone,
    own: CallerNumber,
    now: datetime,
) -> None:
    carrier, seconds = setting.carrier, setting.hotline.ring_seconds
    provider_id, failed = None, False
    try:
        provider_id = carrier.ring_leg(phone, own, str(leg_id), seconds, setting.urls)
    except CarrierError as error:
        log.info("a colleague could not be rung: %s", type(error).__name__)
        failed = not isinstance(error, CarrierDown) or error.sure
    with unit_of_work():
        wanted = _rung(leg_id, provider_id, now, failed=failed)
    if provider_id is not None and not wanted:
        hang_up(carrier, provider_id)


def _rung(leg_id: uuid.UUID, provider_id: str | None, now: datetime, *, failed: bool) -> bool:
    """Write down what the carrier said; whether the ring is still wanted."""
    leg = db.session.get(Leg, leg_id)
    call = load(leg.call_id, lock=True) if leg is not None else None
    leg = db.session.get(Leg, leg_id, populate_existing=True)
    guest = of_leg(leg_id)
    if leg is None or call is None or guest is None:
        return False
    leg.provider_id = leg.provider_id or provider_id
    if failed and guest.state == GuestState.RINGING:
        roster.caller_left(leg.person_id, leg.id, now)
        leg.result = "over"
        close(guest, GuestState.FAILED)
    return guest.state in OPEN_GUEST and leg.result != PASSED_ON


def _brief_place(guest: Guest) -> Place:
    return Place("brief", "guests", str(guest.id))
