"""A talk of more than two: who goes into the call's room, who leaves it, what follows.

While two talk, their dial joins them. When a third presses 1, the third goes into the call's room
at once, the counsellor's leg is sent there, and with that the caller's dial ends: the caller is
awaited and follows. Nothing has changed for the caller before. Here, and only here, the end of a
leg is read, since no dial tells of it; events come in any order.
"""

import uuid
from datetime import datetime

from sqlalchemy import delete, select

from helpline.audit import service as audit
from helpline.extensions import db
from helpline.hotline import rules
from helpline.hotline.models import Guest, HandOver, Leg, LiveCall
from helpline.hotline.rules import OPEN_GUEST, GuestKind, GuestState
from helpline.hotline.service import guests, roster, talks
from helpline.hotline.service.guests import ACCEPTED, ASKED, LISTENS, RINGING
from helpline.hotline.service.handling import Handling, Reply, load
from helpline.hotline.service.setting import Setting
from helpline.unit_of_work import after_commit
from telephony import flow
from telephony.events import LegStatus, MeetAsked, WhisperAsked, WhisperKey
from telephony.flow import Step
from telephony.prompts import Prompts


def whisper(event: WhisperAsked, leg_id: uuid.UUID) -> Reply | None:
    """The guest's phone was picked up: why it rings, and "press 1". None: no guest's leg."""
    if guests.of_leg(leg_id) is None:
        return None
    leg, call, guest = _locked(leg_id)
    if leg is None or call is None or guest is None or not _holds(leg, guest):
        return talks.gone("en")
    leg.provider_id = leg.provider_id or event.provider_id
    leg.result = ASKED if leg.result == RINGING else leg.result
    language = talks.staff_language(leg.person_id)
    turn = flow.whisper(str(leg.id), language, call.language, about=guest.kind)
    return Reply(call.id, turn, Prompts.load())


def accept(setting: Setting, event: WhisperKey, leg_id: uuid.UUID, now: datetime) -> Reply | None:
    """The guest pressed a key: 1 joins, once. None: this is no guest's leg."""
    if guests.of_leg(leg_id) is None:
        return None
    leg, call, guest = _locked(leg_id)
    if leg is None or call is None or guest is None:
        return talks.gone("en")
    there = leg.result in {ACCEPTED, LISTENS}
    taken = event.digits[:1] == "1" and (there or _joins(setting, call, guest, leg, now))
    listens = guest.kind == GuestKind.LISTEN
    seat = flow.Meet(str(leg.id), rules.ends_room(is_guest=True, kind=guest.kind), listens)
    language = talks.staff_language(leg.person_id)
    turn = flow.accept(event.digits, taken=taken, staff_language=language, then=seat)
    return Reply(call.id, turn, Prompts.load())


def meet(event: MeetAsked, leg_id: uuid.UUID) -> Reply:
    """A staff member's leg asks where to go: into the room while they belong there."""
    leg, call, guest = _locked(leg_id)
    belongs = leg is not None and leg.result in {ACCEPTED, LISTENS} and not event.over
    if leg is None or call is None or not belongs:
        return Reply(uuid.uuid4(), flow.part(), Prompts.load())
    is_guest = guest is not None and guest.state == GuestState.JOINED
    ends = rules.ends_room(is_guest=is_guest, kind=guests.joined_kind(call.id))
    turn = flow.meet(str(leg.id), ends=ends, listens=leg.result == LISTENS)
    return Reply(call.id, turn, Prompts.load())


def awaited(call: LiveCall) -> bool:
    """Whether somebody who talks is in the room, or on the way there, as the caller's dial ends."""
    return guests.in_room(call.id) and bool(guests.talkers(call.id))


def leg_ended(setting: Setting, event: LegStatus, leg_id: uuid.UUID, now: datetime) -> None:
    """A leg is over. It counts for a guest's, and for everybody's once the talk is in the room."""
    if not event.state.final:
        return
    leg, call, guest = _locked(leg_id)
    handling = guests.handling_of(setting, call, now) if call is not None else None
    if leg is None or handling is None:
        return
    if guest is not None and guest.state in OPEN_GUEST:
        _guest_gone(handling, guest, leg)
    elif leg.result == ACCEPTED and guests.in_room(leg.call_id):
        counsellor_gone(handling, leg)
    bring_back_if_alone(handling)


