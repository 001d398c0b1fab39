"""A counsellor is rung in the browser: who gets a token, what is in it, and what rings."""

import logging
from datetime import timedelta
from uuid import UUID

import jwt
import pytest

from helpline.hotline.models import Duty
from helpline.hotline.service import shifts
from helpline.security import CONTENT_POLICY
from telephony.provider import Ability
from telephony.sandbox.handset import Handset
from tests.hotline.world import ACCOUNT, KEY, KEY_SECRET, LINE, MONDAY, MakeWorld, World, through

TOKEN = "/hotline/softphone/token"
NUMBER = "+860000000901"


@pytest.fixture
def office(make_world: MakeWorld) -> World:
    return make_world(rooms=True, softphone=True)


def in_browser(world: World, *languages: str) -> UUID:
    """A counsellor who pressed the button on the page Duty."""
    person = world.counsellor(*languages, duty=False)
    asked = world.browser(person).post("/hotline/duty", duty="on", softphone="y")
    assert asked.headers["Location"] == "/hotline/softphone"
    return person


def token(world: World, person: UUID) -> str:
    answer = world.browser(person).post(TOKEN)
    assert answer.status_code == 200, answer.text
    return str(answer.get_json()["token"])


def claims(text: str) -> dict[str, object]:
    return jwt.decode(text, KEY_SECRET, algorithms=["HS256"])


def identity(world: World, person: UUID) -> str:
    grants = claims(token(world, person))["grants"]
    assert isinstance(grants, dict)
    return str(grants["identity"])


def phone(world: World, person: UUID) -> Handset:
    return world.carrier.handset(f"client:{identity(world, person)}")


