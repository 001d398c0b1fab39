"""Quality of talks: a supervisor's form, read by supervisors and by whoever it is about."""

import sqlite3
from uuid import UUID

import pytest

from helpline.hotline.models import Rating
from helpline.hotline.service import quality, roster
from tests.hotline.world import LINE, MakeWorld, World, through

REMARK = "Calm and clear; name the next step earlier."
FORM = {
    "basis": "wrap-up",
    "greeting": "yes",
    "safety": "partly",
    "listened": "yes",
    "information": "not-seen",
    "next_step": "no",
    "remark": REMARK,
}


@pytest.fixture
def office(make_world: MakeWorld) -> World:
    return make_world(rooms=True)


def talked(world: World, person: UUID, number: str = "+860000000042") -> None:
    call = through(world.worker(number).ring(LINE), "3", "#", "2", "#")
    world.phone(person).pick_up().press("1")
    world.pass_time(10)
    call.hang_up()


def test_rated_in_the_wrap_up_and_read_by_the_counsellor(office: World) -> None:
    ada, lead = office.counsellor(), office.supervisor_account()
    boss = office.browser(lead)
    assert "Rate the talk" not in boss.get("/board").text
    talked(office, ada)
    board = boss.get("/board").text
    assert f"/quality/rate/{ada}" in board
    assert "from the wrap-up" not in boss.get("/quality").text
    page = boss.get(f"/quality/rate/{ada}").text
    assert "Neutral greeting" in page
    assert "Counsellor 1 reads it" in page
    assert boss.post(f"/quality/rate/{ada}", **FORM).status_code == 303
    for browser in (boss, office.browser(ada)):
        page = browser.get("/quality").text
        assert REMARK in page
        assert "Nils Compass, from the wrap-up" in page
        assert [word in page for word in ("Partly", "Not seen")] == [True, True]


def test_colleagues_read_nothing_of_it(office: World) -> None:
    ada, bo = office.counsellor(), office.counsellor(duty=False)
    lead = office.supervisor_account()
    talked(office, ada)
    office.browser(lead).post(f"/quality/rate/{ada}", **FORM)
    page = office.browser(bo).get("/quality").text
    assert REMARK not in page
    assert "Counsellor 1" not in page
    assert office.browser(bo).get(f"/quality/rate/{ada}").status_code == 403
    assert office.browser(bo).post(f"/quality/rate/{ada}", **FORM).status_code == 403


def test_nothing_of_it_stands_in_clear(office: World, sqlite_url: str) -> None:
    ada, lead = office.counsellor(), office.supervisor_account()
    talked(office, ada)
    office.browser(lead).post(f"/quality/rate/{ada}", **FORM)
    path = sqlite_url.removeprefix("sqlite:///")
    with sqlite3.connect(path) as connection:
        dump = "\n".join(connection.iterdump())
    assert office.count(Rating) == 1
    assert REMARK not in dump
    assert REMARK.encode().hex() not in dump.lower()
    assert "partly" not in dump


def test_a_talk_that_was_listened_to_is_rated_as_such(office: World) -> None:
    ada, lead = office.counsellor(), office.supervisor_account()
    with office.work():
        roster.on_duty(office.site, lead, "+860000000999", None, office.now)
        roster.take_break(lead, office.now)
    through(office.worker().ring(LINE), "3", "#", "2", "#")
    office.phone(ada).pick_up().press("1")
    boss = office.browser(lead)
    boss.post(f"/hotline/listen/{ada}")
    page = office.browser(ada).poll("/hotline/now").text
    agree = page.partition('action="/hotline/guests/')[2].partition('"')[0]
    office.browser(ada).post(f"/hotline/guests/{agree}")
    office.carrier.handset("+860000000999").pick_up().press("1")
    assert f"/quality/rate/{ada}" in boss.get("/board").text
    page = boss.get(f"/quality/rate/{ada}").text
    checked = page.partition('value="listened"')
    assert "checked" in checked[0].rpartition("<input")[2] + checked[2].partition(">")[0]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"greeting": ""}, "Choose an answer"),
        ({"remark": "Rang 138 0000 0000 back"}, "no number"),
    ],
)
def test_what_is_missing_or_of_the_worker_is_not_kept(
    office: World, changes: dict[str, str], sentence: str
) -> None:
    ada, lead = office.counsellor(), office.supervisor_account()
    talked(office, ada)
    answer = office.browser(lead).post(f"/quality/rate/{ada}", **(FORM | changes))
    assert sentence in answer.text
    assert (changes.get("remark") or REMARK) in answer.text, "what was typed is kept"
    assert office.count(Rating) == 0


def test_only_a_talk_of_today_and_never_ones_own(office: World) -> None:
    ada, lead = office.counsellor(), office.supervisor_account()
    boss = office.browser(lead)
    assert "had no talk today" in boss.post(f"/quality/rate/{ada}", **FORM).text
    assert "their own talk" in boss.post(f"/quality/rate/{lead}", **FORM).text
    assert boss.get(f"/quality/rate/{UUID(int=9)}").status_code == 404
    assert office.count(Rating) == 0


def test_it_goes_after_its_time(office: World) -> None:
    ada, lead = office.counsellor(), office.supervisor_account()
    talked(office, ada)
    office.browser(lead).post(f"/quality/rate/{ada}", **FORM)
    with office.work():
        quality.forget(office.now, 12)
    assert office.count(Rating) == 1
    office.clock.advance(400 * 86400)
    with office.work():
        quality.forget(office.now, 12)
    assert office.count(Rating) == 0
