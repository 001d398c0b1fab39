"""What goes into the flow and what comes out of it: values only.

In: ``Heard``, one thing that happened. Out: ``Turn``, what the hotline does first (``effects``),
what the caller hears (``say``) and what the carrier does next (``then``).
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, TypeAlias

from telephony.flow.state import CallState, Question

# --- what the flow hears -------------------------------------------------------------------


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
    """Answer to ``LookUpReceipt``: the call now belongs to that case; so many unread letters."""

    unread: int


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
    | HungUp
)

# --- what the hotline does, in the turn's transaction, before it renders --------------------


@dataclass(frozen=True, slots=True)
class OpenCase:
    """Open a case for this call, or raise the one it has. ``danger``: severity S4."""

    danger: bool = False


@dataclass(frozen=True, slots=True)
class Alert:
    """Call or text the duty or on-call phone: "Please log in", nothing else."""


@dataclass(frozen=True, slots=True)
class Reserve:
    """Hold one person who may be rung; the flow asks for ``Reserved`` or ``NobodyFree``.

    Never somebody whom this call has rung already, unless all were. ``danger``: on-call people
    too, and before all others in the queue. On an outbound call: the counsellor who dialled.
    """

    danger: bool = False


@dataclass(frozen=True, slots=True)
class JoinQueue:
    """Take a place in the line's queue; whoever has one keeps it."""


@dataclass(frozen=True, slots=True)
class LeaveQueue:
    """Give up the place, if there is one."""


@dataclass(frozen=True, slots=True)
class KeyedFactory:
    """Seal these keys into the case at once, right or wrong; the flow forgets them."""

    digits: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class LookUpReceipt:
    """Look the receipt up; the flow asks for ``ReceiptKnown`` or ``ReceiptRefused``.

    When it is known, this same request opens the letterbox and hands the unread letters to the
    rendering (``Particulars.letters``).
    """

    digits: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class LettersHeard:
    """The letters were spoken and the caller went on: they count as read only now."""


@dataclass(frozen=True, slots=True)
class MakeReceipt:
    """Make a receipt for the call's case and hand it to the rendering (``Particulars.receipt``).

    It is kept nowhere. When this is asked for again, a new one ends the one before.
    """


@dataclass(frozen=True, slots=True)
class TextReceipt:
    """Make a receipt and text it to the caller, who declared a text to be safe."""


@dataclass(frozen=True, slots=True)
class AskCallback:
    """Enter a callback; one open one per number, and a case if the call has none."""


@dataclass(frozen=True, slots=True)
class DropCallback:
    """The caller says that ringing is not safe: take the callback back."""


@dataclass(frozen=True, slots=True)
class AskText:
    """The caller asks to be texted, and declares it safe."""


@dataclass(frozen=True, slots=True)
class SafetyAnswer:
    """Seal the answer into the case and into the contact policy of the number."""

    question: Question
    yes: bool = field(repr=False)


@dataclass(frozen=True, slots=True)
class AllowRecording:
    """The caller pressed 1 after the notice: this call may be recorded."""


@dataclass(frozen=True, slots=True)
class WithdrawRecording:
    """The caller took it back: record no more and delete what was recorded in this call."""


@dataclass(frozen=True, slots=True)
class CountSilent:
    """A silent call; the third from one number in 24 h raises a welfare review."""


@dataclass(frozen=True, slots=True)
class KeepMessage:
    """A voicemail of so many seconds belongs to the case; its sound follows by its own event."""

    seconds: int


@dataclass(frozen=True, slots=True)
class CallbackLater:
    """The worker whom we rang says that this is no good time."""


@dataclass(frozen=True, slots=True)
class CallbackUnanswered:
    """Nobody pressed a key on the phone that we rang; no word was left."""


@dataclass(frozen=True, slots=True)
class NeverRing:
    """The person whom we rang wants no more calls to this number."""


Effect: TypeAlias = (
    OpenCase
    | Alert
    | Reserve
    | JoinQueue
    | LeaveQueue
    | KeyedFactory
    | LookUpReceipt
    | LettersHeard
    | MakeReceipt
    | TextReceipt
    | AskCallback
    | DropCallback
    | AskText
    | SafetyAnswer
    | AllowRecording
    | WithdrawRecording
    | CountSilent
    | KeepMessage
    | CallbackLater
    | CallbackUnanswered
    | NeverRing
)

# --- what the caller hears ------------------------------------------------------------------


class Slot(StrEnum):
    """Words that only the rendering sees: the flow names the place, not the content."""

    RECEIPT = "receipt"
    LETTERS = "letters"


@dataclass(frozen=True, slots=True)
class Prompt:
    """One prompt of ``prompts/<language>.toml`` with its values, or a slot to be filled."""

    key: str
    language: str
    values: tuple[tuple[str, str], ...] = ()
    slot: Slot | None = None


@dataclass(frozen=True, slots=True)
class Pause:
    """So many seconds of silence between two prompts."""

    seconds: int = 1


Say: TypeAlias = tuple[Prompt | Pause, ...]


@dataclass(frozen=True, slots=True)
class Particulars:
    """What fills the slots and names the phone to ring; lives for one rendering, shows nothing."""

    receipt: str = field(default="", repr=False)
    letters: tuple[str, ...] = field(default=(), repr=False)
    ring: str = field(default="", repr=False)
    """The counsellor's phone, E.164."""
    caller_id: str = field(default="", repr=False)
    """The line's own number, E.164: the counsellor's phone shows this, never the caller's."""


NOTHING: Final = Particulars()

# --- what the carrier does next -------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Gather:
    """Speak and listen for keys; any key cuts the speech short.

    ``digits``: so many keys end it at once; ``finish_on`` ends it early ("" makes # a key).
    Without a key the carrier asks the same address again after ``timeout`` seconds of silence.
    """

    digits: int = 1
    timeout: int = 5
    finish_on: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """Speak, sound the tone, record; #, hanging up or ``silence`` seconds without a word end it."""

    max_seconds: int = 180
    silence: int = 10


@dataclass(frozen=True, slots=True)
class Ring:
    """Ring one counsellor, who must press 1; ``record`` only with the caller's consent."""

    leg: str
    timeout: int = 20
    record: bool = False


@dataclass(frozen=True, slots=True)
class Whisper:
    """On the counsellor's own phone: speak, wait for "1"; without it the leg hangs up."""

    leg: str
    timeout: int = 8


@dataclass(frozen=True, slots=True)
class Bridge:
    """On the counsellor's own phone: join the two."""


@dataclass(frozen=True, slots=True)
class Hangup:
    """Speak to the end, then hang up."""


@dataclass(frozen=True, slots=True)
class Reject:
    """Do not pick up at all: the caller pays nothing and hears the busy tone."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Nothing for the carrier yet: do the effects, then ``advance`` with the result of the last.

    The results are ``Reserved`` or ``NobodyFree``, ``ReceiptKnown`` or ``ReceiptRefused``.
    """


Then: TypeAlias = Gather | Record | Ring | Whisper | Bridge | Hangup | Reject | Answer


@dataclass(frozen=True, slots=True)
class Turn:
    """One answer to one webhook. Store ``state``, do ``effects`` in order, render the rest."""

    state: CallState
    say: Say
    then: Then
    effects: tuple[Effect, ...] = ()
