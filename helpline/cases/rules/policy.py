"""How a worker may be reached: one decision, used by the composer, callbacks and the dialler.

No answer means no: without the worker's word nobody rings, texts or leaves a message.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, time
from enum import StrEnum
from typing import Any, Final
from zoneinfo import ZoneInfo


class Act(StrEnum):
    """What we would do to reach a worker."""

    RING = "ring"
    TEXT = "text"
    MESSAGE = "message"


class Word(StrEnum):
    """What the worker said about one act; `unknown` means nobody asked yet."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Reason(StrEnum):
    """Why something may not be done now."""

    NO_NUMBER = "no_number"
    STOPPED = "stopped"
    COLLEAGUE_NEVER = "colleague_never"
    SAID_NO = "said_no"
    NOT_ASKED = "not_asked"
    OUTSIDE_HOURS = "outside_hours"


OVERRIDABLE: Final = frozenset({Reason.SAID_NO, Reason.NOT_ASKED, Reason.OUTSIDE_HOURS})
_STRICTNESS: Final = {Word.NO: 2, Word.UNKNOWN: 1, Word.YES: 0}
_LONGEST: Final = 60


@dataclass(frozen=True, slots=True)
class Policy:
    """The worker's answers.

    hours_from, hours_to   "HH:MM" on the worker's wall clock; both empty: at any time. A window
                           may pass midnight
    call_ourselves         how we introduce ourselves; safe_word proves who speaks
    others                 who else uses the phone
    """

    ring: Word = Word.UNKNOWN
    text: Word = Word.UNKNOWN
    message: Word = Word.UNKNOWN
    hours_from: str = ""
    hours_to: str = ""
    call_ourselves: str = ""
    safe_word: str = ""
    others: str = ""

    def word(self, act: Act) -> Word:
        """What the worker said about `act`."""
        return {Act.RING: self.ring, Act.TEXT: self.text, Act.MESSAGE: self.message}[act]

    def to_dict(self) -> dict[str, str]:
        return {name: str(value) for name, value in asdict(self).items()}

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> "Policy":
        """Read `to_dict`'s output; what a later version adds is left out."""

        def text(name: str) -> str:
            return str(stored.get(name, ""))

        def word(name: str) -> Word:
            return Word(stored.get(name, Word.UNKNOWN))

        return cls(
            ring=word("ring"),
            text=word("text"),
            message=word("message"),
            hours_from=text("hours_from"),
            hours_to=text("hours_to"),
            call_ourselves=text("call_ourselves"),
            safe_word=text("safe_word"),
            others=text("others"),
        )


@dataclass(frozen=True, slots=True)
class Flags:
    """What stands by handle outside every case: the server keeps to it with nobody logged in.

    never_ring, never_text: somebody handling this number said so. stopped: STOP was texted.
    """

    never_ring: bool = False
    never_text: bool = False
    stopped: bool = False

    def forbid(self, act: Act) -> bool:
        return self.never_ring if act in {Act.RING, Act.MESSAGE} else self.never_text


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether an act may be done now; if not, why, and whether a logged reason overrides it.

    hours: the safe hours where they are what stands in the way.
    """

    allowed: bool
    reason: Reason | None = None
    hours: tuple[str, str] | None = None

    @property
    def overridable(self) -> bool:
        return self.reason in OVERRIDABLE


YES: Final = Decision(True)


def decide(
    act: Act,
    own: Policy,
    colleagues: Sequence[Policy],
    flags: Flags,
    now: datetime,
    zone: str,
    *,
    has_number: bool = True,
) -> Decision:
    """Whether we may `act` now.

    `own` is the policy of the case at hand, `colleagues` those on the cards of other cases of the
    same number, `flags` what stands by the number's handle apart from this case. The strictest
    counts; a colleague's "no" cannot be overridden.
    """
    if not has_number:
        return Decision(False, Reason.NO_NUMBER)
    if act is Act.TEXT and flags.stopped:
        return Decision(False, Reason.STOPPED)
    if flags.forbid(act) or any(_says_no(policy, act) for policy in colleagues):
        return Decision(False, Reason.COLLEAGUE_NEVER)
    if _says_no(own, act):
        return Decision(False, Reason.SAID_NO)
    if own.word(act) is not Word.YES:
        return Decision(False, Reason.NOT_ASKED)
    for policy in (own, *colleagues):
        if not within_hours(policy, now, zone):
            return Decision(False, Reason.OUTSIDE_HOURS, (policy.hours_from, policy.hours_to))
    return YES


def within_hours(policy: Policy, now: datetime, zone: str) -> bool:
    """Whether the worker's wall clock shows a time that the worker called safe."""
    if not (policy.hours_from and policy.hours_to):
        return True
    start, end = (time.fromisoformat(text) for text in (policy.hours_from, policy.hours_to))
    local = now.astimezone(ZoneInfo(zone)).time().replace(tzinfo=None)
    if start <= end:
        return start <= local < end
    return local >= start or local < end


def strictest(policies: Iterable[Policy]) -> Policy:
    """The words that count when several cards speak of one number, and one card's hours."""
    result: Policy | None = None
    for policy in policies:
        result = policy if result is None else _stricter(result, policy)
    return result or Policy()


def _stricter(one: Policy, other: Policy) -> Policy:
    timed = one if one.hours_from else other
    return replace(
        one,
        ring=max(one.ring, other.ring, key=_STRICTNESS.__getitem__),
        text=max(one.text, other.text, key=_STRICTNESS.__getitem__),
        message=max(one.message, other.message, key=_STRICTNESS.__getitem__),
        hours_from=timed.hours_from,
        hours_to=timed.hours_to,
    )


def _says_no(policy: Policy, act: Act) -> bool:
    """A message is left on a number that may be rung: who says "do not ring" forbids both."""
    if policy.word(act) is Word.NO:
        return True
    return act is Act.MESSAGE and policy.ring is Word.NO


def problem_with(policy: Policy) -> str | None:
    """What is not right about a policy that somebody typed, as one sentence."""
    if bool(policy.hours_from) != bool(policy.hours_to):
        return "Give both hours, from and to, or none."
    for text in (policy.hours_from, policy.hours_to):
        try:
            if text and len(text) != len("00:00"):
                raise ValueError
            if text:
                time.fromisoformat(text)
        except ValueError:
            return "Write hours like 19:00."
    if policy.hours_from and policy.hours_from == policy.hours_to:
        return "The safe hours must not begin and end at the same time."
    words = (policy.call_ourselves, policy.safe_word, policy.others)
    if any(len(text) > _LONGEST for text in words):
        return "Our name, the safe word and who else uses the phone have 60 characters each."
    return None
