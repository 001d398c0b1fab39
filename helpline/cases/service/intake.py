"""What comes in with nobody logged in: put into a case's slot, never read.

Each event is given once: who calls has seen to it that a repeated webhook does not come here.
"""

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import bindparam, select

from helpline.audit.service import record
from helpline.cases.models import Case, Link, Sound
from helpline.cases.rules import clocks, severity
from helpline.cases.rules.kinds import CONTACTS, EntryKind
from helpline.cases.rules.severity import DANGER
from helpline.cases.rules.state import Event
from helpline.cases.rules.status import Status
from helpline.cases.service import entries, numbers, places, receipts, shells
from helpline.cases.service.calendars import Calendars
from helpline.columns import new_id
from helpline.extensions import db
from helpline.keys.rules import Team
from helpline.keys.service import boxes
from helpline.keys.service.boxes import Slot
from helpline.keys.service.site import Site
from telephony.numbers import CallerNumber

Thread = Literal["text", "voice", "new"]


@dataclass(frozen=True, slots=True)
class Contact:
    """One contact as it arrives.

    content   the entry's own body (JSON): "text" of a message, "seconds" of a voicemail ...
    number    E.164, sealed into the case; `handle` is `site.handle(number)`, stretched by the
              caller before the transaction. Both None: withheld or unknown
    case_id   the case a receipt or the live call named
    thread    how a contact without `case_id` finds its case: a text joins the one open case of its
              handle; a voice contact is always a new case
    same_phone   link a new case to the open cases of its handle
    link_to   a case this new one goes on with (its holders are off duty)
    at, by    when it was, and who wrote it down, if that was done afterwards by a person
    """

    kind: EntryKind
    line_id: uuid.UUID
    language: str
    content: Mapping[str, Any] = field(default_factory=dict, repr=False)
    number: str | None = field(default=None, repr=False)
    handle: bytes | None = None
    case_id: uuid.UUID | None = None
    danger: bool = False
    thread: Thread = "voice"
    same_phone: bool = True
    link_to: uuid.UUID | None = None
    at: datetime | None = None
    by: uuid.UUID | None = None


@dataclass(frozen=True, slots=True)
class Received:
    """Where a contact went; `opened`: a new case was opened for it."""

    case_id: uuid.UUID
    entry_id: uuid.UUID
    opened: bool


@dataclass(frozen=True, slots=True)
class Known:
    """What the server knows of a handle with nobody logged in.

    cases: how many; open_cases: id and assignee of those that are not closed; language: of one of
    the latest.
    """

    cases: int = 0
    open_cases: tuple[tuple[uuid.UUID, uuid.UUID | None], ...] = ()
    language: str | None = None

    @property
    def contacts_before(self) -> bool:
        return self.cases > 0


_OF_HANDLE = (
    select(Case.id, Case.assignee, Case.status, Case.language)
    .where(Case.handle == bindparam("handle"))
    .order_by(Case.opened_on.desc(), Case.id)
)


def receive(site: Site, contact: Contact, now: datetime) -> Received:
    """Take a contact in: into the case it belongs to, or into a new one."""
    known = {case_id for case_id, _ in recognise(contact.handle).open_cases}
    into = _thread(contact, known)
    opened = into is None
    if into is None:
        case, slot = _open(site, contact, known, now)
    else:
        case, slot = shells.lock(into), boxes.slot(site, into)
    author = str(contact.by) if contact.by else None
    event = Event(contact.kind, contact.at or now, author, _body(contact))
    entry = entries.put_into(slot, case, event)
    if contact.case_id and contact.content.get("text"):
        receipts.copy_words(site, case.id, str(contact.content["text"]), contact.language, now)
    if contact.number and contact.handle:
        _keep_number(slot, case, contact, now, new=opened)
    if not opened:
        _stir(site, case, contact.line_id, now)
    if contact.danger:
        _endanger(site, case, now)
    db.session.flush()
    return Received(case.id, entry.id, opened)


def add(
    site: Site,
    case_id: uuid.UUID,
    kind: EntryKind,
    content: Mapping[str, Any],
    now: datetime,
    *,
    by: uuid.UUID | None = None,
) -> uuid.UUID:
    """Put an entry into a case that the caller knows; returns the entry's id.

    `by`: the person who acted where there is one (who talked), though nobody is logged in here.
    Raises NotFound.
    """
    case = shells.lock(shells.joined_to(case_id))
    author = str(by) if by else None
    entry = entries.put(site, case, Event(kind, now, author, content))
    if kind in CONTACTS and case.status == Status.CLOSED.value:
        _reopen(site, case, now)
    return entry.id


def add_wish(
    site: Site, case_id: uuid.UUID, talk_id: str, wish: str, line_id: uuid.UUID, now: datetime
) -> None:
    """The worker wants a talk moved or cancelled: it waits for an answer, as a contact does."""
    case = shells.lock(shells.joined_to(case_id))
    body = {"id": talk_id, "wish": wish}
    entries.put(site, case, Event(EntryKind.APPOINTMENT_WISH, now, None, body))
    _stir(site, case, line_id, now)
    db.session.flush()


