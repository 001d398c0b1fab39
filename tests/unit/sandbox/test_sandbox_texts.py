"""Texts in both directions, with delivery, opting out and refusals."""

import pytest

from telephony.sandbox.calls import Quirks
from telephony.sandbox.carrier import Carrier
from telephony.sandbox.texts import parts
from telephony.sandbox.transports import Response
from tests.unit.sandbox.scripted_app import BASE, LINE, WORKER, App, carrier_for


def test_a_text_reaches_the_application_and_its_answer_comes_back(
    app: App, carrier: Carrier
) -> None:
    app.answers["/text"] = "<Message>We ring you.</Message><Message><Body>Two</Body></Message>"
    phone = carrier.handset(WORKER)
    phone.text(LINE, "CALL")
    form = app.asked("/text")[0]
    assert (form["Body"], form["From"], form["To"], form["NumMedia"]) == ("CALL", WORKER, LINE, "0")
    assert form["MessageSid"] == form["SmsSid"] == form["SmsMessageSid"]
    assert [text.body for text in phone.inbox] == ["We ring you.", "Two"]
    assert [text.body for text in phone.texts] == ["CALL", "We ring you.", "Two"]


@pytest.mark.parametrize(
    "answer", ["", Response(204), Response(200, b"", "text/plain"), Response(200)]
)
def test_no_answer_is_no_text(app: App, carrier: Carrier, answer: str | Response) -> None:
    app.answers["/text"] = answer
    phone = carrier.handset(WORKER)
    phone.text(LINE, "hello")
    assert phone.inbox == []
    assert carrier.alerts == []


def test_voice_verbs_do_not_answer_a_text(app: App, carrier: Carrier) -> None:
    app.answers["/text"] = "<Say>hello</Say>"
    carrier.handset(WORKER).text(LINE, "hello")
    assert [alert.code for alert in carrier.alerts] == [12200]


def test_a_withheld_phone_cannot_text(app: App, carrier: Carrier) -> None:
    with pytest.raises(ValueError, match="sender"):
        carrier.handset("anonymous").text(LINE, "hello")


@pytest.mark.parametrize("kept", [True, False])
def test_after_stop_the_carrier_may_refuse_to_send(app: App, kept: bool) -> None:
    carrier = carrier_for(app, quirks=Quirks(keeps_opt_out=kept))
    app.answers["/text"] = "<Message>Stopped.</Message>"
    phone = carrier.handset(WORKER)
    phone.text(LINE, "Stop")
    assert [text.body for text in phone.inbox] == ([] if kept else ["Stopped."])
    assert [alert.code for alert in carrier.alerts] == ([21610] if kept else [])
    phone.text(LINE, "START")
    assert phone.inbox[-1].body == "Stopped."


def test_stop_inside_a_sentence_stops_nothing(app: App, carrier: Carrier) -> None:
    app.answers["/text"] = "<Message>ok</Message>"
    phone = carrier.handset(WORKER)
    phone.text(LINE, "please stop the beating")
    assert len(phone.inbox) == 1


@pytest.mark.parametrize(
    ("body", "alphabet", "count"),
    [
        ("a" * 160, "GSM", 1),
        ("a" * 161, "GSM", 2),
        ("€" * 80, "GSM", 1),
        ("€" * 81, "GSM", 2),
        ("好" * 70, "Unicode", 1),
        ("好" * 71, "Unicode", 2),
        ("🙂" * 35, "Unicode", 1),
        ("🙂" * 36, "Unicode", 2),
        ("", "GSM", 1),
    ],
)
def test_texts_are_counted_in_parts(body: str, alphabet: str, count: int) -> None:
    assert (parts(body).alphabet, parts(body).count) == (alphabet, count)


def test_a_text_not_taken_is_noticed(app: App, carrier: Carrier) -> None:
    app.answers["/text"] = Response(500)
    carrier.handset(WORKER).text(LINE, "hello")
    assert carrier.alerts[0].code == 11200
    assert app.requests[0].url == f"{BASE}/text"
