"""What the hotline does, in the turn's transaction and in this order, before it renders."""

from dataclasses import dataclass, field
from typing import TypeAlias

from telephony.flow.state import Question, Wish


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
    rendering (``Particulars.letters``, no more than ``prompts.fitting`` lets through), and when the
    talk to come is (``Particulars.talk``) and what was asked for it (``Particulars.wish``).
    """

    digits: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class LettersHeard:
    """The letters were spoken and the caller went on: they count as read only now."""


@dataclass(frozen=True, slots=True)
class WishTalk:
    """The caller asks to cancel or move the talk to come that ``LookUpReceipt`` found.

    The rendering is told (``Particulars.wish``), so that nothing of it stays in the state.
    """

    wish: Wish = field(repr=False)


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
    | WishTalk
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
