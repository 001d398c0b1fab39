"""What we ask of a carrier.

Two stages for each webhook: ``verify`` turns a signed request into a ``Form`` and refuses all
others; ``parse`` turns the form into an event. Then ``render`` turns the flow's answer into the
carrier's markup. The REST part (``place_call`` and below) may take seconds and may fail: it
raises ``CarrierDown`` (try again later), ``CarrierRefused`` (never will) or ``OptedOut``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Protocol
from urllib.parse import quote

from telephony.events import Event
from telephony.flow import Particulars, Turn
from telephony.numbers import CallerNumber
from telephony.prompts import PromptSource
from telephony.softphone import Phone, Softphone

_PATH_CHARACTERS: Final = "/:@!$&'()*+,;=~-._"


class Ability(StrEnum):
    """What not every carrier can do; ask ``provider.can`` before offering it."""

    TEXT = "text"
    OUTBOUND_CALL = "outbound-call"
    RECORD_TALK = "record-talk"
    CONFERENCE = "conference"
    REDACT_TEXT = "redact-text"
    DELETE_CALL = "delete-call"
    SOFTPHONE = "softphone"


class Webhook(StrEnum):
    """The addresses at which a carrier reaches us."""

    VOICE = "voice"
    STEP = "step"
    DIALLED = "dialled"
    WHISPER = "whisper"
    ACCEPT = "accept"
    MEET = "meet"
    LEG_STATUS = "leg-status"
    RECORDING = "recording"
    CALL_STATUS = "call-status"
    TEXT = "text"
    TEXT_STATUS = "text-status"


class CarrierError(Exception):
    """Something about the carrier. The text is safe to log: no number, no content."""


class NotSigned(CarrierError):
    """The request does not come from the carrier: answer 403 and do nothing."""


class BadWebhook(CarrierError):
    """Signed, but not understandable: answer 400 and do nothing."""


class CarrierDown(CarrierError):
    """No answer, or "too many": the same request may be made again later.

    ``sure`` tells whether the carrier certainly did nothing. Creating calls and texts is not
    idempotent: repeat a creation only if ``sure``.
    """

    def __init__(self, reason: str, *, sure: bool) -> None:
        super().__init__(f"The carrier cannot be reached: {reason}.")
        self.reason = reason
        self.sure = sure


class CarrierRefused(CarrierError):
    """The carrier will not do this.

    reason   its error code or HTTP status, digits only; gone: it does not have it (any more)
    """

    def __init__(self, reason: str, *, gone: bool = False) -> None:
        super().__init__(f"The carrier refused: {reason}.")
        self.reason = reason
        self.gone = gone


class OptedOut(CarrierRefused):
    """The worker texted STOP to this line: store it and show it."""


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """The parts of an HTTP request that a signature covers, raw.

    path, query   as they stood on the request line, never decoded and encoded again
    body          the raw bytes; ``content_type`` and ``signature`` the headers, "" if missing
    """

    path: str
    query: str
    body: bytes = field(repr=False)
    content_type: str = ""
    signature: str = field(default="", repr=False)

    @classmethod
    def from_environ(cls, environ: Mapping[str, object], body: bytes) -> "SignedRequest":
        """Read a WSGI environment; the server's raw request line is used where it gives one."""
        raw = str(environ.get("RAW_URI") or environ.get("REQUEST_URI") or "")
        path, mark, query = raw.partition("?")
        if not path.startswith("/"):
            decoded = f"{environ.get('SCRIPT_NAME', '')}{environ.get('PATH_INFO', '')}"
            path = quote(decoded, safe=_PATH_CHARACTERS, encoding="latin-1")
        if not mark:
            query = str(environ.get("QUERY_STRING", ""))
        return cls(
            path=path,
            query=query,
            body=body,
            content_type=str(environ.get("CONTENT_TYPE", "")),
            signature=str(environ.get("HTTP_X_TWILIO_SIGNATURE", "")),
        )


@dataclass(frozen=True, slots=True)
class Form:
    """The fields of a verified request. Only ``verify`` makes one in production."""

    fields: Mapping[str, Sequence[str]] = field(repr=False)

    def one(self, name: str) -> str:
        """The field's value, "" if missing. Raises BadWebhook if it has two different ones."""
        values = set(self.fields.get(name, ()))
        if len(values) > 1:
            raise BadWebhook(f"The field {name} has several values.")
        return values.pop() if values else ""

    def required(self, name: str) -> str:
        """Like ``one``, but raises BadWebhook if it is missing or blank."""
        value = self.one(name)
        if not value:
            raise BadWebhook(f"The field {name} is missing.")
        return value

    def count(self, name: str) -> int:
        """A whole number, 0 if missing. Raises BadWebhook for anything else."""
        value = self.one(name).strip()
        if not value:
            return 0
        if not (value.isascii() and value.isdigit() and len(value) < 10):
            raise BadWebhook(f"The field {name} is not a number.")
        return int(value)


