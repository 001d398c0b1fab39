"""Shifts: who is expected at the phone, and when. Going on duty is the person's own act."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select

from helpline.errors import Conflict
from helpline.extensions import db
from helpline.hotline.models import Duty, Shift
from helpline.hotline.rules import DutyState
from helpline.hotline.service.oncall import check_span


def plan(
    line_id: uuid.UUID,
    person: uuid.UUID,
    starts_at: datetime,
    ends_at: datetime,
    now: datetime,
) -> Shift:
    """Plan a shift; raises BadInput, Conflict when it overlaps another one of the person."""
    check_span(starts_at, ends_at, now)
    overlapping = select(Shift.id).where(
        Shift.person_id == person, Shift.starts_at < ends_at, Shift.ends_at > starts_at
    )
    if db.session.scalar(overlapping):
        raise Conflict("This person has a shift at that time already.")
    row = Shift(line_id=line_id, person_id=person, starts_at=starts_at, ends_at=ends_at)
    db.session.add(row)
    return row


def withdraw(shift_id: uuid.UUID) -> None:
    """Take a shift out of the plan; one that is gone is no error."""
    db.session.execute(delete(Shift).where(Shift.id == shift_id))


def ahead(now: datetime) -> Sequence[Shift]:
    """Every shift that is not over, by its beginning."""
    query = select(Shift).where(Shift.ends_at > now).order_by(Shift.starts_at, Shift.id)
    return db.session.scalars(query).all()


def of_person(person: uuid.UUID, now: datetime) -> Sequence[Shift]:
    """A person's own shifts that are not over."""
    return [row for row in ahead(now) if row.person_id == person]


def missing(now: datetime) -> Sequence[uuid.UUID]:
    """Who is expected now and is off duty; the wall board shows them."""
    on = select(Duty.person_id).where(Duty.state != DutyState.OFF)
    query = (
        select(Shift.person_id)
        .where(Shift.starts_at <= now, Shift.ends_at > now, Shift.person_id.not_in(on))
        .distinct()
    )
    return db.session.scalars(query).all()


def forget_past(now: datetime) -> None:
    """Delete every shift that is over."""
    db.session.execute(delete(Shift).where(Shift.ends_at <= now))
