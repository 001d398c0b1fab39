"""A call's webhooks: what happened goes in, what the caller hears comes out.

Each entry point works in the present transaction and is run again from its start if it loses a
race. The turn that the call is at, read under its lock, tells what is new: a repetition and what
comes late get the present step's answer.
"""

import uuid
from dataclasses import replace
from datetime import datetime

from crypto.errors import CryptoError
from crypto.receipts import Receipt
from helpline.cases.service import intake
from helpline.errors import NotFound, Unavailable
from helpline.extensions import db
from helpline.hotline.models import Leg, LiveCall
from helpline.hotline.service import (
    effects,
    ending,
    guests,
    live,
    recordings,
    seen,
    talks,
    together,
)
from helpline.hotline.service.handling import (
    Handling,
    Prepared,
    Reply,
    answer_of,
    by_provider,
    load,
    seal_answer,
    seal_mask,
)
from helpline.hotline.service.live import Found
from helpline.hotline.service.setting import Setting
from helpline.keys.service import directory, letterboxes
from helpline.register.service import lines
from helpline.register.service.lines import LineView
from helpline.unit_of_work import release
from telephony import flow
from telephony.events import CallStatus, DialEnded, InboundCall, KeyPress, RecordingDone
from telephony.flow import CallState, Heard, LineKind, Prompt, Step, Turn
from telephony.numbers import CallerNumber
from telephony.prompts import Prompts

StepEvent = KeyPress | RecordingDone | DialEnded
SLOW = (flow.MakeReceipt, flow.TextReceipt)


def ring(setting: Setting, event: InboundCall, now: datetime) -> Reply:
    """Somebody rings a line: the first answer. Raises NotFound for a number that is no line."""
    line = line_of(event.line)
    if directory.status(setting.site) == "none":
        return Reply(uuid.uuid4(), apology(line), setting.prompts(line))
    prepared = Prepared()
    if line.kind is LineKind.MISSED_CALL and not event.caller.withheld:
        release()
        prepared = Prepared(setting.site.handle(event.caller.reveal()))
    going_on = by_provider(event.provider_id)
    if going_on is not None or seen.is_known(setting.site, event.event_key):
        return _repeated(setting, going_on)
    call = LiveCall(
        id=uuid.uuid4(),
        provider_id=event.provider_id,
        line_id=line.id,
        state=CallState().to_dict(),
        path=[],
        language=line.default_language,
        arrived_at=now,
        touched_at=now,
    )
    db.session.add(call)
    handling = Handling(setting, call, line, event.caller, now, prepared)
    if not event.caller.withheld:
        seal_mask(setting.site, call, event.caller)
    _know(handling)
    reply = _answer(handling, flow.answer(handling.facts()))
    if seen.ended_before_it_began(setting.site, event.provider_id):  # told meanwhile, perhaps
        ending.end(handling)
        return replace(reply, call=None)
    return reply


def step(setting: Setting, event: StepEvent, call_id: uuid.UUID, now: datetime) -> Reply:
    """The caller pressed keys, kept silent, spoke into the voicemail, or came back from a dial."""
    found = live.read(call_id)
    if found is None or found.call.provider_id not in {None, event.provider_id}:
        return _too_late(setting, event, call_id, now)
    if _was_answered(found, event):
        return _repeated(setting, found.call)
    handling = Handling(setting, found.call, found.line, event.caller, now)
    turn = flow.advance(handling.state, _heard(handling, event), handling.facts())
    try:
        prepared = _prepare(handling, event, turn)
    except Unavailable:  # too many stretch at once: the question is asked once more
        return _repeated(setting, load(call_id))
    if prepared is not None:  # the lock was given back meanwhile
        found = live.read(call_id)
        if found is None:
            return _too_late(setting, event, call_id, now)
        if _was_answered(found, event):
            return _repeated(setting, found.call)
        handling = Handling(setting, found.call, found.line, event.caller, now, prepared)
        _know(handling)
    found.call.provider_id = found.call.provider_id or event.provider_id
    if prepared is not None or not isinstance(event, KeyPress):
        turn = flow.advance(handling.state, _settle(handling, event), handling.facts())
    return _answer(handling, turn)


def status(setting: Setting, event: CallStatus, now: datetime) -> None:
    """The whole call's progress; only its end counts, and its end only once."""
    if not event.ended:
        return
    call = by_provider(event.provider_id)
    if call is not None:
        call = load(call.id, lock=True)
    if call is None:
        seen.mark_ended(setting.site, event.provider_id)
        return
    ending.end(Handling(setting, call, _line(call), event.caller, now))


def keep_answer(setting: Setting, reply: Reply, body: bytes) -> None:
    """Save the call with what was rendered: the answer of its present step."""
    if reply.call is not None:
        seal_answer(setting.site, reply.call, body)
        live.save(reply.call)


def line_of(number: CallerNumber) -> LineView:
    """The line that was rung or texted. Raises NotFound."""
    line = None if number.withheld else lines.by_number(number.reveal())
    if line is None:
        raise NotFound("No line of this helpline has that number.")
    return line


