"""Dial: ringing, whispering, joining, and every way it can fail."""

import pytest

from telephony.sandbox.calls import Quirks
from telephony.sandbox.carrier import Carrier
from telephony.sandbox.handset import Call
from tests.unit.sandbox.scripted_app import ADA, BO, LINE, WORKER, App, carrier_for

EVENTS = "initiated ringing answered completed"
NUMBER = (
    f'<Number url="/whisper" statusCallback="/leg" statusCallbackEvent="{EVENTS}">{{}}</Number>'
)


def dial(*numbers: str) -> str:
    nouns = "".join(NUMBER.format(number) for number in numbers)
    start = f'<Dial answerOnBridge="true" timeout="20" callerId="{LINE}" action="/dialled">'
    return f"{start}{nouns}</Dial>"


@pytest.fixture
def app(app: App) -> App:
    app.answers |= {
        "/voice": dial(ADA),
        "/whisper": '<Gather numDigits="1" timeout="8" action="/accept"><Say>Press 1</Say></Gather>'
        "<Hangup/>",
        "/accept": lambda form: "" if form["Digits"] == "1" else "<Hangup/>",
        "/dialled": "<Say>nobody</Say>",
    }
    return app


def ring(carrier: Carrier) -> Call:
    return carrier.handset(WORKER).ring(LINE)


def outcome(app: App) -> tuple[str, str]:
    form = app.asked("/dialled")[-1]
    return form["DialCallStatus"], form["DialBridged"]


def test_a_counsellor_takes_the_call(app: App, carrier: Carrier) -> None:
    call = ring(carrier)
    assert call.status == "ringing"
    desk = carrier.handset(ADA)
    assert desk.ringing
    taken = desk.pick_up()
    assert taken.from_ == LINE
    assert taken.heard == "Press 1"
    assert not call.talking
    desk.press("1")
    assert call.talking
    assert taken.talks_to == WORKER
    assert call.status == "in-progress"


def test_both_hear_each_other(app: App, carrier: Carrier) -> None:
    call = ring(carrier)
    desk = carrier.handset(ADA)
    desk.pick_up()
    desk.press("1")
    call.say("hello, it is me")
    desk.say("I am listening")
    assert desk.call is not None
    assert desk.call.captions[-1].text == "hello, it is me"
    assert call.captions[-1].kind == "voice"


def test_the_whisper_is_on_the_leg_of_the_person_called(app: App, carrier: Carrier) -> None:
    call = ring(carrier)
    desk = carrier.handset(ADA)
    leg = desk.pick_up()
    form = app.asked("/whisper")[0]
    assert (form["CallSid"], form["ParentCallSid"]) == (leg.sid, call.sid)
    assert (form["From"], form["To"], form["Direction"]) == (LINE, ADA, "outbound-dial")
    assert form["CallStatus"] == "in-progress"


def test_the_counsellor_hangs_up_and_the_action_goes_on(app: App, carrier: Carrier) -> None:
    call = ring(carrier)
    desk = carrier.handset(ADA)
    desk.pick_up()
    desk.press("1")
    carrier.advance(60)
    desk.hang_up()
    assert outcome(app) == ("completed", "true")
    assert app.asked("/dialled")[0]["DialCallDuration"] == "60"
    assert call.heard.endswith("nobody")


def test_the_caller_hangs_up_while_talking(app: App, carrier: Carrier) -> None:
    call = ring(carrier)
    desk = carrier.handset(ADA)
    leg = desk.pick_up()
    desk.press("1")
    call.hang_up()
    assert leg.status == "completed"
    assert not leg.talking
    assert app.asked("/dialled") == []


def test_the_caller_hangs_up_while_it_rings(app: App) -> None:
    carrier = carrier_for(app, quirks=Quirks(dial_action_after_hang_up=True))
    call = ring(carrier)
    call.hang_up()
    assert not carrier.handset(ADA).ringing
    assert app.asked("/leg")[-1]["CallStatus"] == "canceled"
    assert outcome(app) == ("canceled", "false")
    assert "nobody" not in call.heard


def test_the_progress_of_a_leg_is_told_in_order(app: App, carrier: Carrier) -> None:
    ring(carrier)
    desk = carrier.handset(ADA)
    desk.pick_up()
    desk.press("1")
    desk.hang_up()
    told = [(form["SequenceNumber"], form["CallStatus"]) for form in app.asked("/leg")]
    assert told == [("0", "initiated"), ("1", "ringing"), ("2", "in-progress"), ("3", "completed")]
    assert app.asked("/leg")[3]["CallbackSource"] == "call-progress-events"
    assert "CallDuration" not in app.asked("/leg")[1]


def test_nobody_answers(app: App, carrier: Carrier) -> None:
    ring(carrier)
    carrier.advance(19.9)
    assert carrier.handset(ADA).ringing
    carrier.advance(0.2)
    assert outcome(app) == ("no-answer", "false")


@pytest.mark.parametrize("declined", ["busy", "no-answer"])
def test_a_declined_call(app: App, declined: str) -> None:
    carrier = carrier_for(app, quirks=Quirks(declined_call="busy"))
    if declined == "no-answer":
        carrier.quirks = Quirks(declined_call="no-answer")
    ring(carrier)
    carrier.handset(ADA).decline()
    assert outcome(app) == (declined, "false")


def test_a_busy_phone(app: App, carrier: Carrier) -> None:
    carrier.handset(ADA).busy = True
    ring(carrier)
    assert outcome(app) == ("busy", "false")


def test_a_phone_that_rings_becomes_busy(app: App, carrier: Carrier) -> None:
    ring(carrier)
    carrier.handset(ADA).busy = True
    assert outcome(app) == ("busy", "false")


