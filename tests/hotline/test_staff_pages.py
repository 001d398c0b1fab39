"""What counsellors and supervisors see and do in their browsers while telephones ring."""

import re
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from helpline.extensions import db
from helpline.hotline.models import AbuseFlag, Callback, OnCall
from helpline.hotline.service import board, counts
from helpline.register.service import taxonomy
from telephony.provider import Ability
from telephony.sandbox.handset import Call
from tests.hotline.world import LINE, MISSED, OTHER, WORKER, MakeWorld, World, through


@pytest.fixture
def office(make_world: MakeWorld) -> World:
    return make_world(rooms=True)


def talk(world: World, person: UUID) -> Call:
    call = through(world.worker().ring(LINE), "3", "#", "2", "#")
    leg = world.phone(person).pick_up()
    leg.press("1")
    return call


def test_a_ring_shows_and_the_talk_completes_the_claim(office: World) -> None:
    ada = office.counsellor()
    browser = office.browser(ada)
    quiet = browser.poll("/hotline/now")
    assert quiet.status_code == 200
    assert not quiet.text.strip()
    assert browser.poll("/hotline/now", quiet.headers["ETag"]).status_code == 304
    call = through(office.worker().ring(LINE), "3", "#", "2", "#")
    ringing = browser.poll("/hotline/now", quiet.headers["ETag"])
    assert ringing.status_code == 200
    assert "Call for you" in ringing.text
    assert "··42" in ringing.text
    assert WORKER not in ringing.text
    office.phone(ada).pick_up().press("1")
    talking = browser.poll("/hotline/now", ringing.headers["ETag"])
    assert "On a call" in talking.text
    assert office.case_row(office.cases()[0]).assignee == ada
    same = browser.poll("/hotline/now", talking.headers["ETag"])
    assert same.status_code == 304
    call.hang_up()
    assert not browser.poll("/hotline/now", talking.headers["ETag"]).text.strip()


def test_the_page_of_the_case_does_not_offer_to_open_it(office: World) -> None:
    ada = office.counsellor()
    talk(office, ada)
    browser = office.browser(ada)
    browser.poll("/hotline/now")
    case_id = office.cases()[0]
    for path, offered in (("/desk", True), (f"/cases/{case_id}", False)):
        found = re.search(r'hx-get="(/hotline/now[^"]*)"', browser.get(path).text)
        assert found, path
        assert ("Open case" in browser.poll(found[1]).text) is offered, path
    talked = re.search(r"Talked.*?</li>", browser.get(f"/cases/{case_id}").text, re.DOTALL)
    assert talked
    assert "Counsellor 1" in talked[0]


def test_pass_on_sends_the_call_to_the_next_counsellor(office: World) -> None:
    people = [office.counsellor(), office.counsellor()]
    through(office.worker().ring(LINE), "3", "#", "2", "#")
    first = next(one for one in people if office.phone(one).ringing)
    second = next(one for one in people if one != first)
    leg = office.phone(first).pick_up()
    assert office.browser(first).post("/hotline/pass-on").status_code == 303
    office.pass_time(2, 1)
    assert leg.ended
    assert office.phone(second).ringing
    assert office.duty(first).unanswered == 0


def test_ending_the_call_from_the_page(office: World) -> None:
    ada = office.counsellor()
    call = talk(office, ada)
    assert office.browser(ada).post("/hotline/end-call").status_code == 303
    office.pass_time(2, 1)
    assert not call.talking
    assert office.duty(ada).wrap_up_until is not None


def test_a_serious_rating_after_the_talk_lengthens_the_wrap_up(office: World) -> None:
    with office.work():
        taxonomy.install(office.now.date())
    ada = office.counsellor()
    talk(office, ada).hang_up()
    ended = office.now
    browser = office.browser(ada)
    browser.poll("/hotline/now")
    case_id = office.cases()[0]
    office.pass_time(60)
    page = browser.get(f"/cases/{case_id}/coding").text
    found = re.search(r'name="revision"[^>]*value="(\d+)"', page)
    assert found
    coded = {"main": "W1", "severity": "2", "reporter": "self", "revision": found[1]}
    assert browser.post(f"/cases/{case_id}/coding", **coded).status_code == 303
    usual = office.duty(ada).wrap_up_until
    assert usual
    assert usual - ended < timedelta(minutes=6)
    assert browser.post(f"/cases/{case_id}/danger").status_code == 303
    longer = office.duty(ada).wrap_up_until
    assert longer
    assert longer - usual == timedelta(minutes=15)
    with office.work():
        assert counts.of_person(ada, office.now.date()) == (1, 1)
    browser.post("/hotline/duty/ready")
    browser.post(f"/cases/{case_id}/danger")
    assert office.duty(ada).wrap_up_until is None
    with office.work():
        assert counts.of_person(ada, office.now.date()) == (1, 1)


