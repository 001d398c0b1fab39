"""Counters: per line and day, per person and day, and the two small throttles."""

import uuid
from datetime import date, datetime

from sqlalchemy import Date, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from helpline.columns import UtcDateTime
from helpline.extensions import Model


class LineDay(Model):
    """How often something happened on a line on a day; waits are counted in bands."""

    __tablename__ = "line_days"

    line_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    what: Mapped[str] = mapped_column(String(24), primary_key=True)
    count: Mapped[int] = mapped_column(Integer, default=0)


class PersonDay(Model):
    """How many calls, heavy ones, and debriefs a counsellor had on a day."""

    __tablename__ = "person_days"

    person_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    calls: Mapped[int] = mapped_column(Integer, default=0)
    heavy: Mapped[int] = mapped_column(Integer, default=0)
    debriefs: Mapped[int] = mapped_column(Integer, default=0)


class SilentHour(Model):
    """Silent calls of a handle within an hour; kept for a day."""

    __tablename__ = "silent_hours"

    handle: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    hour: Mapped[datetime] = mapped_column(UtcDateTime, primary_key=True)
    count: Mapped[int] = mapped_column(Integer, default=0)


class WrongReceipts(Model):
    """Wrong receipts of one caller (a keyed hash, never the handle) within an hour."""

    __tablename__ = "wrong_receipts"

    caller: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    hour: Mapped[datetime] = mapped_column(UtcDateTime, primary_key=True)
    count: Mapped[int] = mapped_column(Integer, default=0)
