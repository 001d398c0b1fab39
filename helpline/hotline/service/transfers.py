"""Passing a talk on: the brief, the worker's yes, the colleague, and the case if it is to follow.

Only people on duty can be chosen: there is no field for a number, so a factory cannot be joined.
"""

import logging
import uuid
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select

from helpline.accounts.service import people
from helpline.audit import service as audit
from helpline.cases.models import Case
from helpline.cases.rules.kinds import EntryKind
from helpline.cases.service import assignment, files
from helpline.errors import BadInput, Conflict, NotFound
from helpline.extensions import db
from helpline.hotline.models import Duty, Guest, HandOver, LiveCall
from helpline.hotline.rules import GuestKind, GuestState, Shown
from helpline.hotline.service import callbacks, casework, guests, roster, talks, together
from helpline.hotline.service.setting import Setting
from helpline.keys.service.principal import Principal
from helpline.keys.service.site import Tampered
from helpline.register.service import lines
from telephony.provider import Ability

log = logging.getLogger(__name__)

LONGEST_BRIEF = 1000
NO_BRIEF = "Write a brief: what your colleague must know before they speak."
NO_CONSENT = "Ask the worker first. Without their yes nobody else joins."
COLD_REFUSED = (
    "This talk is S3 or S4: stay until your colleague and the worker have met. "
    "A hand-over without meeting is not possible."
)
NO_ROOM = "This carrier cannot join three phones. Hand over by callback."
KEPT = "This case is kept to named people. Choose one of them."
NO_CALLBACK = "This worker cannot be rung back: stay with them."


@dataclass(frozen=True, slots=True)
class Wish:
    """What the counsellor filled in; `cold`: leave as soon as the colleague answers."""

    to: uuid.UUID
    brief: str = field(repr=False)
    consent: bool
    cold: bool = False
    gives_case: bool = False


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody on duty to whom a talk can go; `free`: their phone may ring now."""

    person: uuid.UUID
    name: str
    languages: tuple[str, ...]
    free: bool


def colleagues(person: uuid.UUID, language: str, now: datetime) -> list[Colleague]:
    """Everybody else on duty: the free first, of those who speak the call's language first."""
    rows = db.session.scalars(select(Duty).where(Duty.state == "on", Duty.person_id != person))
    on_duty = list(rows)
    names = people.display_names(row.person_id for row in on_duty)
    found = [
        Colleague(
            row.person_id,
            names.get(row.person_id, ""),
            tuple(row.languages),
            roster.shown_of(row, now) is Shown.FREE,
        )
        for row in on_duty
    ]
    return sorted(found, key=lambda one: (not one.free, language not in one.languages, one.name))


def begin(setting: Setting, principal: Principal, wish: Wish, now: datetime) -> None:
    """Ring the colleague, while the worker stays with whoever talks. Raises BadInput, Conflict."""
    _check(wish)
    call = guests.own_talk(principal.person)
    if not setting.carrier.can(Ability.CONFERENCE):
        raise Conflict(NO_ROOM)
    if wish.cold and talks.is_heavy(call):
        raise Conflict(COLD_REFUSED)
    _check_colleague(principal, wish, now, free=True)
    _check_kept(setting, call, wish)
    guest = guests.add(call, GuestKind.TRANSFER, GuestState.RINGING, principal.person, wish.to)
    guest.cold, guest.gives_case = wish.cold, wish.gives_case
    guests.seal_brief(principal, guest, wish.brief.strip())
    _write_down(principal, call, wish, now)
    audit.record(setting.site, "call.transfer", now, actor=principal.person, object_id=call.case_id)
    guests.ring(setting, call, guest, now)  # last: what it lets leave cannot be called back


def take_back(setting: Setting, principal: Principal, guest_id: uuid.UUID, now: datetime) -> None:
    """The worker stays with the first counsellor after all. Raises NotFound, Conflict."""
    call, guest = _mine(principal, guest_id)
    handling = guests.handling_of(setting, call, now)
    if handling is not None:
        together.stop(handling, guest)


