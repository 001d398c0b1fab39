"""Heavy talks in a row: counted in the shift, a debrief offered, asked for, held."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpline.extensions import db
from helpline.hotline import rules
from helpline.hotline.models import Duty, PersonDay
from helpline.hotline.service import roster
from tests.hotline.world import LINE, MakeWorld, World, through


@pytest.fixture
def office(make_world: MakeWorld) -> World:
    return make_world(rooms=True)


def talk(world: World, person: UUID, *, heavy: bool) -> None:
    """One talk from a number of its own, and its wrap-up."""
    number = f"+8600000001{len(world.cases()):02}"
    keys = ("9",) if heavy else ("3", "#", "2", "#")
    call = through(world.worker(number).ring(LINE), *keys)
    world.phone(person).pick_up().press("1")
    world.pass_time(10)
    call.hang_up()


def ready(world: World, person: UUID) -> None:
    with world.work():
        roster.end_wrap_up(person)


def duty_page(world: World, person: UUID) -> str:
    return world.browser(person).poll("/hotline/duty").text


@given(st.lists(st.booleans()))
def test_what_counts_is_the_unbroken_end(weights: list[bool]) -> None:
    row = rules.in_a_row(weights)
    assert all(weights[len(weights) - row :])
    assert row == len(weights) or not weights[len(weights) - row - 1]


def test_after_two_heavy_talks_the_wrap_up_offers_a_debrief(office: World) -> None:
    ada = office.counsellor()
    talk(office, ada, heavy=True)
    assert "Ask for a debrief" not in duty_page(office, ada)
    ready(office, ada)
    talk(office, ada, heavy=True)
    assert "2 heavy talks in a row" in duty_page(office, ada)
    assert "Ask for a debrief" in duty_page(office, ada)


def test_a_light_talk_between_begins_the_count_again(office: World) -> None:
    ada = office.counsellor()
    for heavy in (True, False, True):
        talk(office, ada, heavy=heavy)
        ready(office, ada)
    assert "Ask for a debrief" not in duty_page(office, ada)
    with office.work():
        row = db.session.get_one(PersonDay, (ada, office.now.date()))
        assert (row.calls, row.heavy) == (3, 2)


def test_a_talk_that_is_rated_heavy_in_its_wrap_up_counts_in_the_row(office: World) -> None:
    ada = office.counsellor()
    talk(office, ada, heavy=True)
    ready(office, ada)
    talk(office, ada, heavy=False)
    browser = office.browser(ada)
    browser.poll("/hotline/now")
    light = next(case for case in office.cases() if office.case_row(case).severity is None)
    assert browser.post(f"/cases/{light}/danger").status_code == 303
    assert "Ask for a debrief" in duty_page(office, ada)
    browser.post(f"/cases/{light}/danger")
    assert office.duty(ada).weights == [True, True]


def test_asked_for_on_the_page_seen_on_the_board_and_held(office: World) -> None:
    ada, lead = office.counsellor(), office.supervisor_account()
    boss = office.browser(lead)
    for _ in range(2):
        talk(office, ada, heavy=True)
        ready(office, ada)
    board = boss.get("/board").text
    assert "2 in a row" in board
    assert "asks for a debrief" not in board
    quiet = boss.poll("/board/now")
    assert office.browser(ada).post("/hotline/debrief").status_code == 303
    assert "You asked for a debrief" in duty_page(office, ada)
    shown = boss.poll("/board/now", quiet.headers["ETag"])
    assert "Counsellor 1 asks for a debrief" in shown.text
    assert boss.post(f"/board/debriefs/{ada}/held").status_code == 303
    after = boss.get("/board").text
    assert "asks for a debrief" not in after
    assert "in a row" not in after
    assert "Ask for a debrief" not in duty_page(office, ada)
    with office.work():
        row = db.session.get_one(PersonDay, (ada, office.now.date()))
        assert (row.heavy, row.debriefs) == (2, 1)
    boss.post(f"/board/debriefs/{ada}/held")
    with office.work():
        assert db.session.get_one(PersonDay, (ada, office.now.date())).debriefs == 1


def test_the_end_of_the_shift_leaves_counters_alone(office: World) -> None:
    ada = office.counsellor()
    talk(office, ada, heavy=True)
    office.browser(ada).post("/hotline/debrief")
    with office.work():
        roster.off_duty(ada, office.now)
    row = office.duty(ada)
    assert row.weights == []
    assert row.debrief is False


def test_nobody_off_duty_asks_and_no_counsellor_marks_it_held(office: World) -> None:
    ada, bo = office.counsellor(), office.counsellor(duty=False)
    office.browser(bo).post("/hotline/debrief")
    assert office.count(Duty, Duty.debrief.is_(True)) == 0
    assert office.browser(ada).post(f"/board/debriefs/{bo}/held").status_code == 403


def test_whoever_had_fewer_heavy_talks_is_rung_first(office: World) -> None:
    ada, bo = office.counsellor(), office.counsellor()
    call = through(office.worker().ring(LINE), "9")
    first = ada if office.phone(ada).ringing else bo
    office.phone(first).pick_up().press("1")
    call.hang_up()
    ready(office, first)
    office.pass_time(60)
    through(office.worker("+860000000055").ring(LINE), "3", "#", "2", "#")
    second = bo if first == ada else ada
    assert office.phone(second).ringing


def test_the_board_counts_alarms_of_cases_that_need_a_supervisor(office: World) -> None:
    lead = office.supervisor_account()
    through(office.worker().ring(LINE), "9").hang_up()
    office.pass_time(3600 * 2, 600)
    page = office.browser(lead).get("/board").text
    tile = page.partition("<dt>Alarms</dt>")[2].partition("</div>")[0]
    assert '<span class="big">1</span>' in tile
    assert "1 late" in tile
