"""A supervisor listens only when the counsellor knows and agrees."""

from uuid import UUID

import pytest
from sqlalchemy import select

from helpline.audit.models import AuditRow
from helpline.cases.service import named
from helpline.extensions import db
from helpline.hotline.models import Guest, Leg
from helpline.hotline.service import roster
from helpline.keys.rules import Role
from helpline.security import access_of
from telephony.provider import Ability
from telephony.sandbox.handset import Call
from tests.hotline.world import LINE, MakeWorld, World, through

LEAD_PHONE = "+860000000999"


@pytest.fixture
def office(make_world: MakeWorld) -> World:
    return make_world(rooms=True)


def scene(world: World) -> tuple[UUID, UUID, Call]:
    """(supervisor at a phone, counsellor who talks, the worker's call)."""
    lead, ada = world.supervisor_account(), world.counsellor()
    at_phone(world, lead)
    call = through(world.worker().ring(LINE), "3", "#", "2", "#")
    world.phone(ada).pick_up().press("1")
    return lead, ada, call


def at_phone(world: World, lead: UUID) -> None:
    """Reachable, and on break so that no call rings."""
    with world.work():
        roster.on_duty(world.site, lead, LEAD_PHONE, None, world.now)
        roster.take_break(lead, world.now)


def ask(world: World, lead: UUID, person: UUID) -> str:
    return world.browser(lead).post(f"/hotline/listen/{person}").headers["Location"]


def guest(world: World) -> UUID:
    with world.work():
        return db.session.scalars(select(Guest.id).where(Guest.state != "stopped")).one()


def answer(world: World, person: UUID, act: str) -> int:
    status = world.browser(person).post(f"/hotline/guests/{guest(world)}/{act}").status_code
    world.carrier.settle()
    return status


def now_of(world: World, person: UUID) -> str:
    return world.browser(person).poll("/hotline/now").text


def listened(world: World) -> tuple[UUID, UUID, Call, Call]:
    lead, ada, call = scene(world)
    ask(world, lead, ada)
    answer(world, ada, "agree")
    leg = world.carrier.handset(LEAD_PHONE).pick_up()
    leg.press("1")
    return lead, ada, call, leg


def test_asked_agreed_and_joined_without_a_voice(office: World) -> None:
    lead, ada, call = scene(office)
    assert ask(office, lead, ada).endswith("/board")
    page = now_of(office, ada)
    assert "asks to listen" in page
    assert "Tell the worker first" in page
    assert not office.carrier.handset(LEAD_PHONE).ringing, "nothing rings before the counsellor"
    answer(office, ada, "agree")
    phone = office.carrier.handset(LEAD_PHONE)
    assert phone.ringing
    assert "listens:" not in now_of(office, ada)
    leg = phone.pick_up()
    leg.press("1")
    assert call.company == sorted([office.phone_number(ada), LEAD_PHONE])
    leg.say("the supervisor speaks")
    assert "the supervisor speaks" not in call.heard
    office.phone(ada).say("the counsellor speaks")
    assert "the counsellor speaks" in call.heard
    assert "the counsellor speaks" in leg.heard
    page = now_of(office, ada)
    assert "A supervisor listens: Nils Compass" in page
    assert "Have you told the worker?" in page
    assert "You are not heard" in now_of(office, lead)
    assert office.alerts() == []


@pytest.mark.parametrize("who", ["counsellor", "supervisor"])
def test_either_ends_it_and_the_talk_goes_on(office: World, who: str) -> None:
    lead, ada, call, leg = listened(office)
    answer(office, ada if who == "counsellor" else lead, "end")
    office.pass_time(1, 1)
    assert leg.ended
    assert call.company == [office.phone_number(ada)]
    assert "listens" not in now_of(office, ada)
    row = office.duty(lead)
    assert row.call_id is None
    assert row.wrap_up_until is None


def test_the_supervisor_hangs_up_the_phone(office: World) -> None:
    _lead, ada, call, leg = listened(office)
    leg.hang_up()
    office.pass_time(1, 1)
    assert call.company == [office.phone_number(ada)]
    assert "listens" not in now_of(office, ada)


def test_the_talk_ends_and_nobody_stays_with_the_worker_but_the_words_that_follow(
    office: World,
) -> None:
    _lead, ada, call, leg = listened(office)
    office.phone(ada).hang_up()
    office.pass_time(2, 1)
    assert leg.ended
    assert call.company == []
    assert call.doing == "waiting for keys"
    call.hang_up()
    assert office.count(Guest) == 0
    assert office.count(Leg) == 0