def apology(line: LineView) -> Turn:
    """What a node says that can take nothing in: that nobody can answer, whom to ring instead."""
    language = line.default_language
    numbers = ", ".join(" ".join(number) for number in line.emergency_numbers)
    emergency = (Prompt("emergency", language, (("numbers", numbers),)),) if numbers else ()
    say = (Prompt("greeting", language), Prompt("nobody", language), *emergency)
    return Turn(CallState(language=language, step=Step.GOODBYE), say, flow.Hangup())


def hang_up_turn(language: str = "en") -> Turn:
    """For a call that is over: nothing more is said."""
    return Turn(CallState(language=language, step=Step.HANG_UP), (), flow.Hangup())


def _answer(handling: Handling, turn: Turn) -> Reply:
    turn = effects.run(handling, turn)
    if isinstance(turn.then, flow.Record):
        longest = handling.setting.hotline.voicemail_seconds
        turn = replace(turn, then=replace(turn.then, max_seconds=longest))
    call, prompts = handling.call, handling.setting.prompts(handling.line)
    return Reply(call.id, turn, prompts, handling.particulars(), call=call)


def _repeated(setting: Setting, call: LiveCall | None) -> Reply:
    """The answer of the present step; else the call is over."""
    body = answer_of(setting.site, call) if call is not None else None
    if body is not None:
        return Reply(body=body)
    return Reply(uuid.uuid4(), hang_up_turn(), Prompts.load())


def _was_answered(found: Found, event: StepEvent) -> bool:
    return bool(event.turn != found.call.state.get("turn", 0))


def _too_late(setting: Setting, event: StepEvent, call_id: uuid.UUID, now: datetime) -> Reply:
    """The call is over; a message spoken into it is still kept."""
    # told once more, perhaps, after it was handled as a step of the call
    if isinstance(event, RecordingDone) and seen.is_new(setting.site, event.event_key):
        recordings.done_late(call_id, event, now)
    return Reply(uuid.uuid4(), hang_up_turn(), Prompts.load())


def _prepare(handling: Handling, event: StepEvent, turn: Turn) -> Prepared | None:
    """Stretch what this turn will need, with no transaction open; None if it needs nothing."""
    call = handling.call
    needs_handle = call.handle is None and not event.caller.withheld
    asked = next((e.digits for e in turn.effects if isinstance(e, flow.LookUpReceipt)), None)
    new = any(isinstance(effect, SLOW) for effect in turn.effects)
    if not (needs_handle or new or asked is not None):
        return None
    site = handling.site
    release()
    handle = site.handle(event.caller.reveal()) if needs_handle else None
    receipt = Receipt.new() if new else None
    return Prepared(
        handle=handle,
        asked=_stretched(handling, asked) if asked is not None else None,
        receipt=receipt,
        receipt_keys=letterboxes.stretch(site, receipt) if receipt else None,
    )


def _stretched(handling: Handling, digits: str) -> letterboxes.ReceiptKeys | None:
    """Right, wrong and misspelt receipts cost the same time."""
    try:
        return letterboxes.stretch(handling.site, Receipt.parse(digits))
    except CryptoError:
        letterboxes.stretch(handling.site, Receipt.new())
        return None


def _know(handling: Handling) -> None:
    """Once the handle is there: have they contacted us before, and in which language?"""
    call = handling.call
    if handling.prepared.handle is None:
        return
    call.handle = handling.prepared.handle
    known = intake.recognise(call.handle)
    call.known = known.contacts_before
    handling.known_language = known.language
    if len(known.open_cases) == 1:
        call.own_case_id = known.open_cases[0][0]


def _heard(handling: Handling, event: StepEvent) -> Heard:
    if isinstance(event, KeyPress):
        return flow.Keys(event.digits) if event.digits else flow.Silence()
    if isinstance(event, RecordingDone):
        return flow.RecordingFinished(event.seconds)
    if together.awaited(handling.call):
        return flow.Awaited()
    leg = _present_leg(handling)
    return (
        flow.Talked() if leg is not None and leg.result == guests.ACCEPTED else flow.NotAnswered()
    )


def _settle(handling: Handling, event: StepEvent) -> Heard:
    """What was heard, and what it changes besides the flow."""
    heard = _heard(handling, event)
    if isinstance(event, RecordingDone) and seen.is_new(handling.site, event.event_key):
        recordings.done(handling, event)
    if isinstance(event, DialEnded) and not isinstance(heard, flow.Awaited):
        leg = _present_leg(handling)
        if leg is not None and handling.state.step is Step.RING:
            talks.leg_over(handling, leg, event.state.value)
        together.talk_over(handling)
    return heard


def _present_leg(handling: Handling) -> Leg | None:
    leg = handling.state.leg
    return db.session.get(Leg, uuid.UUID(leg), populate_existing=True) if leg else None


def _line(call: LiveCall) -> LineView:
    line = lines.by_id(call.line_id)
    if line is None:
        raise Unavailable("This line is not there any more.")
    return line
