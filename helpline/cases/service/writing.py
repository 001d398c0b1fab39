"""Notes, drafts, letters, texts, the number for the worker."""

import logging
import uuid
from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import bindparam, select

from helpline.audit.service import record
from helpline.cases.models import Draft, SentText
from helpline.cases.rules.kinds import EntryKind
from helpline.cases.rules.policy import Act
from helpline.cases.service import files, intake, outreach, places, reaching, receipts, talks
from helpline.cases.service.content import pack, unpack
from helpline.cases.service.files import CaseFile
from helpline.columns import utc_now
from helpline.errors import BadInput, Conflict
from helpline.extensions import db
from helpline.keys.service.letterboxes import ReceiptKeys
from helpline.keys.service.principal import Principal
from helpline.keys.service.site import Site, Tampered
from helpline.unit_of_work import after_commit, unit_of_work
from telephony.numbers import CallerNumber
from telephony.provider import CarrierDown, CarrierRefused, OptedOut

log = logging.getLogger(__name__)

Carrier = Callable[[CallerNumber, CallerNumber, str], str]
"""Sends a text (to, from, body) and returns the carrier's id; raises the provider's errors."""

NOTE_LENGTH = 20_000
TEXT_LENGTH = 670
"""Ten parts in a script that needs two bytes a character (3GPP TS 23.038)."""
NEW_CASE = uuid.UUID(int=0)
_DRAFTS = select(Draft).where(
    Draft.person_id == bindparam("person"),
    Draft.case_id == bindparam("case"),
    Draft.kind.in_(bindparam("kinds", expanding=True)),
)


def note(principal: Principal, case_id: uuid.UUID, text: str, now: datetime) -> uuid.UUID:
    """Write a note that only we read; the draft is done with."""
    text = _given(text, NOTE_LENGTH)
    file = files.open_file(principal, case_id)
    entry = file.append(EntryKind.NOTE, {"text": text}, now)
    file.save()
    drop_draft(principal, case_id, "note")
    _audit(file, "case.note", now)
    return entry


def text_worker(
    principal: Principal,
    case_id: uuid.UUID,
    text: str,
    now: datetime,
    send: Carrier,
    override: str = "",
) -> uuid.UUID:
    """Text the worker if the contact policy allows it, or with a reason where that overrides it.

    The number is opened in this request and handed to `send` after the commit; what became of it
    is an entry of its own. Raises BadInput, ContactRefused.
    """
    text = _given(text, TEXT_LENGTH)
    file = files.open_file(principal, case_id)
    reachable = reaching.reach(file, Act.TEXT, now, override)
    line = file.calendars.line(file.state.line)
    if line is None:
        raise Conflict("The line of this case is gone, so no text can be sent.")
    body = {"text": text, "override": reachable.override}
    entry = file.append(EntryKind.TEXT_OUT, body, now)
    file.save()
    drop_draft(principal, case_id, "text")
    _audit(file, "contact.text", now)
    sender = CallerNumber.parse(line.number)
    number, site = reachable.number, principal.site

    def leave() -> None:
        state, message = _send(send, number.caller, sender, text)
        with unit_of_work():
            _keep_outcome(site, case_id, entry, state, message)
            if state == "stopped":
                outreach.stop(number.handle, reachable.line)

    after_commit(leave)
    return entry


def letter(
    principal: Principal, case_id: uuid.UUID, text: str, now: datetime, *, by_phone: bool
) -> uuid.UUID:
    """Write to the worker's letterbox; `by_phone`: it may be spoken to whoever keys in the receipt.

    Raises Conflict while the worker has no receipt.
    """
    text = _given(text, NOTE_LENGTH)
    file = files.open_file(principal, case_id)
    language = file.state.language
    where = receipts.put_letter(principal.site, case_id, text, language, now, by_phone=by_phone)
    if not where:
        raise Conflict("This worker has no number yet, so there is no page to write on.")
    boxes = [[str(box_id), sequence] for box_id, sequence in where]
    entry = file.append(
        EntryKind.LETTER_OUT, {"text": text, "by_phone": by_phone, "boxes": boxes}, now
    )
    file.save()
    drop_draft(principal, case_id, "letter")
    _audit(file, "contact.letter", now)
    return entry