def test_the_counsellor_does_not_agree(office: World) -> None:
    lead, ada, call = scene(office)
    ask(office, lead, ada)
    answer(office, ada, "refuse")
    assert not office.carrier.handset(LEAD_PHONE).ringing
    assert call.talks_to == office.phone_number(ada)
    assert "does not agree" in office.browser(lead).get("/board").text
    assert answer(office, ada, "agree") == 404, "no is no"
    boss = office.browser(lead)
    boss.post(f"/hotline/listen/{ada}")
    assert "That stands for this talk" in boss.get("/board").text
    assert not office.carrier.handset(LEAD_PHONE).ringing


def test_agreement_is_taken_back_while_it_rings(office: World) -> None:
    lead, ada, call = scene(office)
    ask(office, lead, ada)
    answer(office, ada, "agree")
    answer(office, ada, "end")
    assert not office.carrier.handset(LEAD_PHONE).ringing
    assert call.talks_to == office.phone_number(ada)


def test_no_route_joins_without_the_counsellors_agreement(office: World) -> None:
    """Whatever anybody but the counsellor sends, and whatever the carrier tells, nothing rings."""
    lead, ada, call = scene(office)
    stranger = office.counsellor()
    ask(office, lead, ada)
    wanted = guest(office)
    app = office.organisation.app
    tried = 0
    for rule in app.url_map.iter_rules():
        access = access_of(app.view_functions[rule.endpoint])
        own = rule.endpoint.startswith("hotline.") and access is not None
        if not own or "POST" not in (rule.methods or ()):
            continue
        values = dict.fromkeys(rule.arguments, wanted)
        if "person_id" in values:
            values["person_id"] = ada
        if "token" in values:
            continue
        with app.test_request_context():
            path = rule.build(values)
        assert path is not None
        for person in (lead, stranger):
            office.browser(person).post(path[1])
            tried += 1
    assert tried > 20
    office.pass_time(30)
    legs = [leg for leg in office.carrier.calls if leg.to == LEAD_PHONE]
    assert legs == []
    assert office.count(Leg, Leg.person_id == lead) == 0
    assert call.talks_to == office.phone_number(ada)
    assert office.count(Guest, Guest.joined.is_(True)) == 0


def test_who_is_rung_to_listen_and_presses_nothing_hears_nothing(office: World) -> None:
    lead, ada, call = scene(office)
    ask(office, lead, ada)
    answer(office, ada, "agree")
    leg = office.carrier.handset(LEAD_PHONE).pick_up()
    office.pass_time(15)
    assert leg.ended
    assert call.talks_to == office.phone_number(ada)
    assert office.duty(lead).call_id is None


def test_a_carrier_that_cannot_says_so_on_the_board(make_world: MakeWorld) -> None:
    world = make_world(rooms=True, abilities=frozenset({Ability.TEXT}))
    lead, ada, _call = scene(world)
    page = world.browser(lead).get("/board").text
    assert "cannot let anybody listen" in page
    assert "Ask to listen" not in page
    ask(world, lead, ada)
    assert world.count(Guest) == 0


def test_without_a_phone_nobody_is_asked(office: World) -> None:
    lead, ada, _call = scene(office)
    with office.work():
        roster.off_duty(lead, office.now)
    boss = office.browser(lead)
    boss.post(f"/hotline/listen/{ada}")
    assert "Give your phone" in boss.get("/board").text
    assert office.count(Guest) == 0


def test_who_listens_reads_no_card_and_puts_no_number_aside(office: World) -> None:
    lead, _ada, _call, _leg = listened(office)
    assert office.browser(lead).get("/hotline/cards").status_code == 404
    assert office.browser(lead).post("/hotline/flag", hours="1").status_code == 404


def test_a_counsellor_cannot_ask(office: World) -> None:
    _lead, ada, _call = scene(office)
    other = office.counsellor()
    assert office.browser(other).post(f"/hotline/listen/{ada}").status_code == 403
    assert office.count(Guest) == 0


def test_everything_about_it_is_in_the_trail(office: World) -> None:
    _lead, ada, _call, _leg = listened(office)
    answer(office, ada, "end")
    with office.work():
        acts = set(db.session.scalars(select(AuditRow.act)))
    assert {"listen.asked", "listen.agreed", "listen.began", "listen.ended"} <= acts


def test_a_talk_of_a_case_kept_from_a_supervisor_is_not_for_them(office: World) -> None:
    lead, ada, call = scene(office)
    office.browser(ada).poll("/hotline/now")
    case = office.cases()[0]
    with office.work():
        other = office.organisation.admit(Role.SUPERVISOR)
    with office.work():
        named.keep_to(office.organisation.principal(other), case, [], office.now)
    boss = office.browser(lead)
    boss.post(f"/hotline/listen/{ada}")
    page = boss.get("/board").text
    assert "This talk cannot be listened to." in page
    assert "named people" not in page
    assert office.count(Guest) == 0
    assert call.talking