def test_duty_is_begun_interrupted_and_ended_in_the_browser(office: World) -> None:
    ada = office.counsellor(duty=False)
    browser = office.browser(ada)
    assert "Go on duty" in browser.get("/hotline/duty").text
    browser.post("/hotline/duty", duty="on", phone="not a phone")
    assert office.duty(ada).state == "off"
    browser.post("/hotline/duty", duty="on", phone=office.phone_number(ada))
    assert office.duty(ada).state == "on"
    browser.post("/hotline/duty", duty="break")
    assert office.duty(ada).state == "break"
    browser.post("/hotline/duty", duty="off")
    row = office.duty(ada)
    assert (row.state, row.phone, row.phone_hash) == ("off", None, None)


def test_a_phone_is_rung_for_one_person_only(office: World) -> None:
    ada, ben = office.counsellor(), office.counsellor(duty=False)
    browser = office.browser(ben)
    browser.post("/hotline/duty", duty="on", phone=office.phone_number(ada))
    assert "reached at this phone already" in browser.get("/hotline/duty").text
    assert office.duty(ben).state == "off"


def test_break_after_this_call(office: World) -> None:
    ada = office.counsellor()
    call = talk(office, ada)
    office.browser(ada).post("/hotline/duty", duty="break")
    assert office.duty(ada).state == "on"
    call.hang_up()
    assert office.duty(ada).state == "break"


def test_a_callback_rings_the_worker_then_the_counsellor(office: World) -> None:
    ada = office.counsellor()
    office.worker().ring(MISSED)
    browser = office.browser(ada)
    page = browser.get("/callbacks").text
    assert "Due now" in page
    with office.work():
        row = db.session.scalars(select(Callback)).one().id
    assert browser.get(f"/callbacks/{row}").status_code == 200
    assert browser.post(f"/callbacks/{row}/ring").status_code == 303
    assert office.worker().ringing
    call = office.worker().pick_up()
    assert call.from_ == MISSED
    through(call, "1", "2", "2")
    assert office.phone(ada).ringing, (call.heard, office.alerts())
    office.phone(ada).pick_up().press("1")
    assert call.talking
    call.hang_up()
    assert office.count(Callback) == 0
    assert office.live() == 0
    kinds = office.kinds()
    assert "talked" in kinds
    assert kinds.count("safety") == 2
    assert office.records()[-1]["how"] in {"outbound-reached", "missed"}


def test_three_callbacks_without_an_answer_end_the_list_not_the_case(office: World) -> None:
    ada = office.counsellor()
    office.worker().ring(MISSED)
    with office.work():
        row = db.session.scalars(select(Callback)).one().id
    for n in range(3):
        browser = office.browser(ada)
        with office.work():
            found = db.session.get(Callback, row)
            assert found is not None, n
        browser.post(f"/callbacks/{row}/ring")
        office.pass_time(40)
        assert office.live() == 0
        assert office.duty(ada).busy_until is None
    assert office.count(Callback) == 0
    assert office.kinds().count("callback_out") == 3
    assert office.worker().inbox == []


def test_no_more_calls_is_kept_by_number(office: World) -> None:
    ada = office.counsellor()
    office.worker().ring(MISSED)
    with office.work():
        row = db.session.scalars(select(Callback)).one().id
    office.browser(ada).post(f"/callbacks/{row}/ring")
    office.worker().pick_up().press("3")
    assert office.count(Callback) == 0
    office.worker().ring(MISSED)
    assert office.count(Callback) == 0


def test_a_callback_without_the_carrier_is_a_task_for_the_desk_phone(
    make_world: MakeWorld,
) -> None:
    office = make_world(rooms=True, abilities=frozenset({Ability.TEXT}))
    ada = office.counsellor()
    office.worker().ring(MISSED)
    browser = office.browser(ada)
    with office.work():
        row = db.session.scalars(select(Callback)).one().id
    browser.post(f"/callbacks/{row}/ring")
    assert not office.worker().ringing
    shown = browser.post(f"/callbacks/{row}/show")
    assert WORKER in shown.text
    assert "number_shown" in office.kinds()
    assert WORKER not in browser.get(f"/callbacks/{row}").text
    answer = browser.post(f"/callbacks/{row}/outcome", reached="yes", text="we talked")
    assert answer.status_code == 303
    assert office.count(Callback) == 0