def give_receipt(
    principal: Principal, case_id: uuid.UUID, keys: ReceiptKeys, now: datetime
) -> None:
    """Give the worker a number; who calls shows it once and forgets it."""
    file = files.open_file(principal, case_id)
    box_id = receipts.make(case_id, keys, principal.site)
    talks.tell_newcomer(file, box_id, now)
    file.append(EntryKind.RECEIPT_GIVEN, {"box": str(box_id), "how": "counsellor"}, now)
    file.save()
    _audit(file, "receipt.given", now)


def keep_draft(principal: Principal, case_id: uuid.UUID, kind: str, text: str) -> None:
    """Keep what is half written on the writer's own shelf; empty text drops it.

    The case must be the writer's to read, or `NEW_CASE`.
    """
    if not text.strip():
        drop_draft(principal, case_id, kind)
        return
    key = (principal.person, case_id, kind)
    row = db.session.get(Draft, key)
    if row is None:
        row = Draft(person_id=principal.person, case_id=case_id, kind=kind, revision=0)
        db.session.add(row)
    row.revision += 1
    place = places.draft(principal.person, case_id, kind, row.revision)
    row.sealed = principal.keep(pack({"text": text}), place)


def draft(principal: Principal, case_id: uuid.UUID, kind: str) -> str:
    """What was half written, or ""."""
    return drafts(principal, case_id, [kind])[kind]


def drafts(principal: Principal, case_id: uuid.UUID, kinds: Sequence[str]) -> dict[str, str]:
    """What was half written of each kind, or ""."""
    asked = {"person": principal.person, "case": case_id, "kinds": kinds}
    kept = {row.kind: _kept(principal, row) for row in db.session.scalars(_DRAFTS, asked)}
    return {kind: kept.get(kind, "") for kind in kinds}


def _kept(principal: Principal, row: Draft) -> str:
    place = places.draft(row.person_id, row.case_id, row.kind, row.revision)
    try:
        return str(unpack(principal.kept(row.sealed, place))["text"])
    except Tampered:
        log.error("a draft does not hold")
        return ""


def drop_draft(principal: Principal, case_id: uuid.UUID, kind: str) -> None:
    """The draft is done with."""
    row = db.session.get(Draft, (principal.person, case_id, kind))
    if row is not None:
        db.session.delete(row)


def _send(
    send: Carrier, to: CallerNumber, sender: CallerNumber, text: str
) -> tuple[str, str | None]:
    """What became of it, and the carrier's id where it has one."""
    try:
        return "sent", send(to, sender, text)
    except OptedOut:
        return "stopped", None
    except CarrierRefused:
        return "refused", None
    except CarrierDown as trouble:
        return ("not_sent" if trouble.sure else "unsure"), None


def _keep_outcome(
    site: Site, case_id: uuid.UUID, entry: uuid.UUID, state: str, message: str | None
) -> None:
    intake.add(site, case_id, EntryKind.DELIVERY, {"entry": str(entry), "state": state}, utc_now())
    if message is not None:
        hashed = site.event_hash(message, "sent")
        db.session.add(SentText(message=hashed, case_id=case_id, entry_id=entry))


def _given(text: str, most: int) -> str:
    text = text.strip()
    if not text:
        raise BadInput("Write something first.", "text")
    if len(text) > most:
        raise BadInput("Write at most %(most)s characters.", "text", most=most)
    return text


def _audit(file: CaseFile, act: str, now: datetime) -> None:
    principal = file.principal
    record(principal.site, act, now, actor=principal.person, object_id=file.case.id)
