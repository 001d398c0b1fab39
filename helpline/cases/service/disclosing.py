"""Letters to the factory, the certifier, an authority, a partner; and what came back.

A letter rests on a consent that stands in the moment it goes, or on what two supervisors
permitted; it holds nothing to which the worker did not agree.
"""

import uuid
from dataclasses import dataclass, field
from datetime import date, datetime

from helpline.cases.rules import disclosures as rules
from helpline.cases.rules.consents import Consent, Recipient
from helpline.cases.rules.disclosures import Disclosure, Found, Sent
from helpline.cases.rules.kinds import EntryKind
from helpline.cases.rules.plain import to_plain
from helpline.cases.rules.state import State
from helpline.cases.rules.status import Status
from helpline.cases.service import certifier, numbers, writing
from helpline.cases.service.acts import act, given, new_mark
from helpline.cases.service.files import CaseFile
from helpline.errors import BadInput, Conflict
from helpline.keys.service.principal import Principal

LETTER_LENGTH = 20_000
NO_CONSENT = "The worker has not agreed that they are told. Ask first, and write the answer down."


class LetterRefused(BadInput):
    """The letter holds what the worker did not agree to; `found` says what."""

    def __init__(self, found: tuple[Found, ...]) -> None:
        super().__init__(
            "This letter says more than the worker agreed to. It was not sent.", "text"
        )
        self.found = found


@dataclass(frozen=True, slots=True)
class Letter:
    """What is to be told. `whom` names the authority or partner; `sent` how it leaves."""

    recipient: Recipient
    text: str = field(repr=False)
    whom: str = ""
    sent: Sent = Sent.EMAIL


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: that they have it, what they plan by when, words."""

    disclosure: str
    text: str = field(default="", repr=False)
    planned: str = field(default="", repr=False)
    planned_for: date | None = None


def basis(state: State, recipient: Recipient, whom: str = "") -> Consent:
    """The consent on which a letter may rest now; raises Conflict without one."""
    found = rules.basis(state.consents, recipient, whom)
    if found is None:
        raise Conflict(NO_CONSENT)
    return found


def send(principal: Principal, case_id: uuid.UUID, letter: Letter, now: datetime) -> str:
    """Let a letter go; returns its id. Raises Conflict without consent, LetterRefused.

    A letter to the certifier lies sealed in their inbox; any other one is taken from the page by
    whoever sends it. A letter to the factory moves the case on.
    """
    text = given(letter.text, "text", LETTER_LENGTH)
    with act(principal, case_id, "case.disclosed", now) as file:
        consent = basis(file.state, letter.recipient, letter.whom)
        _check(file, letter, consent, text)
        inbox = letter.recipient is Recipient.CERTIFIER
        disclosure = Disclosure(
            id=new_mark(),
            recipient=letter.recipient,
            at=now,
            whom=consent.whom,
            groups=tuple(consent.facts),
            sent=Sent.INBOX if inbox else letter.sent,
            consent=consent.id,
        )
        body = to_plain(disclosure) | {"text": text}
        body.pop("at")
        file.append(EntryKind.DISCLOSURE, body, now)
        if inbox:
            certifier.deliver(file, disclosure.id, text, now)
        if letter.recipient is Recipient.FACTORY:
            move(file, Status.WITH_FACTORY, now)
    writing.drop_draft(principal, case_id, f"to_{letter.recipient.value}")
    return disclosure.id


def answer(principal: Principal, case_id: uuid.UUID, came: Answer, now: datetime) -> None:
    """Write down what a recipient answered. Raises BadInput, Conflict."""
    if not came.text.strip() and not came.planned.strip():
        raise BadInput("Write what they answered.", "text")
    if came.planned_for is not None and not came.planned.strip():
        raise BadInput("Write what they plan.", "planned")
    with act(principal, case_id, "case.answer", now) as file:
        if came.disclosure not in {sent.id for sent in file.state.disclosures}:
            raise Conflict("There is no such letter in this case.")
        file.append(EntryKind.ANSWER, as_body(came), now)


def as_body(came: Answer) -> dict[str, str]:
    """An answer as the body of its entry."""
    body = {"disclosure": came.disclosure, "text": came.text.strip()}
    if came.planned.strip():
        body["planned"] = came.planned.strip()
    if came.planned_for is not None:
        body["planned_for"] = came.planned_for.isoformat()
    return body


def move(file: CaseFile, status: Status, now: datetime) -> None:
    """Bring the case where the act has brought it, if the table of statuses knows the way."""
    if status in file.state.ways:
        file.append(EntryKind.STATUS, {"status": status.value, "reason": "", "until": None}, now)


def _check(file: CaseFile, letter: Letter, consent: Consent, text: str) -> None:
    known = [number.caller.reveal() for number in numbers.every(file.opened)]
    words = (*file.state.protected.words, file.state.policy.safe_word)
    protected = rules.Protected(file.state.protected.name, words)
    found = rules.problems_with(text, letter.recipient, consent.facts, protected, known)
    if found:
        raise LetterRefused(found)
