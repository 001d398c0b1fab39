"""The ways of a call to a person, with their edge cases: one behaviour, one test."""

import pytest

from telephony import flow
from telephony.flow import GivenFacts, LineKind, Step
from tests.unit.telephony.caller import (
    CHINA,
    INDIA,
    Caller,
    at_menu,
    in_queue,
)

# --- missed call --------------------------------------------------------------------------


def test_a_missed_call_line_never_picks_up_and_notes_a_callback() -> None:
    caller = Caller(GivenFacts(("en",), kind=LineKind.MISSED_CALL)).ring()
    assert isinstance(caller.turn.then, flow.Reject)
    assert caller.done == [flow.AskCallback()]
    caller.hear(flow.HungUp())
    assert caller.done == [flow.AskCallback()]


def test_a_missed_call_with_a_withheld_number_asks_for_nothing() -> None:
    caller = Caller(GivenFacts(("en",), kind=LineKind.MISSED_CALL, withheld=True)).ring()
    assert isinstance(caller.turn.then, flow.Reject)
    assert caller.done == []


def test_hanging_up_before_choosing_a_person_asks_for_nothing() -> None:
    assert at_menu().hear(flow.HungUp()).done == []


def test_hanging_up_after_choosing_a_person_asks_for_a_callback() -> None:
    assert in_queue().hear(flow.HungUp()).did(flow.AskCallback)


def test_hanging_up_twice_asks_for_one_callback() -> None:
    caller = in_queue().hear(flow.HungUp()).hear(flow.HungUp())
    assert len(caller.did(flow.AskCallback)) == 1


def test_nobody_is_rung_back_whose_number_is_withheld_or_never_to_be_rung() -> None:
    for facts in (GivenFacts(("en",), withheld=True), GivenFacts(("en",), may_ring=False)):
        caller = Caller(facts).ring().wait(2).press("2").wait()
        assert not caller.hear(flow.HungUp()).did(flow.AskCallback)


# --- greeting, language, notice -----------------------------------------------------------


def test_the_greeting_gives_the_emergency_numbers_in_each_language_of_the_line() -> None:
    caller = Caller(CHINA).ring()
    spoken = [p for p in caller.turn.say if isinstance(p, flow.Prompt) and p.key == "emergency"]
    assert [p.language for p in spoken] == ["zh-Hans", "yue", "en"]
    assert all(p.values == (("numbers", "1 1 0, 1 1 9, 1 2 0"),) for p in spoken)
    assert "1 1 2" in Caller(INDIA).ring().documents[0]


def test_without_a_key_the_lines_first_language_is_taken() -> None:
    assert Caller(CHINA).ring().wait().turn.state.language == "zh-Hans"


def test_a_known_language_is_spoken_first_and_is_the_default_and_keeps_its_key() -> None:
    caller = Caller(CHINA).know(known_language="en").ring()
    first = caller.turn.say[0]
    assert isinstance(first, flow.Prompt)
    assert first.language == "en"
    assert flow.Prompt("language_choice", "en", (("key", "3"),)) in caller.turn.say
    assert caller.wait().turn.state.language == "en"


def test_three_wrong_keys_take_the_default_language() -> None:
    caller = Caller(CHINA).ring().press("7", "7")
    assert caller.step is Step.LANGUAGE
    assert caller.says[0] == "wrong_key"
    assert caller.press("#").step is Step.NOTICE
    assert caller.turn.state.language == "zh-Hans"


def test_silence_at_the_notice_means_no_recording() -> None:
    caller = at_menu()
    assert not caller.turn.state.recording_allowed
    assert not caller.did(flow.AllowRecording)


def test_key_1_at_the_notice_allows_recording_and_the_talk_is_recorded() -> None:
    caller = Caller(CHINA, legs=["leg"]).ring().press("3", "1")
    assert caller.did(flow.AllowRecording)
    assert "recording_on" in caller.says
    ring = caller.press("2", "#").turn.then
    assert isinstance(ring, flow.Ring)
    assert ring.record


def test_key_8_takes_the_recording_back_at_every_question() -> None:
    caller = Caller(CHINA).ring().press("3", "1", "8")
    assert caller.did(flow.WithdrawRecording)
    assert not caller.turn.state.recording_allowed
    assert (caller.step, caller.says[0]) == (Step.MENU, "recording_off")


def test_an_impatient_caller_may_press_a_menu_key_at_the_notice() -> None:
    assert Caller(CHINA).ring().press("3", "2").step is Step.FACTORY


# --- menu, information --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "step"),
    [
        ("1", Step.RIGHTS),
        ("2", Step.FACTORY),
        ("3", Step.RECEIPT_ENTRY),
        ("4", Step.PROGRAMMES),
        ("0", Step.MENU),
        ("9", Step.VOICEMAIL),
    ],
)
def test_each_menu_key_leads_where_the_menu_says(key: str, step: Step) -> None:
    assert at_menu().press(key).step is step


def test_information_opens_no_case() -> None:
    caller = at_menu().press("1").press("0").wait()
    assert caller.step is Step.GOODBYE
    assert caller.hear(flow.HungUp()).done == []


def test_after_information_a_person_is_one_key_away() -> None:
    assert at_menu().press("4", "2").step is Step.FACTORY


def test_three_wrong_menu_keys_lead_to_a_person() -> None:
    caller = at_menu().press("7", "7")
    assert caller.step is Step.MENU
    assert caller.press("7").step is Step.FACTORY


# --- factory ------------------------------------------------------------------------------


def test_the_factory_is_asked_after_choosing_a_person_and_sealed_at_once() -> None:
    caller = at_menu().press("2")
    assert caller.done == [flow.OpenCase()]
    caller.press("4711#")
    assert caller.did(flow.KeyedFactory) == [flow.KeyedFactory("4711")]
    assert "4711" not in str(caller.turn.state.to_dict())


