"""Recording a contact by hand: a call on an ordinary phone, a visit; needs no carrier."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from helpline.cases.rules import severity as severities
from helpline.cases.rules.kinds import CONTACTS, RECORDED_BY_HAND, EntryKind
from helpline.cases.rules.policy import Policy, problem_with
from helpline.cases.service import (
    assignment,
    cards,
    files,
    intake,
    outreach,
    writing,
)
from helpline.cases.service.intake import Contact
from helpline.errors import BadInput
from helpline.keys.service.letterboxes import ReceiptKeys
from helpline.keys.service.principal import Principal
from helpline.register.service import factories

EARLIEST = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class RecordedContact:
    """What a counsellor writes down. `number` and `handle` as in `intake.Contact`.

    `case_id`: the counsellor's own case that it belongs to; None opens a new one for them.
    """

    kind: EntryKind
    at: datetime
    line_id: uuid.UUID
    language: str
    text: str = field(repr=False)
    number: str | None = field(default=None, repr=False)
    handle: bytes | None = None
    factory: str = ""
    policy: Policy = Policy()
    must_know: str = field(default="", repr=False)
    severity: int | None = None
    case_id: uuid.UUID | None = None


def record_contact(
    principal: Principal, contact: RecordedContact, keys: ReceiptKeys | None, now: datetime
) -> uuid.UUID:
    """Keep a contact that somebody took without the carrier; returns its case.

    `keys`: a new receipt, stretched by the caller, who shows its digits once. Raises BadInput.
    """
    _check(contact, now)
    case_id = contact.case_id
    if case_id is None:
        case_id = _open(principal, contact, now)
    else:
        _continue(principal, case_id, contact, now)
    file = files.open_file(principal, case_id)
    if contact.factory:
        file.append(EntryKind.KEYED, {"factory": contact.factory, "how": "asked"}, now)
    if contact.severity is not None and contact.severity > (file.state.severity or -1):
        file.append(EntryKind.SEVERITY, {"severity": contact.severity, "reason": ""}, now)
    if contact.policy != Policy() or contact.must_know.strip():
        file.append(EntryKind.POLICY, {"policy": contact.policy.to_dict()}, now)
        if file.case.handle is not None:
            outreach.keep(file.case.handle, contact.policy, case_id)
    if contact.must_know.strip() or not _is_heavy(contact):
        cards.write(file, contact.must_know)
    file.case.revision += 1
    file.save()
    if keys is not None:
        writing.give_receipt(principal, case_id, keys, now)
    writing.drop_draft(principal, writing.NEW_CASE, "contact")
    return case_id


def _open(principal: Principal, contact: RecordedContact, now: datetime) -> uuid.UUID:
    arriving = Contact(
        kind=contact.kind,
        line_id=contact.line_id,
        language=contact.language,
        content=_body(contact),
        number=contact.number,
        handle=contact.handle,
        thread="new",
        at=contact.at,
        by=principal.person,
    )
    received = intake.receive(principal.site, arriving, now)
    assignment.claim(principal, received.case_id, now)
    return received.case_id


def _continue(
    principal: Principal, case_id: uuid.UUID, contact: RecordedContact, now: datetime
) -> None:
    file = files.open_file(principal, case_id)
    body = _body(contact) | {"line": str(contact.line_id), "language": contact.language}
    file.append(contact.kind, body, now, at=contact.at)
    file.save()


def _body(contact: RecordedContact) -> dict[str, object]:
    text = contact.text.strip()
    return {"text": text, "chars": len(text), "talked": True, "by_hand": True}


def _is_heavy(contact: RecordedContact) -> bool:
    return contact.severity is not None and contact.severity >= severities.SERIOUS


def _check(contact: RecordedContact, now: datetime) -> None:
    new = contact.case_id is None
    if contact.kind not in RECORDED_BY_HAND or (new and contact.kind not in CONTACTS):
        raise BadInput("Choose how the contact came.", "kind")
    if not contact.text.strip():
        raise BadInput("Write what was said.", "text")
    if contact.at > now or contact.at < now - EARLIEST:
        raise BadInput("Give a time in the past, not more than a month ago.", "at")
    if contact.factory and factories.by_code(contact.factory) is None:
        raise BadInput("There is no factory with this code.", "factory")
    problem = problem_with(contact.policy)
    if problem:
        raise BadInput(problem, "hours_from")
