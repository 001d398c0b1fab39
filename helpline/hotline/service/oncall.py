"""The on-call plan: who is rung outside opening hours, for which line, in which order."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import delete, select

from helpline.errors import BadInput, Conflict, NotFound
from helpline.extensions import db
from helpline.hotline.models import OnCall
from helpline.keys.rules import Place
from helpline.keys.service.site import Site
from telephony.numbers import CallerNumber
from telephony.softphone import Phone

LONGEST_SPAN = timedelta(days=8)


@dataclass(frozen=True, slots=True)
class Reachable:
    """Somebody who may be rung, at this telephone or browser."""

    person: uuid.UUID
    phone: Phone = field(repr=False)
    phone_hash: bytes = field(repr=False)


def plan(
    line_id: uuid.UUID,
    person: uuid.UUID,
    starts_at: datetime,
    ends_at: datetime,
    position: int,
    now: datetime,
) -> OnCall:
    """Plan somebody for a span; they give their phone themselves. Raises BadInput, Conflict."""
    check_span(starts_at, ends_at, now)
    if not 1 <= position <= 9:
        raise BadInput("The order is a number from 1 to 9.", "position")
    twice = select(OnCall.id).where(
        OnCall.line_id == line_id,
        OnCall.person_id == person,
        OnCall.starts_at < ends_at,
        OnCall.ends_at > starts_at,
    )
    if db.session.scalar(twice):
        raise Conflict("This person is on call on this line at that time already.")
    row = OnCall(
        line_id=line_id,
        person_id=person,
        position=position,
        starts_at=starts_at,
        ends_at=ends_at,
    )
    db.session.add(row)
    return row


def check_span(starts_at: datetime, ends_at: datetime, now: datetime) -> None:
    """Raise BadInput unless this is a span that somebody can still work."""
    if ends_at <= starts_at or ends_at <= now:
        raise BadInput("The end must be later than the beginning, and not over yet.", "ends_at")
    if ends_at - starts_at > LONGEST_SPAN:
        raise BadInput("One span is at most eight days long.", "ends_at")


def confirm(
    site: Site, person: uuid.UUID, plan_id: uuid.UUID, phone_text: str, region: str | None
) -> None:
    """The person gives the phone at which they are reached in that span. Raises BadInput."""
    row = db.session.get(OnCall, plan_id)
    if row is None or row.person_id != person:
        raise NotFound
    phone = CallerNumber.parse(phone_text, region)
    if phone.withheld:
        raise BadInput("Write the phone with its country code, as +86 138 0000 0000.", "phone")
    row.phone = site.seal_for_site(phone.reveal().encode(), _place(row.id))
    row.phone_hash = phone_hash(site, phone.reveal())


def withdraw(plan_id: uuid.UUID) -> None:
    """Take a span out of the plan."""
    db.session.execute(delete(OnCall).where(OnCall.id == plan_id))


def at(line_id: uuid.UUID | None, now: datetime) -> Sequence[OnCall]:
    """Who is on call at this moment, in the order of the plan, for a line (or for all)."""
    query = select(OnCall).where(OnCall.starts_at <= now, OnCall.ends_at > now)
    if line_id is not None:
        query = query.where(OnCall.line_id == line_id)
    return db.session.scalars(query.order_by(OnCall.position, OnCall.starts_at, OnCall.id)).all()


def ahead(now: datetime) -> Sequence[OnCall]:
    """Everything planned that is not over, by beginning."""
    query = select(OnCall).where(OnCall.ends_at > now)
    return db.session.scalars(query.order_by(OnCall.starts_at, OnCall.position)).all()


def of_person(person: uuid.UUID, now: datetime) -> Sequence[OnCall]:
    """A person's own spans that are not over."""
    return [row for row in ahead(now) if row.person_id == person]


def reachable_at(
    site: Site, person: uuid.UUID, now: datetime, line_id: uuid.UUID | None
) -> Reachable | None:
    """The phone of somebody on call now, if they gave one."""
    for row in at(line_id, now):
        if row.person_id == person and row.phone is not None and row.phone_hash is not None:
            number = site.open_for_site(row.phone, _place(row.id)).decode()
            return Reachable(person, CallerNumber.parse(number), row.phone_hash)
    return None


def forget_past(now: datetime) -> None:
    """Delete every span that is over, with its phone."""
    db.session.execute(delete(OnCall).where(OnCall.ends_at <= now))


def phone_hash(site: Site, number: str) -> bytes:
    """What says that two phones are the same one: 32 bytes."""
    return site.throttle_hash("phone", number)


def _place(plan_id: uuid.UUID) -> Place:
    return Place("on-call phone", "on_call", str(plan_id))
