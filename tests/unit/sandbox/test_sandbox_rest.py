"""The vendor's own client works against the carrier's REST interface."""

import base64
from urllib.parse import urlencode, urlsplit

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.http import HttpClient
from twilio.http.response import Response
from twilio.rest import Client

from telephony.sandbox import voice
from telephony.sandbox.carrier import Carrier
from telephony.sandbox.clock import VirtualClock
from tests.unit.sandbox.scripted_app import ACCOUNT, ADA, BASE, LINE, TOKEN, WORKER, App


class Adapter(HttpClient):
    """Takes the vendor client's requests to the carrier in the same process."""

    def __init__(self, carrier: Carrier) -> None:
        self._carrier = carrier

    def request(
        self,
        method: str,
        url: str,
        params: object = None,
        data: dict[str, object] | None = None,
        headers: object = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,
        allow_redirects: bool = False,
    ) -> Response:
        assert auth is not None
        fields = {name: value for name, value in (data or {}).items() if value is not None}
        header = "Basic " + base64.b64encode(f"{auth[0]}:{auth[1]}".encode()).decode()
        body = urlencode(fields, doseq=True).encode()
        answer = self._carrier.rest.handle(method, urlsplit(url).path, body, header)
        if answer.lost:
            raise TimeoutError
        return Response(answer.status, answer.body.decode())


@pytest.fixture
def client(carrier: Carrier) -> Client:
    return Client(ACCOUNT, TOKEN, http_client=Adapter(carrier))


TWIML = (
    f'<Response><Gather numDigits="1" action="{BASE}/accept"><Say>Press 1</Say></Gather><Hangup/>'
    "</Response>"
)


class TestCalls:
    def test_an_inline_document_is_followed_after_the_answer(
        self, app: App, carrier: Carrier, client: Client
    ) -> None:
        app.answers["/accept"] = f'<Dial callerId="{LINE}">{WORKER}</Dial>'
        placed = client.calls.create(
            to=ADA,
            from_=LINE,
            twiml=TWIML,
            status_callback=f"{BASE}/leg",
            status_callback_event=["initiated", "ringing", "answered", "completed"],
        )
        assert placed.status == "queued"
        assert placed.direction == "outbound-api"
        desk, worker = carrier.handset(ADA), carrier.handset(WORKER)
        assert desk.pick_up().heard == "Press 1"
        desk.press("1")
        worker.pick_up()
        assert worker.call is not None
        assert worker.call.talks_to == ADA
        worker.hang_up()
        fetched = client.calls(placed.sid).fetch()
        assert fetched.status == "completed"
        assert fetched.start_time is not None
        told = [form["CallStatus"] for form in app.asked("/leg")]
        assert told == ["initiated", "ringing", "in-progress", "completed"]

    def test_a_document_by_address(self, app: App, carrier: Carrier, client: Client) -> None:
        app.answers["/callback"] = "<Say>hello</Say>"
        client.calls.create(
            to=WORKER, from_=LINE, url=f"{BASE}/callback", machine_detection="Enable"
        )
        phone = carrier.handset(WORKER)
        phone.pick_up()
        assert phone.call is not None
        assert phone.call.heard == "hello"
        form = app.asked("/callback")[0]
        assert (form["AnsweredBy"], form["Direction"]) == ("human", "outbound-api")

    def test_a_machine_is_told(self, app: App, carrier: Carrier, client: Client) -> None:
        carrier.handset(WORKER).voicemail_answers()
        client.calls.create(
            to=WORKER, from_=LINE, url=f"{BASE}/callback", machine_detection="Enable"
        )
        carrier.settle()
        assert app.asked("/callback")[0]["AnsweredBy"] == "machine_start"

    def test_it_rings_only_so_long(self, carrier: Carrier, client: Client) -> None:
        sid = client.calls.create(to=WORKER, from_=LINE, twiml=TWIML, timeout=25).sid
        carrier.advance(24)
        assert client.calls(sid).fetch().status == "ringing"
        carrier.advance(1)
        assert client.calls(sid).fetch().status == "no-answer"

    def test_an_inline_document_needs_absolute_addresses(
        self, carrier: Carrier, client: Client
    ) -> None:
        twiml = '<Response><Gather numDigits="1" action="/accept"/></Response>'
        client.calls.create(to=ADA, from_=LINE, twiml=twiml)
        carrier.handset(ADA).pick_up()
        carrier.handset(ADA).press("1")
        assert carrier.alerts[-1].code == 11100

    def test_cancelled_while_queued_tells_nobody(
        self, app: App, carrier: Carrier, client: Client
    ) -> None:
        placed = client.calls.create(to=ADA, from_=LINE, twiml=TWIML, status_callback=f"{BASE}/leg")
        assert client.calls(placed.sid).update(status="canceled").status == "canceled"
        assert not carrier.handset(ADA).ringing
        assert app.requests == []

    def test_a_call_is_sent_to_another_document(
        self, app: App, carrier: Carrier, client: Client
    ) -> None:
        app.answers["/voice"] = '<Gather timeout="60"/>'
        call = carrier.handset(WORKER).ring(LINE)
        client.calls(call.sid).update(twiml="<Response><Say>moved</Say><Hangup/></Response>")
        assert call.heard == "moved"
        assert call.ended
        with pytest.raises(TwilioRestException) as caught:
            client.calls(call.sid).update(twiml=TWIML)
        assert caught.value.code == 21220

    def test_moving_one_side_of_a_talk_leaves_the_other_alone(
        self, app: App, carrier: Carrier, client: Client
    ) -> None:
        app.answers["/voice"] = f"<Dial>{ADA}</Dial><Say>after</Say>"
        call = carrier.handset(WORKER).ring(LINE)
        desk = carrier.handset(ADA).pick_up()
        client.calls(desk.sid).update(twiml='<Response><Gather timeout="60"/></Response>')
        assert not call.talking
        assert call.heard.endswith("after")
        assert not desk.ended

    def test_moving_the_caller_ends_the_other_side(
        self, app: App, carrier: Carrier, client: Client
    ) -> None:
        app.answers["/voice"] = f"<Dial action='/dialled'>{ADA}</Dial>"
        call = carrier.handset(WORKER).ring(LINE)
        desk = carrier.handset(ADA).pick_up()
        client.calls(call.sid).update(twiml="<Response><Say>moved</Say></Response>")
        assert desk.status == "completed"
        assert call.heard.endswith("moved")
        assert app.asked("/dialled") == []

    def test_an_ended_call_can_be_deleted(self, app: App, carrier: Carrier, client: Client) -> None:
        app.answers["/voice"] = "<Gather/>"
        call = carrier.handset(WORKER).ring(LINE)
        with pytest.raises(TwilioRestException):
            client.calls(call.sid).delete()
        client.calls(call.sid).update(status="completed")
        assert client.calls(call.sid).delete()
        with pytest.raises(TwilioRestException) as caught:
            client.calls(call.sid).fetch()
        assert caught.value.status == 404

    @pytest.mark.parametrize(
        ("to", "from_", "twiml", "code"),
        [
            ("12", LINE, TWIML, 21211),
            ("anonymous", LINE, TWIML, 21211),
            (WORKER, "+860000000999", TWIML, 21210),
            (WORKER, LINE, "", 21205),
            (WORKER, LINE, "x" * 4001, 21218),
        ],
    )
    def test_refusals(self, client: Client, to: str, from_: str, twiml: str, code: int) -> None:
        with pytest.raises(TwilioRestException) as caught:
            client.calls.create(to=to, from_=from_, twiml=twiml)
        assert (caught.value.status, caught.value.code) == (400, code)


