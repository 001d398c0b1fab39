"""A talk is passed on: the worker stays with somebody all the while."""

import sqlite3
from uuid import UUID

import pytest
from sqlalchemy import select

from helpline.audit.models import AuditRow
from helpline.cases.service import named
from helpline.extensions import db
from helpline.hotline.models import Callback, Guest, HandOver, Leg
from helpline.hotline.service import transfers
from telephony.provider import Ability
from telephony.sandbox.handset import Call
from tests.hotline.world import LINE, WORKER, MakeWorld, World, through

BRIEF = "Afraid of the foreman; safe to talk until six."


@pytest.fixture
def office(make_world: MakeWorld) -> World:
    return make_world(rooms=True)


def talk(world: World) -> tuple[UUID, Call]:
    """Somebody on duty talks with the worker; their page has claimed the case."""
    call = through(world.worker().ring(LINE), "3", "#", "2", "#")
    person = next(one for one in world.people if world.phone(one).ringing)
    world.phone(person).pick_up().press("1")
    world.browser(person).poll("/hotline/now")
    return person, call


def pass_on(world: World, giver: UUID, taker: UUID, **more: str) -> str:
    """Fill in the form; the page that came back, "" if it was taken."""
    form = {"to": str(taker), "brief": BRIEF, "consent": "y"} | more
    answer = world.browser(giver).post("/hotline/transfer", **form)
    return answer.text if answer.status_code == 200 else ""


def press(world: World, person: UUID, label: str) -> None:
    """Press the button with this label beside the call."""
    page = world.browser(person).poll("/hotline/now").text
    before = page[: page.index(label)]
    action = before.rpartition('action="')[2].partition('"')[0]
    assert world.browser(person).post(action).status_code == 303
    world.carrier.settle()


def now_of(world: World, person: UUID) -> str:
    return world.browser(person).poll("/hotline/now").text


def joined(world: World, **more: str) -> tuple[UUID, UUID, Call, Call]:
    """(first, colleague, the worker's call, the colleague's leg), talking as three."""
    world.counsellor()
    world.counsellor()
    first, call = talk(world)
    second = next(one for one in world.people if one != first)
    assert pass_on(world, first, second, **more) == ""
    leg = world.phone(second).pick_up()
    leg.press("1")
    return first, second, call, leg


def test_a_warm_transfer_joins_three_and_leaves_two(office: World) -> None:
    office.counsellor()
    office.counsellor()
    first, call = talk(office)
    second = next(one for one in office.people if one != first)
    case = office.cases()[0]
    assert pass_on(office, first, second, gives_case="y") == ""
    ring = now_of(office, second)
    assert BRIEF in ring
    assert "Counsellor" in ring
    assert BRIEF not in now_of(office, first)
    assert call.talks_to == office.phone_number(first), "while it rings nothing has changed"
    leg = office.phone(second).pick_up()
    assert "Press 1 to join" in leg.heard or "按1" in leg.heard
    leg.press("1")
    mine = office.phone(first).call
    assert mine is not None
    assert call.company == sorted([office.phone_number(first), office.phone_number(second)])
    assert mine.company == sorted([WORKER, office.phone_number(second)])
    assert "you talk as three" in now_of(office, first)
    office.pass_time(60)
    press(office, first, "Leave them together")
    assert mine.ended
    assert call.company == [office.phone_number(second)]
    assert office.duty(first).wrap_up_until is not None
    assert office.case_row(case).reserved == second
    now_of(office, second)
    assert office.case_row(case).assignee == second
    office.pass_time(60)
    leg.hang_up()
    office.pass_time(5)
    assert office.kinds(case).count("receipt_given") == 1, "spoken at the end, once"
    call.hang_up()
    office.pass_time(20)
    assert office.live() == 0
    assert office.count(Guest) == office.count(Leg) == office.count(HandOver) == 0
    assert office.kinds(case).count("transfer") == 1
    body = next(body for kind, body in office.entries(case) if kind == "transfer")
    assert body == {"text": BRIEF, "to": str(second), "agreed": True}
    assert office.duty(second).wrap_up_until is not None
    record = office.records()[0]
    assert record["talked"] == 120
    assert [step for step, _, _ in record["path"]].count("passed on") == 1
    assert office.alerts() == []


