"""Each verb behaves as the carrier's documentation and the open TwiML engines say."""

import pytest

from telephony.sandbox import voice
from telephony.sandbox.calls import Quirks
from telephony.sandbox.carrier import Carrier
from telephony.sandbox.handset import Call
from telephony.sandbox.transports import LateError, Response, UnreachableError
from tests.unit.sandbox.scripted_app import ADA, BASE, LINE, WORKER, App, carrier_for


def ring(carrier: Carrier) -> Call:
    return carrier.handset(WORKER).ring(LINE)


def test_say_is_heard_with_its_language_and_voice(app: App, carrier: Carrier) -> None:
    app.answers["/voice"] = '<Say language="cmn-CN" voice="Polly.Zhiyu">你好</Say>'
    call = ring(carrier)
    (caption,) = call.captions
    assert (caption.text, caption.language, caption.voice) == ("你好", "cmn-CN", "Polly.Zhiyu")
    assert call.status == "completed"


def test_the_call_ends_when_the_document_runs_out(app: App, carrier: Carrier) -> None:
    call = ring(carrier)
    assert call.status == "completed"
    assert app.paths == ["/voice", "/status"]


def test_play_is_heard_by_its_absolute_address(app: App, carrier: Carrier) -> None:
    app.answers["/voice"] = "<Play>/sounds/hello.wav</Play>"
    assert ring(carrier).captions[0].url == f"{BASE}/sounds/hello.wav"


def test_say_takes_its_time_when_speech_is_timed(app: App) -> None:
    carrier = carrier_for(app, speech=lambda text: float(len(text)))
    app.answers["/voice"] = "<Say>four</Say><Say>end</Say>"
    call = ring(carrier)
    assert call.heard == "four"
    carrier.advance(4)
    assert call.heard == "four\nend"
    assert not call.ended
    carrier.advance(3)
    assert call.duration == 7


def test_a_leading_pause_does_not_answer(app: App, carrier: Carrier) -> None:
    app.answers["/voice"] = '<Pause length="3"/><Say>hello</Say>'
    call = ring(carrier)
    carrier.advance(2)
    assert call.status == "ringing"
    carrier.advance(1)
    assert call.heard == "hello"


@pytest.mark.parametrize(
    ("document", "quirks", "status"),
    [
        ('<Reject reason="busy"/>', Quirks(), "busy"),
        ("<Reject/>", Quirks(), "busy"),
        ("<Reject/>", Quirks(rejected="no-answer"), "no-answer"),
    ],
)
def test_a_rejected_call_is_never_answered(
    app: App, document: str, quirks: Quirks, status: str
) -> None:
    app.answers["/voice"] = document
    call = ring(carrier_for(app, quirks=quirks))
    assert call.status == status
    assert call.answered_at is None
    assert app.asked("/status")[0]["CallDuration"] == "0"


def test_hangup_ends_before_the_next_verb(app: App, carrier: Carrier) -> None:
    app.answers["/voice"] = "<Say>bye</Say><Hangup/><Say>never</Say>"
    call = ring(carrier)
    assert call.heard == "bye"
    assert call.status == "completed"


@pytest.mark.parametrize("target", ["next", "/next", f"{BASE}/next"])
def test_redirect_takes_relative_and_absolute_addresses(
    app: App, carrier: Carrier, target: str
) -> None:
    app.answers |= {"/voice": f"<Redirect>{target}</Redirect>", "/next": "<Say>here</Say>"}
    assert ring(carrier).heard == "here"


def test_an_empty_redirect_asks_for_the_same_document(app: App, carrier: Carrier) -> None:
    app.answers["/voice"] = "<Pause/><Redirect/>"
    ring(carrier)
    carrier.advance(3.5)
    assert app.paths == ["/voice"] * 4


def test_documents_in_a_circle_end_the_call(app: App, carrier: Carrier) -> None:
    app.answers["/voice"] = "<Redirect/>"
    assert ring(carrier).ended
    assert carrier.alerts[-1].code == 11215


