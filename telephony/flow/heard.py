"""What the flow hears: one thing that happened."""

from dataclasses import dataclass, field
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Started:
    """The line was rung, or the worker whom we ring picked up."""


@dataclass(frozen=True, slots=True)
class Keys:
    """Keys that were pressed. No keys at all: ``Silence``."""

    digits: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Silence:
    """The question ran out without a key."""


@dataclass(frozen=True, slots=True)
class RecordingFinished:
    """The voicemail's recording stopped after so many seconds."""

    seconds: int


@dataclass(frozen=True, slots=True)
class Reserved:
    """Answer to ``Reserve``: a counsellor is held for this call; ``leg`` is our opaque leg id."""

    leg: str


@dataclass(frozen=True, slots=True)
class NobodyFree:
    """Answer to ``Reserve``: nobody to ring at this moment."""


@dataclass(frozen=True, slots=True)
class ReceiptKnown:
    """Answer to ``LookUpReceipt``: the call now belongs to that case; so many unread letters.

    ``talk``: a talk is still to come.
    """

    unread: int
    talk: bool = False


@dataclass(frozen=True, slots=True)
class ReceiptRefused:
    """Answer to ``LookUpReceipt``: wrong, unknown or locked out; the flow never learns which."""


@dataclass(frozen=True, slots=True)
class NotAnswered:
    """The dial ended and no accept handler had taken the call."""


@dataclass(frozen=True, slots=True)
class Talked:
    """The dial ended after a counsellor had taken the call, and the caller is still there."""


@dataclass(frozen=True, slots=True)
class Awaited:
    """The dial ended, and whoever talks with the caller is, or goes, into the call's own room."""


@dataclass(frozen=True, slots=True)
class HungUp:
    """The call is over."""


Heard: TypeAlias = (
    Started
    | Keys
    | Silence
    | RecordingFinished
    | Reserved
    | NobodyFree
    | ReceiptKnown
    | ReceiptRefused
    | NotAnswered
    | Talked
    | Awaited
    | HungUp
)