class TestMessages:
    def test_a_text_is_delivered_and_told(self, app: App, carrier: Carrier, client: Client) -> None:
        sent = client.messages.create(
            to=WORKER, from_=LINE, body="你好", status_callback=f"{BASE}/delivery"
        )
        assert (sent.status, sent.num_segments) == ("queued", "1")
        assert [text.body for text in carrier.handset(WORKER).inbox] == ["你好"]
        told = [form["MessageStatus"] for form in app.asked("/delivery")]
        assert told == ["sent", "delivered"]
        assert client.messages(sent.sid).fetch().status == "delivered"

    def test_a_text_to_a_phone_switched_off(
        self, app: App, carrier: Carrier, client: Client
    ) -> None:
        carrier.handset(WORKER).unreachable = True
        client.messages.create(
            to=WORKER, from_=LINE, body="hello", status_callback=f"{BASE}/delivery"
        )
        carrier.settle()
        assert app.asked("/delivery")[-1]["MessageStatus"] == "undelivered"
        assert app.asked("/delivery")[-1]["ErrorCode"] == "30003"

    def test_redaction_takes_only_the_empty_text(self, carrier: Carrier, client: Client) -> None:
        sid = carrier.handset(WORKER).text(LINE, "a secret").sid
        with pytest.raises(TwilioRestException):
            client.messages(sid).update(body="other words")
        assert client.messages(sid).update(body="").body == ""
        assert carrier.messages[0].body == ""

    def test_a_text_on_its_way_cannot_be_redacted(self, client: Client) -> None:
        sid = client.messages.create(to=WORKER, from_=LINE, body="hello").sid
        with pytest.raises(TwilioRestException):
            client.messages(sid).update(body="")

    def test_deletion(self, carrier: Carrier, client: Client) -> None:
        sid = carrier.handset(WORKER).text(LINE, "a secret").sid
        assert client.messages(sid).delete()
        assert carrier.messages == []
        with pytest.raises(TwilioRestException) as caught:
            client.messages(sid).delete()
        assert caught.value.status == 404

    @pytest.mark.parametrize(
        ("to", "body", "code"),
        [("anonymous", "x", 21211), (WORKER, "x" * 1601, 21617), (WORKER, "", 21602)],
    )
    def test_refusals(self, client: Client, to: str, body: str, code: int) -> None:
        with pytest.raises(TwilioRestException) as caught:
            client.messages.create(to=to, from_=LINE, body=body)
        assert caught.value.code == code

    def test_nothing_is_sent_after_stop(self, carrier: Carrier, client: Client) -> None:
        carrier.handset(WORKER).text(LINE, "STOP")
        with pytest.raises(TwilioRestException) as caught:
            client.messages.create(to=WORKER, from_=LINE, body="hello")
        assert caught.value.code == 21610


