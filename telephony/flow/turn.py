"""What comes out of the flow: what is done first, what the caller hears, what the carrier does."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, TypeAlias

from telephony.flow.effects import Effect
from telephony.flow.state import CallState

# --- what the caller hears ------------------------------------------------------------------


class Slot(StrEnum):
    """Words that only the rendering sees: the flow names the place, not the content."""

    RECEIPT = "receipt"
    LETTERS = "letters"
    TALK = "talk"
    WISH = "wish"


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
    talk: str = field(default="", repr=False)
    """Day and time of the talk to come, in the call's language."""
    wish: str = field(default="", repr=False)
    """What was asked for it: "cancel", "move"; picks the words of ``Slot.WISH``, "" says none."""
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
class Meet:
    """Join the call's room, in which more than two can talk; nothing sounds while one is alone.

    ``leg``: a colleague's own leg, empty for the caller. ``ends``: the room is over for everybody
    when this one leaves. ``listens``: hears, and is not heard.
    """

    leg: str = ""
    ends: bool = True
    listens: bool = False


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


Then: TypeAlias = Gather | Record | Ring | Whisper | Bridge | Meet | Hangup | Reject | Answer


@dataclass(frozen=True, slots=True)
class Turn:
    """One answer to one webhook. Store ``state``, do ``effects`` in order, render the rest."""

    state: CallState
    say: Say
    then: Then
    effects: tuple[Effect, ...] = ()
