"""Who can be reached: duty, and the on-call plan. Phones are sealed for the server alone."""

import uuid
from datetime import datetime

from sqlalchemy import JSON, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from helpline.columns import UtcDateTime, new_id
from helpline.extensions import Model


class Duty(Model):
    """One counsellor or supervisor: on duty or not, and the call that holds them.

    Taking somebody for a call is one conditional update of `call_id`, `leg_id` and `busy_until`;
    a callback that never comes frees them when `busy_until` has passed. `ringing_phone` is unique,
    so that no telephone is rung twice at once. The phone, or the identity of the browser that rings
    in its place, stands here only during the shift, as do `weights`, whether each talk of it was
    heavy, and `debrief`, whether one was asked for.
    """

    __tablename__ = "duties"

    person_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(String(8), default="off")
    since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(String(16), default="")
    languages: Mapped[list[str]] = mapped_column(JSON, default=list)
    phone: Mapped[bytes | None] = mapped_column(LargeBinary)
    phone_hash: Mapped[bytes | None] = mapped_column(LargeBinary, unique=True)
    call_id: Mapped[uuid.UUID | None] = mapped_column()
    leg_id: Mapped[uuid.UUID | None] = mapped_column()
    busy_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ringing_phone: Mapped[bytes | None] = mapped_column(LargeBinary, unique=True)
    talking: Mapped[bool] = mapped_column(default=False)
    talk_began: Mapped[datetime | None] = mapped_column(UtcDateTime)
    unanswered: Mapped[int] = mapped_column(Integer, default=0)
    wrap_up_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    break_next: Mapped[bool] = mapped_column(default=False)
    idle_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    weights: Mapped[list[bool]] = mapped_column(JSON, default=list)
    debrief: Mapped[bool] = mapped_column(default=False)


class OnCall(Model):
    """Somebody who is rung outside opening hours, for one line and one span of time.

    A supervisor plans it; the person gives the phone; the row goes when the span is over.
    """

    __tablename__ = "on_call"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    line_id: Mapped[uuid.UUID] = mapped_column(index=True)
    person_id: Mapped[uuid.UUID] = mapped_column(index=True)
    position: Mapped[int] = mapped_column(Integer, default=1)
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    phone: Mapped[bytes | None] = mapped_column(LargeBinary)
    phone_hash: Mapped[bytes | None] = mapped_column(LargeBinary)


class Shift(Model):
    """Who is expected at the phone of a line, and when; deleted when it is over."""

    __tablename__ = "shifts"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    line_id: Mapped[uuid.UUID] = mapped_column()
    person_id: Mapped[uuid.UUID] = mapped_column(index=True)
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
