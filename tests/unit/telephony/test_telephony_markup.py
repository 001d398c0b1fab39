"""Turns become TwiML that any engine of this language runs."""

import dataclasses

import pytest

from telephony import flow
from telephony.flow import CallState, Step
from telephony.prompts import LANGUAGES, Sound, fitting
from telephony.provider import Ability
from telephony.softphone import Softphone
from telephony.twilio.markup import TooLarge, render, split
from telephony.twilio.provider import from_settings
from tests.unit.telephony import twiml_rules
from tests.unit.telephony.caller import CHINA, PARTICULARS, PROMPTS, URLS, Caller


def document(turn: flow.Turn, particulars: flow.Particulars = PARTICULARS) -> str:
    return render(turn, "c1", URLS, PROMPTS, particulars).decode()


def test_a_question_listens_while_it_speaks_and_comes_back_on_silence() -> None:
    root = twiml_rules.check(Caller(CHINA).ring().documents[0].encode())
    gather, redirect = root
    address = "https://help.example/telephony/voice/c1/language?turn=1"
    assert (gather.get("action"), redirect.text) == (address, address)
    assert (gather.get("numDigits"), gather.get("finishOnKey")) == ("1", "")
    assert {child.tag for child in gather} == {"Say"}
    assert gather[0].get("voice") == "Polly.Zhiyu"
    assert gather[0].get("language") == "cmn-CN"


def test_a_whole_number_ends_with_hash() -> None:
    root = twiml_rules.check(Caller(CHINA).ring().press("3", "2").documents[-1].encode())
    assert root[0].get("finishOnKey") == "#"
    assert root[0].get("numDigits") is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_whisper_runs_on_the_counsellors_leg(language: str) -> None:
    root = twiml_rules.check(document(flow.whisper("l1", language, "ta")).encode(), whisper=True)
    assert [verb.tag for verb in root] == ["Gather", "Hangup"]
    assert root[0].get("action") == "https://help.example/telephony/leg/l1/accept"


def test_taking_the_call_is_an_empty_document_and_declining_hangs_up() -> None:
    taken = document(flow.accept("1", taken=True, staff_language="en"))
    assert len(twiml_rules.check(taken.encode(), whisper=True)) == 0
    gone = document(flow.accept("1", taken=False, staff_language="en"))
    assert [v.tag for v in twiml_rules.check(gone.encode(), whisper=True)] == ["Say", "Hangup"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_callback_fits_into_a_request(language: str) -> None:
    turn = flow.ring_worker(language, flow.GivenFacts((language,)))
    assert len(document(turn)) <= 4000
    assert len(document(flow.staff_alert(language))) <= 4000


def test_a_talk_is_recorded_only_if_the_caller_allowed_it_and_the_carrier_can() -> None:
    turn = flow.Turn(CallState(step=Step.RING, turn=4), (), flow.Ring("l1", record=True))
    assert "record=" not in document(turn)
    both = render(turn, "c1", URLS, PROMPTS, PARTICULARS, record_talk=True)
    twiml_rules.check(both)
    assert b'record="record-from-answer"' in both
    refused = flow.Turn(turn.state, (), flow.Ring("l1"))
    assert b"record=" not in render(refused, "c1", URLS, PROMPTS, PARTICULARS, record_talk=True)


def test_markup_in_a_letter_is_words_and_what_xml_cannot_hold_is_gone() -> None:
    nasty = flow.Particulars(letters=('<Hangup/> & "x" \x00\x0b\ud800 ]]> done',))
    root = twiml_rules.check(document(_letters(), nasty).encode())
    assert '<Hangup/> & "x"' in (root[0][1].text or "")


def test_long_letters_are_spoken_in_parts() -> None:
    long = flow.Particulars(letters=("A sentence of some length. " * 500,))
    root = twiml_rules.check(document(_letters(), long).encode())
    assert len(list(root.iter("Say"))) > 6
    assert "".join(split("x" * 9000)) == "x" * 9000
    assert all(len(part) <= 4000 for part in split("字" * 9000 + "。" + "字" * 3999))


def test_letters_that_do_not_fit_wait_for_the_next_call() -> None:
    one, two = "字" * 5000, "字" * 2000
    assert fitting([one, two]) == (one,)
    assert fitting([two, two, two, two]) == (two, two, two)
    assert fitting([]) == ()
    most = flow.Particulars(letters=fitting(["字" * 20_000, one]))
    twiml_rules.check(document(_letters(), most).encode())


def test_what_no_carrier_takes_is_refused_here() -> None:
    with pytest.raises(TooLarge):
        document(_letters(), flow.Particulars(letters=("字" * 12_000,)))


def test_a_turn_that_is_not_complete_is_not_rendered() -> None:
    for then in (flow.Answer(), flow.Ring("l1")):
        turn = flow.Turn(CallState(), (), then)
        with pytest.raises(ValueError, match="This turn"):
            document(turn, flow.Particulars())


def test_an_uploaded_sound_is_played() -> None:
    prompts = PROMPTS.with_overrides({("en", "goodbye"): Sound("https://help.example/s/1.wav")})
    turn = flow.Turn(CallState(), (flow.Prompt("goodbye", "en"),), flow.Hangup())
    root = twiml_rules.check(render(turn, "c1", URLS, prompts))
    assert (root[0].tag, root[0].text) == ("Play", "https://help.example/s/1.wav")


def test_a_compatible_carrier_is_trusted_with_the_portable_part_only() -> None:
    vendor = from_settings(public_url="https://x.example", account_sid="AC1", auth_tokens=("t",))
    other = from_settings(
        public_url="https://x.example/",
        account_sid="AC1",
        auth_tokens=("t", "AC2:u"),
        rest_url="http://127.0.0.1:1",
        can_dial=False,
    )
    assert vendor.can(Ability.CONFERENCE)
    assert not other.can(Ability.CONFERENCE)
    assert (other.can(Ability.TEXT), other.can(Ability.OUTBOUND_CALL)) == (True, False)
    assert other.verifier.tokens == {"AC1": ("t",), "AC2": ("u",)}


def test_a_browser_is_dialled_as_a_client_with_the_same_whisper() -> None:
    turn = flow.Turn(CallState(step=Step.RING, turn=4), (), flow.Ring("l1"))
    phone = Softphone.new()
    named = dataclasses.replace(PARTICULARS, ring=phone.reveal())
    there = twiml_rules.check(document(turn, named).encode()).find("Dial/*")
    usual = twiml_rules.check(document(turn).encode()).find("Dial/*")
    assert there is not None
    assert usual is not None
    assert (there.tag, there.text) == ("Client", phone.identity)
    assert (usual.tag, there.attrib) == ("Number", usual.attrib)


def _letters() -> flow.Turn:
    caller = Caller(CHINA).ring().wait(2).press("3").press("9999888877776665")
    return caller.turn
