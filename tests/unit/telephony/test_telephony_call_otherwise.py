"""Danger, closed hours, receipts, messages, and everything else that is not a talk."""

from dataclasses import replace

import pytest

from telephony import flow
from telephony.flow import GivenFacts, Hours, Question, Step
from tests.unit.telephony.caller import (
    CHINA,
    GOOD_RECEIPT,
    INDIA,
    PARTICULARS,
    RECEIPT,
    Caller,
    at_menu,
    in_queue,
)

# --- danger -------------------------------------------------------------------------------


@pytest.mark.parametrize("hours", list(Hours))
def test_danger_rings_on_call_at_every_hour(hours: Hours) -> None:
    caller = at_menu(GivenFacts(("en",), ("110",), hours=hours, staffed=False))
    caller.on_call = ["on-call-1", "on-call-2"]
    caller.press("9")
    assert caller.did(flow.OpenCase) == [flow.OpenCase(danger=True)]
    assert caller.did(flow.Alert)
    assert caller.turn.then == flow.Ring("on-call-1", timeout=20)
    assert caller.says[:2] == ["danger", "emergency"]
    assert caller.hear(flow.NotAnswered()).turn.then == flow.Ring("on-call-2", timeout=20)
    assert caller.hear(flow.NotAnswered()).step is Step.VOICEMAIL
    assert caller.says[:2] == ["danger_nobody", "emergency"]


def test_danger_is_alerted_once_however_often_the_key_is_pressed() -> None:
    caller = in_queue().press("9")
    assert caller.step is Step.VOICEMAIL
    caller.hear(flow.RecordingFinished(20)).press("9")
    assert len(caller.did(flow.Alert)) == 1


def test_a_hang_up_in_danger_is_not_answered_with_a_ring_of_its_own() -> None:
    assert not in_queue().press("9").hear(flow.HungUp()).did(flow.AskCallback)


# --- closed -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hours", "key"), [(Hours.CLOSED, "closed"), (Hours.HOLIDAY, "holiday"), (Hours.OPEN, "nobody")]
)
def test_closed_hours_offer_message_callback_and_danger(hours: Hours, key: str) -> None:
    caller = at_menu(GivenFacts(("en",), hours=hours, staffed=hours is not Hours.OPEN)).press("2")
    assert caller.says == [key, "closed_message", "closed_callback", "menu_danger"]
    assert caller.did(flow.OpenCase)


def test_a_callback_from_the_closed_message_asks_what_is_safe_and_offers_the_number() -> None:
    caller = at_menu(GivenFacts(("en",), hours=Hours.CLOSED, can_text=True)).press("2", "2")
    assert caller.did(flow.AskCallback)
    assert (caller.step, caller.says[0]) == (Step.SAFETY_RING, "callback_noted")
    caller.press("1", "2", "1")
    assert caller.did(flow.SafetyAnswer) == [
        flow.SafetyAnswer(Question.RING, yes=True),
        flow.SafetyAnswer(Question.MESSAGE, yes=False),
        flow.SafetyAnswer(Question.TEXT, yes=True),
    ]
    assert caller.step is Step.RECEIPT_OFFER


# --- safety questions ---------------------------------------------------------------------


def test_silence_at_the_safety_questions_means_no_message_and_no_text() -> None:
    caller = in_queue().press("*").wait(3)
    assert caller.did(flow.SafetyAnswer) == [
        flow.SafetyAnswer(Question.MESSAGE, yes=False),
        flow.SafetyAnswer(Question.TEXT, yes=False),
    ]


def test_an_unsafe_number_takes_the_callback_back() -> None:
    caller = in_queue().press("*", "2")
    assert caller.did(flow.DropCallback)
    assert caller.step is Step.SAFETY_TEXT
    asked = len(caller.did(flow.AskCallback))
    assert len(caller.wait().hear(flow.HungUp()).did(flow.AskCallback)) == asked


def test_safety_answers_leave_no_trace_in_the_calls_state() -> None:
    yes = in_queue().press("*", "1", "1", "1").turn.state.to_dict()
    no = in_queue().press("*", "1", "2", "2").turn.state.to_dict()
    assert yes == no