def leave(setting: Setting, principal: Principal, guest_id: uuid.UUID, now: datetime) -> None:
    """The colleague has joined: the first counsellor leaves. Raises NotFound, Conflict."""
    call, guest = _mine(principal, guest_id)
    leg = next((leg for leg in guests.talkers(call.id) if leg.person_id == guest.by_id), None)
    handling = guests.handling_of(setting, call, now)
    if guest.state != GuestState.JOINED or leg is None or handling is None:
        raise Conflict("Your colleague has not joined yet. Stay with the worker.")
    together.counsellor_gone(handling, leg)
    db.session.flush()
    complete_given(principal, now)
    guests.hang_up_later(setting.carrier, leg)


def complete_given(principal: Principal, now: datetime) -> None:
    """Give the cases that are to follow a talk: back to the inbox, reserved for the colleague.

    One that cannot go there, being kept to named people, stays where it is.
    """
    query = select(HandOver).where(HandOver.giver_id == principal.person)
    for row in db.session.scalars(query).all():
        taker, case = row.taker_id, db.session.get(Case, row.case_id)
        db.session.delete(row)
        if case is None or case.assignee != principal.person:
            continue
        try:
            with db.session.begin_nested():
                _give(principal, case.id, taker, now)
        except (Conflict, NotFound, Tampered) as trouble:
            log.error("a case did not follow its talk: %s", type(trouble).__name__)


def by_callback(setting: Setting, principal: Principal, wish: Wish, now: datetime) -> None:
    """Where three phones cannot be joined: the case with its brief, and a callback to make.

    Raises BadInput, Conflict.
    """
    _check(wish)
    call = guests.own_talk(principal.person)
    line = lines.by_id(call.line_id)
    if setting.carrier.can(Ability.CONFERENCE):
        raise Conflict("Pass the talk on: this carrier can join your colleague.")
    _check_colleague(principal, wish, now, free=False)
    _check_kept(setting, call, wish)
    standing = casework.standing(call.handle, call.line_id, now).flags
    if call.handle is None or call.case_id is None or line is None or standing.never_ring:
        raise Conflict(NO_CALLBACK)
    assignment.complete_reserved(principal, now)
    _write_down(principal, call, wish, now)
    row = callbacks.enter(call.handle, call.case_id, line, call.language, now)
    row.case_id, row.state, row.person_id = call.case_id, callbacks.OPEN, None
    audit.record(
        setting.site, "call.handed_over", now, actor=principal.person, object_id=call.case_id
    )
    _give(principal, call.case_id, wish.to, now)


def _give(principal: Principal, case_id: uuid.UUID, taker: uuid.UUID, now: datetime) -> None:
    assignment.release(principal, case_id, now)
    assignment.reserve(case_id, taker, now)


def _check(wish: Wish) -> None:
    if not wish.brief.strip():
        raise BadInput(NO_BRIEF, "brief")
    if len(wish.brief.strip()) > LONGEST_BRIEF:
        raise BadInput("A brief has at most 1,000 characters.", "brief")
    if not wish.consent:
        raise BadInput(NO_CONSENT, "consent")


def _check_colleague(principal: Principal, wish: Wish, now: datetime, *, free: bool) -> None:
    known = {one.person: one for one in colleagues(principal.person, "", now)}
    chosen = known.get(wish.to)
    if chosen is None or (free and not chosen.free):
        raise Conflict(guests.NOT_FREE)


def _check_kept(setting: Setting, call: LiveCall, wish: Wish) -> None:
    if not guests.may_hear(setting.site, call, wish.to):
        raise Conflict(KEPT)


def _write_down(principal: Principal, call: LiveCall, wish: Wish, now: datetime) -> None:
    """The brief and the worker's yes stand in the case, if whoever passes the talk on holds it."""
    if call.case_id is None:
        return
    assignment.complete_reserved(principal, now)
    try:
        file = files.open_file(principal, call.case_id)
    except NotFound:
        return
    body = {"text": wish.brief.strip(), "to": str(wish.to), "agreed": True}
    file.append(EntryKind.TRANSFER, body, now)
    file.save()


def _mine(principal: Principal, guest_id: uuid.UUID) -> tuple[LiveCall, Guest]:
    """An open transfer that the principal began, with its call under lock."""
    call = guests.own_talk(principal.person)
    guest = guests.open_of(call.id)
    wanted = guest is not None and guest.id == guest_id and guest.kind == GuestKind.TRANSFER
    if guest is None or not wanted or guest.by_id != principal.person:
        raise NotFound
    return call, guest