def decline(setting: Setting, person: uuid.UUID, now: datetime) -> bool:
    """Whoever is rung to join says no from the page; False if no such ring is theirs."""
    leg_id = roster.row_of(person).leg_id
    if leg_id is None or guests.of_leg(leg_id) is None:
        return False
    leg, call, guest = _locked(leg_id)
    handling = guests.handling_of(setting, call, now) if call is not None else None
    if leg is None or handling is None or guest is None or guest.state != GuestState.RINGING:
        return False
    leg.result = guests.PASSED_ON
    _guest_gone(handling, guest, leg)
    guests.hang_up_later(setting.carrier, leg)
    return True


def counsellor_gone(handling: Handling, leg: Leg) -> None:
    """Whoever talked is out of the room: a transfer is complete, or the talk is over."""
    talks.leg_over(handling, leg, "left")
    guest = guests.open_of(handling.call.id)
    if guest is None:
        return
    if guest.kind == GuestKind.TRANSFER and guest.state == GuestState.JOINED:
        _complete(handling, guest)
    elif guest.by_id == leg.person_id:
        stop(handling, guest)


def stop(handling: Handling, guest: Guest, state: GuestState = GuestState.STOPPED) -> None:
    """The guest goes: not asked any more, not rung, or out of the room."""
    leg = db.session.get(Leg, guest.leg_id, populate_existing=True) if guest.leg_id else None
    listened = leg is not None and leg.result == LISTENS
    if leg is not None and leg.result == ACCEPTED:
        talks.leg_over(handling, leg, "left")
    guests.call_off(handling, guest, state)
    if listened:
        _heard_enough(handling, guest)


def talk_over(handling: Handling) -> None:
    """The talk ended while somebody was asked or rung: nobody is to join it any more."""
    guest = guests.open_of(handling.call.id)
    if guest is not None:
        stop(handling, guest)


def call_over(handling: Handling) -> None:
    """The caller is gone: nobody stays in the room, and nobody's phone rings on."""
    call = handling.call
    rows = guests.of_call(call.id)
    if not rows:
        return
    talk_over(handling)
    if any(guest.joined for guest in rows):
        for leg in guests.talkers(call.id):
            guests.hang_up_later(handling.setting.carrier, leg)
    db.session.flush()
    db.session.execute(
        delete(Guest).where(Guest.call_id == call.id).execution_options(synchronize_session=False)
    )


def bring_back_if_alone(handling: Handling) -> None:
    """A caller whom everybody left in the room hears what follows a talk."""
    call = handling.call
    if call.state.get("step") != Step.TOGETHER or guests.talkers(call.id):
        return
    turn, provider_id = int(call.state.get("turn", 0)), call.provider_id
    url = handling.setting.urls.step(str(call.id), Step.TOGETHER.value, turn)
    if provider_id is not None:
        after_commit(lambda: _send(handling.setting, provider_id, url))


def bring_back_lost(setting: Setting, now: datetime) -> None:
    """Once more for callers whom a refusal of the carrier left alone; for the worker process."""
    for call in db.session.scalars(select(LiveCall)).all():
        if call.state.get("step") == Step.TOGETHER:
            handling = guests.handling_of(setting, call, now)
            if handling is not None:
                bring_back_if_alone(handling)


def _send(setting: Setting, provider_id: str, url: str) -> None:
    guests.send(setting.carrier, provider_id, url)


