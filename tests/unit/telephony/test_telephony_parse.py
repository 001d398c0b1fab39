"""Webhooks become events: repeated ones have the same key, later statuses another."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from telephony.events import (
    CallStatus,
    Delivery,
    DeliveryState,
    DialEnded,
    InboundCall,
    InboundText,
    KeyPress,
    LegState,
    LegStatus,
    RecordingDone,
    RecordingReady,
    WhisperAsked,
    WhisperKey,
)
from telephony.numbers import CallerNumber
from telephony.provider import BadWebhook, Form, Webhook
from telephony.twilio.parse import parse

CALLER, LINE = CallerNumber.parse("+860000000042"), CallerNumber.parse("+860000000100")
STANDARD = {
    "CallSid": "CA1",
    "AccountSid": "AC1",
    "From": "+860000000042",
    "To": "+860000000100",
    "Caller": "+860000000042",
    "CallStatus": "in-progress",
    "Direction": "inbound",
    "FromCity": "",
    "SomethingNew": "x",
}
PROGRESS = {**STANDARD, "ParentCallSid": "CA0", "SequenceNumber": "2"}
TEXT = {"MessageSid": "SM1", "SmsSid": "SM1", "AccountSid": "AC1", "From": "+860000000042"}


def form(fields: dict[str, str], **more: str) -> Form:
    return Form({name: [value] for name, value in {**fields, **more}.items()})


def test_an_incoming_call() -> None:
    event = parse(Webhook.VOICE, form(STANDARD))
    assert event == InboundCall("CA1", "AC1", CALLER, LINE)
    assert "42" not in repr(event)


@pytest.mark.parametrize("raw", ["anonymous", "+266696687", "", "Restricted"])
def test_a_withheld_caller_is_no_number(raw: str) -> None:
    event = parse(Webhook.VOICE, form(STANDARD, From=raw))
    assert isinstance(event, InboundCall)
    assert event.caller.withheld


def test_keys_carry_the_turn_they_answer_and_hide_themselves() -> None:
    event = parse(Webhook.STEP, form(STANDARD, Digits="4711", FinishedOnKey="#"), turn=7)
    assert event == KeyPress("CA1", "AC1", CALLER, LINE, 7, "4711")
    assert "4711" not in repr(event)


def test_no_keys_at_all_is_an_answer_too() -> None:
    event = parse(Webhook.STEP, form(STANDARD), turn=3)
    assert isinstance(event, KeyPress)
    assert event.digits == ""


@pytest.mark.parametrize("digits", ["1a", "１", "-1", "9" * 65, "hangup"])
def test_what_is_no_key_is_refused(digits: str) -> None:
    for webhook in (Webhook.STEP, Webhook.ACCEPT):
        with pytest.raises(BadWebhook):
            parse(webhook, form(STANDARD, Digits=digits))


def test_a_voicemail_that_ended_with_the_call() -> None:
    url = "https://api.example/Recordings/RE9.wav"
    more = {"RecordingUrl": url, "RecordingDuration": "12", "Digits": "hangup"}
    event = parse(Webhook.STEP, form(STANDARD, **more), turn=9)
    assert event == RecordingDone("CA1", "AC1", CALLER, LINE, 9, "RE9", 12, hung_up=True)


def test_a_recording_that_is_ready_has_no_numbers() -> None:
    fields = {"CallSid": "CA1", "AccountSid": "AC1", "RecordingSid": "RE9"}
    done = parse(Webhook.RECORDING, form(fields, RecordingStatus="completed"))
    absent = parse(Webhook.RECORDING, form(fields, RecordingStatus="absent"))
    assert isinstance(done, RecordingReady)
    assert isinstance(absent, RecordingReady)
    assert (done.usable, absent.usable) == (True, False)
    assert done.event_key != absent.event_key


def test_a_declined_whisper_may_say_completed_and_is_not_bridged() -> None:
    more = {"DialCallStatus": "completed", "DialBridged": "false", "DialCallSid": "CA2"}
    event = parse(Webhook.DIALLED, form(STANDARD, **more), turn=5)
    assert isinstance(event, DialEnded)
    assert (event.state, event.bridged, event.leg_id) == (LegState.COMPLETED, False, "CA2")


def test_a_dial_without_a_leg_and_one_after_a_conference() -> None:
    busy = parse(Webhook.DIALLED, form(STANDARD, DialCallStatus="busy"), turn=5)
    other = parse(Webhook.DIALLED, form(STANDARD, DialCallStatus="answered"), turn=6)
    assert isinstance(busy, DialEnded)
    assert isinstance(other, DialEnded)
    assert busy.leg_id == ""
    assert other.state is LegState.COMPLETED
    assert (busy.turn, other.turn) == (5, 6)


def test_the_counsellors_leg() -> None:
    assert parse(Webhook.WHISPER, form(PROGRESS)) == WhisperAsked("CA1", "AC1", "CA0")
    assert parse(Webhook.ACCEPT, form(PROGRESS, Digits="1")) == WhisperKey("CA1", "AC1", "CA0", "1")


def test_each_status_of_a_leg_is_an_event_of_its_own() -> None:
    ringing = parse(Webhook.LEG_STATUS, form(PROGRESS, CallStatus="ringing"))
    answered = parse(Webhook.LEG_STATUS, form(PROGRESS, SequenceNumber="3"))
    assert isinstance(ringing, LegStatus)
    assert ringing == parse(Webhook.LEG_STATUS, form(PROGRESS, CallStatus="ringing"))
    assert ringing != answered
    assert not ringing.state.final
    assert LegState.NO_ANSWER.final


def test_the_end_of_a_call_and_of_one_that_we_placed() -> None:
    ended = parse(Webhook.CALL_STATUS, form(STANDARD, CallStatus="completed", CallDuration="61"))
    assert isinstance(ended, CallStatus)
    assert (ended.ended, ended.seconds, ended.caller) == (True, 61, CALLER)
    ours = {"Direction": "outbound-api", "From": "+860000000100", "To": "+860000000042"}
    placed = parse(Webhook.CALL_STATUS, form(STANDARD, **ours, CallStatus="ringing"))
    assert isinstance(placed, CallStatus)
    assert (placed.outbound, placed.ended, placed.caller, placed.line) == (
        True,
        False,
        CALLER,
        LINE,
    )
    pressed = parse(Webhook.STEP, form(STANDARD, **ours, Digits="1"), turn=2)
    assert isinstance(pressed, KeyPress)
    assert (pressed.caller, pressed.line) == (CALLER, LINE)


def test_a_text_shows_nothing_of_itself() -> None:
    more = {"To": "+860000000100", "Body": "工资 123", "NumMedia": "1", "OptOutType": "stop"}
    event = parse(Webhook.TEXT, form(TEXT, **more))
    assert isinstance(event, InboundText)
    assert (event.body, event.media, event.opt_out) == ("工资 123", 1, "STOP")
    assert "123" not in repr(event)


def test_each_delivery_status_is_an_event_of_its_own_and_unknown_ones_pass() -> None:
    sent = parse(Webhook.TEXT_STATUS, form(TEXT, MessageStatus="sent"))
    failed = parse(Webhook.TEXT_STATUS, form(TEXT, MessageStatus="undelivered", ErrorCode="30003"))
    new = parse(Webhook.TEXT_STATUS, form(TEXT, MessageStatus="teleported", ErrorCode="<x>"))
    assert isinstance(sent, Delivery)
    assert isinstance(failed, Delivery)
    assert isinstance(new, Delivery)
    assert (new.state, new.error, failed.error) == (DeliveryState.OTHER, "", "30003")
    assert sent.event_key != failed.event_key
    assert DeliveryState.DELIVERED.rank > DeliveryState.SENT.rank
    assert failed.state.final


@pytest.mark.parametrize("webhook", list(Webhook))
def test_a_form_without_its_fields_is_refused(webhook: Webhook) -> None:
    with pytest.raises(BadWebhook):
        parse(webhook, Form({}))


@pytest.mark.parametrize("number", ["-1", "x", "1.5", "٣", "9" * 12])
def test_a_number_that_is_none_is_refused(number: str) -> None:
    with pytest.raises(BadWebhook):
        parse(Webhook.LEG_STATUS, form(PROGRESS, SequenceNumber=number))


@settings(max_examples=150, deadline=None)
@given(
    webhook=st.sampled_from(list(Webhook)),
    fields=st.dictionaries(
        st.sampled_from([*PROGRESS, *TEXT, "Digits", "RecordingSid", "DialCallStatus", "Body"]),
        st.lists(st.text(max_size=20), min_size=1, max_size=2),
    ),
)
def test_junk_is_refused_or_an_event_and_never_a_crash(
    webhook: Webhook, fields: dict[str, list[str]]
) -> None:
    try:
        event = parse(webhook, Form(fields), turn=1)
    except BadWebhook:
        return
    assert event.provider_id
