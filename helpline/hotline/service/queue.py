"""The queue, and holding one counsellor for one call. All of it stands in the database."""

import uuid
from collections import Counter
from datetime import datetime, timedelta

from sqlalchemy import select

from helpline.columns import new_id
from helpline.extensions import db
from helpline.hotline import rules
from helpline.hotline.models import Duty, Leg, LiveCall
from helpline.hotline.rules import Free, Waiting
from helpline.hotline.service import counts, oncall, roster
from helpline.hotline.service.oncall import Reachable
from helpline.hotline.service.setting import Setting
from telephony.flow import NobodyFree, Reserved


def waiting(line_ids: frozenset[uuid.UUID] | None, now: datetime) -> list[Waiting]:
    """Callers who wait, of these lines or of all; lost ones are left out."""
    query = select(LiveCall).where(
        LiveCall.queued_at.is_not(None),
        LiveCall.person_id.is_(None),
        LiveCall.touched_at > now - rules.LOST_CALLER,
    )
    if line_ids is not None:
        query = query.where(LiveCall.line_id.in_(line_ids))
    return [_as_waiting(row) for row in db.session.scalars(query)]


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
        leg = _take(setting, call, person, now)
        if leg is not None:
            return Reserved(str(leg))
    return NobodyFree()


def _take(setting: Setting, call: LiveCall, person: uuid.UUID, now: datetime) -> uuid.UUID | None:
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
    heavy = counts.heavy_on(now.date())
    free = [
        Free(row.person_id, frozenset(row.languages), heavy.get(row.person_id, 0), row.idle_since)
        for row in roster.free_on_duty(now)
    ]
    if not free:
        return []
    since = call.queued_at or now
    me = Waiting(call.id, call.language, call.danger, since)
    rings = _rung_for(now)  # somebody's phone rings for them already: they need nobody else
    others = [one for one in waiting(None, now) if one.call not in rings | {call.id}]
    return rules.candidates(me, [*others, me], free, rung)


def _on_call_for(call: LiveCall, already: list[uuid.UUID], now: datetime) -> list[uuid.UUID]:
    people = [row.person_id for row in oncall.at(call.line_id, now) if row.phone is not None]
    return [person for person in dict.fromkeys(people) if person not in already]


def _rung_for(now: datetime) -> frozenset[uuid.UUID | None]:
    """Calls for which somebody is held at this moment."""
    held = select(Duty.call_id).where(Duty.busy_until > now, Duty.call_id.is_not(None))
    return frozenset(db.session.scalars(held))


def _rung(call_id: uuid.UUID) -> Counter[uuid.UUID]:
    return Counter(db.session.scalars(select(Leg.person_id).where(Leg.call_id == call_id)))


def _as_waiting(row: LiveCall) -> Waiting:
    return Waiting(row.id, row.language, row.danger, row.queued_at or row.arrived_at)
