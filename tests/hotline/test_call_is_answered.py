"""The main way: a worker rings, asks for a person, a counsellor presses 1, they talk."""

from helpline.hotline.models import Leg
from tests.hotline.world import LINE, World, through


def test_press_2_a_counsellor_takes_the_call_with_key_1(either_world: World) -> None:
    world = either_world
    ada = world.counsellor()
    call = through(world.worker().ring(LINE), "1")
    assert "1 1 0" in call.heard
    through(call, "2", "#")
    phone = world.phone(ada)
    assert phone.ringing, (call.heard, world.alerts())
    assert phone.call is not None
    assert phone.call.from_ == LINE
    leg = phone.pick_up()
    assert not call.talking
    leg.press("1")
    assert call.talking
    assert leg.talking
    case_id = world.cases()[0]
    assert world.case_row(case_id).reserved == ada
    world.pass_time(60)
    call.hang_up()
    assert world.live() == 0
    assert world.count(Leg) == 0
    kinds = world.kinds(case_id)
    assert kinds == ["voice_in", "talked", "call_record"]
    record = world.records()[0]
    assert record["how"] == "answered"
    assert record["talked"] == 60
    assert "+86" not in str(record)
    assert world.alerts() == []
    assert world.duty(ada).wrap_up_until is not None
