"""The vendor's form fields, read into events. Unknown fields are ignored: new ones appear."""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Final

from telephony.events import (
    CallStatus,
    Delivery,
    DeliveryState,
    DialEnded,
    Event,
    InboundCall,
    InboundText,
    KeyPress,
    LegState,
    LegStatus,
    MeetAsked,
    RecordingDone,
    RecordingReady,
    WhisperAsked,
    WhisperKey,
)
from telephony.numbers import CallerNumber
from telephony.provider import BadWebhook, Form, Webhook

_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
_KEYS: Final = re.compile(r"[0-9*#]{0,64}")
_DIAL_STATES: Final = {"answered": LegState.COMPLETED}


def parse(webhook: Webhook, form: Form, turn: int = 0) -> Event:
    """One event. Raises BadWebhook if a field that counts is missing or senseless."""
    return _PARSERS[webhook](form, turn)


def _call(form: Form, _turn: int) -> InboundCall:
    return InboundCall(_id(form, "CallSid"), _account(form), _caller(form), _line(form))


def _step(form: Form, turn: int) -> KeyPress | RecordingDone:
    if form.one("RecordingUrl") or form.one("RecordingDuration"):
        return RecordingDone(
            provider_id=_id(form, "CallSid"),
            account=_account(form),
            caller=_caller(form),
            line=_line(form),
            turn=turn,
            recording_id=_recording_id(form),
            seconds=form.count("RecordingDuration"),
            hung_up=form.one("Digits") == "hangup",
        )
    digits = form.one("Digits")
    if not _KEYS.fullmatch(digits):
        raise BadWebhook("The keys are no keys.")
    call = _id(form, "CallSid")
    return KeyPress(call, _account(form), _caller(form), _line(form), turn, digits)


def _dialled(form: Form, turn: int) -> DialEnded:
    status = form.required("DialCallStatus")
    return DialEnded(
        provider_id=_id(form, "CallSid"),
        account=_account(form),
        caller=_caller(form),
        line=_line(form),
        turn=turn,
        leg_id=form.one("DialCallSid"),
        state=_DIAL_STATES.get(status) or _state(status),
        bridged=form.one("DialBridged").lower() == "true",
        seconds=form.count("DialCallDuration"),
    )


def _whisper(form: Form, _turn: int) -> WhisperAsked:
    return WhisperAsked(_id(form, "CallSid"), _account(form), form.one("ParentCallSid"))


def _accept(form: Form, _turn: int) -> WhisperKey:
    digits = form.one("Digits")
    if not _KEYS.fullmatch(digits):
        raise BadWebhook("The keys are no keys.")
    call, parent = _id(form, "CallSid"), form.one("ParentCallSid")
    return WhisperKey(call, _account(form), parent, digits)


def _meet(form: Form, _turn: int) -> MeetAsked:
    status = form.one("CallStatus")
    over = bool(status) and _state(status).final
    return MeetAsked(_id(form, "CallSid"), _account(form), over)


def _leg_status(form: Form, _turn: int) -> LegStatus:
    return LegStatus(
        provider_id=_id(form, "CallSid"),
        account=_account(form),
        parent_id=form.one("ParentCallSid"),
        state=_state(form.required("CallStatus")),
        sequence=form.count("SequenceNumber"),
        seconds=form.count("CallDuration"),
    )


def _recording(form: Form, _turn: int) -> RecordingReady:
    return RecordingReady(
        provider_id=_id(form, "CallSid"),
        account=_account(form),
        recording_id=_id(form, "RecordingSid"),
        status=_word(form, "RecordingStatus"),
        seconds=form.count("RecordingDuration"),
    )


def _call_status(form: Form, _turn: int) -> CallStatus:
    outbound = form.one("Direction").startswith("outbound")
    ours, theirs = ("From", "To") if outbound else ("To", "From")
    return CallStatus(
        provider_id=_id(form, "CallSid"),
        account=_account(form),
        caller=CallerNumber.parse(form.one(theirs)),
        line=CallerNumber.parse(form.one(ours)),
        state=_state(form.required("CallStatus")),
        sequence=form.count("SequenceNumber"),
        seconds=form.count("CallDuration"),
        outbound=outbound,
    )


def _text(form: Form, _turn: int) -> InboundText:
    return InboundText(
        provider_id=_message_id(form),
        account=_account(form),
        caller=CallerNumber.parse(form.one("From")),
        line=CallerNumber.parse(form.one("To")),
        body=form.one("Body").replace("\x00", ""),
        media=form.count("NumMedia"),
        opt_out=form.one("OptOutType").upper(),
    )


def _text_status(form: Form, _turn: int) -> Delivery:
    word = form.one("MessageStatus") or form.required("SmsStatus")
    known = word in DeliveryState.__members__.values()
    error = form.one("ErrorCode")
    return Delivery(
        provider_id=_message_id(form),
        account=_account(form),
        state=DeliveryState(word) if known else DeliveryState.OTHER,
        error=error if error.isascii() and error.isdigit() else "",
    )


_PARSERS: Final[Mapping[Webhook, Callable[[Form, int], Event]]] = {
    Webhook.VOICE: _call,
    Webhook.STEP: _step,
    Webhook.DIALLED: _dialled,
    Webhook.WHISPER: _whisper,
    Webhook.ACCEPT: _accept,
    Webhook.MEET: _meet,
    Webhook.LEG_STATUS: _leg_status,
    Webhook.RECORDING: _recording,
    Webhook.CALL_STATUS: _call_status,
    Webhook.TEXT: _text,
    Webhook.TEXT_STATUS: _text_status,
}


def _account(form: Form) -> str:
    return _id(form, "AccountSid")


def _outbound(form: Form) -> bool:
    return form.one("Direction").startswith("outbound")


def _caller(form: Form) -> CallerNumber:
    """The worker's number: on a call that we placed it is the one that was rung."""
    return CallerNumber.parse(form.one("To" if _outbound(form) else "From"))


def _line(form: Form) -> CallerNumber:
    return _own_number(form.one("From" if _outbound(form) else "To"))


@lru_cache(maxsize=256)
def _own_number(raw: str) -> CallerNumber:
    """A number of ours: few, on every poster, and no secret."""
    return CallerNumber.parse(raw)


def _id(form: Form, name: str) -> str:
    value = form.required(name)
    if not _ID.fullmatch(value):
        raise BadWebhook(f"The field {name} is no id.")
    return value


def _message_id(form: Form) -> str:
    return _id(form, "MessageSid" if form.one("MessageSid") else "SmsSid")


def _recording_id(form: Form) -> str:
    """Some engines name it, some only give its address, which ends in it."""
    named = form.one("RecordingSid") or form.one("RecordingUrl").rstrip("/").rpartition("/")[2]
    bare = named.partition(".")[0]
    return bare if _ID.fullmatch(bare) else ""


def _word(form: Form, name: str) -> str:
    value = form.required(name)
    if not re.fullmatch(r"[a-z-]{1,32}", value):
        raise BadWebhook(f"The field {name} is no status.")
    return value


def _state(word: str) -> LegState:
    try:
        return LegState(word)
    except ValueError:
        raise BadWebhook("The call's status is unknown.") from None
