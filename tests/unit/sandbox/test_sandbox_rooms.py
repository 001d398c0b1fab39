"""Conference: who hears whom, who ends it, and what the others do then."""

import base64
from urllib.parse import urlencode

import pytest

from telephony.sandbox.carrier import Carrier
from telephony.sandbox.handset import Call
from tests.unit.sandbox.scripted_app import ACCOUNT, ADA, BASE, BO, LINE, TOKEN, WORKER, App


def room(**more: str) -> str:
    attributes = " ".join(f'{name}="{value}"' for name, value in more.items())
    return f'<Dial action="/left"><Conference {attributes}>r1</Conference></Dial>'


@pytest.fixture
def app(app: App) -> App:
    app.answers |= {
        "/voice": room(endConferenceOnExit="true"),
        "/guest": room(),
        "/listen": room(muted="true", startConferenceOnEnter="false"),
        "/left": "<Say>the room is over</Say><Gather/>",
    }
    return app


def rest(carrier: Carrier, path: str, **fields: str) -> int:
    header = "Basic " + base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
    address = f"/2010-04-01/Accounts/{ACCOUNT}/{path}.json"
    answer = carrier.rest.handle("POST", address, urlencode(fields).encode(), header)
    carrier.settle()
    return answer.status


def enter(carrier: Carrier, number: str, path: str) -> Call:
    assert rest(carrier, "Calls", To=number, From=LINE, Url=f"{BASE}{path}") == 201
    return carrier.handset(number).pick_up()


def test_three_hear_each_other(app: App, carrier: Carrier) -> None:
    worker = carrier.handset(WORKER).ring(LINE)
    assert not worker.talking
    ada, bo = enter(carrier, ADA, "/guest"), enter(carrier, BO, "/guest")
    assert worker.company == sorted([ADA, BO])
    worker.say("hello")
    assert ada.captions[-1].text == bo.captions[-1].text == "hello"
    assert carrier.alerts == []


def test_who_is_muted_hears_and_is_not_heard(app: App, carrier: Carrier) -> None:
    worker = carrier.handset(WORKER).ring(LINE)
    listener = enter(carrier, ADA, "/listen")
    listener.say("nobody shall hear this")
    assert "nobody" not in worker.heard
    worker.say("is anybody there")
    assert "is anybody there" in listener.heard


def test_a_room_of_listeners_alone_has_not_begun(app: App, carrier: Carrier) -> None:
    first, second = enter(carrier, ADA, "/listen"), enter(carrier, BO, "/listen")
    assert not first.talking
    assert second.doing == "waiting in a room"


def test_who_leaves_leaves_the_others_together(app: App, carrier: Carrier) -> None:
    worker = carrier.handset(WORKER).ring(LINE)
    ada, bo = enter(carrier, ADA, "/guest"), enter(carrier, BO, "/guest")
    ada.hang_up()
    assert worker.company == [BO]
    assert bo.company == [WORKER]
    assert app.asked("/left") == []


def test_who_ends_the_room_sends_the_others_on_with_the_vendors_status(
    app: App, carrier: Carrier
) -> None:
    worker = carrier.handset(WORKER).ring(LINE)
    ada = enter(carrier, ADA, "/guest")
    worker.hang_up()
    assert "the room is over" in ada.heard
    (form,) = app.asked("/left")
    assert form["DialCallStatus"] == "answered"
    assert "DialCallSid" not in form
    assert not ada.ended


def test_a_leg_sent_to_a_room_leaves_its_dial_and_the_caller_goes_on(
    app: App, carrier: Carrier
) -> None:
    app.answers["/voice"] = f'<Dial action="/dialled"><Number>{ADA}</Number></Dial>'
    app.answers["/dialled"] = room(endConferenceOnExit="true")
    worker = carrier.handset(WORKER).ring(LINE)
    ada = carrier.handset(ADA).pick_up()
    assert worker.talks_to == ADA
    assert rest(carrier, f"Calls/{ada.sid}", Url=f"{BASE}/guest") == 200
    assert worker.company == [ADA]
    assert app.asked("/dialled")[-1]["DialBridged"] == "true"


def test_a_nameless_room_and_a_room_with_numbers_are_mistakes(app: App, carrier: Carrier) -> None:
    for document in (
        "<Dial><Conference/></Dial>",
        f"<Dial><Conference>r</Conference><Number>{ADA}</Number></Dial>",
    ):
        app.answers["/voice"] = document
        assert carrier.handset(WORKER).ring(LINE).ended
    assert [alert.code for alert in carrier.alerts] == [13214, 12200]
