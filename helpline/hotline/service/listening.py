"""A supervisor listens to a talk: asked for, agreed to by the counsellor, seen all the while.

A guest who listens has no leg before the counsellor has agreed, and nothing but a leg is ever
rung or joined: so there is no way to a talk past the counsellor's button.
"""

import uuid
from datetime import datetime

from helpline.audit import service as audit
from helpline.errors import Conflict, NotAllowed, NotFound
from helpline.hotline.models import Guest, LiveCall
from helpline.hotline.rules import GuestKind, GuestState
from helpline.hotline.service import guests, roster, together
from helpline.hotline.service.setting import Setting
from helpline.keys.rules import Role
from helpline.keys.service.principal import Principal
from telephony.provider import Ability

CANNOT = "This carrier cannot let anybody listen."
NOT_THIS = "This talk cannot be listened to."
REFUSED = "The counsellor did not agree. That stands for this talk."
NO_PHONE = "Give your phone on the page Duty first. On break no call rings for you."


def ask(setting: Setting, principal: Principal, person: uuid.UUID, now: datetime) -> None:
    """A supervisor asks a counsellor who talks; nothing rings yet. Raises Conflict, NotAllowed."""
    if principal.role is not Role.SUPERVISOR:
        raise NotAllowed("Only a supervisor does this.")
    if not setting.carrier.can(Ability.CONFERENCE):
        raise Conflict(CANNOT)
    if person == principal.person:
        raise Conflict("This is your own talk.")
    call = guests.own_talk(person, "This person is in no call now.")
    if not guests.may_hear(setting.site, call, principal.person):
        raise Conflict(NOT_THIS)
    if roster.reachable(setting.site, principal.person, now, call.line_id) is None:
        raise Conflict(NO_PHONE)
    if roster.is_held(principal.person, now):
        raise Conflict("You are in a call.")
    if any(_refused(guest, principal.person) for guest in guests.of_call(call.id)):
        raise Conflict(REFUSED)
    guests.add(call, GuestKind.LISTEN, GuestState.ASKED, person, principal.person)
    audit.record(setting.site, "listen.asked", now, actor=principal.person, object_id=person)


def agree(setting: Setting, principal: Principal, guest_id: uuid.UUID, now: datetime) -> None:
    """The counsellor agrees: the supervisor's phone rings. Raises NotFound, Conflict."""
    call, guest = _asked(principal, guest_id)
    if not guests.may_hear(setting.site, call, guest.person_id):
        raise Conflict(NOT_THIS)
    guests.ring(setting, call, guest, now)
    _record(setting, "listen.agreed", principal, guest.person_id, now)


def refuse(setting: Setting, principal: Principal, guest_id: uuid.UUID, now: datetime) -> None:
    """The counsellor does not agree; no reason is asked for. Raises NotFound."""
    _, guest = _asked(principal, guest_id)
    guests.close(guest, GuestState.REFUSED)
    _record(setting, "listen.refused", principal, guest.person_id, now)


def end(setting: Setting, principal: Principal, guest_id: uuid.UUID, now: datetime) -> None:
    """Either of the two ends it, at any moment. Raises NotFound."""
    call, guest = _found(guest_id)
    if principal.person not in {guest.by_id, guest.person_id}:
        raise NotFound
    handling = guests.handling_of(setting, call, now)
    if handling is not None:
        together.stop(handling, guest)


def asked_by(person: uuid.UUID) -> list[Guest]:
    """What a supervisor asked for, open or just answered, while those calls live."""
    return guests.of_person(person, GuestKind.LISTEN)


def _refused(guest: Guest, person: uuid.UUID) -> bool:
    return guest.person_id == person and guest.state == GuestState.REFUSED


def _asked(principal: Principal, guest_id: uuid.UUID) -> tuple[LiveCall, Guest]:
    """A wish to listen to the principal's own talk that waits for their answer."""
    call = guests.own_talk(principal.person)
    guest = guests.open_of(call.id)
    waits = guest is not None and guest.id == guest_id and guest.state == GuestState.ASKED
    if guest is None or not waits or guest.by_id != principal.person:
        raise NotFound
    return call, guest


def _found(guest_id: uuid.UUID) -> tuple[LiveCall, Guest]:
    call = guests.locked_call_of(guest_id)
    guest = guests.open_of(call.id) if call is not None else None
    if call is None or guest is None or guest.id != guest_id or guest.kind != GuestKind.LISTEN:
        raise NotFound
    return call, guest


def _record(
    setting: Setting, act: str, principal: Principal, other: uuid.UUID, now: datetime
) -> None:
    audit.record(setting.site, act, now, actor=principal.person, object_id=other)
