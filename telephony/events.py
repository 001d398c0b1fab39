"""What a carrier tells us: one frozen value per webhook, the same for every carrier.

``provider_id`` is the carrier's id of the call or message, ``account`` the carrier account that
signed. An event of a live call that repeats is known by its ``turn``. What may come when no call
lives has an ``event_key``, which names it for ever: provider id, kind, and what tells it from the
next of its kind. Hash it with a secret and store it under a unique index: a repeated webhook has
the same key, a later status of the same message another.

Carriers repeat webhooks and deliver them out of order. ``STATUS_RANK`` orders statuses: a lower
one that arrives late changes nothing, a final one wins.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, TypeAlias

from telephony.numbers import CallerNumber

EventKey: TypeAlias = tuple[str, ...]


class LegState(StrEnum):
    """Where one outgoing leg or one whole call stands, by the carrier's words."""

    QUEUED = "queued"
    INITIATED = "initiated"
    RINGING = "ringing"
    IN_PROGRESS = "in-progress"
    COMPLETED = "completed"
    BUSY = "busy"
    NO_ANSWER = "no-answer"
    FAILED = "failed"
    CANCELED = "canceled"

    @property
    def final(self) -> bool:
        """True once this call or leg can change no more."""
        return STATUS_RANK[self] == _FINAL


_FINAL: Final = 9
STATUS_RANK: Final = {
    LegState.QUEUED: 0,
    LegState.INITIATED: 1,
    LegState.RINGING: 2,
    LegState.IN_PROGRESS: 3,
    LegState.COMPLETED: _FINAL,
    LegState.BUSY: _FINAL,
    LegState.NO_ANSWER: _FINAL,
    LegState.FAILED: _FINAL,
    LegState.CANCELED: _FINAL,
}


def ring_key(provider_id: str) -> EventKey:
    """The event that began a call."""
    return (provider_id, "call")


@dataclass(frozen=True, slots=True)
class InboundCall:
    """Somebody rings one of our lines."""

    provider_id: str
    account: str
    caller: CallerNumber
    line: CallerNumber

    @property
    def event_key(self) -> EventKey:
        return ring_key(self.provider_id)


@dataclass(frozen=True, slots=True)
class KeyPress:
    """A step was answered: with keys, or with none (``digits`` is empty).

    ``turn`` is the number the flow gave to the question. A webhook whose turn is not the call's
    present one is a repetition: give the present answer, do nothing else.
    """

    provider_id: str
    account: str
    caller: CallerNumber
    line: CallerNumber
    turn: int
    digits: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class RecordingDone:
    """The caller stopped speaking into a voicemail. The sound may not exist at the carrier yet."""

    provider_id: str
    account: str
    caller: CallerNumber
    line: CallerNumber
    turn: int
    recording_id: str
    seconds: int
    hung_up: bool

    @property
    def event_key(self) -> EventKey:
        return (self.provider_id, "recorded", str(self.turn))


@dataclass(frozen=True, slots=True)
class RecordingReady:
    """A recording exists at the carrier (or was found empty); it may come after the call's end."""

    provider_id: str
    account: str
    recording_id: str
    status: str
    seconds: int

    @property
    def usable(self) -> bool:
        return self.status == "completed" and bool(self.recording_id)

    @property
    def event_key(self) -> EventKey:
        return (self.provider_id, "recording", self.recording_id, self.status)


@dataclass(frozen=True, slots=True)
class DialEnded:
    """Ringing a counsellor is over, the caller is back.

    ``state`` and ``bridged`` are hints for the call record. Whether somebody took the call is
    what the accept handler stored: a declined whisper may well say "completed".
    """

    provider_id: str
    account: str
    caller: CallerNumber
    line: CallerNumber
    turn: int
    leg_id: str
    state: LegState
    bridged: bool
    seconds: int


@dataclass(frozen=True, slots=True)
class WhisperAsked:
    """The counsellor's phone was picked up, by a person or a machine: what shall it hear?"""

    provider_id: str
    account: str
    parent_id: str


@dataclass(frozen=True, slots=True)
class WhisperKey:
    """The counsellor pressed a key after the whisper; "1" takes the call."""

    provider_id: str
    account: str
    parent_id: str
    digits: str


@dataclass(frozen=True, slots=True)
class MeetAsked:
    """A staff member's leg asks where to go: into the room, back into it, or nowhere.

    ``over``: it asks while hanging up, as some carriers do; no answer can matter to it.
    """

    provider_id: str
    account: str
    over: bool


@dataclass(frozen=True, slots=True)
class LegStatus:
    """Progress of a leg to a counsellor; arrives in any order (``sequence`` counts from 0)."""

    provider_id: str
    account: str
    parent_id: str
    state: LegState
    sequence: int
    seconds: int


@dataclass(frozen=True, slots=True)
class CallStatus:
    """Progress of a whole call. The final ones mean: nobody is on the line any more."""

    provider_id: str
    account: str
    caller: CallerNumber
    line: CallerNumber
    state: LegState
    sequence: int
    seconds: int
    outbound: bool

    @property
    def ended(self) -> bool:
        return self.state.final


@dataclass(frozen=True, slots=True)
class InboundText:
    """Somebody texted one of our lines. ``media`` counts attachments, which are not fetched."""

    provider_id: str
    account: str
    caller: CallerNumber
    line: CallerNumber
    body: str = field(repr=False)
    media: int = 0
    opt_out: str = ""
    """STOP, START or HELP if the carrier itself acted on the message, else empty."""

    @property
    def event_key(self) -> EventKey:
        return (self.provider_id, "text")


class DeliveryState(StrEnum):
    """How far a text of ours has come."""

    ACCEPTED = "accepted"
    SCHEDULED = "scheduled"
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    UNDELIVERED = "undelivered"
    FAILED = "failed"
    CANCELED = "canceled"
    OTHER = "other"

    @property
    def rank(self) -> int:
        """Higher wins; equal or lower that arrives later changes nothing."""
        return _DELIVERY_RANK.get(self, 0)

    @property
    def final(self) -> bool:
        return self.rank >= _DELIVERY_RANK[DeliveryState.UNDELIVERED]


_DELIVERY_RANK: Final = {
    DeliveryState.ACCEPTED: 1,
    DeliveryState.SCHEDULED: 1,
    DeliveryState.QUEUED: 2,
    DeliveryState.SENDING: 3,
    DeliveryState.SENT: 4,
    DeliveryState.UNDELIVERED: 5,
    DeliveryState.FAILED: 5,
    DeliveryState.CANCELED: 5,
    DeliveryState.DELIVERED: 6,
    DeliveryState.READ: 7,
}


@dataclass(frozen=True, slots=True)
class Delivery:
    """Progress of a text that we sent; several per message, in any order."""

    provider_id: str
    account: str
    state: DeliveryState
    error: str = ""
    """The carrier's error code, digits only; "21610" means the worker opted out."""

    @property
    def event_key(self) -> EventKey:
        return (self.provider_id, "delivery", self.state)


Event: TypeAlias = (
    InboundCall
    | KeyPress
    | RecordingDone
    | RecordingReady
    | DialEnded
    | WhisperAsked
    | WhisperKey
    | MeetAsked
    | LegStatus
    | CallStatus
    | InboundText
    | Delivery
)