def _joins(setting: Setting, call: LiveCall, guest: Guest, leg: Leg, now: datetime) -> bool:
    handling = guests.handling_of(setting, call, now)
    talking = [one for one in guests.talkers(call.id) if one.person_id == guest.by_id]
    if handling is None or not talking or not _holds(leg, guest):
        return False
    if not roster.accept(leg.person_id, leg.id, now + rules.LONGEST_TALK, now):
        return False
    was_in_room = guests.in_room(call.id)
    listens = guest.kind == GuestKind.LISTEN
    leg.result = LISTENS if listens else ACCEPTED
    guest.state, guest.joined = GuestState.JOINED.value, True
    guest.brief = guest.brief_stamp = None
    handling.note("listens" if listens else "joined", person=str(leg.person_id))
    act = "listen.began" if listens else "call.joined"
    audit.record(setting.site, act, now, actor=leg.person_id, object_id=guest.by_id)
    db.session.flush()
    if guest.cold and not talks.is_heavy(call):
        guests.hang_up_later(setting.carrier, talking[0])
        counsellor_gone(handling, talking[0])
    elif not was_in_room:
        _send_there(setting, call, guest, talking[0], now)
    return True


def _send_there(setting: Setting, call: LiveCall, guest: Guest, leg: Leg, now: datetime) -> None:
    """The counsellor's leg follows the guest; what the carrier surely refused is undone."""
    call_id, guest_id, leg_id, provider_id = call.id, guest.id, leg.id, leg.provider_id
    url = setting.urls.meet(str(leg.id))

    def undo(call: LiveCall, guest: Guest) -> None:
        handling = guests.handling_of(setting, call, now)
        if handling is None or guest.state != GuestState.JOINED:
            return
        if call.state.get("step") == Step.RING:
            guest.joined = False
            stop(handling, guest, GuestState.FAILED)
            return
        gone = db.session.get(Leg, leg_id, populate_existing=True)
        if gone is not None and gone.result == ACCEPTED:  # hung up as the other pressed 1
            counsellor_gone(handling, gone)
            bring_back_if_alone(handling)

    def leave() -> None:
        if provider_id is None or not guests.send(setting.carrier, provider_id, url):
            guests.undo(call_id, guest_id, undo)

    after_commit(leave)


def _guest_gone(handling: Handling, guest: Guest, leg: Leg) -> None:
    now = handling.now
    if leg.result in {RINGING, ASKED, guests.PASSED_ON}:
        passed = leg.result == guests.PASSED_ON
        roster.not_taken(leg.person_id, leg.id, now, passed_on=passed)
        leg.result = "over"
        guests.close(guest, GuestState.PASSED_ON if passed else GuestState.UNANSWERED)
    else:
        stop(handling, guest, GuestState.LEFT)


def _complete(handling: Handling, guest: Guest) -> None:
    """The colleague alone talks with the caller from now on; the case follows if it is to."""
    call = handling.call
    guests.close(guest, GuestState.DONE)
    call.person_id = guest.person_id
    handling.note("passed on", person=str(guest.person_id))
    audit.record(
        handling.site, "call.passed_on", handling.now, actor=guest.by_id, object_id=call.case_id
    )
    if guest.gives_case and call.case_id is not None:
        row = db.session.get(HandOver, call.case_id) or HandOver(case_id=call.case_id)
        row.giver_id, row.taker_id = guest.by_id, guest.person_id
        db.session.add(row)


def _heard_enough(handling: Handling, guest: Guest) -> None:
    audit.record(
        handling.site,
        "listen.ended",
        handling.now,
        actor=guest.person_id,
        object_id=guest.by_id,
    )


def _holds(leg: Leg, guest: Guest) -> bool:
    """Whether the guest is still wanted, and the ring has not been lost meanwhile."""
    wanted = guest.state == GuestState.RINGING and leg.result in {RINGING, ASKED}
    return wanted and roster.row_of(leg.person_id).leg_id == leg.id


def _locked(leg_id: uuid.UUID) -> tuple[Leg | None, LiveCall | None, Guest | None]:
    """A leg, its call under lock, and the guest it belongs to, if to one."""
    leg = db.session.get(Leg, leg_id)
    call = load(leg.call_id, lock=True) if leg is not None else None
    leg = db.session.get(Leg, leg_id, populate_existing=True)
    return leg, call, guests.of_leg(leg_id)
