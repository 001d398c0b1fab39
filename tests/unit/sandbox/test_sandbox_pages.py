"""The demo's pages, the requests of their script, and the carrier behind real HTTP."""

import base64
import threading
from collections.abc import Callable, Iterator
from typing import Any
from xml.sax.saxutils import escape

import pytest
from flask import Flask, Response, request
from flask.testing import FlaskClient
from twilio.request_validator import RequestValidator
from werkzeug.serving import make_server
from werkzeug.test import TestResponse

from telephony.sandbox import Sandbox, create_sandbox, voice
from telephony.sandbox.clock import Clock, RealClock, VirtualClock
from telephony.sandbox.pages import readable
from telephony.sandbox.transports import HttpTransport, Transport, WsgiTransport
from tests.unit.sandbox.scripted_app import ACCOUNT, ADA, TOKEN, WORKER

LINE = "+860000000100"
Facts = dict[str, Any]


def markup(document: str) -> Response:
    return Response(f"<Response>{document}</Response>", content_type="text/xml")


def helpline(base: str) -> Flask:
    """A tiny helpline: menu, a counsellor behind a whisper, voicemail, an answer to texts."""
    app = Flask("helpline")

    def signed() -> None:
        header = request.headers.get("X-Twilio-Signature", "")
        url = base + request.full_path.removesuffix("?")
        assert RequestValidator(TOKEN).validate(url, request.form, header)

    def answer(path: str, document: Callable[[], str]) -> None:
        app.add_url_rule(
            path, path.strip("/").replace("/", "-"), lambda: markup(document()), methods=["POST"]
        )

    app.before_request(lambda: signed() if request.path.startswith("/telephony") else None)
    menu = '<Gather numDigits="1" action="key"><Say language="cmn-CN">请按二。</Say></Gather>'
    dial = f'<Dial callerId="{LINE}"><Number url="whisper">{ADA}</Number></Dial>'
    answer("/telephony/voice", lambda: menu)
    answer(
        "/telephony/key",
        lambda: dial if request.form["Digits"] == "2" else '<Record action="recorded"/>',
    )
    whisper = '<Gather numDigits="1" action="accept"><Say>Press 1</Say></Gather><Hangup/>'
    answer("/telephony/whisper", lambda: whisper)
    answer("/telephony/accept", lambda: "" if request.form["Digits"] == "1" else "<Hangup/>")
    answer("/telephony/recorded", lambda: "<Say>Thank you</Say>")
    answer("/telephony/status", lambda: "")
    answer(
        "/telephony/text",
        lambda: f"<Message>You wrote: {escape(request.form['Body'])}</Message>",
    )
    return app


def mounted(
    base: str, deliver: Callable[[Flask], Transport], clock: Clock
) -> tuple[Flask, Sandbox]:
    app = helpline(base)
    sandbox = create_sandbox(
        ACCOUNT,
        TOKEN,
        base,
        desks={ADA: "Ada Lantern"},
        links={"Open Ada’s desk": "/desk"},
        gloss=lambda _text, language: "Press 2." if language == "cmn-CN" else "",
        deliver=deliver(app),
        clock=clock,
    )
    app.register_blueprint(sandbox.blueprint)
    return app, sandbox


@pytest.fixture
def demo() -> tuple[Flask, Sandbox]:
    return mounted("http://localhost", lambda app: WsgiTransport(app.wsgi_app), VirtualClock())


@pytest.fixture
def client(demo: tuple[Flask, Sandbox]) -> FlaskClient:
    return demo[0].test_client()


def do(client: FlaskClient, act: str, phone: str = WORKER, **more: object) -> TestResponse:
    return client.post(
        f"/sandbox/api/{act}", json={"phone": phone, **more}, headers={"X-Sandbox": "1"}
    )


def look(client: FlaskClient, **more: str) -> Facts:
    wish = {"worker": WORKER, "desk": ADA} | more
    answer = client.post("/sandbox/api/state", json=wish, headers={"X-Sandbox": "1"})
    assert answer.status_code == 200
    facts: Facts = answer.get_json()
    return facts


