"""Where a call stands, and what the database knows about it.

``CallState`` is stored with the live call between two webhooks. It holds counters, the step and
the language: nothing that the caller keyed in, no answer to a safety question, no number.
"""

from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any, Protocol


class StateDamaged(ValueError):
    """A stored state that this flow did not write."""

    def __init__(self) -> None:
        super().__init__("This call's stored state cannot be read.")


class Step(StrEnum):
    """The questions and places of a call; also the last part of a webhook's address."""

    START = "start"
    REFUSED = "refused"
    LANGUAGE = "language"
    NOTICE = "notice"
    MENU = "menu"
    SILENT = "silent"
    RIGHTS = "rights"
    PROGRAMMES = "programmes"
    FACTORY = "factory"
    SEEKING = "seeking"
    QUEUE = "queue"
    RING = "ring"
    TOGETHER = "together"
    CLOSED = "closed"
    ABUSIVE = "abusive"
    RECEIPT_ENTRY = "receipt-entry"
    RECEIPT_CHECK = "receipt-check"
    LETTERS = "letters"
    TALK = "talk"
    FURTHER = "further"
    SAFETY_RING = "safety-ring"
    SAFETY_MESSAGE = "safety-message"
    SAFETY_TEXT = "safety-text"
    RECEIPT_OFFER = "receipt-offer"
    RECEIPT = "receipt"
    VOICEMAIL = "voicemail"
    CALLBACK = "callback"
    GOODBYE = "goodbye"
    HANG_UP = "hang-up"


class Question(StrEnum):
    """What the keypad can answer before anybody rings, leaves a message or texts."""

    RING = "ring"
    MESSAGE = "message"
    TEXT = "text"


class Wish(StrEnum):
    """What a worker may ask for a talk that was agreed: another time, or none."""

    MOVE = "move"
    CANCEL = "cancel"


class LineKind(StrEnum):
    """A missed-call line never picks up; an answering line does."""

    ANSWERING = "answering"
    MISSED_CALL = "missed-call"


class Hours(StrEnum):
    """What the line's calendar says at this moment."""

    OPEN = "open"
    CLOSED = "closed"
    HOLIDAY = "holiday"


class WaitBand(StrEnum):
    """How long the queue may take; told in bands, since it is a guess."""

    UNKNOWN = "unknown"
    SHORT = "short"
    """Under five minutes."""
    MEDIUM = "medium"
    """Five to fifteen minutes."""
    LONG = "long"
    """More than fifteen minutes."""


class Facts(Protocol):
    """What the flow may ask about the world at this webhook; kept nowhere.

    Few steps ask for more than two of these: whoever answers may find each one out when asked.
    """

    @property
    def languages(self) -> tuple[str, ...]:
        """The line's, in the order of their keys; the first is the default."""

    @property
    def emergency(self) -> tuple[str, ...]:
        """Public emergency numbers of the line's area, such as ("110", "119", "120")."""

    @property
    def kind(self) -> LineKind: ...

    @property
    def hours(self) -> Hours: ...

    @property
    def staffed(self) -> bool:
        """Somebody is on duty for this line, free or not (says nothing about on-call)."""

    @property
    def can_text(self) -> bool:
        """A text could reach this caller: carrier able, not withheld, not opted out."""

    @property
    def can_ring_back(self) -> bool:
        """The caller has a number, and nobody has said "never ring" for it."""

    @property
    def abusive(self) -> bool:
        """A flag that has not expired stands for this number."""

    @property
    def known_language(self) -> str | None:
        """The language of an earlier contact, if it is known yet."""

    @property
    def position(self) -> int:
        """Place in the queue, 1 for who is next."""

    @property
    def wait(self) -> WaitBand: ...

    @property
    def receipt_given(self) -> bool:
        """The counsellor gave the number during the talk."""

    @property
    def safety_asked(self) -> bool:
        """This number's safety questions were answered before."""

    @property
    def ring_seconds(self) -> int:
        """How long one counsellor's phone rings; more than 20 counts as 20."""


@dataclass(frozen=True, slots=True)
class GivenFacts:
    """Facts that are all known beforehand."""

    languages: tuple[str, ...]
    emergency: tuple[str, ...] = ()
    kind: LineKind = LineKind.ANSWERING
    hours: Hours = Hours.OPEN
    staffed: bool = True
    withheld: bool = False
    can_text: bool = False
    may_ring: bool = True
    abusive: bool = False
    known_language: str | None = None
    position: int = 1
    wait: WaitBand = WaitBand.UNKNOWN
    receipt_given: bool = False
    safety_asked: bool = False
    ring_seconds: int = 20

    @property
    def can_ring_back(self) -> bool:
        return self.may_ring and not self.withheld


@dataclass(frozen=True, slots=True)
class CallState:
    """One call between two webhooks. ``to_dict`` and ``from_dict`` are plain JSON.

    turn       counts the questions; part of each address, so that a repeated webhook shows
    ahead      the steps still to come before the present errand is done
    preface    prompts to be said before the step's own, such as "wrong_key"
    tries      wrong keys or silences at this step
    passes     rounds in the queue;  rings: counsellors rung
    wants_person   the caller chose a person and has had none yet
    settled    a talk, a message or the caller's own word about ringing: a hang-up asks for nothing
    """

    step: Step = Step.START
    language: str = "en"
    turn: int = 0
    ahead: tuple[Step, ...] = ()
    preface: tuple[str, ...] = ()
    tries: int = 0
    silences: int = 0
    passes: int = 0
    rings: int = 0
    receipt_tries: int = 0
    unread: int = 0
    leg: str = ""
    outbound: bool = False
    danger: bool = False
    case_open: bool = False
    wants_person: bool = False
    settled: bool = False
    factory_asked: bool = False
    safety_asked: bool = False
    receipt_given: bool = False
    recording_allowed: bool = False

    def to_dict(self) -> dict[str, object]:
        return {name: getattr(self, name) for name in self.__slots__}

    @classmethod
    def from_dict(cls, stored: dict[str, object]) -> "CallState":
        """Read ``to_dict``'s output again, by way of JSON too. Raises StateDamaged."""
        known: dict[str, Any] = {f.name: stored[f.name] for f in fields(cls) if f.name in stored}
        if set(stored) - set(known):
            raise StateDamaged
        known["step"] = Step(str(known.get("step", Step.START)))
        known["ahead"] = tuple(Step(str(s)) for s in _sequence(known.get("ahead", ())))
        known["preface"] = tuple(str(p) for p in _sequence(known.get("preface", ())))
        for f in fields(cls):
            if f.type is int or f.type is bool or f.type is str:
                _check(known.get(f.name, f.default), f.type)
        return cls(**known)


def _sequence(value: object) -> list[object] | tuple[object, ...]:
    if not isinstance(value, list | tuple):
        raise StateDamaged
    return value


def _check(value: object, kind: type) -> None:
    if type(value) is not kind:
        raise StateDamaged