class TestGather:
    def test_one_key_goes_to_the_action(self, app: App, carrier: Carrier) -> None:
        app.answers["/voice"] = '<Gather numDigits="1" action="/key"><Say>one or two</Say></Gather>'
        ring(carrier).press("2")
        assert app.asked("/key")[0]["Digits"] == "2"

    def test_the_default_action_is_the_current_document(self, app: App, carrier: Carrier) -> None:
        app.answers["/voice"] = '<Gather numDigits="1"/>'
        ring(carrier).press("7")
        assert [form.get("Digits") for form in app.asked("/voice")] == [None, "7"]

    def test_no_key_falls_through_after_five_seconds(self, app: App, carrier: Carrier) -> None:
        app.answers["/voice"] = '<Gather action="/key"/><Say>nothing came</Say>'
        call = ring(carrier)
        carrier.advance(4.9)
        assert call.heard == ""
        carrier.advance(0.2)
        assert call.heard == "nothing came"
        assert app.asked("/key") == []

    def test_the_timeout_begins_after_the_prompt(self, app: App) -> None:
        carrier = carrier_for(app, speech=lambda _text: 10.0)
        app.answers["/voice"] = (
            '<Gather timeout="2"><Say>long</Say><Pause length="3"/></Gather><Say>x</Say>'
        )
        call = ring(carrier)
        carrier.advance(14.9)
        assert call.heard == "long"
        carrier.advance(0.2)
        assert call.heard == "long\nx"

    def test_a_key_cuts_the_prompt_short(self, app: App) -> None:
        carrier = carrier_for(app, speech=lambda _text: 30.0)
        app.answers["/voice"] = '<Gather action="/key" timeout="3"><Say>long</Say></Gather>'
        ring(carrier).press("12")
        carrier.advance(3)
        assert app.asked("/key")[0]["Digits"] == "12"

    def test_an_empty_result_is_told_when_asked_for(self, app: App, carrier: Carrier) -> None:
        app.answers["/voice"] = '<Gather action="/key" actionOnEmptyResult="true"/>'
        ring(carrier)
        carrier.advance(5)
        assert app.asked("/key")[0]["Digits"] == ""

    def test_hash_finishes_and_is_not_a_digit(self, app: App, carrier: Carrier) -> None:
        app.answers["/voice"] = '<Gather action="/key"/>'
        ring(carrier).press("4711#")
        assert app.asked("/key")[0]["Digits"] == "4711"

    def test_hash_alone_is_no_input(self, app: App, carrier: Carrier) -> None:
        app.answers["/voice"] = '<Gather action="/key"/><Say>nothing</Say>'
        call = ring(carrier)
        call.press("#")
        assert call.heard == "nothing"
        assert app.asked("/key") == []

    def test_an_empty_finish_key_makes_hash_a_digit(self, app: App, carrier: Carrier) -> None:
        app.answers["/voice"] = '<Gather action="/key" finishOnKey="" numDigits="2"/>'
        ring(carrier).press("#*")
        assert app.asked("/key")[0]["Digits"] == "#*"

    def test_another_finish_key(self, app: App, carrier: Carrier) -> None:
        app.answers["/voice"] = '<Gather action="/key" finishOnKey="*"/>'
        ring(carrier).press("1#*")
        assert app.asked("/key")[0]["Digits"] == "1#"

    def test_keys_pressed_while_nothing_listens_are_lost(self, app: App, carrier: Carrier) -> None:
        app.answers["/voice"] = '<Pause length="2"/><Gather numDigits="1" action="/key"/>'
        call = ring(carrier)
        call.press("1")
        carrier.advance(2)
        assert app.asked("/key") == []

    def test_a_phone_has_no_other_keys(self, app: App, carrier: Carrier) -> None:
        app.answers["/voice"] = "<Gather/>"
        with pytest.raises(ValueError, match="keys 0 to 9"):
            ring(carrier).press("A")