# --- receipt ------------------------------------------------------------------------------


def test_the_number_is_spoken_twice_in_groups_of_four() -> None:
    caller = in_queue().press("5")
    assert caller.documents[-1].count("1, 2, 3, 4. 5, 6, 7, 8. 9, 0, 1, 2. 3, 4, 5, 2.") == 2
    assert RECEIPT not in str(caller.turn)


def test_hearing_it_again_makes_a_new_number_and_says_so() -> None:
    caller = in_queue().press("5", "0")
    assert caller.done[-2:] == [flow.MakeReceipt(), flow.MakeReceipt()]
    assert caller.says[0] == "receipt_replaces"


def test_the_number_comes_by_text_only_if_that_was_declared_safe() -> None:
    caller = at_menu(GivenFacts(("en",), hours=Hours.CLOSED, can_text=True)).press(
        "2", "1", "#", "2"
    )
    assert caller.did(flow.SafetyAnswer) == [flow.SafetyAnswer(Question.TEXT, yes=True)]
    assert caller.did(flow.TextReceipt)
    assert (caller.step, caller.says[0]) == (Step.VOICEMAIL, "receipt_texted")
    cannot = at_menu(GivenFacts(("en",), hours=Hours.CLOSED)).press("2", "1", "#")
    assert cannot.says == ["receipt_offer"]
    assert not cannot.press("2").did(flow.TextReceipt)


def test_a_known_receipt_speaks_what_is_unread_twice_and_the_call_joins_the_case() -> None:
    caller = at_menu().press("3").press(GOOD_RECEIPT)
    assert "letters_intro" in caller.says
    assert caller.documents[-1].count("You get the rest on Friday.") == 2
    assert not caller.did(flow.LettersHeard)
    caller.press("2")
    assert caller.did(flow.LettersHeard)
    assert not caller.did(flow.OpenCase)
    assert caller.step is Step.QUEUE


def test_letters_stay_unread_when_the_caller_hangs_up_while_they_are_spoken() -> None:
    caller = at_menu().press("3").press(GOOD_RECEIPT).hear(flow.HungUp())
    assert not caller.did(flow.LettersHeard)


def test_a_receipt_without_news_says_so() -> None:
    caller = at_menu()
    caller.unread = 0
    assert caller.press("3").press(GOOD_RECEIPT).says == ["letters_none", "letters_options"]


def with_a_talk(unread: int = 0, wish: str = "") -> Caller:
    caller = at_menu(legs=["leg"])
    caller.unread, caller.talk = unread, True
    caller.particulars = replace(PARTICULARS, wish=wish)
    return caller.press("3").press(GOOD_RECEIPT)


def test_a_talk_to_come_is_told_after_the_letters_with_keys_of_its_own() -> None:
    caller = with_a_talk(unread=1)
    assert caller.step is Step.TALK
    assert caller.documents[-1].count("You get the rest on Friday.") == 2
    assert "You have a talk on Monday 23 November, 18:00." in caller.documents[-1]
    assert "To cancel it, press 1." in caller.documents[-1]
    assert "You asked" not in caller.documents[-1]


@pytest.mark.parametrize(("key", "wish"), [("1", flow.Wish.CANCEL), ("2", flow.Wish.MOVE)])
def test_one_key_cancels_the_talk_and_another_asks_for_another_time(
    key: str, wish: flow.Wish
) -> None:
    caller = with_a_talk(unread=1)
    caller.particulars = replace(PARTICULARS, wish=wish.value)
    caller.press(key)
    assert caller.done[-2:] == [flow.LettersHeard(), flow.WishTalk(wish)]
    assert caller.step is Step.FURTHER
    assert "We have it." in caller.documents[-1]
    assert "To talk with a person, press 2." in caller.documents[-1]
    assert caller.press("2").did(flow.OpenCase) == []
    assert len(caller.did(flow.WishTalk)) == 1


