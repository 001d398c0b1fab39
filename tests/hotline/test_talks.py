"""The worker answers about a talk with the receipt, by telephone and by text, from any phone."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from helpline.cases.models import Case
from helpline.cases.rules.agenda import Appointment, Held, Meeting
from helpline.cases.service import agenda, assignment, files, talks
from helpline.extensions import db
from helpline.hotline.models import LiveCall
from telephony.flow import Wish
from telephony.sandbox.handset import Call
from tests.hotline.test_call_steps import receipt_in
from tests.hotline.test_texts import replies
from tests.hotline.world import LINE, OTHER, World, through

AT = datetime(2026, 11, 25, 10, tzinfo=UTC)  # Wednesday, 18:00 in Shanghai
WHEN = "Wednesday 25 November, 18:00"


def agreed(world: World) -> tuple[str, UUID, str]:
    """A worker with a receipt and a talk: the digits, the case, the talk. Nobody is on duty."""
    ada = world.counsellor(duty=False)
    call = through(world.worker().ring(LINE), "3", "#", "2", "2", "1", "2", "2", "1")
    digits = receipt_in(call.heard)
    call.hang_up()
    (case_id,) = world.cases()
    with world.work():
        assignment.claim(world.organisation.principal(ada), case_id, world.now)
    with world.work():
        who = world.organisation.principal(ada)
        talk = Appointment("", AT, Meeting.WORKER_RINGS)
        talk_id = agenda.arrange(who, case_id, talk, world.now)
    return digits, case_id, talk_id


def asks_again(world: World, digits: str) -> Call:
    return through(world.worker(OTHER).ring(LINE), "3", "#", "3", digits)


def wishes(world: World, case_id: UUID) -> list[dict[str, str]]:
    return [body for kind, body in world.entries(case_id) if kind == "appointment_wish"]


def test_the_talk_is_told_and_one_key_cancels_it(either_world: World) -> None:
    world = either_world
    digits, case_id, talk_id = agreed(world)
    call = asks_again(world, digits)
    assert call.heard.count(f"We talk on {WHEN}. You call us.") == 2
    assert f"You have a talk on {WHEN}." in call.heard
    call.press("1")
    assert "We have it. We cancel the talk." in call.heard
    assert wishes(world, case_id) == [{"id": talk_id, "wish": "cancel"}], "only at the hang-up"
    call.hang_up()
    assert wishes(world, case_id) == [{"id": talk_id, "wish": "cancel"}]
    assert world.cases() == [case_id]
    assert world.alerts() == []


def test_another_time_is_asked_for_and_the_desk_says_so(world: World) -> None:
    digits, case_id, talk_id = agreed(world)
    with world.work():
        before = db.session.get_one(Case, case_id).due
    asks_again(world, digits).press("2")
    assert wishes(world, case_id) == [{"id": talk_id, "wish": "move"}]
    with world.work():
        after = db.session.get_one(Case, case_id).due
        file = files.open_file(world.organisation.principal(world.people[0]), case_id)
    assert file.faults == []
    assert [talk.wish for talk in file.state.appointments] == ["move"]
    assert before is not None
    assert after is not None
    assert after <= before


def test_who_asked_before_hears_it_and_asks_nothing_twice(world: World) -> None:
    digits, case_id, _talk = agreed(world)
    through(asks_again(world, digits), "1").hang_up()
    call = asks_again(world, digits)
    assert "You asked us to cancel it." in call.heard
    assert "We talk on" not in call.heard, "a letter that was heard is unread"
    call.press("1")
    assert len(wishes(world, case_id)) == 1
    call.hang_up()
    call = asks_again(world, digits)
    call.press("2")
    assert [body["wish"] for body in wishes(world, case_id)] == ["cancel", "move"]


@pytest.mark.parametrize("key", ["3", "0"])
def test_other_keys_lead_on_and_ask_nothing(world: World, key: str) -> None:
    digits, case_id, _talk = agreed(world)
    call = asks_again(world, digits)
    call.press(key)
    assert "To talk with a person, press 2." in call.heard
    assert "We have it." not in call.heard
    through(call, "3", "1")
    assert "full pay" in call.heard
    call.hang_up()
    assert wishes(world, case_id) == []


def test_a_talk_that_is_over_or_off_is_not_told(world: World) -> None:
    digits, case_id, talk_id = agreed(world)
    with world.work():
        who = world.organisation.principal(world.people[0])
        agenda.end(who, case_id, talk_id, Held.CANCELLED, world.now)
    call = asks_again(world, digits)
    assert f"We do not talk on {WHEN}. It is cancelled." in call.heard
    assert "You have a talk" not in call.heard
    assert "To talk with a person, press 2." in call.heard


def test_a_call_keeps_the_talk_sealed_and_forgets_it_with_the_key(world: World) -> None:
    digits, _case, talk_id = agreed(world)
    call = asks_again(world, digits)
    with world.work():
        row = db.session.scalars(select(LiveCall)).one()
        assert row.talk is not None
        assert talk_id.encode() not in row.talk
        clear = f"{row.state} {row.path}"
    assert talk_id not in clear
    assert "November" not in clear
    call.press("1")
    with world.work():
        row = db.session.scalars(select(LiveCall)).one()
        assert row.talk is None
        assert "cancel" not in f"{row.state} {row.path}"


def test_the_key_told_three_times_is_one_wish(world: World) -> None:
    digits, case_id, talk_id = agreed(world)
    call = asks_again(world, digits)
    call.press("1")
    pressed = next(made for made in reversed(world.carrier.travelled) if "/talk?turn=" in made.url)
    first, second = (world.carrier.send_again(pressed) for _ in range(2))
    assert first is not None
    assert second is not None
    assert first.body == second.body
    assert b"We cancel the talk." in first.body
    call.hang_up()
    world.carrier.send_again(pressed)
    assert wishes(world, case_id) == [{"id": talk_id, "wish": "cancel"}]


# --- texts ------------------------------------------------------------------------------------


def test_a_text_with_the_number_says_how_to_cancel_or_move(world: World) -> None:
    digits, case_id, _talk = agreed(world)
    world.worker(OTHER).text(LINE, f"CASE {digits}")
    told, how = replies(world, OTHER)[-1].split("\n")
    assert told == f"We talk on {WHEN}. You call us."
    assert how.startswith(f"You have a talk on {WHEN}. To cancel it, send 3, your 16 digits")
    assert wishes(world, case_id) == []
    world.worker(OTHER).text(LINE, f"CASE {digits}")
    assert replies(world, OTHER)[-1] == f"Nothing new for you yet.\n{how}"


@pytest.mark.parametrize(
    ("key", "wish", "answer"),
    [
        ("1", "cancel", f"We have it. We cancel the talk on {WHEN}."),
        ("2", "move", f"We have it. We look for another time than {WHEN}."),
    ],
)
def test_one_and_two_after_the_number_cancel_and_move(
    either_world: World, key: str, wish: str, answer: str
) -> None:
    world = either_world
    digits, case_id, talk_id = agreed(world)
    for _ in range(2):
        world.worker(OTHER).text(LINE, f"3 {digits} {key}")
        assert replies(world, OTHER)[-1].endswith(answer)
    assert wishes(world, case_id) == [{"id": talk_id, "wish": wish}]


def test_a_wrong_number_with_an_answer_sounds_as_without(world: World) -> None:
    digits, case_id, _talk = agreed(world)
    for body in ("CASE 1234567890123456 1", f"CASE {digits}1", f"CASE {digits} 12"):
        world.worker(OTHER).text(LINE, body)
        assert replies(world, OTHER)[-1] == "We did not find this number."
    for _ in range(3):
        world.worker(OTHER).text(LINE, "CASE 1234567890123456 2")
    world.worker(OTHER).text(LINE, f"CASE {digits} 1")
    assert set(replies(world, OTHER)) == {"We did not find this number."}
    assert wishes(world, case_id) == []


def test_an_answer_without_a_talk_tells_what_is_new_as_ever(world: World) -> None:
    world.counsellor(duty=False)
    call = through(world.worker().ring(LINE), "3", "#", "2", "2", "1", "2", "2", "1")
    digits = receipt_in(call.heard)
    call.hang_up()
    world.worker(OTHER).text(LINE, f"CASE {digits} 1")
    assert replies(world, OTHER) == ["Nothing new for you yet."]
    assert "appointment_wish" not in world.kinds()


def test_an_answer_to_a_talk_that_was_moved_meanwhile_names_its_new_time(world: World) -> None:
    digits, case_id, talk_id = agreed(world)
    world.worker(OTHER).text(LINE, f"CASE {digits}")
    with world.work():
        who = world.organisation.principal(world.people[0])
        agenda.move(who, case_id, talk_id, AT + timedelta(days=1), world.now)
    world.worker(OTHER).text(LINE, f"CASE {digits} 2")
    told, noted = replies(world, OTHER)[-1].split("\n")
    new = "Thursday 26 November, 18:00"
    assert told == f"There is another time. We talk on {new}. You call us."
    assert noted == f"We have it. We look for another time than {new}."


def test_a_wish_of_a_call_and_one_of_a_text_meet_in_one_letterbox(world: World) -> None:
    digits, case_id, talk_id = agreed(world)
    with world.work():
        talks.wish(world.site, case_id, talk_id, Wish.MOVE, world.line, world.now)
    assert "You asked for another time." in asks_again(world, digits).heard