def test_a_phone_in_a_call_is_busy(app: App, carrier: Carrier) -> None:
    ring(carrier)
    desk = carrier.handset(ADA)
    desk.pick_up()
    desk.press("1")
    second = carrier.handset("+860000000043").ring(LINE)
    assert outcome(app) == ("busy", "false")
    assert not second.talking


def test_a_phone_switched_off(app: App, carrier: Carrier) -> None:
    carrier.handset(ADA).unreachable = True
    ring(carrier)
    assert outcome(app) == ("failed", "false")


@pytest.mark.parametrize("status", ["completed", "no-answer"])
def test_a_machine_answers_and_never_gets_the_caller(app: App, status: str) -> None:
    quirks = Quirks(declined_whisper="completed" if status == "completed" else "no-answer")
    carrier = carrier_for(app, quirks=quirks)
    desk = carrier.handset(ADA)
    desk.voicemail_answers(after=3)
    call = ring(carrier)
    carrier.advance(3 + 8)
    assert outcome(app) == (status, "false")
    assert desk.machine_took == ()
    assert not call.talking


def test_a_whisper_without_hangup_gives_the_caller_to_the_machine(
    app: App, carrier: Carrier
) -> None:
    app.answers["/whisper"] = "<Say>A call for you</Say>"
    desk = carrier.handset(ADA)
    desk.voicemail_answers()
    call = ring(carrier)
    assert desk.machine_took == (call.sid,)


def test_any_other_key_declines(app: App, carrier: Carrier) -> None:
    ring(carrier)
    desk = carrier.handset(ADA)
    desk.pick_up()
    desk.press("3")
    assert outcome(app) == ("completed", "false")


def test_dial_is_forbidden_in_a_whisper(app: App, carrier: Carrier) -> None:
    app.answers["/whisper"] = f"<Dial>{BO}</Dial>"
    ring(carrier)
    carrier.handset(ADA).pick_up()
    assert carrier.alerts[-1].code == 12200
    assert outcome(app)[1] == "false"


class TestSeveralNumbers:
    @pytest.fixture(autouse=True)
    def two(self, app: App) -> None:
        app.answers["/voice"] = dial(ADA, BO)

    def test_all_ring_at_once_and_the_rest_stop_when_one_answers(
        self, app: App, carrier: Carrier
    ) -> None:
        call = ring(carrier)
        ada, bo = carrier.handset(ADA), carrier.handset(BO)
        assert ada.ringing
        assert bo.ringing
        assert [desk.number for desk in carrier.ringing()] == [ADA, BO]
        bo.pick_up()
        assert not ada.ringing
        bo.press("1")
        assert call.talking

    def test_the_rest_may_ring_on_until_one_is_joined(self, app: App) -> None:
        carrier = carrier_for(app, quirks=Quirks(others_ring_on=True))
        call = ring(carrier)
        ada, bo = carrier.handset(ADA), carrier.handset(BO)
        first, second = bo.pick_up(), ada.pick_up()
        ada.press("1")
        assert call.talking
        assert second.talking
        assert first.status == "completed"
        ada.hang_up()
        assert app.asked("/dialled")[0]["DialCallSid"] == second.sid

    def test_one_declines_and_the_other_takes_it(self, app: App) -> None:
        carrier = carrier_for(app, quirks=Quirks(others_ring_on=True))
        call = ring(carrier)
        carrier.handset(ADA).decline()
        bo = carrier.handset(BO)
        bo.pick_up()
        bo.press("1")
        assert call.talking
        assert app.asked("/dialled") == []

    def test_all_fail(self, app: App, carrier: Carrier) -> None:
        ring(carrier)
        carrier.handset(ADA).decline()
        assert app.asked("/dialled") == []
        carrier.handset(BO).busy = True
        assert outcome(app) == ("busy", "false")


def test_a_plain_number_and_no_action_fall_through(app: App, carrier: Carrier) -> None:
    app.answers["/voice"] = f'<Dial callerId="{LINE}">{ADA}</Dial><Say>after</Say>'
    call = ring(carrier)
    assert call.status == "in-progress"
    desk = carrier.handset(ADA)
    desk.pick_up()
    assert call.talking
    desk.hang_up()
    assert call.heard.endswith("after")


def test_the_caller_id_is_the_caller_unless_given(app: App, carrier: Carrier) -> None:
    app.answers["/voice"] = f"<Dial>{ADA}</Dial>"
    ring(carrier)
    assert carrier.handset(ADA).pick_up().from_ == WORKER


def test_star_leaves_the_talk_when_allowed(app: App, carrier: Carrier) -> None:
    app.answers["/voice"] = f'<Dial hangupOnStar="true">{ADA}</Dial><Say>after</Say>'
    call = ring(carrier)
    carrier.handset(ADA).pick_up()
    call.press("*")
    assert not call.talking
    assert call.heard.endswith("after")


def test_a_talk_is_recorded_when_asked(app: App, carrier: Carrier) -> None:
    app.answers["/voice"] = (
        '<Dial record="record-from-answer-dual" recordingStatusCallback="/ready" action="/dialled">'
        f"{ADA}</Dial>"
    )
    call = ring(carrier)
    desk = carrier.handset(ADA)
    desk.pick_up()
    call.say("my words", seconds=2)
    carrier.advance(30)
    desk.hang_up()
    carrier.advance(1)
    ready = app.asked("/ready")[0]
    assert (ready["CallSid"], ready["RecordingSource"]) == (call.sid, "DialVerb")
    assert app.asked("/dialled")[0]["RecordingUrl"] == ready["RecordingUrl"]
    assert ready["RecordingDuration"] == "30"