def add_sound(site: Site, case_id: uuid.UUID, data: bytes) -> uuid.UUID:
    """Put a voicemail or recording into a case; its id goes into the entry that tells of it."""
    case = shells.lock(shells.joined_to(case_id))
    row = Sound(id=new_id(), case_id=case.id)
    row.content = boxes.put(site, case.id, data, places.sound(row.id))
    db.session.add(row)
    db.session.flush()
    return row.id


def raise_danger(site: Site, case_id: uuid.UUID, now: datetime) -> None:
    """The caller pressed the danger key: S4, at once."""
    case = shells.lock(shells.joined_to(case_id))
    if case.severity != DANGER:
        _endanger(site, case, now)


def recognise(handle: bytes | None) -> Known:
    """What is known of a handle; nothing for a withheld number."""
    if handle is None:
        return Known()
    cases = db.session.execute(_OF_HANDLE, {"handle": handle}).all()
    return Known(
        cases=len(cases),
        open_cases=tuple(
            (case.id, case.assignee) for case in cases if case.status != Status.CLOSED.value
        ),
        language=cases[0].language if cases else None,
    )


def _thread(contact: Contact, known: Collection[uuid.UUID]) -> uuid.UUID | None:
    """Receipt: its case. Text of a handle with exactly one open case: that one. Else a new one."""
    if contact.case_id is not None:
        return shells.joined_to(contact.case_id)
    if contact.thread == "text" and len(known) == 1:
        return next(iter(known))
    return None


def _open(site: Site, contact: Contact, known: set[uuid.UUID], now: datetime) -> tuple[Case, Slot]:
    box = boxes.make(site, "case", [boxes.team_holder(site, Team.INTAKE)])
    case = Case(
        id=box.id,
        reference=shells.new_reference(),
        status=Status.NEW.value,
        severity=None,
        rank=severity.rank(None),
        language=contact.language,
        opened_on=now.date(),
        handle=contact.handle,
        entries=0,
        revision=1,
    )
    _start_clock(case, str(contact.line_id), now)
    db.session.add(case)
    others = set(known) if contact.same_phone else set()
    others |= {contact.link_to} if contact.link_to else set()
    for other in others:
        db.session.add(Link(case_id=case.id, other_id=other, kind=shells.SAME_PHONE))
    return case, box.slot


def _body(contact: Contact) -> dict[str, Any]:
    caller = CallerNumber.parse(contact.number or "")
    body = dict(contact.content) | {"line": str(contact.line_id), "language": contact.language}
    if caller.withheld:
        body["withheld"] = contact.kind in _BY_PHONE
    else:
        body["caller"] = caller.masked()
    if "text" in body:
        body.setdefault("chars", len(str(body["text"])))
    return body


_BY_PHONE = {
    EntryKind.VOICE_IN,
    EntryKind.MISSED_CALL,
    EntryKind.VOICEMAIL,
    EntryKind.SMS,
}


def _keep_number(slot: Slot, case: Case, contact: Contact, now: datetime, *, new: bool) -> None:
    """Seal the number, unless it is the one by which the case is known already.

    A number from which only the receipt was used becomes one more number of the case; which one
    counts is for a person to say, since nobody called the new one safe.
    """
    number, handle = contact.number, contact.handle
    if number is None or handle is None:
        return
    sequence = 1 if new else numbers.next_of(case.id)
    if sequence > 1 and case.handle == handle:
        return
    numbers.put(slot, case, number, handle, now, sequence)
    if case.handle is None:
        case.handle = handle


def _stir(site: Site, case: Case, line_id: uuid.UUID, now: datetime) -> None:
    """What a worker says in a known case waits for an answer; a closed case is opened again."""
    if case.status == Status.CLOSED.value:
        _reopen(site, case, now)
    _hasten(case, str(line_id), now)


def _reopen(site: Site, case: Case, now: datetime) -> None:
    case.status = Status.REOPENED.value
    if case.retain_until is not None:  # nobody acted: the worker came back
        case.retain_until = None
        day = now.replace(hour=0, minute=0, second=0, microsecond=0)
        record(site, "case.kept_on", day, object_id=case.id)
    case.revision += 1


def _endanger(site: Site, case: Case, now: datetime) -> None:
    """S4 runs on the wall clock, so no line's calendar is asked."""
    entries.put(site, case, Event(EntryKind.DANGER, now, None, {}))
    only_looked_at = case.severity is None and case.assignee is None
    case.severity = DANGER
    case.rank = severity.rank(DANGER)
    case.revision += 1
    if only_looked_at:  # the first look gives way to the answer within an hour
        _start_clock(case, "", now)
    else:
        _hasten(case, "", now)


def _start_clock(case: Case, line_id: str, now: datetime) -> None:
    working = Calendars().working(line_id)
    clock = clocks.first_clock(case.severity, now, working)
    case.due, case.alarm = clocks.shell_times(clock, case.severity)


def _hasten(case: Case, line_id: str, now: datetime) -> None:
    """What was due earlier than what comes in now stays due then."""
    before = case.due, case.alarm
    _start_clock(case, line_id, now)
    case.due = min(before[0], case.due)
    case.alarm = min(filter(None, (before[1], case.alarm)), default=None)