def test_the_page_of_both_phones(client: FlaskClient) -> None:
    page = client.get("/sandbox/phone")
    text = page.get_data(as_text=True)
    assert page.status_code == 200
    assert text.count("<h1") == 1
    assert "Ada Lantern" in text
    assert "Number withheld" in text
    assert "உதவி" in text
    assert "style=" not in text
    assert "onclick" not in text
    assert "microphone=(self)" in page.headers["Permissions-Policy"]


def test_the_page_of_a_desk_phone(client: FlaskClient) -> None:
    assert client.get("/sandbox/desk-phone/860000000901").status_code == 200
    assert client.get("/sandbox/desk-phone/860000000999").status_code == 404
    assert look(client, worker="")["worker"] is None


def test_the_short_address_leads_to_the_phones(client: FlaskClient) -> None:
    assert client.get("/sandbox").headers["Location"].endswith("/sandbox/phone")


@pytest.mark.parametrize("file", ["phone.css", "phone.js", "microphone.js"])
def test_scripts_and_styles_are_files(client: FlaskClient, file: str) -> None:
    with client.get(f"/sandbox/static/{file}") as answer:
        assert answer.status_code == 200


def test_a_call_from_ring_to_talk_to_end(client: FlaskClient) -> None:
    assert do(client, "ring", line=LINE).status_code == 200
    call = look(client)["worker"]["call"]
    assert call["captions"] == [
        {"kind": "say", "text": "请按二。", "language": "cmn-CN", "url": "", "gloss": "Press 2."}
    ]
    do(client, "press", key="2")
    facts = look(client)
    assert facts["desk"]["ringing"]
    assert facts["desks"] == [{"number": ADA, "name": "Ada Lantern", "ringing": True}]
    desk = facts["desk"]["call"]
    assert desk["shows"] == "Helpline +86 00 0000 0100"
    do(client, "pick-up", ADA)
    do(client, "press", ADA, key="1")
    facts = look(client)
    assert facts["worker"]["call"]["talking"]
    assert facts["desk"]["call"]["talking"]
    do(client, "say", text="they keep our papers")
    do(client, "hang-up", ADA)
    facts = look(client)
    desk, worker = facts["desk"]["call"], facts["worker"]["call"]
    assert desk["captions"][-1]["text"] == "they keep our papers"
    assert desk["ended"]
    assert worker["ended"]
    about = [made["about"] for made in facts["travels"]]
    assert about[:3] == ["incoming call", "key 2", "whisper to the person called"]


@pytest.mark.parametrize(
    "sound", [{"text": "a message"}, {"wav": base64.b64encode(voice.tone("a").wav).decode()}]
)
def test_a_voicemail(
    demo: tuple[Flask, Sandbox], client: FlaskClient, sound: dict[str, str]
) -> None:
    do(client, "ring", line=LINE)
    do(client, "press", key="1")
    assert do(client, "say", **sound).status_code == 200
    do(client, "press", key="#")
    assert len(demo[1].carrier.recordings) == 1


def test_texts_in_and_out(client: FlaskClient) -> None:
    do(client, "text", line=LINE, body="帮助 <&>")
    assert look(client)["texts"] == [
        {"mine": True, "body": "帮助 <&>", "parts": "Unicode, 1 part"},
        {"mine": False, "body": "You wrote: 帮助 <&>", "parts": "Unicode, 1 part"},
    ]


@pytest.mark.parametrize("how", ["busy", "machine", "out"])
def test_the_desk_phone_can_behave_badly(client: FlaskClient, how: str) -> None:
    do(client, "behave", ADA, how=how)
    do(client, "ring", line=LINE)
    do(client, "press", key="2")
    facts = look(client)["desk"]
    assert facts["behaves"] == how
    assert facts["ringing"] is (how in {"out", "machine"})
    do(client, "behave", ADA, how="hand")
    assert look(client)["desk"]["behaves"] == "hand"


