"""The ledger of consents: what the worker lets us do and tell, to whom, in which words. Pure.

Separate consents by purpose and recipient (PIPL, articles 14, 23, 29; DPDP Act, section 6); the
latest word on one purpose and recipient counts, and no word means no.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Final


class Purpose(StrEnum):
    """What a consent is for."""

    RECORDING = "recording"
    TELL = "tell"
    REFER = "refer"
    SURVEY = "survey"


class Recipient(StrEnum):
    """Who may be told."""

    FACTORY = "factory"
    CERTIFIER = "certifier"
    AUTHORITY = "authority"
    PARTNER = "partner"


class Group(StrEnum):
    """A group of facts that is consented to, or not, as one.

    CALLED: that the worker turned to us. Without it a letter never says what it comes from.
    """

    WHAT = "what"
    WHEN = "when"
    WHERE = "where"
    WISH = "wish"
    PAPERS = "papers"
    NAME = "name"
    NUMBER = "number"
    CALLED = "called"


class Way(StrEnum):
    """How a consent was given or taken back."""

    TALK = "talk"
    VISIT = "visit"
    TEXT = "text"
    LETTERBOX = "letterbox"
    KEYS = "keys"


class Ground(StrEnum):
    """Why something may be told without the worker's consent; there is no third reason."""

    LIFE = "danger_to_life"
    CHILD = "child_in_danger"


NAMED: Final = frozenset({Recipient.AUTHORITY, Recipient.PARTNER})
"""Recipients of which there are many: a consent names the one it means."""


@dataclass(frozen=True, slots=True)
class Consent:
    """One word of the worker: yes or no, for one purpose and recipient.

    whom     the name of the authority, partner or service, "" where the recipient says it all
    facts    group -> the words that may be told, as agreed with the worker; {} for a no
    words    what the worker said, as close as can be
    ground   set for what two supervisors permitted without the worker's consent
    """

    id: str
    purpose: Purpose
    at: datetime
    given: bool
    recipient: Recipient | None = None
    whom: str = ""
    facts: Mapping[Group, str] = field(default_factory=dict)
    words: str = ""
    way: Way = Way.TALK
    ground: Ground | None = None
    withdrawn: datetime | None = None

    @property
    def stands(self) -> bool:
        return self.given and self.withdrawn is None

    @property
    def subject(self) -> tuple[Purpose, Recipient | None, str]:
        """What it speaks of: the next word on the same subject replaces it."""
        return self.purpose, self.recipient, self.whom.strip().casefold()


Ledger = tuple[Consent, ...]


def standing(
    ledger: Sequence[Consent], purpose: Purpose, recipient: Recipient | None = None
) -> Ledger:
    """The consents that stand for a purpose (and recipient), oldest first."""
    return tuple(
        consent
        for consent in latest(ledger)
        if consent.stands and consent.purpose is purpose and recipient in {None, consent.recipient}
    )


def latest(ledger: Iterable[Consent]) -> Ledger:
    """The last word on each purpose and recipient, in the order in which they were given."""
    found: dict[object, Consent] = {}
    for consent in ledger:
        found.pop(consent.subject, None)
        found[consent.subject] = consent
    return tuple(found.values())


def may_tell(ledger: Sequence[Consent], recipient: Recipient) -> bool:
    """Whether the worker lets this recipient be told anything; a permit is no consent."""
    return any(consent.ground is None for consent in standing(ledger, Purpose.TELL, recipient))


def withdraw(ledger: Ledger, consent_id: str, purpose: Purpose | None, at: datetime) -> Ledger:
    """The ledger after the worker took back one consent by its id, or all of a purpose, or all.

    What two supervisors permitted is not the worker's to give and stays.
    """

    def meant(consent: Consent) -> bool:
        if consent_id:
            return consent.id == consent_id
        return purpose is None or consent.purpose is purpose

    return tuple(
        replace(consent, withdrawn=at)
        if consent.stands and consent.ground is None and meant(consent)
        else consent
        for consent in ledger
    )


def problem_with(consent: Consent) -> tuple[str, str] | None:
    """What is missing in a consent somebody wrote down: a sentence and its field; None if whole."""
    if consent.purpose is Purpose.TELL and consent.recipient is None:
        return "Choose who may be told.", "recipient"
    named = consent.recipient in NAMED or consent.purpose is Purpose.REFER
    if named and not consent.whom.strip():
        return "Name the one who may be told.", "whom"
    if not consent.words.strip():
        return "Write what the worker said, in the worker's words.", "words"
    if not consent.given or consent.purpose not in {Purpose.TELL, Purpose.REFER}:
        return None
    if not consent.facts:
        return "Tick what may be told, and write it as agreed with the worker.", "what"
    silent = next((group for group, text in consent.facts.items() if not text.strip()), None)
    if silent is not None and silent is not Group.CALLED:
        return "Write the words that may be told.", silent.value
    return None