@dataclass(frozen=True, slots=True)
class Urls:
    """Absolute addresses of our webhooks. Ids are opaque; no number, name or key stands in one.

    base   the configured public address, without a slash at its end. ``turn`` goes into the
           query (``?turn=7``): give it to ``parse``.
    """

    base: str

    def voice(self) -> str:
        return f"{self.base}/telephony/voice"

    def step(self, call_id: str, step: str, turn: int) -> str:
        return f"{self.base}/telephony/voice/{call_id}/{step}?turn={turn}"

    def dialled(self, call_id: str, turn: int) -> str:
        return f"{self.base}/telephony/voice/{call_id}/dialled?turn={turn}"

    def recording(self, call_id: str) -> str:
        return f"{self.base}/telephony/voice/{call_id}/recording"

    def whisper(self, leg_id: str) -> str:
        return f"{self.base}/telephony/leg/{leg_id}/whisper"

    def accept(self, leg_id: str) -> str:
        return f"{self.base}/telephony/leg/{leg_id}/accept"

    def meet(self, leg_id: str) -> str:
        return f"{self.base}/telephony/leg/{leg_id}/meet"

    def leg_status(self, leg_id: str) -> str:
        return f"{self.base}/telephony/leg/{leg_id}/status"

    def call_status(self) -> str:
        return f"{self.base}/telephony/status"

    def text(self) -> str:
        return f"{self.base}/telephony/text"

    def text_status(self) -> str:
        return f"{self.base}/telephony/text/status"


class Provider(Protocol):
    """A carrier. One object per installation; safe to share between threads."""

    def can(self, ability: Ability) -> bool:
        """Whether this carrier, as configured, does it."""
        ...

    def verify(self, request: SignedRequest) -> Form:
        """Check the signature. Raises NotSigned, never anything else, whatever the bytes are."""
        ...

    def parse(self, webhook: Webhook, form: Form, turn: int = 0) -> Event:
        """Read the event. ``turn`` comes from the address. Raises BadWebhook."""
        ...

    def render(
        self,
        turn: Turn,
        call_id: str,
        urls: Urls,
        prompts: PromptSource,
        particulars: Particulars = ...,
    ) -> bytes:
        """The markup for this turn, UTF-8, under 64 kB; content type ``text/xml``."""
        ...

    def place_call(self, to: Phone, caller_id: CallerNumber, markup: bytes, urls: Urls) -> str:
        """Ring ``to`` and run ``markup`` there; returns the call's provider id.

        Raises CarrierDown, CarrierRefused.
        """
        ...

    def ring_leg(
        self, to: Phone, caller_id: CallerNumber, leg_id: str, seconds: int, urls: Urls
    ) -> str:
        """Ring a staff member's phone by itself, to join a talk; returns the leg's provider id.

        Picked up, it asks for its whisper. Raises CarrierDown, CarrierRefused.
        """
        ...

    def send_to(self, call_id: str, url: str) -> None:
        """Let a call or leg that goes on ask this address of ours what is next; may be repeated.

        Raises CarrierDown, CarrierRefused.
        """
        ...

    def send_text(self, to: CallerNumber, from_: CallerNumber, body: str, urls: Urls) -> str:
        """Text ``to``; returns the message's provider id.

        Raises CarrierDown, CarrierRefused, OptedOut.
        """
        ...

    def fetch_recording(self, recording_id: str) -> bytes:
        """The sound, into memory only. Raises CarrierDown, CarrierRefused."""
        ...

    def delete_recording(self, recording_id: str) -> None:
        """Delete the carrier's copy; one that is gone already is no error."""
        ...

    def recording_gone(self, recording_id: str) -> bool:
        """Ask the carrier whether its copy is really gone. Raises CarrierDown."""
        ...

    def redact_text(self, message_id: str) -> None:
        """Empty the carrier's copy of a message that has reached its final status."""
        ...

    def delete_call(self, call_id: str) -> None:
        """Delete the carrier's record of an ended call."""
        ...

    def end_call(self, call_id: str) -> None:
        """Hang up a call that still runs; one that has ended already is no error."""
        ...

    def softphone_token(self, phone: Softphone, seconds: int) -> str:
        """What lets a browser ring as this phone, and nothing more, for so many seconds.

        Asks nothing of the carrier. Raises ValueError where it has no ability SOFTPHONE.
        """
        ...