@pytest.mark.parametrize(
    ("act", "phone", "more"),
    [
        ("explode", WORKER, {}),
        ("press", WORKER, {"key": "1"}),
        ("press", WORKER, {}),
        ("press", WORKER, {"key": 1}),
        ("ring", "+860000000777", {"line": LINE}),
        ("ring", WORKER, {}),
        ("pick-up", ADA, {}),
        ("decline", ADA, {}),
        ("hang-up", ADA, {}),
        ("behave", ADA, {"how": "badly"}),
        ("text", "anonymous", {"line": LINE, "body": "x"}),
        ("text", WORKER, {"line": "+860000000777", "body": "x"}),
        ("say", WORKER, {"wav": "no base64"}),
    ],
)
def test_what_cannot_be_done_is_said(
    client: FlaskClient, act: str, phone: str, more: dict[str, object]
) -> None:
    answer = do(client, act, phone, **more)
    assert answer.status_code == 409
    assert answer.get_json()["error"].endswith(".")


def test_requests_of_other_sites_are_refused(client: FlaskClient) -> None:
    assert client.post("/sandbox/api/ring", json={"phone": WORKER}).status_code == 403
    answer = client.post("/sandbox/api/ring", data="x", headers={"X-Sandbox": "1"})
    assert answer.status_code == 400
    assert client.get("/sandbox/api/ring").status_code == 405


def test_the_rest_interface_is_mounted(demo: tuple[Flask, Sandbox], client: FlaskClient) -> None:
    path = f"/sandbox/carrier/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
    sent = {"To": WORKER, "From": LINE, "Body": "नमस्ते"}
    assert client.post(path, data=sent).status_code == 401
    answer = client.post(path, data=sent, auth=(ACCOUNT, TOKEN))
    assert answer.status_code == 201
    assert look(client)["texts"][0]["body"] == "नमस्ते"
    demo[1].carrier.rest.fail_next(0)
    assert client.post(path, data=sent, auth=(ACCOUNT, TOKEN)).status_code == 504


def test_every_view_is_declared_to_the_application() -> None:
    declared: list[str] = []

    def declare(view: Callable[..., object]) -> Callable[..., object]:
        declared.append(view.__name__)
        return view

    create_sandbox(ACCOUNT, TOKEN, "http://localhost", declare=declare)  # type: ignore[arg-type]
    assert sorted(declared) == ["act", "desk_phone", "phone", "rest", "start", "state"]


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        (WORKER, "+86 00 0000 0042"),
        ("+8613800000000", "+86 138 0000 0000"),
        ("anonymous", "anonymous"),
    ],
)
def test_numbers_are_readable(number: str, shown: str) -> None:
    assert readable(number) == shown


@pytest.fixture
def served() -> Iterator[FlaskClient]:
    """The same over real HTTP and in real time."""
    server = make_server("127.0.0.1", 0, Flask("empty"), threaded=True)
    clock = RealClock(workers=4)
    base = f"http://127.0.0.1:{server.port}"
    app, _ = mounted(base, lambda _app: HttpTransport(), clock)
    server.app = app
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield app.test_client()
    server.shutdown()
    thread.join()
    clock.stop()
    server.server_close()


def test_the_demo_works_over_real_http(served: FlaskClient) -> None:
    def until(right: Callable[[Facts], object]) -> None:
        for _ in range(200):
            if right(look(served)):
                return
            threading.Event().wait(0.02)
        raise AssertionError(look(served))

    def heard(facts: Facts) -> bool:
        call = facts["worker"]["call"]
        return call is not None and call["doing"] == "waiting for keys"

    do(served, "ring", line=LINE)
    until(heard)
    do(served, "press", key="2")
    until(lambda facts: facts["desk"]["ringing"])
    do(served, "decline", ADA)
    until(lambda facts: facts["worker"]["call"]["ended"])
    do(served, "text", line=LINE, body="hello")
    until(lambda facts: len(facts["texts"]) == 2)
