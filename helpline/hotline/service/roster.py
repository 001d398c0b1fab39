"""Who is on duty and at which phone; taking somebody for a call, and giving them back."""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import and_, or_, select, update
from sqlalchemy.orm import aliased

from helpline.accounts.service import people
from helpline.errors import BadInput, Conflict
from helpline.extensions import db
from helpline.hotline import rules
from helpline.hotline.models import Duty
from helpline.hotline.rules import RINGS_THAT_END_DUTY, DutyState, Free, Shown
from helpline.hotline.service import oncall, rows
from helpline.hotline.service.oncall import Reachable
from helpline.keys.rules import Place
from helpline.keys.service.site import Site
from telephony.numbers import CallerNumber
from telephony.softphone import Phone, Softphone

UNANSWERED = "unanswered"
MARGIN = timedelta(seconds=40)
"""Longer than the rest of a ring: whisper, its answer, and a slow network."""

_DUTIES = rows.table(Duty)
_PRESENT = select(_DUTIES.c.languages).where(_DUTIES.c.state != DutyState.OFF.value)
_ON = select(_DUTIES.c.languages).where(_DUTIES.c.state == DutyState.ON.value)
_LOCK_DUTY = (
    select(_DUTIES)
    .where(_DUTIES.c.state == DutyState.ON.value)
    .order_by(_DUTIES.c.person_id)  # the same order for everybody, against deadlocks
    .with_for_update()
)


def on_duty(
    site: Site, person: uuid.UUID, phone_text: str, region: str | None, now: datetime
) -> None:
    """Begin or resume a shift at this phone. Raises BadInput, Conflict (somebody else's phone)."""
    row = row_of(person)
    if phone_text.strip():
        phone = CallerNumber.parse(phone_text, region)
        if phone.withheld:
            raise BadInput("Write the phone with its country code, as +86 138 0000 0000.", "phone")
        _set_phone(site, row, phone)
    if row.phone is None:
        raise BadInput("Write the phone at which you can be reached.", "phone")
    _begin(row, now)


def on_duty_at_softphone(site: Site, person: uuid.UUID, now: datetime) -> None:
    """Begin or resume a shift in a browser: its random identity takes the place of the phone."""
    row = row_of(person)
    if softphone_of(site, person) is None:
        _set_phone(site, row, Softphone.new())
    _begin(row, now)


def _begin(row: Duty, now: datetime) -> None:
    if row.state != DutyState.ON:
        row.since = row.idle_since = now
    row.state, row.reason, row.unanswered = DutyState.ON, "", 0
    row.break_next = False
    row.languages = list(people.languages_of(row.person_id))


def softphone_of(site: Site, person: uuid.UUID) -> Softphone | None:
    """The browser phone of somebody's shift; None without one, or at a telephone."""
    row = db.session.get(Duty, person)
    phone = _open_phone(site, row) if row is not None and row.phone is not None else None
    return phone if isinstance(phone, Softphone) else None


def take_break(person: uuid.UUID, now: datetime) -> None:
    """No ring until the person is back; during a call the break begins after it."""
    row = row_of(person)
    if row.state == DutyState.OFF:
        raise Conflict("You are off duty.")
    if _held(row, now):
        row.break_next = True
        return
    row.state, row.since, row.break_next = DutyState.BREAK, now, False


def off_duty(person: uuid.UUID, now: datetime, reason: str = "") -> None:
    """End the shift: the phone is deleted at once. A call in progress goes on."""
    row = row_of(person)
    row.state, row.since, row.reason = DutyState.OFF, now, reason
    row.phone = row.phone_hash = None
    row.unanswered, row.break_next = 0, False
    row.wrap_up_until = row.idle_since = None
    row.weights, row.debrief = [], False


def end_wrap_up(person: uuid.UUID) -> None:
    """The person says that they are ready earlier."""
    row_of(person).wrap_up_until = None