def test_the_worker_hears_what_follows_when_the_colleague_hangs_up(office: World) -> None:
    first, _second, call, leg = joined(office)
    press(office, first, "Leave them together")
    leg.hang_up()
    office.pass_time(2, 1)
    assert not call.ended
    assert "digits" in call.heard or "number" in call.heard or "号码" in call.heard
    assert call.doing == "waiting for keys"


def test_a_colleague_who_does_not_answer_changes_nothing_for_the_worker(office: World) -> None:
    office.counsellor()
    office.counsellor()
    first, call = talk(office)
    second = next(one for one in office.people if one != first)
    pass_on(office, first, second)
    office.pass_time(25)
    assert not office.phone(second).ringing
    assert call.talks_to == office.phone_number(first)
    assert "did not answer" in now_of(office, first)
    assert office.duty(second).call_id is None
    assert pass_on(office, first, second) == "", "it can be tried again"
    office.phone(second).decline()
    assert call.talks_to == office.phone_number(first)
    assert call.ended is False


def test_a_private_voicemail_never_joins(office: World) -> None:
    office.counsellor()
    office.counsellor()
    first, call = talk(office)
    second = next(one for one in office.people if one != first)
    pass_on(office, first, second)
    office.phone(second).voicemail_answers()
    office.pass_time(15)
    assert call.talks_to == office.phone_number(first)
    assert office.phone(second).machine_took == ()
    assert "did not answer" in now_of(office, first)


def test_the_colleague_passes_it_on_from_the_page(office: World) -> None:
    office.counsellor()
    office.counsellor()
    first, call = talk(office)
    second = next(one for one in office.people if one != first)
    pass_on(office, first, second)
    press(office, second, "Pass on")
    office.pass_time(1, 1)
    assert not office.phone(second).ringing
    assert "cannot take it" in now_of(office, first)
    assert office.duty(second).unanswered == 0
    assert call.talks_to == office.phone_number(first)


def test_taken_back_while_it_rings_and_while_three_talk(office: World) -> None:
    office.counsellor()
    office.counsellor()
    first, call = talk(office)
    second = next(one for one in office.people if one != first)
    pass_on(office, first, second)
    press(office, first, "Take it back")
    assert not office.phone(second).ringing
    assert call.talks_to == office.phone_number(first)
    assert pass_on(office, first, second) == ""
    office.phone(second).pick_up().press("1")
    assert len(call.company) == 2
    press(office, first, "Take it back")
    office.pass_time(1, 1)
    assert call.company == [office.phone_number(first)]
    assert office.duty(second).call_id is None


def test_the_colleague_drops_out_of_three_and_the_first_goes_on(office: World) -> None:
    first, second, call, leg = joined(office)
    leg.hang_up()
    office.pass_time(2, 1)
    assert call.company == [office.phone_number(first)]
    assert "has left" in now_of(office, first)
    office.phone(first).hang_up()
    office.pass_time(2, 1)
    assert call.doing == "waiting for keys", "what follows a talk"
    assert office.duty(first).wrap_up_until is not None
    assert office.duty(second).wrap_up_until is not None


def test_the_first_hangs_up_the_phone_instead_of_leaving(office: World) -> None:
    first, second, call, _leg = joined(office, gives_case="y")
    case = office.cases()[0]
    office.phone(first).hang_up()
    office.pass_time(1, 1)
    assert call.company == [office.phone_number(second)]
    assert office.case_row(case).assignee == first, "no key is there without a session"
    assert office.count(HandOver) == 1
    now_of(office, first)
    now_of(office, second)
    assert office.case_row(case).assignee == second
    assert office.count(HandOver) == 0


