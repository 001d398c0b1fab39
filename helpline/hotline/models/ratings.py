"""What a supervisor said about the quality of a counsellor's talk."""

import uuid
from datetime import date

from sqlalchemy import Date, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from helpline.columns import new_id
from helpline.extensions import Model
from helpline.keys.models import SealedColumns
from helpline.keys.rules import Sealed


class Rating(SealedColumns, Model):
    """One filled-in quality form, sealed twice: to supervision, and to the counsellor's own box."""

    __tablename__ = "ratings"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[uuid.UUID] = mapped_column(index=True)
    day: Mapped[date] = mapped_column(Date, index=True)
    own_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    own_stamp: Mapped[bytes | None] = mapped_column(LargeBinary)

    @property
    def own(self) -> Sealed:
        return Sealed(self.own_sealed, 1, self.own_stamp)

    @own.setter
    def own(self, value: Sealed) -> None:
        self.own_sealed, self.own_stamp = value.data, value.stamp
