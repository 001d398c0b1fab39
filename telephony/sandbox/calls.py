"""What the carrier knows: lines, telephones, the legs of calls, what is heard, recordings."""

import re
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Literal

from telephony.sandbox.twiml import Verb

API_VERSION = "2010-04-01"
E164 = re.compile(r"\+[1-9][0-9]{6,14}")
ADDRESS = re.compile(r"\+[1-9][0-9]{6,14}|client:[A-Za-z0-9_]+")
"""What a leg can ring: a telephone, or a browser that has registered under a name."""
ENDED = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})
KEYS = frozenset("0123456789*#")


def new_sid(prefix: str) -> str:
    """A resource id as the vendor writes it: two letters and 32 hexadecimal digits."""
    return prefix + uuid.uuid4().hex


@dataclass(frozen=True, slots=True)
class Line:
    """A number of the application and the addresses it gave for it."""

    number: str
    voice_url: str
    sms_url: str = ""
    status_callback: str = ""
    fallback_url: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Quirks:
    """Choices the vendor does not document; an application must work with each.

    declined_whisper        DialCallStatus of a leg whose whisper ended in Hangup
    declined_call           end of a call that the person called refuses
    others_ring_on          parallel legs ring on until one is joined (else until one answers)
    dial_action_after_hang_up   the Dial action is requested although the caller is gone
    rejected                end of a call answered with Reject
    keeps_opt_out           the carrier itself refuses texts after STOP (error 21610)
    recording_ready_after   seconds until a recording exists and its callback is sent
    delivery_takes          seconds between two states of a text
    """

    declined_whisper: Literal["completed", "no-answer"] = "completed"
    declined_call: Literal["busy", "no-answer"] = "busy"
    others_ring_on: bool = False
    dial_action_after_hang_up: bool = False
    rejected: Literal["busy", "no-answer", "failed"] = "busy"
    keeps_opt_out: bool = True
    recording_ready_after: float = 1.0
    delivery_takes: float = 0.0


@dataclass(frozen=True, slots=True)
class Alert:
    """A mistake of the application that the carrier noticed: the vendor's number and a sentence."""

    code: int
    message: str
    sid: str = ""


@dataclass(frozen=True, slots=True)
class Caption:
    """One thing heard on a telephone; `kind` is say, play, beep, notice or voice (a person)."""

    at: float
    kind: str
    text: str
    language: str = ""
    voice: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Sound:
    """What somebody says into a telephone: the words, the WAV file, its length in seconds."""

    text: str
    wav: bytes
    seconds: float


@dataclass(slots=True)
class RecordingFile:
    """A recording kept by the carrier until it is deleted."""

    sid: str
    call_sid: str
    source: str
    started: float
    seconds: int
    wav: bytes
    ready_at: float


@dataclass(slots=True, eq=False)
class Device:
    """A telephone and how it behaves when it is rung."""

    number: str
    busy: bool = False
    unreachable: bool = False
    machine_after: float | None = None
    leg: "Leg | None" = None
    machine_took: list[str] = field(default_factory=list)
    """Calls that a machine on this telephone was joined to."""

    @property
    def engaged(self) -> bool:
        return self.busy or (self.leg is not None and not self.leg.ended)


@dataclass(frozen=True, slots=True)
class Subscription:
    """Where the progress of a call is told, and which events of it."""

    url: str
    events: frozenset[str] = frozenset({"completed"})

    @classmethod
    def of(cls, url: str, events: Iterable[str]) -> "Subscription | None":
        wanted = frozenset(name for event in events for name in event.split())
        return cls(url, wanted or frozenset({"completed"})) if url else None


@dataclass(frozen=True, slots=True)
class Order:
    """A call that the application asks for over REST."""

    to: str
    from_: str
    url: str = ""
    markup: bytes = b""
    fallback_url: str = ""
    timeout: float = 60.0
    subscription: Subscription | None = None
    detects_machine: bool = False


class Wait:
    """What a leg does between two verbs; by itself it ignores keys, speech and the end."""

    about = ""

    def press(self, key: str) -> None:
        """A key was pressed."""

    def speak(self, sound: Sound) -> None:
        """Somebody spoke."""

    def leave(self) -> None:
        """The leg ended (its status says so), or was sent to another document."""


@dataclass(slots=True, eq=False)
class Leg:
    """One telephone's side of a call."""

    sid: str
    from_: str
    to: str
    direction: Literal["inbound", "outbound-api", "outbound-dial"]
    device: Device
    created: float
    status: str = "queued"
    parent: "Leg | None" = None
    answered_at: float | None = None
    ended_at: float | None = None
    machine: bool = False
    detects_machine: bool = False
    fallback_url: str = ""
    document_url: str = ""
    verbs: list[Verb] = field(default_factory=list)
    allowed: frozenset[str] = frozenset()
    generation: int = 0
    waiting: Wait | None = None
    burst: tuple[float, int] = (0.0, 0)
    peer: "Leg | None" = None
    company: "list[Leg]" = field(default_factory=list)
    captions: list[Caption] = field(default_factory=list)
    subscription: Subscription | None = None
    told: int = 0
    on_answer: "Callable[[Leg], None] | None" = None
    on_finish: "Callable[[Leg], None] | None" = None
    on_end: "Callable[[Leg], None] | None" = None

    @property
    def ended(self) -> bool:
        return self.status in ENDED

    @property
    def answered(self) -> bool:
        return self.answered_at is not None

    @property
    def duration(self) -> int:
        """Whole seconds between answer and end, 0 when it never was answered."""
        if self.answered_at is None or self.ended_at is None:
            return 0
        return round(self.ended_at - self.answered_at)
