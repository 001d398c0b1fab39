"""The end of a call: the last effects, the call record, the counters, and the row is gone."""

import json
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import delete, select

from helpline.cases.rules.kinds import EntryKind
from helpline.columns import new_id
from helpline.extensions import db
from helpline.hotline import rules
from helpline.hotline.models import CallRecord, Leg, LiveCall
from helpline.hotline.rules import Ending
from helpline.hotline.service import (
    callbacks,
    casework,
    counts,
    effects,
    guests,
    recordings,
    roster,
    seen,
    talks,
    together,
)
from helpline.hotline.service.handling import Handling
from helpline.jobs import enqueue
from helpline.keys.rules import Place, Team
from helpline.keys.service import boxes
from helpline.keys.service.site import Site
from helpline.register.service.lines import LineView
from telephony import flow
from telephony.flow import Step
from telephony.provider import Ability

DELETE_CALL = "hotline.delete_call"


def end(handling: Handling) -> None:
    """Everything that the end of a call brings, once."""
    call = handling.call
    together.call_over(handling)
    _free_whoever_is_held(handling)
    roster.let_go_of(call.id, handling.now)
    _expect_message(handling)
    if call.answered_at is not None:  # the talk is what the caller wanted
        call.state = {**call.state, "settled": True, "wants_person": False}
    turn = flow.advance(handling.state, flow.HungUp(), handling.facts())
    last_step = call.state.get("step", "")
    effects.run(handling, turn)
    how = _ending(call)
    _record(handling, how, str(last_step))
    _count(handling, how)
    if call.outbound and call.talk_ended_at is not None and call.callback_id is not None:
        callbacks.done(call.callback_id)
    if call.provider_id is not None:
        seen.mark_over(handling.site, call.provider_id)
        if handling.setting.carrier.can(Ability.DELETE_CALL):
            enqueue(DELETE_CALL, {"call": call.provider_id})
    db.session.execute(
        delete(Leg).where(Leg.call_id == call.id).execution_options(synchronize_session=False)
    )
    db.session.delete(call)
    db.session.flush()


def place_of(record: CallRecord) -> Place:
    """Where a call record is sealed."""
    return Place("call record", "call_records", str(record.id))


def forget_records(before: date) -> None:
    """Delete call records of days before this one."""
    db.session.execute(delete(CallRecord).where(CallRecord.day < before))


def _free_whoever_is_held(handling: Handling) -> None:
    legs = db.session.scalars(
        select(Leg).where(Leg.call_id == handling.call.id).execution_options(populate_existing=True)
    ).all()
    for leg in legs:
        if leg.result in {guests.RINGING, guests.ASKED}:
            roster.caller_left(leg.person_id, leg.id, handling.now)
            leg.result = "caller left"
        elif leg.result in {guests.ACCEPTED, guests.PASSED_ON}:
            talks.leg_over(handling, leg, "caller left")


def _expect_message(handling: Handling) -> None:
    """Who hangs up in the recording has left a message, unless it turns out to be empty."""
    call, state = handling.call, handling.state
    if state.step is not Step.VOICEMAIL:
        return
    row = recordings.expect(call, recordings.VOICEMAIL, handling.now)
    unheard = state.wants_person and not state.settled and row.provider_id is None
    if unheard and handling.facts().can_ring_back:
        row.ring_back = call.handle
    call.message_left = True
    call.state = {**call.state, "settled": True}


def _ending(call: LiveCall) -> Ending:
    if call.outbound:
        reached = call.answered_at is not None
        return Ending.OUTBOUND_REACHED if reached else Ending.OUTBOUND_UNANSWERED
    if call.answered_at is not None:
        return Ending.ANSWERED
    steps = {str(step) for step, _, _ in call.path}
    if Step.REFUSED in steps:
        return Ending.MISSED
    if call.message_left:
        return Ending.MESSAGE
    if call.wanted_at is not None:
        return Ending.CALLBACK if call.callback_asked else Ending.ABANDONED
    if call.was_silent:
        return Ending.SILENT
    return _without_a_person(steps)


def _without_a_person(steps: set[str]) -> Ending:
    if Step.ABUSIVE in steps:
        return Ending.REFUSED
    if Step.LETTERS in steps:
        return Ending.LETTERS
    if steps & {Step.RIGHTS, Step.PROGRAMMES}:
        return Ending.INFORMATION
    return Ending.HUNG_UP


def _record(handling: Handling, how: Ending, last_step: str) -> None:
    """The path of the call, without a number: for supervision, and as an entry of its case."""
    call = handling.call
    content = {
        "line": handling.line.name,
        "began": call.arrived_at.isoformat(),
        "ended": handling.now.isoformat(),
        "language": call.language,
        "waited": _waited(call, handling.now),
        "talked": _talked(call),
        "path": call.path,
        "last": last_step,
        "how": how.value,
        "outbound": call.outbound,
        "danger": call.danger,
    }
    keep_record(handling.site, handling.line, content, handling.now)
    casework.add(handling.site, call.case_id, EntryKind.CALL_RECORD, content, handling.now)


def keep_record(site: Site, line: LineView, content: dict[str, Any], now: datetime) -> None:
    """Seal a call record to supervision."""
    row = CallRecord(id=new_id(), line_id=line.id, day=counts.day_of(line, now))
    row.content = boxes.put_to_team(
        site, Team.SUPERVISION, json.dumps(content, ensure_ascii=False).encode(), place_of(row)
    )
    db.session.add(row)


def _count(handling: Handling, how: Ending) -> None:
    call, line = handling.call, handling.line
    day = counts.day_of(line, call.arrived_at)
    counts.add(line.id, day, "calls" if not call.outbound else "calls_out")
    counts.add(line.id, day, how.value)
    if call.danger:
        counts.add(line.id, day, "danger")
    if call.wanted_at is not None and not call.outbound:
        counts.add(line.id, day, "wanted")
        counts.add(line.id, day, rules.wait_band(_waited(call, handling.now)))


def _waited(call: LiveCall, now: datetime) -> int:
    """Seconds from the wish for a person to the answer, or to the end."""
    if call.wanted_at is None:
        return 0
    return max(0, round(((call.answered_at or now) - call.wanted_at) / timedelta(seconds=1)))


def _talked(call: LiveCall) -> int:
    """Seconds of talk."""
    if call.answered_at is None or call.talk_ended_at is None:
        return 0
    return max(0, round((call.talk_ended_at - call.answered_at) / timedelta(seconds=1)))
