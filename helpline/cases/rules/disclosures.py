"""What is told to others: a letter that holds what the worker agreed to, and nothing else. Pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from helpline.cases.rules.consents import Consent, Group, Purpose, Recipient, standing
from helpline.cases.rules.words import found_in, holds_number, parts_of


class Sent(StrEnum):
    """How a letter left the building."""

    INBOX = "inbox"
    EMAIL = "email"
    POST = "post"
    BY_HAND = "by_hand"
    READ_OUT = "read_out"


@dataclass(frozen=True, slots=True)
class Protected:
    """What must never stand in a letter unless the worker agreed: kept in the case, sealed."""

    name: str = ""
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Disclosure:
    """A letter that went out, and what came back.

    acknowledged   when the recipient said that they have it
    planned        what they mean to do, and `planned_for` by which day
    answered       when they answered last
    """

    id: str
    recipient: Recipient
    at: datetime
    whom: str = ""
    groups: tuple[Group, ...] = ()
    sent: Sent = Sent.EMAIL
    consent: str = ""
    acknowledged: datetime | None = None
    planned: str = ""
    planned_for: date | None = None
    answered: datetime | None = None


class Problem(StrEnum):
    """What must not stand in a letter."""

    NUMBER = "number"
    NAME = "name"
    WORD = "word"
    CAUSE = "cause"


@dataclass(frozen=True, slots=True)
class Found:
    """Something in a letter that the worker did not agree to; `words` as they were protected."""

    problem: Problem
    words: tuple[str, ...] = field(default=(), repr=False)


CAUSE: Final = (
    "call", "calls", "called", "caller", "phone", "phoned", "telephone", "rang", "helpline",
    "hotline", "complaint", "complaints", "complained", "grievance", "whistleblower",
    "热线", "电话", "来电", "致电", "拨打", "投诉", "举报", "求助",
    "熱線", "電話", "來電", "致電", "撥打", "投訴", "舉報",
    "हेल्पलाइन", "हॉटलाइन", "फ़ोन", "फोन", "कॉल", "शिकायत",
    "உதவி எண்", "தொலைபேசி", "அழைப்பு", "புகார்",
)  # fmt: skip
"""Words by which a letter to the certifier says where it comes from."""


def basis(ledger: Sequence[Consent], recipient: Recipient, whom: str = "") -> Consent | None:
    """The consent (or permit) on which a letter to this recipient may rest, or None."""
    wanted = whom.strip().casefold()
    for consent in reversed(standing(ledger, Purpose.TELL, recipient)):
        if not wanted or consent.whom.strip().casefold() == wanted:
            return consent
    return None


def draft(consent: Consent, headings: Mapping[Group, str]) -> str:
    """A letter of nothing but the agreed words, each group under its heading."""
    parts = [
        f"{headings[group]}\n{consent.facts[group].strip()}"
        for group in Group
        if group is not Group.CALLED and consent.facts.get(group, "").strip()
    ]
    return "\n\n".join(parts)


def problems_with(
    text: str,
    recipient: Recipient,
    groups: Collection[Group],
    protected: Protected,
    numbers: Iterable[str],
) -> tuple[Found, ...]:
    """Everything in a letter to which the worker did not agree; () if it may go out.

    `groups` are those consented to, `numbers` the worker's telephone numbers (E.164).
    """
    found: list[Found] = []
    if Group.NUMBER not in groups and any(holds_number(text, number) for number in numbers):
        found.append(Found(Problem.NUMBER))
    if Group.NAME not in groups and (names := found_in(text, parts_of(protected.name))):
        found.append(Found(Problem.NAME, names))
    if words := found_in(text, protected.words):
        found.append(Found(Problem.WORD, words))
    unspoken = recipient is Recipient.CERTIFIER and Group.CALLED not in groups
    if unspoken and (causes := found_in(text, CAUSE)):
        found.append(Found(Problem.CAUSE, causes))
    return tuple(found)