def test_what_was_asked_before_is_said_again() -> None:
    assert "You asked us to cancel it." in with_a_talk(wish="cancel").documents[-1]
    assert "You asked for another time." in with_a_talk(wish="move").documents[-1]


@pytest.mark.parametrize("key", ["3", "0", "#", ""])
def test_any_other_key_and_silence_leave_the_talk_as_it_is(key: str) -> None:
    caller = with_a_talk()
    caller = caller.press(key) if key else caller.wait()
    assert (caller.step, caller.did(flow.WishTalk)) == (Step.FURTHER, [])
    assert "We have it." not in caller.documents[-1]
    assert caller.wait().step is Step.GOODBYE


def test_which_key_was_pressed_for_the_talk_is_not_in_the_state() -> None:
    states = [with_a_talk().press(key).turn.state.to_dict() for key in ("1", "2", "3")]
    assert states[0] == states[1] == states[2]
    assert "cancel" not in repr(with_a_talk().press("1").turn)


def test_a_talk_is_not_told_again_without_the_number() -> None:
    caller = with_a_talk()
    assert flow.again(caller.turn.state, caller.facts).state.step is Step.RECEIPT_ENTRY


def test_wrong_receipts_are_locked_out_and_it_sounds_the_same() -> None:
    caller = at_menu().press("3").press(RECEIPT)
    first = caller.says[0]
    caller.press(RECEIPT).press(RECEIPT)
    assert caller.step is Step.MENU
    assert caller.says[0] == first == "receipt_unknown"
    caller.press("3").press(GOOD_RECEIPT)
    assert (caller.step, caller.says[0]) == (Step.MENU, "receipt_unknown")
    assert len(caller.did(flow.LookUpReceipt)) == 3


def test_a_keyed_receipt_is_nowhere_in_the_state_or_in_what_is_shown() -> None:
    caller = at_menu().press("3").press(GOOD_RECEIPT)
    assert GOOD_RECEIPT not in str(caller.turn.state.to_dict())
    assert GOOD_RECEIPT not in repr(caller.done)
    assert GOOD_RECEIPT not in repr(flow.Keys(GOOD_RECEIPT))


# --- voicemail ----------------------------------------------------------------------------


def test_the_number_is_offered_before_the_tone_and_what_is_safe_is_asked_after_it() -> None:
    caller = at_menu(GivenFacts(("en",), hours=Hours.CLOSED)).press("2", "1")
    assert caller.step is Step.FACTORY
    assert caller.press("#").step is Step.RECEIPT_OFFER
    assert caller.wait().turn.then == flow.Record(max_seconds=180)
    caller.hear(flow.RecordingFinished(31))
    assert caller.did(flow.KeepMessage) == [flow.KeepMessage(31)]
    assert (caller.step, caller.says[0]) == (Step.SAFETY_RING, "voicemail_thanks")
    assert not caller.hear(flow.HungUp()).did(flow.AskCallback)


def test_an_empty_message_is_asked_for_once_more() -> None:
    caller = at_menu(GivenFacts(("en",), hours=Hours.CLOSED)).press("2", "1", "#").wait()
    assert caller.wait().says[0] == "voicemail_empty"
    assert caller.hear(flow.RecordingFinished(0)).step is Step.SAFETY_RING
    assert not caller.did(flow.KeepMessage)


# --- silent, abusive ----------------------------------------------------------------------


def test_a_silent_caller_is_asked_twice_and_counted() -> None:
    caller = at_menu().wait()
    assert caller.says == ["silent", "silent_callback", "silent_text"]
    assert caller.wait().step is Step.SILENT
    assert caller.wait().step is Step.GOODBYE
    assert caller.hear(flow.HungUp()).done == [flow.CountSilent()]


def test_a_pocket_dial_that_hangs_up_is_counted_too() -> None:
    assert at_menu().wait().hear(flow.HungUp()).done == [flow.CountSilent()]


