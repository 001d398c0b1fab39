"""The carrier's REST interface: the part of the vendor's that the application uses.

Paths under `/2010-04-01/Accounts/<account>`: `.json`, `/Calls.json`, `/Calls/<sid>.json`,
`/Messages.json`, `/Messages/<sid>.json`, `/Recordings/<sid>.json` and `/Recordings/<sid>.wav`.
"""

import base64
import hmac
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import BinaryIO, Protocol, cast
from urllib.parse import parse_qsl

from telephony.sandbox import shapes
from telephony.sandbox.calls import ADDRESS, API_VERSION, Leg, Order, Subscription
from telephony.sandbox.exchange import Exchange
from telephony.sandbox.texts import TextRefusedError, Texts
from telephony.sandbox.webhooks import Faults

Fields = Mapping[str, list[str]]
_PATH = re.compile(
    rf"/{API_VERSION}/Accounts/(?P<account>[^/.]+)"
    r"(?:/(?P<kind>Calls|Messages|Recordings)(?:/(?P<sid>[A-Z]{2}[0-9a-f]{32}))?)?(?P<ext>\.\w+)?"
)
LONGEST_TWIML = 4000
LARGEST_BODY = 100_000


class StartResponse(Protocol):
    """The second argument of a WSGI application."""

    def __call__(self, status: str, headers: list[tuple[str, str]], /) -> object: ...


@dataclass(frozen=True, slots=True)
class Answer:
    """What the interface answers; `lost` means that the client hears nothing."""

    status: int
    body: bytes = b""
    content_type: str = "application/json"
    lost: bool = False


class _RefusedError(Exception):
    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code

    def answer(self) -> Answer:
        more = f"https://www.twilio.com/docs/errors/{self.code}"
        facts = {"code": self.code, "message": str(self), "more_info": more, "status": self.status}
        return Answer(self.status, json.dumps(facts).encode())


