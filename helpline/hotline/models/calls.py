"""Calls while they live, the events that were seen, and what is kept of a call afterwards."""

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Date, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from helpline.columns import UtcDateTime, new_id
from helpline.extensions import Model
from helpline.keys.models import SealedColumns


class LiveCall(Model):
    """A call in progress; the row is deleted at hang-up.

    `state` is the flow's own record (step, language, counters), `path` the steps with the seconds
    since the beginning, `answer` what was last answered, sealed for the server. So is `talk`, the
    talk to come that the receipt led to.
    `queued_at` is set while the caller has a place in the queue, `touched_at` at each webhook.
    """

    __tablename__ = "live_calls"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    provider_id: Mapped[str | None] = mapped_column(String(64), unique=True)
    line_id: Mapped[uuid.UUID] = mapped_column(index=True)
    state: Mapped[dict[str, Any]] = mapped_column(JSON)
    path: Mapped[list[list[Any]]] = mapped_column(JSON, default=list)
    language: Mapped[str] = mapped_column(String(16))
    danger: Mapped[bool] = mapped_column(default=False)
    outbound: Mapped[bool] = mapped_column(default=False)
    handle: Mapped[bytes | None] = mapped_column(LargeBinary)
    known: Mapped[bool] = mapped_column(default=False)
    case_id: Mapped[uuid.UUID | None] = mapped_column(index=True)
    own_case_id: Mapped[uuid.UUID | None] = mapped_column()
    callback_id: Mapped[uuid.UUID | None] = mapped_column()
    person_id: Mapped[uuid.UUID | None] = mapped_column(index=True)
    answer: Mapped[bytes | None] = mapped_column(LargeBinary)
    masked: Mapped[bytes | None] = mapped_column(LargeBinary)
    talk: Mapped[bytes | None] = mapped_column(LargeBinary)
    safety_asked: Mapped[bool] = mapped_column(default=False)
    contacted: Mapped[bool] = mapped_column(default=False)
    letters_box: Mapped[uuid.UUID | None] = mapped_column()
    letters_upto: Mapped[int] = mapped_column(Integer, default=0)
    receipt_box: Mapped[uuid.UUID | None] = mapped_column()
    receipt_given: Mapped[bool] = mapped_column(default=False)
    message_left: Mapped[bool] = mapped_column(default=False)
    callback_asked: Mapped[bool] = mapped_column(default=False)
    was_silent: Mapped[bool] = mapped_column(default=False)
    arrived_at: Mapped[datetime] = mapped_column(UtcDateTime)
    touched_at: Mapped[datetime] = mapped_column(UtcDateTime)
    queued_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    wanted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    talk_ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Leg(Model):
    """One ring of one counsellor for one call; deleted with the call."""

    __tablename__ = "legs"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    call_id: Mapped[uuid.UUID] = mapped_column(index=True)
    person_id: Mapped[uuid.UUID] = mapped_column()
    provider_id: Mapped[str | None] = mapped_column(String(64))
    result: Mapped[str] = mapped_column(String(16), default="ringing")
    rung_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SeenEvent(Model):
    """An event that no live call remembers and that was handled: its keyed hash."""

    __tablename__ = "seen_events"

    hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)


class Recording(Model):
    """A recording that the carrier still has, or will have; deleted when ours is sealed.

    The carrier's id stands here only until its copy is deleted there. `ring_back` is the handle of
    a caller who wanted a person and hung up in the recording: if it is empty they are rung back.
    """

    __tablename__ = "recordings"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    call_id: Mapped[uuid.UUID] = mapped_column(index=True)
    case_id: Mapped[uuid.UUID | None] = mapped_column()
    kind: Mapped[str] = mapped_column(String(16))
    provider_id: Mapped[str | None] = mapped_column(String(64), unique=True)
    wanted: Mapped[bool] = mapped_column(default=True)
    seconds: Mapped[int] = mapped_column(Integer, default=0)
    line_id: Mapped[uuid.UUID] = mapped_column()
    language: Mapped[str] = mapped_column(String(16))
    ring_back: Mapped[bytes | None] = mapped_column(LargeBinary)
    expected_on: Mapped[date] = mapped_column(Date)


class CallRecord(SealedColumns, Model):
    """What is kept of a call: day and line in clear, everything else sealed to supervision."""

    __tablename__ = "call_records"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    line_id: Mapped[uuid.UUID] = mapped_column()
    day: Mapped[date] = mapped_column(Date, index=True)
