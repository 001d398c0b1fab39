"""What people still have to do: ring back, log in, look at a welfare review."""

import uuid
from datetime import date, datetime

from sqlalchemy import JSON, Date, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from helpline.columns import UtcDateTime, new_id
from helpline.extensions import Model


class Callback(Model):
    """Somebody waits to be rung; the number is sealed in the case.

    `open_handle` is the handle while the callback is open, so that a number has one at most.
    `due` is rounded down to the quarter-hour; `rings` counts how often they rang meanwhile.
    """

    __tablename__ = "callbacks"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    open_handle: Mapped[bytes | None] = mapped_column(LargeBinary, unique=True)
    line_id: Mapped[uuid.UUID] = mapped_column()
    case_id: Mapped[uuid.UUID] = mapped_column(index=True)
    language: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(8), default="open", index=True)
    due: Mapped[datetime] = mapped_column(UtcDateTime)
    late_after: Mapped[datetime] = mapped_column(UtcDateTime)
    rings: Mapped[int] = mapped_column(Integer, default=1)
    tries: Mapped[int] = mapped_column(Integer, default=0)
    first_try: Mapped[date | None] = mapped_column(Date)
    person_id: Mapped[uuid.UUID | None] = mapped_column()


class StaffAlert(Model):
    """Somebody has to look at something: phones hear "Please log in" until somebody does.

    `kind` is danger, unrated, clock or welfare. `subject` is unique, so that one thing raises one
    alert. `tried` lists the people whose phones were alerted, in order.
    """

    __tablename__ = "staff_alerts"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[str] = mapped_column(String(16))
    subject: Mapped[str] = mapped_column(String(80), unique=True)
    line_id: Mapped[uuid.UUID | None] = mapped_column()
    case_id: Mapped[uuid.UUID | None] = mapped_column()
    day: Mapped[date] = mapped_column(Date)
    next_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    tried: Mapped[list[str]] = mapped_column(JSON, default=list)
    seen: Mapped[bool] = mapped_column(default=False)


class AbuseFlag(Model):
    """Calls of this handle are not put through until the flag ends (rounded up to the hour)."""

    __tablename__ = "abuse_flags"

    handle: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    until: Mapped[datetime] = mapped_column(UtcDateTime)
    person_id: Mapped[uuid.UUID] = mapped_column()
    day: Mapped[date] = mapped_column(Date)
