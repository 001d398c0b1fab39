"""A talk of more than two: the caller follows into the call's room, and hears what follows it."""

from typing import Any

import pytest

from telephony import flow
from telephony.events import MeetAsked
from telephony.flow import Step
from telephony.provider import Ability, Form, Webhook
from telephony.softphone import Softphone
from telephony.twilio.markup import render
from telephony.twilio.parse import parse
from telephony.twilio.provider import from_settings
from telephony.twilio.rest import Credentials, Rest
from tests.unit.telephony import twiml_rules
from tests.unit.telephony.caller import PROMPTS, URLS, Caller, at_menu


def talking() -> Caller:
    return at_menu(legs=["leg"]).press("2", "#")


def room(turn: flow.Turn) -> dict[str, str]:
    """The attributes of the Conference that a turn becomes, and its name and action."""
    root = twiml_rules.check(render(turn, "c1", URLS, PROMPTS))
    (dial,) = root
    (conference,) = dial
    return {**conference.attrib, "name": conference.text or "", "action": dial.get("action", "")}


def test_a_caller_who_is_awaited_goes_into_the_room_without_a_word() -> None:
    caller = talking().hear(flow.Awaited())
    assert caller.step is Step.TOGETHER
    assert caller.says == []
    assert caller.turn.effects == ()
    turn = caller.turn.state.turn
    assert room(caller.turn) == {
        "name": "c1",
        "action": f"https://help.example/telephony/voice/c1/dialled?turn={turn}",
        "beep": "false",
        "waitUrl": "",
        "muted": "false",
        "startConferenceOnEnter": "true",
        "endConferenceOnExit": "true",
    }


def test_a_room_that_ended_too_early_is_entered_again_under_a_new_turn() -> None:
    caller = talking().hear(flow.Awaited())
    before = caller.turn.state.turn
    assert caller.hear(flow.Awaited()).step is Step.TOGETHER
    assert caller.turn.state.turn == before + 1


@pytest.mark.parametrize("heard", [flow.Talked(), flow.NotAnswered(), flow.Silence()])
def test_after_the_room_the_number_is_spoken_as_after_every_talk(heard: flow.Heard) -> None:
    caller = talking().hear(flow.Awaited()).hear(heard)
    assert caller.step is Step.RECEIPT
    assert not caller.hear(flow.HungUp()).did(flow.AskCallback)


def test_hanging_up_in_the_room_ends_the_call() -> None:
    assert talking().hear(flow.Awaited()).hear(flow.HungUp()).step is Step.HANG_UP


def test_nobody_is_awaited_who_is_not_in_a_talk() -> None:
    caller = at_menu()
    before = caller.turn.state
    assert caller.hear(flow.Awaited()).turn.state == before


def test_who_listens_is_muted_begins_no_room_and_ends_none() -> None:
    seat = room(flow.meet("l1", ends=False, listens=True))
    assert seat["muted"] == "true"
    assert seat["startConferenceOnEnter"] == seat["endConferenceOnExit"] == "false"
    assert seat["action"] == "https://help.example/telephony/leg/l1/meet"


def test_who_joins_goes_into_the_room_with_key_1_alone() -> None:
    seat = flow.Meet("l1")
    assert flow.accept("1", taken=True, staff_language="en", then=seat).then is seat
    for digits, taken in (("2", True), ("", True), ("1", False)):
        turn = flow.accept(digits, taken=taken, staff_language="en", then=seat)
        assert isinstance(turn.then, flow.Hangup)


@pytest.mark.parametrize("about", ["transfer", "listen"])
@pytest.mark.parametrize("language", ["en", "zh-Hans", "hi"])
def test_the_whisper_says_why_it_rings(about: str, language: str) -> None:
    turn = flow.whisper("l1", language, "ta", about=about)
    document = render(turn, "c1", URLS, PROMPTS).decode()
    assert document != render(flow.whisper("l1", language, "ta"), "c1", URLS, PROMPTS).decode()
    twiml_rules.check(document.encode(), whisper=True)


@pytest.mark.parametrize(("status", "over"), [("in-progress", False), ("completed", True)])
def test_a_leg_asks_for_its_room(status: str, over: bool) -> None:
    fields = {"CallSid": ["CA1"], "AccountSid": ["AC1"], "CallStatus": [status]}
    assert parse(Webhook.MEET, Form(fields)) == MeetAsked("CA1", "AC1", over)


KEY = ("SK1", "its secret")


@pytest.mark.parametrize(
    ("settings", "can"),
    [
        ({}, False),
        ({"api_key": KEY}, False),
        ({"softphone": True}, False),
        ({"softphone": True, "api_key": KEY}, True),
        ({"softphone": True, "api_key": KEY, "rest_url": "https://carrier.example"}, False),
    ],
)
def test_the_vendor_alone_rings_a_browser_and_only_with_a_key(
    settings: dict[str, Any], can: bool
) -> None:
    account, address = "AC" + "0" * 32, "https://h.example"
    made = from_settings(public_url=address, account_sid=account, auth_tokens=("t",), **settings)
    assert made.can(Ability.SOFTPHONE) is can
    if not can:
        with pytest.raises(ValueError, match="rings no browser"):
            made.softphone_token(Softphone.new(), 60)


def test_the_token_that_signs_webhooks_signs_none_for_a_browser() -> None:
    with pytest.raises(ValueError, match="API key"):
        Rest(Credentials("AC1", "AC1", "t")).softphone_token(Softphone.new(), 60)


@pytest.mark.parametrize(
    "text", ["", "+860000000042", "client:", "client:nils", "client:" + "A" * 32]
)
def test_only_what_a_softphone_wrote_is_read_as_one(text: str) -> None:
    assert Softphone.read(text) is None
    phone = Softphone.new()
    assert Softphone.read(phone.reveal()) == phone
    assert phone.identity not in f"{phone!r} {phone}"


@pytest.mark.parametrize(
    ("settings", "can"),
    [
        ({}, True),
        ({"rest_url": "https://carrier.example"}, False),
        ({"rest_url": "https://carrier.example", "rest_can_join": True}, True),
    ],
)
def test_the_vendor_joins_three_and_another_carrier_if_the_settings_say_so(
    settings: dict[str, Any], can: bool
) -> None:
    account, address = "AC" + "0" * 32, "https://h.example"
    made = from_settings(public_url=address, account_sid=account, auth_tokens=("t",), **settings)
    assert made.can(Ability.CONFERENCE) is can
