"""Each row of a call's way, with the cases that are easily forgotten."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from helpline.cases.models import WorkerReceipt
from helpline.extensions import db
from helpline.hotline.models import Callback, Duty, LineDay, LiveCall, StaffAlert
from helpline.register.service.changes import write_text
from telephony.sandbox.calls import Quirks
from tests.hotline.world import LINE, MISSED, NIGHT, OTHER, WORKER, MakeWorld, World, through


def test_information_alone_opens_no_case_and_leaves_a_record(world: World) -> None:
    call = through(world.worker().ring(LINE), "3", "#", "1")
    assert "right" in call.heard
    world.pass_time(30)
    assert call.ended
    assert world.cases() == []
    assert [record["how"] for record in world.records()] == ["information"]


def test_a_hang_up_in_the_greeting_is_counted_and_nothing_else(world: World) -> None:
    world.worker().ring(LINE).hang_up()
    assert world.cases() == []
    assert world.records()[0]["how"] == "hung-up"
    assert world.live() == 0
    assert world.count(LineDay, LineDay.what == "calls") == 1


def test_a_missed_call_line_never_answers_and_enters_one_callback(world: World) -> None:
    for _ in range(5):
        call = world.worker().ring(MISSED)
        assert call.ended
        assert call.answered_at is None
    assert world.count(Callback) == 1
    assert len(world.cases()) == 1
    with world.work():
        assert db.session.scalars(select(Callback)).one().rings == 5
    assert world.kinds().count("missed_call") == 1


def test_a_withheld_number_on_a_missed_call_line_leaves_only_a_record(world: World) -> None:
    world.worker("anonymous").ring(MISSED)
    assert world.count(Callback) == 0
    assert world.cases() == []
    assert world.records()[0]["how"] == "missed"


def test_without_a_key_the_default_language_is_taken(world: World) -> None:
    call = world.worker().ring(LINE)
    world.pass_time(6, 1)
    through(call, "2")
    call.hang_up()
    assert world.records()[0]["language"] == "zh-Hans"


def test_silence_at_the_notice_means_no_recording(world: World) -> None:
    ada = world.counsellor()
    call = world.worker().ring(LINE)
    call.press("3")
    world.pass_time(4, 1)
    through(call, "2", "#")
    world.phone(ada).pick_up().press("1")
    world.pass_time(20)
    call.hang_up()
    world.pass_time(5)
    assert world.carrier.recordings == []


def test_an_allowed_recording_is_sealed_and_deleted_at_the_carrier(world: World) -> None:
    ada = world.counsellor()
    call = through(world.worker().ring(LINE), "3", "1", "2", "#")
    world.phone(ada).pick_up().press("1")
    call.say("I have something to tell", 5)
    world.pass_time(20)
    call.hang_up()
    world.do_jobs()
    assert world.carrier.recordings == []
    kinds = world.kinds()
    assert "consent" in kinds
    assert "recording" in kinds


def test_consent_taken_back_deletes_the_recording(world: World) -> None:
    ada = world.counsellor()
    call = through(world.worker().ring(LINE), "3", "1", "2", "#")
    leg = world.phone(ada).pick_up()
    leg.press("1")
    call.say("words", 5)
    world.pass_time(10)
    leg.hang_up()
    call.press("8")
    call.hang_up()
    world.do_jobs()
    assert world.carrier.recordings == []
    kinds = world.kinds()
    assert "consent_withdrawn" in kinds
    assert "recording" not in kinds


def test_wrong_key_three_times_leads_to_a_person(world: World) -> None:
    ada = world.counsellor()
    call = through(world.worker().ring(LINE), "3", "#", "7", "7", "7", "#")
    assert world.phone(ada).ringing, call.heard


def test_the_factory_that_was_keyed_in_is_sealed_right_or_wrong(world: World) -> None:
    world.counsellor()
    call = through(world.worker().ring(LINE), "3", "#", "2", "4711#")
    call.hang_up()
    bodies = [body for kind, body in world.entries() if kind == "keyed"]
    assert bodies[0]["digits"] == "4711"


def test_closed_hours_offer_a_message_or_a_callback(make_world: MakeWorld) -> None:
    world = make_world(start=NIGHT)
    world.counsellor()
    call = through(world.worker().ring(LINE), "3", "#", "2", "2")
    through(call, "1", "2", "2")
    call.hang_up()
    assert world.count(Callback) == 1
    with world.work():
        due = db.session.scalars(select(Callback)).one().due
    assert due.hour == 1  # nine o'clock in Shanghai
    assert world.records()[0]["how"] == "callback"


def test_a_message_is_sealed_and_the_carriers_copy_is_gone(make_world: MakeWorld) -> None:
    world = make_world(start=NIGHT)
    call = through(world.worker().ring(LINE), "3", "#", "2", "1", "#", "#")
    world.pass_time(8, 1)
    assert call.doing == "recording", (call.doing, call.heard)
    call.say("Please ring me when it is light", 7)
    call.press("#")
    world.pass_time(1, 1)
    call.hang_up()
    world.do_jobs()
    assert world.carrier.recordings == []
    kinds = world.kinds()
    assert "voicemail" in kinds
    assert world.count(Callback) == 0
    assert world.records()[0]["how"] == "message"


def test_hanging_up_ends_a_message_and_keeps_it(make_world: MakeWorld) -> None:
    world = make_world(start=NIGHT)
    call = through(world.worker().ring(LINE), "3", "#", "2", "1", "#", "#")
    world.pass_time(8, 1)
    call.say("Please ring me", 4)
    world.pass_time(4, 1)
    call.hang_up()
    world.do_jobs()
    assert world.carrier.recordings == []
    assert "voicemail" in world.kinds()
    assert world.count(Callback) == 0


def test_an_empty_message_of_somebody_who_wanted_a_person_becomes_a_callback(
    make_world: MakeWorld,
) -> None:
    world = make_world(start=NIGHT)
    call = through(world.worker().ring(LINE), "3", "#", "2", "1", "#", "#")
    world.pass_time(8, 1)
    call.hang_up()
    world.do_jobs()
    assert "voicemail" not in world.kinds()
    assert world.count(Callback) == 1


def test_who_hangs_up_after_choosing_a_person_is_rung_back(world: World) -> None:
    ada = world.counsellor()
    call = through(world.worker().ring(LINE), "3", "#", "2", "#")
    call.hang_up()
    assert not world.phone(ada).ringing
    assert world.count(Callback) == 1
    assert world.records()[0]["how"] == "callback"
    assert world.duty(ada).unanswered == 0
    assert world.duty(ada).busy_until is None


def test_a_star_in_the_queue_asks_for_a_callback_and_keeps_the_place(world: World) -> None:
    ada = world.counsellor()
    busy = through(world.worker(OTHER).ring(LINE), "3", "#", "2", "#")
    world.phone(ada).pick_up().press("1")
    call = through(world.worker().ring(LINE), "3", "#", "2", "#")
    assert "number 1" in call.heard
    through(call, "*", "1", "2", "2")
    assert world.count(Callback) == 1
    with world.work():
        waiting = db.session.scalars(select(LiveCall).where(LiveCall.queued_at.is_not(None))).all()
        assert len(waiting) == 1
    busy.hang_up()
    call.hang_up()
    assert world.count(Callback) == 1


def test_not_safe_to_ring_takes_the_callback_back(world: World) -> None:
    world.counsellor(duty=False)
    call = through(world.worker().ring(LINE), "3", "#", "2", "2", "2")
    call.hang_up()
    assert world.count(Callback) == 0
    assert {"ring": False} in [body for kind, body in world.entries() if kind == "safety"]


def test_a_receipt_is_spoken_and_opens_the_letterbox_from_any_phone(world: World) -> None:
    world.counsellor(duty=False)
    call = through(world.worker().ring(LINE), "3", "#", "2", "2", "1", "2", "2", "1")
    digits = receipt_in(call.heard)
    call.hang_up()
    assert len(digits) == 16
    again = through(world.worker(OTHER).ring(LINE), "3", "#", "3", digits)
    assert "Nothing new for you" in again.heard
    again.hang_up()
    assert len(world.cases()) == 1
    with world.work():
        assert db.session.scalars(select(WorkerReceipt)).one()


def test_another_receipt_ends_the_one_before(world: World) -> None:
    world.counsellor(duty=False)
    call = through(world.worker().ring(LINE), "3", "#", "2", "2", "1", "2", "2", "1", "0")
    call.hang_up()
    assert world.count(WorkerReceipt) == 1


def test_wrong_receipts_sound_the_same_and_are_throttled(world: World) -> None:
    for _ in range(3):
        call = through(world.worker().ring(LINE), "3", "#", "3")
        for _try in range(3):
            call.press("1234567890123456")
        assert call.heard.count("did not find") == 3
        call.hang_up()
    assert world.cases() == []


def test_a_silent_caller_is_asked_twice_and_the_third_call_raises_a_review(world: World) -> None:
    for _ in range(3):
        call = world.worker().ring(LINE)
        world.pass_time(60, 1)
        assert call.ended
        assert "cannot speak" in call.heard or "不能说话" in call.heard or call.captions
    assert world.count(StaffAlert, StaffAlert.kind == "welfare") == 1
    assert {record["how"] for record in world.records()} == {"silent"}


def test_key_9_at_night_rings_on_call_then_the_next_person(make_world: MakeWorld) -> None:
    world = make_world(start=NIGHT)
    first = world.counsellor(duty=False)
    second = world.counsellor("ta", duty=False)
    world.on_call(first, 1)
    world.on_call(second, 2)
    call = world.worker().ring(LINE)
    call.press("9")
    assert world.phone(first).ringing
    case_id = world.cases()[0]
    assert world.case_row(case_id).severity == 4
    world.pass_time(25)
    assert world.phone(second).ringing
    world.phone(second).pick_up().press("1")
    assert call.talking
    call.hang_up()
    assert world.case_row(case_id).reserved == second


def test_key_9_alerts_phones_until_somebody_looks(make_world: MakeWorld) -> None:
    world = make_world(start=NIGHT)
    first, second = world.counsellor(duty=False), world.counsellor(duty=False)
    world.on_call(first, 1)
    world.on_call(second, 2)
    call = world.worker().ring(LINE)
    call.press("9")
    call.hang_up()
    world.do_jobs(2)
    assert world.phone(first).ringing
    heard = world.phone(first).pick_up()
    world.pass_time(5)
    assert "log in" in heard.heard or "登录" in heard.heard
    world.pass_time(600, 60)
    world.tick()
    assert world.phone(second).ringing


def test_with_nobody_on_call_danger_leads_to_a_message(make_world: MakeWorld) -> None:
    world = make_world(start=NIGHT)
    call = through(world.worker().ring(LINE), "3", "9")
    assert "Nobody has answered yet" in call.heard
    assert "1 1 0" in call.heard


@pytest.mark.parametrize("declined", ["busy", "no-answer"])
@pytest.mark.parametrize("whisper", ["completed", "no-answer"])
def test_declined_busy_unanswered_and_machines_go_on_to_the_next(
    make_world: MakeWorld, declined: str, whisper: str
) -> None:
    world = make_world(quirks=Quirks(declined_call=declined, declined_whisper=whisper))  # type: ignore[arg-type]
    people = [world.counsellor() for _ in range(4)]
    for person in people:
        world.phone(person)
    call = through(world.worker().ring(LINE), "3", "#", "2", "#")
    tried = []
    for act in ("decline", "machine", "unanswered"):
        ringing = next(person for person in people if world.phone(person).ringing)
        tried.append(ringing)
        if act == "decline":
            world.phone(ringing).decline()
        elif act == "machine":
            world.phone(ringing).voicemail_answers()
            world.pass_time(12, 1)
        else:
            world.pass_time(22, 1)
    last = next(person for person in people if world.phone(person).ringing)
    assert last not in tried
    world.phone(last).pick_up().press("1")
    assert call.talking
    assert call.talks_to == world.phone_number(last)
    call.hang_up()
    assert all(not world.phone(person).machine_took for person in people)


def test_two_rings_in_a_row_without_an_answer_end_the_duty(world: World) -> None:
    ada = world.counsellor()
    call = through(world.worker().ring(LINE), "3", "#", "2", "#")
    world.pass_time(60, 1)
    row = world.duty(ada)
    assert (row.state, row.reason, row.phone) == ("off", "unanswered", None)
    assert "Nobody can answer" in call.heard


def test_nobody_rings_in_wrap_up_or_break(world: World) -> None:
    ada = world.counsellor()
    first = through(world.worker(OTHER).ring(LINE), "3", "#", "2", "#")
    world.phone(ada).pick_up().press("1")
    first.hang_up()
    call = through(world.worker().ring(LINE), "3", "#", "2", "#")
    world.pass_time(200)
    assert not world.phone(ada).ringing
    world.pass_time(120)
    assert world.phone(ada).ringing
    call.hang_up()


def test_an_expired_flag_lets_calls_through_again(world: World) -> None:
    from helpline.hotline.service import abuse

    ada = world.counsellor()
    with world.work():
        handle = world.site.handle(WORKER)
        abuse.flag(world.organisation.supervisor, handle, 24, world.now)
    call = through(world.worker().ring(LINE), "3")
    assert "cannot talk with you now" in call.heard
    call.press("1")
    call.hang_up()
    world.clock.advance(timedelta(hours=25, minutes=10).total_seconds())
    with world.work():
        world_row = db.session.get(Duty, ada)
        assert world_row is not None
    call = through(world.worker().ring(LINE), "3", "#", "2", "#")
    assert world.phone(ada).ringing


def receipt_in(heard: str) -> str:
    """The sixteen digits that were spoken."""
    import re

    spoken = re.findall(r"(?:\d, \d, \d, \d\.\s*){4}", heard)
    return re.sub(r"\D", "", spoken[0]) if spoken else ""


def test_a_changed_text_is_spoken_at_the_next_step_of_a_call_that_goes_on(world: World) -> None:
    call = through(world.worker().ring(LINE), "3", "1", "1")
    with world.work():
        write_text(world.line, "en", "rights_information", "Ask the lantern keeper.", None)
    assert "lantern keeper" not in call.heard
    call.press("0")
    assert "lantern keeper" in call.heard