class TestRecordings:
    @pytest.fixture
    def sid(self, app: App, carrier: Carrier) -> str:
        app.answers["/voice"] = '<Record action="/recorded"/>'
        call = carrier.handset(WORKER).ring(LINE)
        call.say("a message", seconds=2)
        call.press("#")
        return carrier.recordings[0].sid

    def test_it_exists_a_moment_later(self, carrier: Carrier, client: Client, sid: str) -> None:
        with pytest.raises(TwilioRestException):
            client.recordings(sid).fetch()
        carrier.advance(1)
        recording = client.recordings(sid).fetch()
        assert (recording.duration, recording.source) == ("2", "RecordVerb")

    def test_its_sound_is_a_wav_file_behind_the_password(
        self, app: App, carrier: Carrier, sid: str
    ) -> None:
        carrier.advance(1)
        path = urlsplit(app.asked("/recorded")[0]["RecordingUrl"]).path
        assert path.endswith(sid)
        header = "Basic " + base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
        for address in (path, path + ".wav"):
            answer = carrier.rest.handle("GET", address, b"", header)
            assert answer.content_type == "audio/x-wav"
            assert voice.from_wav(answer.body).seconds == pytest.approx(2)
            assert carrier.rest.handle("GET", address, b"", "").status == 401

    def test_deletion(self, carrier: Carrier, client: Client, sid: str) -> None:
        carrier.advance(1)
        assert client.recordings(sid).delete()
        assert carrier.recordings == []
        with pytest.raises(TwilioRestException) as caught:
            client.recordings(sid).delete()
        assert caught.value.status == 404


class TestFailures:
    def test_a_wrong_password(self, carrier: Carrier) -> None:
        client = Client(ACCOUNT, "wrong", http_client=Adapter(carrier))
        with pytest.raises(TwilioRestException) as caught:
            client.messages.create(to=WORKER, from_=LINE, body="hello")
        assert (caught.value.status, caught.value.code) == (401, 20003)

    def test_an_api_key(self, app: App) -> None:
        key = "SK" + "2" * 32
        carrier = Carrier(ACCOUNT, TOKEN, app, VirtualClock(), api_keys={key: "its secret"})
        client = Client(key, "its secret", ACCOUNT, http_client=Adapter(carrier))
        assert client.api.accounts(ACCOUNT).fetch().sid == ACCOUNT

    def test_another_account(self, carrier: Carrier) -> None:
        client = Client(ACCOUNT, TOKEN, "AC" + "1" * 32, http_client=Adapter(carrier))
        with pytest.raises(TwilioRestException) as caught:
            client.messages.create(to=WORKER, from_=LINE, body="hello")
        assert caught.value.status == 404

    def test_the_account_can_be_looked_at(self, client: Client) -> None:
        assert client.api.accounts(ACCOUNT).fetch().status == "active"

    def test_too_many_requests_are_not_processed(self, carrier: Carrier, client: Client) -> None:
        carrier.rest.fail_next(429, 500)
        for status, code in ((429, 20429), (500, 20500)):
            with pytest.raises(TwilioRestException) as caught:
                client.messages.create(to=WORKER, from_=LINE, body="hello")
            assert (caught.value.status, caught.value.code) == (status, code)
        assert carrier.messages == []

    def test_a_lost_answer_leaves_the_text_sent(self, carrier: Carrier, client: Client) -> None:
        carrier.rest.fail_next(0)
        with pytest.raises(TimeoutError):
            client.messages.create(to=WORKER, from_=LINE, body="hello")
        assert [text.body for text in carrier.handset(WORKER).inbox] == ["hello"]

    def test_the_interface_may_be_down(self, carrier: Carrier, client: Client) -> None:
        carrier.faults.rest_down = True
        with pytest.raises(TimeoutError):
            client.messages.create(to=WORKER, from_=LINE, body="hello")
        assert carrier.messages == []

    @pytest.mark.parametrize("share", ["rest_429", "rest_500", "rest_timeout"])
    def test_shares_of_requests_fail(self, carrier: Carrier, client: Client, share: str) -> None:
        setattr(carrier.faults, share, 0.5)
        failed = 0
        for _ in range(40):
            try:
                client.messages.create(to=WORKER, from_=LINE, body="hello")
            except (TwilioRestException, TimeoutError):
                failed += 1
        assert 8 < failed < 32
        assert len(carrier.messages) == (40 if share == "rest_timeout" else 40 - failed)
