"""The queue, and holding one counsellor for one call. All of it stands in the database."""

import uuid
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import and_, bindparam, select

from helpline.columns import UtcDateTime, new_id
from helpline.extensions import db
from helpline.hotline import rules
from helpline.hotline.models import Duty, Leg, LiveCall
from helpline.hotline.rules import Free, Waiting
from helpline.hotline.service import counts, oncall, roster, rows
from helpline.hotline.service.oncall import Reachable
from helpline.hotline.service.setting import Setting
from telephony.flow import NobodyFree, Reserved

_CALLS, _DUTIES, _LEGS = rows.table(LiveCall), rows.table(Duty), rows.table(Leg)
_NOW = bindparam("now", type_=UtcDateTime)
_WAITING = (
    select(
        _CALLS.c.id,
        _CALLS.c.line_id,
        _CALLS.c.language,
        _CALLS.c.danger,
        _CALLS.c.queued_at,
        _DUTIES.c.person_id.label("held"),
    )
    .outerjoin(_DUTIES, and_(_DUTIES.c.call_id == _CALLS.c.id, _DUTIES.c.busy_until > _NOW))
    .where(
        _CALLS.c.queued_at.is_not(None),
        _CALLS.c.person_id.is_(None),
        _CALLS.c.touched_at > bindparam("lost", type_=UtcDateTime),
    )
)
_RUNG = select(_LEGS.c.person_id).where(_LEGS.c.call_id == bindparam("call"))


def waiting(line_ids: frozenset[uuid.UUID] | None, now: datetime) -> list[Waiting]:
    """Callers who wait, of these lines or of all; lost ones are left out."""
    found = rows.ask(_WAITING, {"now": now, "lost": now - rules.LOST_CALLER})
    return [
        Waiting(row.id, row.language, row.danger, row.queued_at, row.held is not None)
        for row in found
        if line_ids is None or row.line_id in line_ids
    ]


def position(call: LiveCall, now: datetime) -> int:
    """The caller's place among those of the same line, 1 for who is next."""
    return rules.place_in_queue(call.id, waiting(frozenset({call.line_id}), now))


def reserve(setting: Setting, call: LiveCall, now: datetime) -> Reserved | NobodyFree:
    """Hold somebody for this call: who is free and nobody ahead needs; for danger on-call too."""
    rung = _rung(call.id)
    if call.outbound:
        chosen = [call.person_id] if call.person_id and not rung else []
    else:
        chosen = [one.person for one in _free_for(call, rung, now)]
        if call.danger:
            chosen += _on_call_for(call, chosen, now)
            chosen = [one for one in chosen if rung[one] < rules.DANGER_ROUNDS]
            chosen.sort(key=lambda one: rung[one])  # stable: everybody once before anybody twice
    for person in chosen:
        leg = take(setting, call, person, now)
        if leg is not None:
            return Reserved(str(leg))
    return NobodyFree()


def take(setting: Setting, call: LiveCall, person: uuid.UUID, now: datetime) -> uuid.UUID | None:
    """Hold one person for a call, with a leg to ring; None if they have no phone or are held."""
    found: Reachable | None = roster.reachable(setting.site, person, now, call.line_id)
    if found is None:
        return None
    leg = new_id()
    until = now + timedelta(seconds=setting.hotline.ring_seconds) + roster.MARGIN
    if not roster.take(person, found.phone_hash, call.id, leg, until, now):
        return None
    db.session.add(Leg(id=leg, call_id=call.id, person_id=person, result="ringing", rung_at=now))
    db.session.flush()
    return leg


def _free_for(call: LiveCall, rung: Counter[uuid.UUID], now: datetime) -> list[Free]:
    """Whom this call may ring. One caller asks at a time: what is free stands still meanwhile, so
    that nobody behind jumps the queue and nobody in reach sits idle."""
    free = roster.lock_free(now)
    if not free:
        return []
    heavy = counts.heavy_on(now.date())
    free = [replace(one, heavy=heavy.get(one.person, 0)) for one in free]
    queue = [one for one in waiting(None, now) if not one.rings and one.call != call.id]
    me = Waiting(call.id, call.language, call.danger, call.queued_at or now)
    return rules.candidates(me, [*queue, me], free, rung)


def _on_call_for(call: LiveCall, already: list[uuid.UUID], now: datetime) -> list[uuid.UUID]:
    people = [row.person_id for row in oncall.at(call.line_id, now) if row.phone is not None]
    return [person for person in dict.fromkeys(people) if person not in already]


def _rung(call_id: uuid.UUID) -> Counter[uuid.UUID]:
    return Counter(row.person_id for row in rows.ask(_RUNG, {"call": call_id}))
