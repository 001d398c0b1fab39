"""Asking a carrier, over real HTTP on the loopback: what is repeated, what is not, what is said."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import pytest

from telephony.numbers import CallerNumber
from telephony.provider import CarrierDown, CarrierRefused, OptedOut
from telephony.twilio.rest import Credentials, Rest
from tests.unit.telephony.caller import URLS

WORKER, LINE = CallerNumber.parse("+860000000042"), CallerNumber.parse("+860000000100")
ACCOUNT = "AC" + "0" * 32


class Carrier(ThreadingHTTPServer):
    """Answers with what stands next in ``answers``; keeps what was asked."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answers: list[tuple[int, bytes]] = []
        self.asked: list[tuple[str, str, dict[str, list[str]]]] = []

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/carrier"


class _Handler(BaseHTTPRequestHandler):
    server: Carrier

    def _handle(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        self.server.asked.append((self.command, self.path, parse_qs(body, keep_blank_values=True)))
        status, content = self.server.answers.pop(0)
        if not status:
            self.connection.close()
            return
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = do_DELETE = _handle  # noqa: N815

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        return


@pytest.fixture
def carrier() -> Iterator[Carrier]:
    server = Carrier()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def rest(carrier: Carrier) -> Iterator[Rest]:
    made = Rest(Credentials(ACCOUNT, "SK1", "secret"), carrier.base, sleep=lambda _seconds: None)
    yield made
    made._wire._session.close()


def error(code: int) -> bytes:
    return b'{"code": %d, "message": "To +860000000042 is bad", "status": 400}' % code


def test_a_call_is_placed_with_its_markup_and_nothing_personal_in_an_address(
    rest: Rest, carrier: Carrier
) -> None:
    carrier.answers = [(201, b'{"sid": "CA1"}')]
    assert rest.place_call(WORKER, LINE, b"<Response/>", URLS) == "CA1"
    method, path, fields = carrier.asked[0]
    assert (method, path) == ("POST", f"/carrier/2010-04-01/Accounts/{ACCOUNT}/Calls.json")
    assert fields["To"] == ["+860000000042"]
    assert fields["From"] == ["+860000000100"]
    assert fields["Twiml"] == ["<Response/>"]
    assert fields["StatusCallback"] == ["https://help.example/telephony/status"]


def test_a_colleague_is_rung_by_themselves_and_tells_their_leg(
    rest: Rest, carrier: Carrier
) -> None:
    carrier.answers = [(201, b'{"sid": "CA2"}')]
    assert rest.ring_leg(WORKER, LINE, "l1", 18, URLS) == "CA2"
    fields = carrier.asked[0][2]
    assert fields["Url"] == ["https://help.example/telephony/leg/l1/whisper"]
    told = "https://help.example/telephony/leg/l1/status#rc=2&rp=5xx,ct,rt"
    assert fields["StatusCallback"] == [told], "its end is not told by a dial: it must not be lost"
    assert fields["Timeout"] == ["18"]
    assert "Twiml" not in fields


def test_a_leg_is_sent_to_another_address(rest: Rest, carrier: Carrier) -> None:
    carrier.answers = [(200, b'{"sid": "CA2"}')]
    rest.send_to("CA2", "https://help.example/telephony/leg/l1/meet")
    _, path, fields = carrier.asked[0]
    assert path.endswith("/Calls/CA2.json")
    assert fields["Url"] == ["https://help.example/telephony/leg/l1/meet"]


def test_a_text_is_sent(rest: Rest, carrier: Carrier) -> None:
    carrier.answers = [(201, b'{"sid": "SM1"}')]
    assert rest.send_text(WORKER, LINE, "好的", URLS) == "SM1"
    assert carrier.asked[0][2]["Body"] == ["好的"]


def test_too_many_requests_is_tried_once_more(rest: Rest, carrier: Carrier) -> None:
    carrier.answers = [(429, b"{}"), (201, b'{"sid": "SM1"}')]
    assert rest.send_text(WORKER, LINE, "x", URLS) == "SM1"
    carrier.answers = [(429, b"{}"), (429, b"{}")]
    with pytest.raises(CarrierDown) as down:
        rest.send_text(WORKER, LINE, "x", URLS)
    assert down.value.sure


@pytest.mark.parametrize("status", [500, 503, 0])
def test_a_creation_that_may_have_happened_is_never_repeated(
    rest: Rest, carrier: Carrier, status: int
) -> None:
    carrier.answers = [(status, b"oops")]
    with pytest.raises(CarrierDown) as down:
        rest.place_call(WORKER, LINE, b"<Response/>", URLS)
    assert not down.value.sure
    assert len(carrier.asked) == 1


def test_a_refused_connection_is_certain() -> None:
    slept: list[float] = []
    rest = Rest(Credentials(ACCOUNT, "SK1", "s"), "http://127.0.0.1:9", sleep=slept.append)
    with pytest.raises(CarrierDown) as down:
        rest.send_text(WORKER, LINE, "x", URLS)
    assert down.value.sure
    assert len(slept) == 1


def test_a_refusal_tells_its_code_and_no_number(rest: Rest, carrier: Carrier) -> None:
    carrier.answers = [(400, error(21211)), (400, error(21610))]
    with pytest.raises(CarrierRefused) as refused:
        rest.send_text(WORKER, LINE, "x", URLS)
    assert refused.value.reason == "21211"
    assert "42" not in str(refused.value)
    assert refused.value.__cause__ is None
    with pytest.raises(OptedOut):
        rest.send_text(WORKER, LINE, "x", URLS)


def test_markup_that_is_too_long_is_not_sent(rest: Rest, carrier: Carrier) -> None:
    with pytest.raises(CarrierRefused):
        rest.place_call(WORKER, LINE, b"x" * 4001, URLS)
    assert carrier.asked == []


def test_a_recording_comes_into_memory_and_its_deletion_is_verified(
    rest: Rest, carrier: Carrier
) -> None:
    carrier.answers = [(200, b"RIFF\x00\xff"), (204, b""), (404, error(20404)), (404, error(20404))]
    assert rest.fetch_recording("RE1") == b"RIFF\x00\xff"
    rest.delete_recording("RE1")
    assert rest.recording_gone("RE1")
    rest.delete_recording("RE1")
    carrier.answers = [(200, b'{"sid": "RE1"}'), (503, b""), (404, b"")]
    assert not rest.recording_gone("RE1")
    with pytest.raises(CarrierDown):
        rest.fetch_recording("RE1")
    with pytest.raises(CarrierRefused) as refused:
        rest.fetch_recording("RE1")
    assert refused.value.gone


def test_traces_at_the_carrier_are_wiped(rest: Rest, carrier: Carrier) -> None:
    carrier.answers = [(200, b"{}"), (204, b""), (400, error(21220))]
    rest.redact_text("SM1")
    rest.delete_call("CA1")
    rest.end_call("CA1")
    assert carrier.asked[0][2] == {"Body": [""]}
    assert carrier.asked[1][0] == "DELETE"
    assert carrier.asked[2][2] == {"Status": ["completed"]}


def test_the_vendors_client_is_loaded_at_the_first_request_only() -> None:
    code = (
        "import sys, telephony.twilio.provider as p;"
        "p.from_settings(public_url='https://x.example', account_sid='AC1', auth_tokens=('t',));"
        "heavy = [m for m in ('twilio.rest', 'requests', 'aiohttp') if m in sys.modules];"
        "sys.exit(repr(heavy) if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_only_the_twilio_room_knows_the_vendor() -> None:
    code = (
        "import sys, telephony.flow, telephony.prompts, telephony.provider, telephony.texting;"
        "known = [m for m in sys.modules if m.split('.')[0] in"
        " ('twilio', 'flask', 'helpline', 'crypto', 'sqlalchemy')];"
        "sys.exit(repr(known) if known else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