class Rest:
    """Answers requests; also a WSGI application, to be mounted wherever its address shall be."""

    def __init__(
        self, exchange: Exchange, texts: Texts, keys: Mapping[str, str], faults: Faults
    ) -> None:
        self._exchange = exchange
        self._texts = texts
        self._keys = dict(keys)
        self._faults = faults
        self._next: list[int] = []

    def fail_next(self, *statuses: int) -> None:
        """Refuse the coming requests, one with each status; 0 loses the answer of a done one."""
        self._next.extend(statuses)

    def handle(self, method: str, path: str, body: bytes, authorization: str) -> Answer:
        """One request; `path` without the address the interface is mounted at."""
        fault = self._fault()
        if fault is not None and fault.status:
            return fault
        try:
            answer = self._routed(method, path, body, authorization)
        except _RefusedError as error:
            answer = error.answer()
        except TextRefusedError as error:
            answer = _RefusedError(400, error.code, str(error)).answer()
        return answer if fault is None else fault

    def __call__(
        self, environ: Mapping[str, object], start_response: StartResponse
    ) -> Iterable[bytes]:
        length = str(environ.get("CONTENT_LENGTH") or "0")
        size = min(LARGEST_BODY, int(length) if length.isdigit() else 0)
        stream = cast("BinaryIO", environ["wsgi.input"])
        answer = self.handle(
            str(environ["REQUEST_METHOD"]),
            str(environ.get("PATH_INFO", "")),
            stream.read(size),
            str(environ.get("HTTP_AUTHORIZATION", "")),
        )
        status = HTTPStatus(answer.status or HTTPStatus.GATEWAY_TIMEOUT)
        headers = [("Content-Type", answer.content_type), ("Content-Length", str(len(answer.body)))]
        start_response(f"{status.value} {status.phrase}", headers)
        return [answer.body]

    # Faults ---------------------------------------------------------------------------------------

    def _fault(self) -> Answer | None:
        faults = self._faults
        if self._next:
            return _fault_answer(self._next.pop(0))
        if faults.rest_down:
            return Answer(503, lost=True)
        for share, status in (
            (faults.rest_429, 429),
            (faults.rest_500, 500),
            (faults.rest_timeout, 0),
        ):
            if faults.happens(share):
                return _fault_answer(status)
        return None

    # Routes ---------------------------------------------------------------------------------------

    def _routed(self, method: str, path: str, body: bytes, authorization: str) -> Answer:
        match = _PATH.fullmatch(path)
        if match is None:
            raise _RefusedError(404, 20404, "The requested resource was not found.")
        self._authenticate(match["account"], authorization)
        fields: dict[str, list[str]] = {}
        for name, value in parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True):
            fields.setdefault(name, []).append(value)
        if match["kind"] is None:
            return self._account(method)
        handler = {
            "Calls": self._calls,
            "Messages": self._messages,
            "Recordings": self._recordings,
        }[match["kind"]]
        with self._exchange.lock:
            return handler(method, match["sid"] or "", match["ext"] or "", fields)

    def _authenticate(self, account: str, authorization: str) -> None:
        if not any(_basic(*key, authorization) for key in self._keys.items()):
            raise _RefusedError(401, 20003, "Authentication Error - invalid username")
        if account != self._exchange.account_sid:
            raise _RefusedError(404, 20404, "The requested resource was not found.")

    def _account(self, method: str) -> Answer:
        _only(method, "GET")
        sid = self._exchange.account_sid
        return _json(
            200, {"sid": sid, "status": "active", "friendly_name": "Sandbox", "type": "Full"}
        )

    def _calls(self, method: str, sid: str, _ext: str, fields: Fields) -> Answer:
        if not sid:
            _only(method, "POST")
            return _json(201, shapes.call(self._exchange.account_sid, self._place(fields)))
        leg = self._exchange.legs.get(sid)
        if leg is None:
            raise _RefusedError(404, 20404, "The requested call was not found.")
        if method == "DELETE":
            if not leg.ended:
                raise _RefusedError(400, 20009, "A call in progress cannot be deleted.")
            del self._exchange.legs[sid]
            return Answer(204)
        if method == "POST":
            self._change(leg, fields)
        return _json(200, shapes.call(self._exchange.account_sid, leg))

    def _place(self, fields: Fields) -> Leg:
        to, from_ = _one(fields, "To"), _one(fields, "From")
        if not to:
            raise _RefusedError(400, 21201, "No 'To' number is specified.")
        if not ADDRESS.fullmatch(to):
            raise _RefusedError(400, 21211, "The 'To' number is not a valid phone number.")
        if from_ not in self._exchange.lines:
            raise _RefusedError(400, 21210, "The 'From' number is not one of this account.")
        url, markup = _document(fields)
        events = fields.get("StatusCallbackEvent", [])
        timeout = _one(fields, "Timeout")
        order = Order(
            to,
            from_,
            url,
            markup,
            _one(fields, "FallbackUrl"),
            float(timeout) if timeout.isdigit() else 60.0,
            Subscription.of(_one(fields, "StatusCallback"), events),
            bool(_one(fields, "MachineDetection")),
        )
        return self._exchange.outbound(order)

    def _change(self, leg: Leg, fields: Fields) -> None:
        if leg.ended:
            raise _RefusedError(400, 21220, "Call is not in-progress. Cannot redirect.")
        status = _one(fields, "Status")
        if status == "canceled":
            if not leg.answered:
                self._exchange.end(leg, "canceled")
        elif status == "completed":
            self._exchange.end(leg, "completed" if leg.answered else "canceled")
        elif not leg.answered:
            raise _RefusedError(400, 21220, "Call is not in-progress. Cannot redirect.")
        else:
            self._exchange.follow(leg, *_document(fields))

    def _messages(self, method: str, sid: str, _ext: str, fields: Fields) -> Answer:
        if not sid:
            _only(method, "POST")
            sent = self._texts.send(
                _one(fields, "From"),
                _one(fields, "To"),
                _one(fields, "Body"),
                _one(fields, "StatusCallback"),
            )
            return _json(201, shapes.message(self._exchange.account_sid, sent))
        text = self._texts.kept.get(sid)
        if text is None:
            raise _RefusedError(404, 20404, "The requested message was not found.")
        if method == "DELETE":
            del self._texts.kept[sid]
            return Answer(204)
        if method == "POST":
            if fields.get("Body", [""]) != [""]:
                raise _RefusedError(400, 20001, "Body can only be set to an empty string.")
            if text.status in {"queued", "sending"}:
                raise _RefusedError(400, 20009, "The message is not in a final state.")
            text.body = ""
        return _json(200, shapes.message(self._exchange.account_sid, text))

    def _recordings(self, method: str, sid: str, ext: str, _fields: Fields) -> Answer:
        kept = self._exchange.recordings.kept.get(sid)
        if kept is None or self._exchange.clock.now() < kept.ready_at:
            raise _RefusedError(404, 20404, "The requested recording was not found.")
        if method == "DELETE":
            del self._exchange.recordings.kept[sid]
            return Answer(204)
        _only(method, "GET")
        if ext in {".wav", ""}:
            return Answer(200, kept.wav, "audio/x-wav")
        if ext != ".json":
            raise _RefusedError(404, 20404, "The requested format was not found.")
        media = self._exchange.recordings.url(kept)
        return _json(200, shapes.recording(self._exchange.account_sid, kept, media))


def _basic(user: str, password: str, authorization: str) -> bool:
    """Whether an Authorization header names this user with this password (RFC 7617)."""
    expected = "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()
    return hmac.compare_digest(expected.encode(), authorization.encode())


def _one(fields: Fields, name: str) -> str:
    return fields.get(name, [""])[0]


def _only(method: str, allowed: str) -> None:
    if method != allowed:
        raise _RefusedError(405, 20004, "Method not allowed.")


def _document(fields: Fields) -> tuple[str, bytes]:
    url, markup = _one(fields, "Url"), _one(fields, "Twiml")
    if not url and not markup:
        raise _RefusedError(400, 21205, "Url or Twiml is required.")
    if len(markup) > LONGEST_TWIML:
        raise _RefusedError(400, 21218, "Twiml exceeds 4000 characters.")
    if url and not url.startswith(("http://", "https://")):
        raise _RefusedError(400, 21205, "Url is not a valid URL.")
    return url, markup.encode()


def _json(status: int, facts: Mapping[str, object]) -> Answer:
    return Answer(status, json.dumps(facts).encode())


def _fault_answer(status: int) -> Answer:
    if status == 0:
        return Answer(0, lost=True)
    code = {429: 20429}.get(status, 20500)
    return _RefusedError(status, code, HTTPStatus(status).phrase).answer()
