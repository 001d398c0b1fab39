"""The trail's rows, written in the act's own transaction, and the links that chain them later."""

import uuid
from datetime import date

from sqlalchemy import BigInteger, Date, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from helpline.extensions import Model
from helpline.keys.models import SealedColumns


class AuditRow(SealedColumns, Model):
    """Who did what to which id on which day; the exact time and details are sealed to supervision.

    `row_stamp` is the server's stamp over everything else in the row. `linked` only tells the
    worker process where to go on; `verify` does not believe it.
    """

    __tablename__ = "audit_rows"
    __table_args__ = (Index("ix_audit_rows_act", "act", "day"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(Date)
    act: Mapped[str] = mapped_column(String(64))
    actor_id: Mapped[uuid.UUID | None] = mapped_column()
    object_id: Mapped[uuid.UUID | None] = mapped_column(index=True)
    row_stamp: Mapped[bytes] = mapped_column(LargeBinary)
    linked: Mapped[bool] = mapped_column(default=False, index=True)


class AuditLink(Model):
    """One link of the hash chain; `stamp` shows that the server made it."""

    __tablename__ = "audit_links"

    sequence: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    row_id: Mapped[uuid.UUID] = mapped_column(unique=True)
    hash: Mapped[bytes] = mapped_column(LargeBinary)
    stamp: Mapped[bytes] = mapped_column(LargeBinary)