def test_the_carrier_being_down_keeps_the_callback(office: World) -> None:
    ada = office.counsellor()
    office.worker().ring(MISSED)
    office.carrier.faults.rest_500 = 1.0
    with office.work():
        row = db.session.scalars(select(Callback)).one().id
    office.browser(ada).post(f"/callbacks/{row}/ring")
    assert office.live() == 0
    assert office.count(Callback) == 1
    assert office.duty(ada).busy_until is None


def test_supervisors_see_board_plan_log_and_flags(office: World) -> None:
    ada = office.counsellor()
    call = talk(office, ada)
    boss = office.browser(office.supervisor_account())
    board = boss.get("/board")
    assert board.status_code == 200
    assert "On a call" in board.text
    assert "··42" not in board.text
    call.hang_up()
    for page in ("/board/now", "/rota", "/call-log", "/flags", "/callbacks"):
        assert boss.get(page).status_code == 200, page
    assert "Answered" in boss.get("/call-log").text
    answer = boss.post(
        "/rota",
        line=str(office.line),
        person=str(ada),
        starts_at="2026-11-23T21:00",
        ends_at="2026-11-24T09:00",
        position="1",
    )
    assert answer.status_code == 303
    with office.work():
        plan = db.session.scalars(select(OnCall)).one()
        assert plan.starts_at.hour == 13
        assert plan.phone is None
    page = office.browser(ada).get("/hotline/duty").text
    assert "You are on call" in page
    office.browser(ada).post(f"/hotline/on-call/{plan.id}", phone=office.phone_number(ada))
    with office.work():
        assert db.session.scalars(select(OnCall)).one().phone is not None
    assert "Phone given" in boss.get("/rota").text


def test_the_board_counts_the_calls_of_today(office: World) -> None:
    ada = office.counsellor()
    talk(office, ada).hang_up()
    office.phone(ada)
    waits = through(office.worker(OTHER).ring(LINE), "3", "#", "2", "#")
    waits.hang_up()
    office.worker().ring(LINE).hang_up()
    with office.work():
        (line,) = (one for one in board.today(office.now) if one.calls)
    assert (line.calls, line.wanted, line.answered) == (3, 2, 1)
    assert line.abandoned + line.instead == 1
    assert line.waited
    page = office.browser(office.supervisor_account()).get("/board").text
    assert "Calls today" in page
    assert re.search(r'data-label="Answered">1 <span class="small">50 %</span>', page)


def test_the_board_asks_the_room_of_cases_how_they_stand(office: World) -> None:
    ada = office.counsellor()
    talk(office, ada).hang_up()
    boss = office.browser(office.supervisor_account())
    assert 'hx-get="/cases/standing"' in boss.get("/board").text
    part = boss.poll("/cases/standing")
    assert "Clocks of open cases" in part.text
    assert "Not rated" in part.text
    assert boss.poll("/cases/standing", part.headers["ETag"]).status_code == 304
    assert office.browser(ada).get("/cases/standing").status_code == 403


def test_counsellors_do_not_enter_supervisors_pages(office: World) -> None:
    browser = office.browser(office.counsellor())
    for page in ("/board", "/rota", "/call-log", "/flags"):
        assert browser.get(page).status_code == 403, page


def test_an_abusive_caller_is_put_aside_for_a_day(office: World) -> None:
    ada = office.counsellor()
    call = talk(office, ada)
    office.browser(ada).post("/hotline/flag", hours="700")
    call.hang_up()
    with office.work():
        row = db.session.scalars(select(AbuseFlag)).one()
        assert (row.until - office.now).total_seconds() <= 25 * 3600
    again = through(office.worker().ring(LINE), "3")
    assert "cannot talk with you now" in again.heard
    boss = office.browser(office.supervisor_account())
    page = boss.get("/flags").text
    token = page.partition("/flags/")[2].partition("/lift")[0]
    assert boss.post(f"/flags/{token}/lift").status_code == 303
    assert office.count(AbuseFlag) == 0


def test_line_now_counts_and_shows_nobody(office: World) -> None:
    ada = office.counsellor()
    busy = through(office.worker(OTHER).ring(LINE), "3", "#", "2", "#")
    office.phone(ada).pick_up().press("1")
    through(office.worker().ring(LINE), "3", "#", "2", "#")
    shown = office.browser(ada).poll("/hotline/line-now").text
    assert "1 caller" in shown
    assert "0 of 1 on duty" in shown
    busy.hang_up()