def test_the_case_stays_unless_it_is_given(office: World) -> None:
    first, second, _call, _leg = joined(office)
    press(office, first, "Leave them together")
    page = now_of(office, second)
    case = office.cases()[0]
    assert office.case_row(case).assignee == first
    assert str(case) not in page, "nothing leads to what cannot be opened"


def test_the_worker_hangs_up_among_three_and_nobody_stays_in_the_room(office: World) -> None:
    first, second, call, leg = joined(office)
    call.hang_up()
    office.pass_time(1, 1)
    mine = office.phone(first).call
    assert mine is not None
    assert mine.ended
    assert leg.ended
    assert office.live() == 0
    assert office.count(Guest) == 0
    for person in (first, second):
        assert office.duty(person).call_id is None
        assert office.duty(person).wrap_up_until is not None


def test_the_worker_hangs_up_while_it_rings(office: World) -> None:
    office.counsellor()
    office.counsellor()
    first, call = talk(office)
    second = next(one for one in office.people if one != first)
    pass_on(office, first, second)
    call.hang_up()
    office.carrier.settle()
    assert not office.phone(second).ringing
    assert office.duty(second).unanswered == 0
    assert office.count(Guest) == 0


def test_the_first_hangs_up_while_it_rings(office: World) -> None:
    office.counsellor()
    office.counsellor()
    first, call = talk(office)
    second = next(one for one in office.people if one != first)
    pass_on(office, first, second)
    office.phone(first).hang_up()
    office.pass_time(1, 1)
    assert not office.phone(second).ringing
    assert call.doing == "waiting for keys"
    assert office.duty(second).call_id is None


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"consent": ""}, "Ask the worker first"),
        ({"brief": "  "}, "Write a brief"),
        ({"to": str(UUID(int=9))}, "Not a valid choice"),
    ],
)
def test_without_consent_brief_or_colleague_nobody_is_rung(
    office: World, form: dict[str, str], sentence: str
) -> None:
    office.counsellor()
    office.counsellor()
    first, _call = talk(office)
    second = next(one for one in office.people if one != first)
    if form.get("consent") == "":
        answer = office.browser(first).post("/hotline/transfer", to=str(second), brief=BRIEF)
        page = answer.text
    else:
        page = pass_on(office, first, second, **form)
    assert sentence in page
    assert BRIEF in page or "brief" in form, "what was typed is kept"
    assert not office.phone(second).ringing
    assert office.count(Guest) == 0


def test_a_cold_transfer_leaves_as_soon_as_the_colleague_answers(office: World) -> None:
    first, second, call, _leg = joined(office, cold="y")
    office.pass_time(1, 1)
    mine = office.phone(first).call
    assert mine is not None
    assert mine.ended
    assert call.company == [office.phone_number(second)]


def test_a_cold_transfer_of_a_danger_call_is_refused(office: World) -> None:
    office.counsellor()
    office.counsellor()
    call = through(office.worker().ring(LINE), "9")
    first = next(one for one in office.people if office.phone(one).ringing)
    office.phone(first).pick_up().press("1")
    now_of(office, first)
    second = next(one for one in office.people if one != first)
    page = pass_on(office, first, second, cold="y")
    assert "stay until your colleague and the worker have met" in page
    assert not office.phone(second).ringing
    assert pass_on(office, first, second) == "", "a warm one is possible"
    assert call.talking


def test_rated_serious_while_it_rings_a_cold_transfer_becomes_warm(office: World) -> None:
    office.counsellor()
    office.counsellor()
    first, call = talk(office)
    second = next(one for one in office.people if one != first)
    pass_on(office, first, second, cold="y")
    case = office.cases()[0]
    assert office.browser(first).post(f"/cases/{case}/danger").status_code == 303
    office.phone(second).pick_up().press("1")
    assert len(call.company) == 2


def test_a_busy_colleague_cannot_be_chosen(office: World) -> None:
    office.counsellor()
    office.counsellor()
    first, _call = talk(office)
    second = next(one for one in office.people if one != first)
    through(office.worker("+860000000055").ring(LINE), "3", "#", "2", "#")
    office.phone(second).pick_up().press("1")
    assert "cannot be rung now" in pass_on(office, first, second)
    assert office.count(Guest) == 0


