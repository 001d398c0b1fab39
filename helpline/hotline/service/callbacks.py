"""Callbacks: one open one per number, worked in opening hours by whoever may ring."""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import bindparam, case, func, or_, select, update

from helpline.cases.rules.kinds import EntryKind
from helpline.cases.service import intake
from helpline.errors import Conflict, NotFound
from helpline.extensions import db
from helpline.hotline import rules
from helpline.hotline.models import Callback, LiveCall
from helpline.hotline.service import casework, rows
from helpline.keys.service.site import Site
from helpline.register.rules import calendar
from helpline.register.service.lines import LineView
from telephony.flow import LineKind
from telephony.numbers import CallerNumber

OPEN, TAKEN = "open", "taken"
PROMISED_MINUTES = 60
"""A missed call is returned within an hour of opening time."""

AGAIN_MINUTES = 120

_LATE = func.sum(case((Callback.late_after < bindparam("now"), 1), else_=0))
_COUNTS = select(func.count(), _LATE).where(Callback.due <= bindparam("now"))


def ask(site: Site, call: LiveCall, line: LineView, caller: CallerNumber, now: datetime) -> None:
    """The caller wants to be rung: a case if the call has none, and one open callback."""
    if call.handle is None or caller.withheld:
        return
    call.callback_asked = True
    found = open_of(call.handle)
    if found is not None and found.id != call.callback_id and line.kind is LineKind.MISSED_CALL:
        found.rings += 1
        return
    kind = EntryKind.MISSED_CALL if line.kind is LineKind.MISSED_CALL else EntryKind.VOICE_IN
    case_id = casework.ensure_contact(site, call, caller, kind, now)
    intake.add(site, case_id, EntryKind.CALLBACK_ASKED, {"line": str(line.id)}, now)
    enter(call.handle, case_id, line, call.language, now)


def enter(
    handle: bytes,
    case_id: uuid.UUID,
    line: LineView,
    language: str,
    now: datetime,
) -> Callback:
    """Enter a callback; a number that has an open one keeps it and is counted once more."""
    found = open_of(handle)
    if found is not None:
        found.rings += 1
        return found
    due = calendar.next_opening(line.calendar, now) or now
    late = calendar.add_working_time(line.calendar, due, PROMISED_MINUTES)
    row = Callback(
        open_handle=handle,
        line_id=line.id,
        case_id=case_id,
        language=language,
        state=OPEN,
        due=rules.quarter_before(due),
        late_after=rules.quarter_before(late),
        rings=1,
        tries=0,
    )
    db.session.add(row)
    db.session.flush()
    return row


def open_of(handle: bytes | None) -> Callback | None:
    """The open callback of a number."""
    if handle is None:
        return None
    return db.session.scalar(select(Callback).where(Callback.open_handle == handle))


def find(callback_id: uuid.UUID) -> Callback:
    """The callback; raises NotFound when it is done."""
    row = db.session.get(Callback, callback_id)
    if row is None:
        raise NotFound
    return row


def everything() -> Sequence[Callback]:
    """All callbacks that are not done, most overdue first."""
    return db.session.scalars(select(Callback).order_by(Callback.late_after, Callback.id)).all()


def counts(now: datetime) -> tuple[int, int]:
    """(due, late) over all lines."""
    due, over = db.session.execute(_COUNTS, {"now": now}).one()
    return due, over or 0


def is_open(line: LineView, now: datetime) -> bool:
    """Whether the line may ring people back at this moment."""
    return calendar.is_open(line.calendar, now)


def take(callback_id: uuid.UUID, person: uuid.UUID) -> None:
    """Hold a callback for one person; raises Conflict if another has it."""
    taken = rows.changed(
        update(Callback)
        .where(
            Callback.id == callback_id,
            or_(Callback.state == OPEN, Callback.person_id == person),
        )
        .values(state=TAKEN, person_id=person)
    )
    db.session.get(Callback, callback_id, populate_existing=True)
    if taken != 1:
        raise Conflict("Somebody else is ringing this number.")


def drop(handle: bytes | None) -> None:
    """The worker says that ringing is not safe: the callback goes."""
    row = open_of(handle)
    if row is not None:
        done(row.id)


def done(callback_id: uuid.UUID | None) -> None:
    """The callback needs nothing more."""
    row = db.session.get(Callback, callback_id) if callback_id is not None else None
    if row is not None:
        db.session.delete(row)
        db.session.flush()


def not_now(site: Site, call: LiveCall, line: LineView, now: datetime) -> None:
    """They were reached at a bad time: rung again later, which counts as no failed try."""
    body = {"reached": False, "result": "later"}
    casework.add(site, call.case_id, EntryKind.CALLBACK_OUT, body, now)
    row = db.session.get(Callback, call.callback_id) if call.callback_id else None
    if row is not None:
        _again(row, line, now)


def unanswered(site: Site, call: LiveCall, line: LineView, now: datetime) -> None:
    """Nobody pressed a key; after three tries or seven days somebody else has to decide."""
    body = {"reached": False, "result": "unanswered"}
    casework.add(site, call.case_id, EntryKind.CALLBACK_OUT, body, now)
    row = db.session.get(Callback, call.callback_id) if call.callback_id else None
    if row is not None:
        failed(row, line, now)


def failed(row: Callback, line: LineView, now: datetime) -> None:
    """Another try without an answer: three over seven days, then the case alone goes on."""
    row.tries += 1
    row.first_try = row.first_try or now.date()
    over = (now.date() - row.first_try).days >= rules.CALLBACK_DAYS
    if row.tries >= rules.CALLBACK_TRIES or over:
        done(row.id)
        return
    _again(row, line, now)


def reached(row: Callback) -> None:
    """They talked: the callback is done."""
    done(row.id)


def _again(row: Callback, line: LineView, now: datetime) -> None:
    """Later the same day, or on one of the next days: the tries spread over a week."""
    row.state, row.person_id = OPEN, None
    start = now + timedelta(days=(0, 0, 2)[min(row.tries, 2)])
    due = calendar.add_working_time(line.calendar, start, AGAIN_MINUTES)
    late = calendar.add_working_time(line.calendar, due, PROMISED_MINUTES)
    row.due, row.late_after = rules.quarter_before(due), rules.quarter_before(late)