def row_of(person: uuid.UUID) -> Duty:
    """The person's row; made at first use."""
    row = db.session.get(Duty, person)
    if row is None:
        row = Duty(
            person_id=person,
            state=DutyState.OFF,
            reason="",
            languages=[],
            talking=False,
            unanswered=0,
            break_next=False,
            weights=[],
            debrief=False,
        )
        db.session.add(row)
        db.session.flush()
    return row


def is_held(person: uuid.UUID, now: datetime) -> bool:
    """Whether a call holds this person: it rings at them, or they talk."""
    return _held(row_of(person), now)


def shown_of(row: Duty, now: datetime) -> Shown:
    """What the board shows of somebody."""
    return rules.shown(
        row.state,
        now,
        busy_until=row.busy_until,
        talking=row.talking,
        wrap_up_until=row.wrap_up_until,
    )


def everybody() -> Sequence[Duty]:
    """All rows of people who have ever been reachable."""
    return db.session.scalars(select(Duty)).all()


def staffed(language: str) -> bool:
    """Whether somebody is on duty who speaks this language, free or not."""
    return any(language in row.languages for row in rows.ask(_PRESENT))


def staff_count(language: str) -> int:
    """How many on duty speak this language."""
    return sum(language in row.languages for row in rows.ask(_ON))


def lock_free(now: datetime) -> list[Free]:
    """Who is on duty, not held by a call, not in wrap-up.

    Everybody on duty stays locked to the end of the transaction: of two callers the second waits
    here until the first has taken somebody.
    """
    return [
        Free(row.person_id, frozenset(row.languages), idle_since=row.idle_since)
        for row in rows.ask(_LOCK_DUTY)
        if row.phone is not None
        and not _later(row.busy_until, now)
        and not _later(row.wrap_up_until, now)
    ]


def reachable(
    site: Site, person: uuid.UUID, now: datetime, line: uuid.UUID | None
) -> Reachable | None:
    """The person's phone: of the shift, else of the on-call plan of `line` (any if None)."""
    row = db.session.get(Duty, person)
    if row is not None and row.phone is not None and row.phone_hash is not None:
        return Reachable(person, _open_phone(site, row), row.phone_hash)
    return oncall.reachable_at(site, person, now, line)


def take(
    person: uuid.UUID,
    phone_hash: bytes,
    call: uuid.UUID,
    leg: uuid.UUID,
    until: datetime,
    now: datetime,
) -> bool:
    """Hold somebody for a call; false if another call was first or the phone rings already."""
    row_of(person)
    other = aliased(Duty)
    rings = (
        select(other.person_id)
        .where(
            other.ringing_phone == phone_hash,
            other.person_id != person,
            other.busy_until > now,
        )
        .exists()
    )
    db.session.execute(
        update(Duty)
        .where(Duty.ringing_phone == phone_hash, Duty.person_id != person, Duty.busy_until <= now)
        .values(ringing_phone=None)
        .execution_options(synchronize_session=False)
    )
    taken = rows.changed(
        update(Duty)
        .where(
            Duty.person_id == person,
            or_(Duty.busy_until.is_(None), Duty.busy_until <= now, Duty.call_id == call),
            ~rings,
        )
        .values(
            call_id=call,
            leg_id=leg,
            busy_until=until,
            ringing_phone=phone_hash,
            talking=False,
            talk_began=None,
        )
    )
    _refresh(person)
    return taken == 1


def hold(person: uuid.UUID, call: uuid.UUID, until: datetime, now: datetime) -> bool:
    """Keep a person free of other rings while the phone of somebody they ring is ringing."""
    row_of(person)
    held = rows.changed(
        update(Duty)
        .where(Duty.person_id == person, or_(Duty.busy_until.is_(None), Duty.busy_until <= now))
        .values(call_id=call, leg_id=None, busy_until=until, talking=False, talk_began=None)
    )
    _refresh(person)
    return held == 1