def test_the_carrier_refuses_to_move_and_the_worker_stays(office: World) -> None:
    office.counsellor()
    office.counsellor()
    first, call = talk(office)
    second = next(one for one in office.people if one != first)
    pass_on(office, first, second)
    leg = office.phone(second).pick_up()
    office.carrier.rest.fail_next(429, 429)
    leg.press("1")
    assert call.talks_to == office.phone_number(first)
    assert "could not join" in now_of(office, first)
    assert leg.ended
    assert office.duty(second).call_id is None


def test_a_lost_answer_of_the_carrier_loses_nobody(office: World) -> None:
    office.counsellor()
    office.counsellor()
    first, call = talk(office)
    second = next(one for one in office.people if one != first)
    pass_on(office, first, second)
    leg = office.phone(second).pick_up()
    office.carrier.rest.fail_next(0)
    leg.press("1")
    assert len(call.company) == 2
    assert office.alerts() == []


def test_a_ring_that_the_carrier_refuses_frees_the_colleague(office: World) -> None:
    office.counsellor()
    office.counsellor()
    first, call = talk(office)
    second = next(one for one in office.people if one != first)
    office.carrier.rest.fail_next(429, 429)
    pass_on(office, first, second)
    assert "could not join" in now_of(office, first)
    assert office.duty(second).call_id is None
    assert call.talking


def test_passed_on_twice(office: World) -> None:
    office.counsellor()
    first, second, call, _leg = joined(office)
    press(office, first, "Leave them together")
    third = next(one for one in office.people if one not in {first, second})
    assert pass_on(office, second, third) == ""
    office.phone(third).pick_up().press("1")
    assert call.company == sorted([office.phone_number(second), office.phone_number(third)])
    press(office, second, "Leave them together")
    office.pass_time(2, 1)
    assert call.company == [office.phone_number(third)]
    call.hang_up()
    assert office.live() == 0
    assert office.alerts() == []


def test_nobody_else_takes_back_or_leaves(office: World) -> None:
    first, second, call, _leg = joined(office)
    stranger = office.counsellor()
    with office.work():
        guest = db.session.scalars(select(Guest.id)).one()
    for person in (second, stranger):
        for act in ("take-back", "leave"):
            office.browser(person).post(f"/hotline/guests/{guest}/{act}")
    assert len(call.company) == 2
    assert office.duty(first).talking


def test_where_the_carrier_cannot_join_three_the_colleague_gets_case_and_callback(
    make_world: MakeWorld,
) -> None:
    world = make_world(rooms=True, abilities=frozenset({Ability.TEXT, Ability.OUTBOUND_CALL}))
    world.counsellor()
    world.counsellor()
    first, call = talk(world)
    second = next(one for one in world.people if one != first)
    page = world.browser(first).get("/hotline/transfer").text
    assert "This carrier cannot join three phones" in page
    assert 'name="cold"' not in page
    assert pass_on(world, first, second) == ""
    assert not world.phone(second).ringing
    assert call.talking
    case = world.cases()[0]
    now_of(world, second)
    assert world.case_row(case).assignee == second
    with world.work():
        row = db.session.scalars(select(Callback)).one()
        callback = row.id
        assert row.case_id == case
    assert str(callback) in world.browser(second).get("/callbacks").text
    assert str(callback) not in world.browser(first).get("/callbacks").text
    assert BRIEF in world.browser(second).get(f"/cases/{case}").text


def test_a_worker_whose_number_is_withheld_is_not_handed_over_by_callback(
    make_world: MakeWorld,
) -> None:
    world = make_world(rooms=True, abilities=frozenset({Ability.TEXT, Ability.OUTBOUND_CALL}))
    world.counsellor()
    world.counsellor()
    through(world.worker("anonymous").ring(LINE), "3", "#", "2", "#")
    first = next(one for one in world.people if world.phone(one).ringing)
    world.phone(first).pick_up().press("1")
    now_of(world, first)
    second = next(one for one in world.people if one != first)
    assert "cannot be rung back" in pass_on(world, first, second)
    assert world.count(Callback) == 0