def listening(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    """Everything that is logged from now on; an application that begins takes all handlers away."""
    caplog.set_level(logging.DEBUG)
    logging.getLogger().addHandler(caplog.handler)
    logging.getLogger("helpline.hotline").debug("heard")
    assert "heard" in caplog.text
    return caplog


# The token ---------------------------------------------------------------------------------


def test_a_token_may_be_rung_for_a_quarter_of_an_hour_and_nothing_else(office: World) -> None:
    ada = in_browser(office)
    text = token(office, ada)
    said = claims(text)
    name = identity(office, ada)
    assert said["grants"] == {"identity": name, "voice": {"incoming": {"allow": True}}}
    assert (said["iss"], said["sub"]) == (KEY, ACCOUNT)
    assert int(str(said["exp"])) - int(str(said["nbf"])) == 15 * 60
    assert jwt.get_unverified_header(text)["cty"] == "twilio-fpa;v=1"
    for private in (ada.hex, str(ada), "counsellor"):
        assert private not in str(said)


def test_a_token_ends_with_the_shift(office: World) -> None:
    ada = in_browser(office)
    with office.work():
        shifts.plan(office.line, ada, MONDAY, MONDAY + timedelta(minutes=20), MONDAY)
        later = MONDAY + timedelta(hours=2)
        shifts.plan(office.line, ada, later, later + timedelta(hours=1), MONDAY)
    office.pass_time(18 * 60, 60)
    answer = office.browser(ada).post(TOKEN).get_json()
    assert answer["seconds"] == 120
    said = claims(answer["token"])
    assert int(str(said["exp"])) - int(str(said["nbf"])) == 120


def test_the_identity_lasts_for_the_shift_and_never_comes_back(office: World) -> None:
    ada, ben = in_browser(office), in_browser(office)
    first = identity(office, ada)
    assert identity(office, ada) == first != identity(office, ben)
    stored = office.duty(ada).phone
    assert stored is not None
    assert first.encode() not in stored
    assert bytes.fromhex(first) not in stored
    office.browser(ada).post("/hotline/duty", duty="break")
    office.browser(ada).post("/hotline/duty", duty="on", softphone="y")
    assert identity(office, ada) == first
    office.browser(ada).post("/hotline/duty", duty="off")
    assert (office.duty(ada).phone, office.duty(ada).phone_hash) == (None, None)
    office.browser(ada).post("/hotline/duty", duty="on", softphone="y")
    assert identity(office, ada) != first


def test_no_token_without_duty_in_a_browser(office: World) -> None:
    ada = office.counsellor(duty=False)
    assert office.browser(ada).post(TOKEN).status_code == 409
    office.on_duty(ada)
    assert office.browser(ada).post(TOKEN).status_code == 409
    ben = in_browser(office)
    office.browser(ben).post("/hotline/duty", duty="off")
    assert office.browser(ben).post(TOKEN).status_code == 409


def test_a_token_is_asked_for_by_a_form_of_ours_and_by_nobody_who_is_not_logged_in(
    office: World,
) -> None:
    ada = in_browser(office)
    client = office.browser(ada).client
    base = "https://helpline.example"
    assert client.post(TOKEN, base_url=base).status_code == 400, "no form token"
    assert client.get(TOKEN, base_url=base).status_code == 405
    stranger = office.organisation.app.test_client()
    assert stranger.post(TOKEN, base_url=base).status_code in {302, 400}


def test_asking_for_tokens_does_not_keep_a_session_open(office: World) -> None:
    ada = in_browser(office)
    page = office.browser(ada)
    for _ in range(3):
        assert page.post(TOKEN).status_code == 200
    form = page.get("/hotline/softphone").text.partition('data-token="')[2].partition('"')[0]
    for _ in range(4):
        office.pass_time(10 * 60, 60)
        answer = page.client.post(
            TOKEN,
            base_url="https://helpline.example",
            data={"csrf_token": form},
            headers={"Referer": "https://helpline.example/"},
        )
    assert answer.status_code != 200


# Off, and other carriers ---------------------------------------------------------------------


def test_off_by_default_there_is_nothing(make_world: MakeWorld) -> None:
    office = make_world(rooms=True)
    ada = office.counsellor(duty=False)
    page = office.browser(ada)
    assert "Ring in this browser" not in page.get("/hotline/duty").text
    shown = page.get("/hotline/softphone")
    assert shown.status_code == 404
    assert shown.headers["Content-Security-Policy"] == CONTENT_POLICY
    assert page.post(TOKEN).status_code == 404
    page.post("/hotline/duty", duty="on", softphone="y")
    assert office.count(Duty, Duty.phone.is_not(None)) == 0


def test_a_carrier_that_rings_no_browser_is_named_on_the_page(make_world: MakeWorld) -> None:
    without = frozenset(Ability) - {Ability.SOFTPHONE}
    office = make_world(rooms=True, softphone=True, abilities=without)
    ada = office.counsellor(duty=False)
    page = office.browser(ada)
    assert "Ring in this browser" not in page.get("/hotline/duty").text
    assert "This carrier rings no browser. Use your phone." in page.get("/hotline/softphone").text
    assert page.post(TOKEN).status_code == 409


# Ringing -----------------------------------------------------------------------------------------


def test_it_rings_in_the_browser_and_is_taken_with_1_as_on_a_phone(office: World) -> None:
    ada = in_browser(office)
    call = through(office.worker().ring(LINE), "3", "#", "2", "#")
    there = phone(office, ada)
    assert there.ringing
    assert "Call for you" in office.browser(ada).poll("/hotline/now").text
    leg = there.pick_up()
    assert "接听请按1" in leg.heard
    assert call.doing == "ringing", "no talk before the key"
    leg.press("1")
    call.say("the worker speaks")
    assert "the worker speaks" in leg.heard
    assert office.duty(ada).talking
    leg.hang_up()
    office.carrier.settle()
    assert office.duty(ada).call_id is None
    assert office.alerts() == []


def test_picked_up_without_the_key_nobody_talks(office: World) -> None:
    ada = in_browser(office)
    call = through(office.worker().ring(LINE), "3", "#", "2", "#")
    leg = phone(office, ada).pick_up()
    office.pass_time(30)
    assert leg.ended
    assert not office.duty(ada).talking
    assert not call.ended


def test_two_rings_that_no_page_answers_end_the_duty(office: World) -> None:
    ada = in_browser(office)
    for _ in range(2):
        call = through(office.worker().ring(LINE), "3", "#", "2", "#")
        office.pass_time(25)
        call.hang_up()
        office.pass_time(5)
    row = office.duty(ada)
    assert (row.state, row.reason, row.phone) == ("off", "unanswered", None)
    page = office.browser(ada)
    assert page.post(TOKEN).status_code == 409
    assert 'data-softphone-duty="off"' in page.poll("/hotline/softphone/duty").text


def test_carrier_gone_a_telephone_takes_the_browsers_place(office: World) -> None:
    ada = in_browser(office)
    before = phone(office, ada)
    page = office.browser(ada)
    assert "Use this phone" in page.get("/hotline/softphone").text
    assert "Use this phone" in page.get("/hotline/duty").text
    page.post("/hotline/duty", duty="on", phone=office.phone_number(ada))
    assert page.post(TOKEN).status_code == 409
    through(office.worker().ring(LINE), "3", "#", "2", "#")
    assert office.phone(ada).ringing
    assert not before.ringing


@pytest.mark.parametrize("calls", [True, False])
def test_an_alert_rings_the_browser_and_is_never_texted_to_it(
    make_world: MakeWorld, caplog: pytest.LogCaptureFixture, calls: bool
) -> None:
    without = frozenset[Ability]() if calls else frozenset({Ability.OUTBOUND_CALL})
    office = make_world(rooms=True, softphone=True, abilities=frozenset(Ability) - without)
    log = listening(caplog)
    ada = in_browser(office)
    there = phone(office, ada)
    through(office.worker().ring(LINE), "9").hang_up()
    office.carrier.settle()
    office.do_jobs(1)
    assert there.ringing is calls
    assert "a staff alert was not taken" not in log.text


def test_a_talk_is_passed_on_to_a_colleague_in_the_browser(office: World) -> None:
    ada = office.counsellor()
    ben = in_browser(office)
    office.browser(ben).post("/hotline/duty", duty="break")
    call = through(office.worker().ring(LINE), "3", "#", "2", "#")
    office.phone(ada).pick_up().press("1")
    office.browser(ben).post("/hotline/duty", duty="on", softphone="y")
    office.browser(ada).poll("/hotline/now")
    form = {"to": str(ben), "brief": "Wages of May", "consent": "y"}
    office.browser(ada).post("/hotline/transfer", **form)
    office.carrier.settle()
    there = phone(office, ben)
    assert there.ringing
    there.pick_up().press("1")
    office.carrier.settle()
    assert call.company == sorted([office.phone_number(ada), f"client:{identity(office, ben)}"])
    assert office.alerts() == []


def test_a_locked_page_says_that_the_browser_does_not_ring(office: World) -> None:
    page = office.browser(in_browser(office))
    page.post("/lock")
    words = "A phone in the browser does not: log in and open it again."
    assert words in page.get("/locked").text


def test_neither_identity_nor_token_is_logged(
    office: World, caplog: pytest.LogCaptureFixture
) -> None:
    log = listening(caplog)
    ada = in_browser(office)
    text, name = token(office, ada), identity(office, ada)
    through(office.worker().ring(LINE), "3", "#", "2", "#")
    phone(office, ada).pick_up().press("1")
    office.browser(ada).get("/hotline/softphone")
    assert name not in log.text
    assert text not in log.text
    for row in office.records():
        assert name not in str(row)