def let_go_of(call: uuid.UUID, now: datetime) -> None:
    """Whoever is still held for a call that is over is free."""
    query = select(Duty).where(Duty.call_id == call).execution_options(populate_existing=True)
    for row in db.session.scalars(query):
        _let_go(row, now)


def accept(person: uuid.UUID, leg: uuid.UUID, until: datetime, now: datetime) -> bool:
    """The person pressed 1: true for exactly one key, and only while they are held for this leg."""
    taken = rows.changed(
        update(Duty)
        .where(and_(Duty.person_id == person, Duty.leg_id == leg, Duty.talking.is_(False)))
        .values(talking=True, talk_began=now, busy_until=until, unanswered=0)
    )
    _refresh(person)
    return taken == 1


def not_taken(person: uuid.UUID, leg: uuid.UUID, now: datetime, *, passed_on: bool) -> None:
    """A ring ended without an answer; after two in a row the shift ends, unless passed on."""
    row = db.session.get(Duty, person, populate_existing=True)
    if row is None or row.leg_id != leg:
        return
    _let_go(row, now)
    row.unanswered = 0 if passed_on else row.unanswered + 1
    if row.state == DutyState.ON and row.unanswered >= RINGS_THAT_END_DUTY:
        off_duty(person, now, UNANSWERED)


def caller_left(person: uuid.UUID, leg: uuid.UUID, now: datetime) -> None:
    """The caller hung up while it rang: nobody's fault."""
    row = db.session.get(Duty, person, populate_existing=True)
    if row is not None and row.leg_id == leg:
        _let_go(row, now)


def talk_over(
    person: uuid.UUID, leg: uuid.UUID, now: datetime, wrap_up: timedelta, *, heavy: bool
) -> None:
    """A talk ended: the protected time begins, then the break if one was asked for."""
    row = db.session.get(Duty, person, populate_existing=True)
    if row is None or row.leg_id != leg:
        return
    _let_go(row, now)
    if row.state == DutyState.OFF:
        return
    row.wrap_up_until = now + wrap_up
    row.weights = [*row.weights, heavy]
    if row.break_next:
        row.state, row.since, row.break_next = DutyState.BREAK, now, False


def lengthen_wrap_up(person: uuid.UUID, whole: timedelta, now: datetime) -> bool:
    """The talk before this wrap-up was heavy: while it runs, let it last `whole` since the talk
    ended; false if it is over or as long."""
    row = db.session.get(Duty, person, populate_existing=True)
    if row is None or row.idle_since is None or not _later(row.wrap_up_until, now):
        return False
    until = row.idle_since + whole
    if not _later(until, row.wrap_up_until or now):
        return False
    row.wrap_up_until = until
    row.weights = [*row.weights[:-1], True]
    return True


def _let_go(row: Duty, now: datetime) -> None:
    row.call_id = row.leg_id = row.busy_until = row.ringing_phone = None
    row.talking, row.talk_began, row.idle_since = False, None, now


def _held(row: Duty, now: datetime) -> bool:
    return _later(row.busy_until, now)


def _later(moment: datetime | None, now: datetime) -> bool:
    return moment is not None and moment > now


def _refresh(person: uuid.UUID) -> None:
    db.session.get(Duty, person, populate_existing=True)


def _set_phone(site: Site, row: Duty, phone: Phone) -> None:
    number = phone.reveal()
    hashed = oncall.phone_hash(site, number)
    holder = db.session.scalar(select(Duty.person_id).where(Duty.phone_hash == hashed))
    if holder is not None and holder != row.person_id:
        raise Conflict("Somebody on duty is reached at this phone already.")
    row.phone = site.seal_for_site(number.encode(), _place(row.person_id))
    row.phone_hash = hashed


def _open_phone(site: Site, row: Duty) -> Phone:
    text = site.open_for_site(row.phone or b"", _place(row.person_id)).decode()
    return Softphone.read(text) or CallerNumber.parse(text)


def _place(person: uuid.UUID) -> Place:
    return Place("duty phone", "duties", str(person))