def test_the_trail_says_who_passed_on_and_who_joined(office: World) -> None:
    first, _second, _call, _leg = joined(office)
    press(office, first, "Leave them together")
    with office.work():
        acts = set(db.session.scalars(select(AuditRow.act)))
    assert {"call.transfer", "call.joined", "call.passed_on"} <= acts


def test_a_case_kept_to_named_people_goes_to_none_but_them(office: World) -> None:
    office.counsellor()
    office.counsellor()
    first, _call = talk(office)
    second = next(one for one in office.people if one != first)
    case = office.cases()[0]
    with office.work():
        principal = office.organisation.principal(office.organisation.first)
        named.keep_to(principal, case, [], office.now)
    assert "kept to named people" in pass_on(office, first, second)
    assert office.count(Guest) == 0
    assert not office.phone(second).ringing


def test_three_meet_and_two_are_left_on_either_database(either_world: World) -> None:
    world = either_world
    world.counsellor()
    world.counsellor()
    call = through(world.worker().ring(LINE), "3", "#", "2", "#")
    first = next(one for one in world.people if world.phone(one).ringing)
    second = next(one for one in world.people if one != first)
    world.phone(first).pick_up().press("1")
    principal = world.organisation.principal
    with world.work():
        wish = transfers.Wish(second, BRIEF, consent=True, gives_case=True)
        transfers.begin(world.setting(), principal(first), wish, world.now)
    world.phone(second).pick_up().press("1")
    assert len(call.company) == 2
    with world.work():
        guest = db.session.scalars(select(Guest)).one()
        transfers.leave(world.setting(), principal(first), guest.id, world.now)
    world.pass_time(1, 1)
    assert call.company == [world.phone_number(second)]
    assert world.case_row(world.cases()[0]).reserved == second
    world.phone(second).hang_up()
    world.pass_time(1, 1)
    assert call.doing == "waiting for keys"
    call.hang_up()
    assert world.live() == world.count(Guest) == 0


def test_nothing_of_the_brief_stands_in_clear(office: World, sqlite_url: str) -> None:
    office.counsellor()
    office.counsellor()
    first, _call = talk(office)
    second = next(one for one in office.people if one != first)
    pass_on(office, first, second)
    with sqlite3.connect(sqlite_url.removeprefix("sqlite:///")) as connection:
        dump = "\n".join(connection.iterdump())
    assert office.count(Guest) == 1
    assert BRIEF not in dump
    assert BRIEF.encode().hex() not in dump.lower()


def test_of_two_key_presses_and_two_buttons_each_counts_once(office: World) -> None:
    first, second, call, leg = joined(office)
    pressed = [made for made in office.carrier.travelled if made.url.endswith("/accept")][-1]
    again = office.carrier.send_again(pressed)
    assert again is not None
    assert b"<Conference" in again.body
    assert len(call.company) == 2
    press(office, first, "Leave them together")
    with office.work():
        guest = db.session.scalars(select(Guest.id)).one()
    assert office.browser(first).post(f"/hotline/guests/{guest}/leave").status_code == 303
    assert call.company == [office.phone_number(second)]
    leg.hang_up()
    office.pass_time(2, 1)
    late = office.carrier.send_again(pressed)
    assert late is not None
    assert b"Hangup" in late.body


def test_a_worker_whom_the_carrier_left_alone_in_the_room_is_brought_back(office: World) -> None:
    first, _second, call, leg = joined(office)
    press(office, first, "Leave them together")
    office.carrier.faults.shuffle = True
    office.carrier.faults.spread = 4
    leg.hang_up()
    assert call.doing == "waiting in a room", "the leg's end is told later than the dial's"
    office.carrier.faults.shuffle = False
    office.carrier.rest.fail_next(429, 429)
    office.pass_time(6, 1)
    assert call.doing == "waiting in a room"
    office.tick()
    assert call.doing == "waiting for keys"
    assert office.alerts() == []