@pytest.mark.parametrize(
    ("key", "effect"),
    [("1", flow.OpenCase(danger=True)), ("2", flow.AskCallback()), ("3", flow.AskText())],
)
def test_who_cannot_speak_reaches_help_by_key(key: str, effect: flow.Effect) -> None:
    assert effect in at_menu().wait().press(key).done


def test_any_other_key_shows_that_somebody_is_there() -> None:
    assert at_menu().wait().press("6").step is Step.MENU


def test_a_flagged_caller_hears_the_emergency_numbers_and_may_leave_a_message() -> None:
    caller = Caller(CHINA).know(abusive=True).ring()
    assert "emergency" in caller.says
    assert caller.press("3").says == ["abusive", "emergency"]
    assert caller.press("1", "#").wait().step is Step.VOICEMAIL


def test_a_flag_found_at_the_menu_counts_too() -> None:
    caller = at_menu(legs=["leg"]).know(abusive=True).press("2")
    assert caller.step is Step.ABUSIVE
    assert not caller.hear(flow.HungUp()).did(flow.AskCallback)


def test_a_flagged_caller_in_danger_is_alerted_but_rings_nobody_awake() -> None:
    caller = Caller(CHINA, on_call=["leg"]).know(abusive=True).ring().press("9")
    assert caller.did(flow.Alert)
    assert caller.did(flow.OpenCase) == [flow.OpenCase(danger=True)]
    assert caller.step is Step.VOICEMAIL


# --- callback from us ---------------------------------------------------------------------


def test_the_worker_we_ring_hears_neutral_words_then_the_safety_questions_then_a_person() -> None:
    caller = Caller(INDIA, legs=["leg"]).be_rung("hi")
    assert caller.says == ["callback_opening"]
    assert caller.press("1").step is Step.SAFETY_RING
    assert caller.press("1", "2", "2").turn.then == flow.Ring("leg", timeout=20)
    assert not caller.did(flow.JoinQueue)


def test_safety_questions_are_not_asked_again_on_a_later_callback() -> None:
    caller = Caller(INDIA, legs=["leg"]).know(safety_asked=True).be_rung("hi").press("1")
    assert caller.step is Step.RING


def test_a_callback_that_no_key_answers_leaves_no_word() -> None:
    caller = Caller(INDIA).be_rung("hi").wait(2)
    assert (caller.says, caller.turn.then) == ([], flow.Hangup())
    assert caller.done == [flow.CallbackUnanswered()]
    assert caller.hear(flow.HungUp()).done == [flow.CallbackUnanswered()]


def test_no_good_time_and_never_again_are_one_key_each() -> None:
    assert Caller(INDIA).be_rung("hi").press("2").done == [flow.CallbackLater()]
    assert Caller(INDIA).be_rung("hi").press("3").done == [flow.NeverRing()]


def test_a_staff_alert_says_please_log_in_and_nothing_else() -> None:
    turn = flow.staff_alert("en")
    assert {p.key for p in turn.say if isinstance(p, flow.Prompt)} == {"staff_alert"}


# --- repetitions --------------------------------------------------------------------------


def test_a_repeated_webhook_gets_the_same_answer_and_does_nothing() -> None:
    caller = in_queue()
    again = flow.again(caller.turn.state, caller.facts)
    assert (again.state, again.say, again.then) == (
        caller.turn.state,
        caller.turn.say,
        caller.turn.then,
    )
    assert again.effects == ()


def test_each_question_has_an_address_of_its_own() -> None:
    caller = in_queue()
    first = caller.documents[-1]
    assert caller.wait().documents[-1] != first


def test_letters_are_not_spoken_again_without_the_number() -> None:
    caller = at_menu().press("3").press(GOOD_RECEIPT)
    assert flow.again(caller.turn.state, caller.facts).state.step is Step.RECEIPT_ENTRY


def test_a_foreign_state_is_refused() -> None:
    foreign: list[dict[str, object]] = [
        {"step": "menu", "x": 1},
        {"step": "nowhere"},
        {"turn": "1"},
        {"ahead": "menu"},
    ]
    for stored in foreign:
        with pytest.raises(ValueError, match=r".+"):
            flow.CallState.from_dict(stored)