def test_hash_or_silence_skips_the_factory() -> None:
    for caller in (at_menu().press("2").press("#"), at_menu().press("2").wait()):
        assert caller.step is Step.QUEUE
        assert not caller.did(flow.KeyedFactory)


def test_the_factory_is_asked_once_in_a_call() -> None:
    caller = in_queue().press("1")
    assert caller.step is Step.RECEIPT_OFFER


# --- queue --------------------------------------------------------------------------------


def test_position_and_wait_are_said_once_and_then_every_60_to_90_seconds() -> None:
    caller = in_queue()
    announced = ["queue_position" in caller.says]
    for _ in range(10):
        announced.append("queue_position" in caller.wait().says)
    assert [n for n, said in enumerate(announced) if said] == [0, 5, 10]


@pytest.mark.parametrize("facts", [CHINA, INDIA])
def test_a_pass_of_the_queue_takes_at_most_15_seconds(facts: GivenFacts) -> None:
    for key in ("1", "2", "3"):
        caller = Caller(facts).ring().press(key).wait().press("2").wait()
        for _ in range(6):
            before = caller.spoken
            caller.wait()
            assert isinstance(caller.turn.then, flow.Gather)
            assert caller.spoken - before + caller.turn.then.timeout <= 15


def test_star_asks_for_a_callback_and_keeps_the_place() -> None:
    caller = in_queue().press("*")
    assert caller.did(flow.AskCallback)
    assert not caller.did(flow.LeaveQueue)
    assert (caller.step, caller.says[0]) == (Step.SAFETY_RING, "callback_kept")
    assert caller.press("1", "2", "2").step is Step.QUEUE
    assert "queue_callback" not in caller.wait(5).says


def test_hanging_up_right_after_star_keeps_the_callback_once() -> None:
    caller = in_queue().press("*").hear(flow.HungUp())
    assert len(caller.did(flow.AskCallback)) == 1


def test_a_withheld_number_is_offered_neither_callback_nor_text() -> None:
    caller = Caller(GivenFacts(("en",), withheld=True)).ring().wait(2).press("2").wait()
    assert "queue_callback" not in caller.says
    assert caller.press("*").says[0] == "cannot_ring_back"
    assert not caller.did(flow.AskCallback)


def test_the_receipt_is_one_key_away_while_waiting_and_the_place_is_kept() -> None:
    caller = in_queue().press("5")
    assert caller.done[-1] == flow.MakeReceipt()
    assert not caller.did(flow.LeaveQueue)
    assert caller.wait().step is Step.QUEUE


def test_after_half_an_hour_a_message_is_offered() -> None:
    caller = in_queue().wait(flow.MAX_PASSES)
    assert caller.step is Step.CLOSED
    assert caller.did(flow.LeaveQueue)


def test_the_last_counsellor_leaving_ends_the_wait() -> None:
    caller = in_queue().know(staffed=False).wait()
    assert (caller.step, caller.says[0]) == (Step.CLOSED, "nobody")


# --- ringing ------------------------------------------------------------------------------


def test_a_free_counsellor_is_rung_at_once() -> None:
    caller = at_menu(legs=["leg-1"]).press("2", "#")
    assert caller.turn.then == flow.Ring("leg-1", timeout=20)
    document = caller.documents[-1]
    assert 'answerOnBridge="true"' in document
    assert 'url="https://help.example/telephony/leg/leg-1/whisper"' in document
    assert 'callerId="+860000000100"' in document


def test_a_leg_that_nobody_took_goes_on_to_the_next_counsellor() -> None:
    caller = at_menu(legs=["leg-1", "leg-2"]).press("2", "#").hear(flow.NotAnswered())
    assert caller.turn.then == flow.Ring("leg-2", timeout=20)
    assert caller.hear(flow.NotAnswered()).step is Step.QUEUE


def test_many_unanswered_rings_end_in_the_offer_of_a_message() -> None:
    caller = at_menu(legs=[f"leg-{n}" for n in range(50)]).press("2", "#")
    for _ in range(flow.MAX_RINGS):
        caller.hear(flow.NotAnswered())
    assert caller.step is Step.CLOSED


def test_from_pick_up_to_the_first_ring_are_at_most_40_seconds_of_speech() -> None:
    for facts in (CHINA, INDIA):
        for key in ("1", "2", "3"):
            caller = Caller(facts, legs=["leg"]).ring().press(key).wait().press("2").wait()
            assert caller.step is Step.RING
            assert caller.spoken <= 40, (key, caller.spoken)


def test_the_whisper_names_the_language_and_ends_in_hanging_up() -> None:
    turn = flow.whisper("leg-1", "en", "yue")
    assert turn.then == flow.Whisper("leg-1")
    assert isinstance(flow.accept("1", taken=True, staff_language="en").then, flow.Bridge)
    for digits, taken in (("2", True), ("", True), ("1", False)):
        assert isinstance(flow.accept(digits, taken=taken, staff_language="en").then, flow.Hangup)


def test_after_the_talk_the_number_is_spoken_unless_it_was_given() -> None:
    caller = at_menu(legs=["leg"]).press("2", "#").hear(flow.Talked())
    assert caller.step is Step.RECEIPT
    assert caller.documents[-1].count("1, 2, 3, 4. 5, 6, 7, 8.") == 2
    assert caller.wait().step is Step.GOODBYE
    given = at_menu(legs=["leg"]).press("2", "#").know(receipt_given=True)
    assert given.hear(flow.Talked()).step is Step.GOODBYE
    assert not given.hear(flow.HungUp()).did(flow.AskCallback)
