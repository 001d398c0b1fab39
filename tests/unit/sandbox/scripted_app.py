"""A tiny application for the carrier to talk to: it answers from a script and remembers."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from telephony.sandbox.calls import Line, Quirks
from telephony.sandbox.carrier import Carrier
from telephony.sandbox.clock import VirtualClock
from telephony.sandbox.transports import Response
from telephony.sandbox.webhooks import Faults

ACCOUNT = "AC" + "0" * 32
TOKEN = "a token of the account"
BASE = "https://helpline.example"
LINE = "+860000000100"
WORKER = "+860000000042"
ADA = "+860000000901"
BO = "+860000000902"

Answer = str | Response | Callable[[dict[str, str]], "str | Response"]


@dataclass
class Request:
    path: str
    url: str
    form: dict[str, str]
    pairs: list[tuple[str, str]]
    headers: dict[str, str]


@dataclass
class App:
    """Answers each path with its document; every other path with an empty answer."""

    answers: dict[str, Answer] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)

    def __call__(
        self, url: str, form: Iterable[tuple[str, str]], headers: Mapping[str, str]
    ) -> Response:
        pairs = list(form)
        parts = urlsplit(url)
        self.requests.append(Request(parts.path, url, dict(pairs), pairs, dict(headers)))
        answer = self.answers.get(parts.path, "")
        if callable(answer):
            answer = answer(dict(pairs))
        if isinstance(answer, Response):
            return answer
        return Response(200, f"<Response>{answer}</Response>".encode(), "text/xml; charset=utf-8")

    def asked(self, path: str) -> list[dict[str, str]]:
        """The forms of the requests for one path, oldest first."""
        return [request.form for request in self.requests if request.path == path]

    @property
    def paths(self) -> list[str]:
        return [request.path for request in self.requests]


def carrier_for(
    app: App,
    *,
    quirks: Quirks | None = None,
    faults: Faults | None = None,
    speech: Callable[[str], float] | None = None,
    fallback: str = "",
) -> Carrier:
    """A carrier on virtual time with one line, whose address is /voice (texts: /text)."""
    line = Line(LINE, f"{BASE}/voice", f"{BASE}/text", f"{BASE}/status", fallback)
    return Carrier(
        ACCOUNT,
        TOKEN,
        app,
        VirtualClock(),
        quirks=quirks,
        faults=faults,
        speech=speech or (lambda _text: 0.0),
        lines=[line],
        rest_base="https://carrier.example",
    )