class TestRecord:
    RECORD = (
        '<Record action="/recorded" recordingStatusCallback="/ready" maxLength="180" timeout="4"/>'
        "<Say>nothing was said</Say>"
    )

    def test_speech_then_a_key(self, app: App, carrier: Carrier) -> None:
        app.answers |= {"/voice": self.RECORD, "/recorded": "<Say>thank you</Say>"}
        call = ring(carrier)
        assert call.captions[0].kind == "beep"
        call.say("they keep our papers", seconds=6)
        call.press("#")
        form = app.asked("/recorded")[0]
        assert (form["RecordingDuration"], form["Digits"]) == ("6", "#")
        assert call.heard.endswith("thank you")
        assert app.asked("/ready") == []
        carrier.advance(1)
        ready = app.asked("/ready")[0]
        assert ready["RecordingUrl"] == form["RecordingUrl"]
        assert ready["RecordingSource"] == "RecordVerb"
        assert "From" not in ready

    def test_silence_after_speech_ends_it(self, app: App, carrier: Carrier) -> None:
        app.answers["/voice"] = self.RECORD
        ring(carrier).say("words", seconds=3)
        carrier.advance(6.9)
        assert app.asked("/recorded") == []
        carrier.advance(0.2)
        assert app.asked("/recorded")[0]["RecordingDuration"] == "3"

    def test_total_silence_falls_through(self, app: App, carrier: Carrier) -> None:
        app.answers["/voice"] = self.RECORD
        call = ring(carrier)
        carrier.advance(4)
        assert call.heard.endswith("nothing was said")
        assert app.asked("/recorded") == []
        assert carrier.recordings == []

    def test_it_never_lasts_longer_than_asked(self, app: App, carrier: Carrier) -> None:
        app.answers["/voice"] = '<Record action="/recorded" maxLength="10"/>'
        ring(carrier).say("on and on", seconds=30)
        carrier.advance(10)
        assert app.asked("/recorded")[0]["RecordingDuration"] == "10"
        assert voice.from_wav(carrier.recordings[0].wav).seconds == pytest.approx(10)

    def test_hanging_up_keeps_what_was_said(self, app: App, carrier: Carrier) -> None:
        app.answers["/voice"] = self.RECORD
        call = ring(carrier)
        call.say("help", seconds=2)
        call.hang_up()
        carrier.advance(1)
        assert app.asked("/recorded")[0]["Digits"] == "hangup"
        assert app.asked("/recorded")[0]["CallStatus"] == "completed"
        assert len(app.asked("/ready")) == 1

    @pytest.mark.parametrize("hangs_up", [True, False])
    def test_silence_is_told_as_absent_when_asked_for(
        self, app: App, carrier: Carrier, hangs_up: bool
    ) -> None:
        app.answers["/voice"] = (
            '<Record action="/recorded" recordingStatusCallback="/ready" '
            'recordingStatusCallbackEvent="completed absent"/>'
        )
        call = ring(carrier)
        if hangs_up:
            call.hang_up()
        carrier.advance(6)
        assert [form["RecordingStatus"] for form in app.asked("/ready")] == ["absent"]
        assert carrier.recordings == []
        assert app.asked("/recorded") == []

    def test_the_callback_may_come_before_the_action(self, app: App) -> None:
        carrier = carrier_for(app, quirks=Quirks(recording_ready_after=0))
        app.answers["/voice"] = self.RECORD
        call = ring(carrier)
        call.say("help", seconds=2)
        call.press("1")
        assert app.paths.index("/ready") < app.paths.index("/recorded")

    def test_an_uploaded_wav_is_kept_as_it_is(self, app: App, carrier: Carrier) -> None:
        app.answers["/voice"] = self.RECORD
        spoken = voice.tone("a voice", 1.5).wav
        call = ring(carrier)
        call.say(spoken)
        call.press("#")
        assert carrier.recordings[0].wav == spoken
        with pytest.raises(ValueError, match="8 kHz"):
            voice.from_wav(b"no sound")


