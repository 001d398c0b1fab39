"""Texts: keywords in every language, messages for a case, replies that tell a bystander nothing."""

import pytest
from sqlalchemy import select

from helpline.cases.models import OptOut
from helpline.extensions import db
from helpline.hotline.models import Callback, StaffAlert
from helpline.surveys.models import SurveyAnswer
from helpline.surveys.rules import AFTER_CLOSE
from helpline.surveys.service import answers, invitations
from tests.hotline.test_call_steps import receipt_in
from tests.hotline.world import LINE, MONDAY, OTHER, WORKER, World, through


def replies(world: World, number: str = WORKER) -> list[str]:
    return [text.body for text in world.worker(number).inbox]


def test_free_text_opens_a_case_and_the_next_one_continues_it(either_world: World) -> None:
    world = either_world
    world.worker().text(LINE, "They did not pay us")
    world.worker().text(LINE, "It is two months now")
    assert len(world.cases()) == 1
    texts = [body["text"] for kind, body in world.entries() if kind == "sms"]
    assert texts == ["They did not pay us", "It is two months now"]
    assert len(replies(world)) == 1
    assert world.alerts() == []


@pytest.mark.parametrize("word", ["STOP", "8", "８", "停止", "退订", "END"])
def test_stop_stops_messages_and_not_the_case(world: World, word: str) -> None:
    world.worker().text(LINE, "They did not pay us")
    before = len(replies(world))
    world.worker().text(LINE, word)
    world.worker().text(LINE, "another thing")
    assert world.count(OptOut) == 1
    assert len(replies(world)) == before
    assert len(world.cases()) == 1
    assert [kind for kind in world.kinds() if kind == "sms"] == ["sms", "sms"]


def test_stop_inside_a_sentence_is_a_message(world: World) -> None:
    world.worker().text(LINE, "please STOP them")
    assert world.count(OptOut) == 0
    assert world.kinds() == ["sms"]


def test_start_turns_messages_on_again(world: World) -> None:
    world.worker().text(LINE, "STOP")
    world.worker().text(LINE, "START")
    assert world.count(OptOut) == 0
    assert "Messages are on" in replies(world)[-1]


@pytest.mark.parametrize("word", ["CALL", "2", "打电话", "打電話"])
def test_call_enters_one_callback(world: World, word: str) -> None:
    world.worker().text(LINE, word)
    world.worker().text(LINE, word)
    assert world.count(Callback) == 1
    assert len(world.cases()) == 1


@pytest.mark.parametrize("word", ["HELP", "0", "帮助", "幫助"])
def test_help_opens_nothing(world: World, word: str) -> None:
    world.worker().text(LINE, word)
    assert world.cases() == []
    assert len(replies(world)) == 1


def test_nine_is_danger_by_text_too(world: World) -> None:
    world.worker().text(LINE, "9")
    assert world.case_row(world.cases()[0]).severity == 4
    assert world.count(StaffAlert, StaffAlert.kind == "danger") == 1
    assert "110" in replies(world)[0]


def test_a_receipt_by_text_reads_out_nothing_to_strangers(world: World) -> None:
    world.counsellor(duty=False)
    call = through(world.worker().ring(LINE), "3", "#", "2", "2", "1", "2", "2", "1")
    digits = receipt_in(call.heard)
    call.hang_up()
    world.worker(OTHER).text(LINE, f"CASE {digits}")
    assert replies(world, OTHER) == ["Nothing new for you yet."]
    world.worker(OTHER).text(LINE, "CASE 1234567890123456")
    assert replies(world, OTHER)[-1] == "We did not find this number."


def test_too_many_wrong_receipts_make_the_right_one_sound_wrong(world: World) -> None:
    world.counsellor(duty=False)
    call = through(world.worker().ring(LINE), "3", "#", "2", "2", "1", "2", "2", "1")
    digits = receipt_in(call.heard)
    call.hang_up()
    for _ in range(6):
        world.worker(OTHER).text(LINE, "CASE 1234567890123456")
    world.worker(OTHER).text(LINE, f"CASE {digits}")
    assert set(replies(world, OTHER)) == {"We did not find this number."}


def test_the_carriers_copy_of_a_text_is_redacted(world: World) -> None:
    world.worker().text(LINE, "They did not pay us")
    world.do_jobs()
    assert all(message.body == "" for message in world.carrier.messages)


def test_the_carrier_being_down_loses_no_text(world: World) -> None:
    world.carrier.faults.rest_down = True
    world.worker().text(LINE, "They did not pay us")
    assert world.kinds() == ["sms"]
    assert world.alerts() == []


def test_opted_out_elsewhere_is_remembered(world: World) -> None:
    world.worker().text(LINE, "CANCEL")
    with world.work():
        assert db.session.scalars(select(OptOut)).one()


def asked_how_it_went(world: World) -> None:
    with world.work():
        handle = world.site.handle(WORKER)
        invitations.invite(handle, answers.current(AFTER_CLOSE), "en", MONDAY.date())


def survey_answers(world: World) -> int:
    return world.count(SurveyAnswer)


def test_two_digits_answer_how_it_went_and_reach_no_case(either_world: World) -> None:
    world = either_world
    asked_how_it_went(world)
    world.worker().text(LINE, "4 5")
    assert (survey_answers(world), world.cases()) == (1, [])
    world.worker().text(LINE, "4 5")
    assert (survey_answers(world), len(world.cases())) == (1, 1)


def test_words_after_the_digits_go_where_every_message_goes(world: World) -> None:
    asked_how_it_went(world)
    world.worker().text(LINE, "1 1 they hit me again")
    assert survey_answers(world) == 1
    texts = [body["text"] for kind, body in world.entries() if kind == "sms"]
    assert texts == ["they hit me again"]


def test_a_text_that_is_no_answer_is_a_message(world: World) -> None:
    asked_how_it_went(world)
    world.worker().text(LINE, "They did not pay us")
    assert (survey_answers(world), world.kinds()) == (0, ["sms"])
