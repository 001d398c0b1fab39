"""What the hotline puts into cases and asks of them, in one place."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import LargeBinary, Uuid, bindparam, literal, select, union_all

from helpline.cases.models import Case, NeverContact, OptOut
from helpline.cases.rules import clocks
from helpline.cases.rules.kinds import EntryKind
from helpline.cases.rules.policy import Act, Flags, Word
from helpline.cases.service import files, intake, receipts
from helpline.cases.service.intake import Contact
from helpline.columns import UtcDateTime
from helpline.extensions import db
from helpline.hotline.models import AbuseFlag, LiveCall
from helpline.hotline.service import rows
from helpline.keys.service.principal import Principal
from helpline.keys.service.site import Site
from telephony.numbers import CallerNumber

NOBODY = Flags()
_STOPPED, _ABUSIVE = "stopped", "abusive"
_NEVER, _STOPS, _FLAGS = map(rows.table, (NeverContact, OptOut, AbuseFlag))
_HANDLE = bindparam("handle", type_=LargeBinary)
_STANDING = union_all(
    select(_NEVER.c.act).where(_NEVER.c.handle == _HANDLE),
    select(literal(_STOPPED)).where(
        _STOPS.c.handle == _HANDLE, _STOPS.c.line_id == bindparam("line", type_=Uuid)
    ),
    select(literal(_ABUSIVE)).where(
        _FLAGS.c.handle == _HANDLE, _FLAGS.c.until > bindparam("now", type_=UtcDateTime)
    ),
)


def open_for_call(
    site: Site,
    call: LiveCall,
    number: CallerNumber,
    kind: EntryKind,
    now: datetime,
    link_to: uuid.UUID | None = None,
) -> uuid.UUID:
    """Open a case for a call that has none; what was allowed before goes in with it."""
    contact = _contact(call, number, kind, None, link_to)
    call.case_id = intake.receive(site, contact, now).case_id
    call.contacted = True
    if call.state.get("recording_allowed"):
        body = {"what": "recording", "given": True}
        intake.add(site, call.case_id, EntryKind.CONSENT, body, now)
    return call.case_id


def ensure_contact(
    site: Site, call: LiveCall, number: CallerNumber, kind: EntryKind, now: datetime
) -> uuid.UUID:
    """The call's case, opened now if there is none; a call that a receipt brought to its case
    counts as a contact of it from the moment the caller wants something."""
    if call.case_id is None:
        return open_for_call(site, call, number, kind, now)
    if not call.contacted and not call.outbound:
        intake.receive(site, _contact(call, number, kind, call.case_id, None), now)
        call.contacted = True
    return call.case_id


def move_on(site: Site, call: LiveCall, number: CallerNumber, now: datetime) -> None:
    """Whoever is rung cannot read the case the receipt named: a new case, linked to it."""
    open_for_call(site, call, number, EntryKind.VOICE_IN, now, link_to=call.case_id)


def assignee(case_id: uuid.UUID | None) -> uuid.UUID | None:
    """Who has the case, if anybody."""
    row = db.session.get(Case, case_id) if case_id is not None else None
    return row.assignee if row is not None else None


def reference(case_id: uuid.UUID | None) -> str:
    """The case's short name, "" if it has gone."""
    row = db.session.get(Case, case_id) if case_id is not None else None
    return row.reference if row is not None else ""


def is_heavy(case_id: uuid.UUID | None) -> bool:
    """Whether the case weighs on whoever handles it (S3 and S4)."""
    row = db.session.get(Case, case_id) if case_id is not None else None
    return row is not None and clocks.is_heavy(row.severity)


def has_receipt(case_id: uuid.UUID | None) -> bool:
    """Whether the worker of this case was given a number already."""
    return case_id is not None and bool(receipts.letterboxes_of(case_id))


def safety_asked(principal: Principal, case_id: uuid.UUID) -> bool:
    """Whether the worker has answered what is safe, so that nobody asks again."""
    policy = files.open_file(principal, case_id).state.policy
    return Word.UNKNOWN not in {policy.message, policy.text}


def _contact(
    call: LiveCall,
    number: CallerNumber,
    kind: EntryKind,
    case_id: uuid.UUID | None,
    link_to: uuid.UUID | None,
) -> Contact:
    return Contact(
        kind=kind,
        line_id=call.line_id,
        language=call.language,
        number=None if number.withheld else number.reveal(),
        handle=call.handle,
        case_id=case_id,
        danger=call.danger,
        thread="voice",
        same_phone=True,
        link_to=link_to,
    )


def add(
    site: Site, case_id: uuid.UUID | None, kind: EntryKind, body: Mapping[str, Any], now: datetime
) -> None:
    """Put something into the call's case, if it has one."""
    if case_id is not None:
        intake.add(site, case_id, kind, body, now)


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands by a number outside every case, and whether an abuse flag does."""

    flags: Flags = NOBODY
    abusive: bool = False


def standing(handle: bytes | None, line_id: uuid.UUID, now: datetime) -> Standing:
    """All that stands by this number at this moment, in one question to the database."""
    if handle is None:
        return Standing()
    asked = {"handle": handle, "line": line_id, "now": now}
    found = {row[0] for row in rows.ask(_STANDING, asked)}
    words = Flags(Act.RING.value in found, Act.TEXT.value in found, _STOPPED in found)
    return Standing(words, _ABUSIVE in found)