class TestBadAnswers:
    @pytest.mark.parametrize(
        ("answer", "code"),
        [
            (Response(500, b"", "text/html"), 11200),
            (Response(200, b"<Response><Say>", "text/xml"), 12100),
            (Response(200, b"\n<?xml version='1.0'?><Response/>", "text/xml"), 12100),
            (Response(200, b"<!DOCTYPE x><Response/>", "text/xml"), 12100),
            (Response(200, b"<response/>", "text/xml"), 12100),
            (Response(200, b"{}", "application/json"), 12300),
            (Response(200, b"<Response>" + b" " * 70_000 + b"</Response>", "text/xml"), 11750),
            ("<say>lower case</say>", 12200),
            ("<Gather><Hangup/></Gather>", 13320),
            ("<Record><Say>x</Say></Record>", 12200),
            (f"<Say>{'x' * 4097}</Say>", 13520),
            (f"<Dial>{'<Number>+860000000901</Number>' * 11}</Dial>", 12200),
            ("<Dial callerId='+860000000999'>+860000000901</Dial>", 13214),
        ],
    )
    def test_the_caller_hears_an_apology(
        self, app: App, carrier: Carrier, answer: str | Response, code: int
    ) -> None:
        app.answers["/voice"] = answer
        call = ring(carrier)
        assert "application error" in call.heard
        assert call.status == "completed"
        assert carrier.alerts[-1].code == code

    def test_an_unknown_attribute_is_only_a_warning(self, app: App, carrier: Carrier) -> None:
        app.answers["/voice"] = '<Say speed="2">hello</Say>'
        assert ring(carrier).heard == "hello"
        assert [alert.code for alert in carrier.alerts] == [12200]

    def test_every_request_is_a_post_and_asking_for_less_a_warning(
        self, app: App, carrier: Carrier
    ) -> None:
        app.answers["/voice"] = '<Gather numDigits="1" method="GET" action="/key"/>'
        ring(carrier).press("1")
        assert len(app.asked("/key")) == 1
        assert [alert.code for alert in carrier.alerts] == [12200]

    def test_the_fallback_is_asked_with_the_error(self, app: App) -> None:
        carrier = carrier_for(app, fallback=f"{BASE}/fallback")
        app.answers |= {"/voice": Response(500), "/fallback": "<Say>please ring later</Say>"}
        assert ring(carrier).heard == "please ring later"
        form = app.asked("/fallback")[0]
        assert (form["ErrorCode"], form["ErrorUrl"]) == ("11200", f"{BASE}/voice")

    def test_plain_text_is_read_aloud_and_audio_played(self, app: App, carrier: Carrier) -> None:
        app.answers["/voice"] = Response(200, b"hello there", "text/plain")
        assert ring(carrier).heard == "hello there"
        app.answers["/voice"] = Response(200, b"RIFF", "audio/wav")
        assert ring(carrier).captions[0].kind == "play"

    def test_only_a_failed_connection_is_tried_again(self, app: App, carrier: Carrier) -> None:
        def lost(form: dict[str, str]) -> str:
            raise UnreachableError

        def late(form: dict[str, str]) -> str:
            raise LateError

        app.answers["/voice"] = lost
        ring(carrier)
        assert app.paths.count("/voice") == 2
        assert len({request.headers["I-Twilio-Idempotency-Token"] for request in app.requests}) == 2
        assert carrier.alerts[-1].code == 11205
        app.requests.clear()
        app.answers["/voice"] = late
        ring(carrier)
        assert app.paths.count("/voice") == 1
        assert carrier.alerts[-1].code == 11200

    def test_the_fragment_of_an_address_chooses_the_retries(
        self, app: App, carrier: Carrier
    ) -> None:
        app.answers["/voice"] = "<Redirect>/next#rc=3&amp;rp=5xx</Redirect>"
        app.answers["/next"] = Response(503)
        ring(carrier)
        assert app.paths.count("/next") == 4
        assert all("#" not in request.url for request in app.requests)


def test_a_call_to_an_unknown_line_fails(app: App, carrier: Carrier) -> None:
    assert carrier.handset(WORKER).ring("+860000000999").status == "failed"
    assert app.requests == []


def test_a_phone_makes_one_call_at_a_time(app: App, carrier: Carrier) -> None:
    app.answers["/voice"] = "<Gather/>"
    call = ring(carrier)
    with pytest.raises(RuntimeError, match="already"):
        ring(carrier)
    call.hang_up()
    assert not ring(carrier).ended


def test_hanging_up_tells_the_line_how_long_it_was(app: App, carrier: Carrier) -> None:
    app.answers["/voice"] = '<Gather timeout="600"/>'
    call = ring(carrier)
    carrier.advance(75)
    call.hang_up()
    form = app.asked("/status")[0]
    assert (form["CallStatus"], form["CallDuration"], form["Duration"]) == ("completed", "75", "2")
    assert carrier.handset(ADA).call is None


def test_an_answer_that_comes_after_the_hang_up_is_ignored(app: App, carrier: Carrier) -> None:
    calls: list[Call] = []

    def hang_up_meanwhile(form: dict[str, str]) -> str:
        calls[0].hang_up()
        return "<Say>too late</Say>"

    app.answers |= {"/voice": '<Gather numDigits="1" action="/key"/>', "/key": hang_up_meanwhile}
    calls.append(ring(carrier))
    calls[0].press("1")
    assert calls[0].heard == ""
    assert calls[0].ended
