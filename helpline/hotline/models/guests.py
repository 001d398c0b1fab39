"""A third person at a talk, while the call lives, and cases that are to follow a talk."""

import uuid

from sqlalchemy import LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from helpline.columns import new_id
from helpline.extensions import Model


class Guest(Model):
    """A colleague who is to take a talk over, or a supervisor who listens; deleted with the call.

    `by_id` is the counsellor who talks: no guest has a leg before they agreed. `joined` is set
    once key 1 was pressed: from then on the talk goes on in the call's room. `brief` is sealed to
    the colleague's own box and emptied when they have joined or will not.
    """

    __tablename__ = "guests"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    call_id: Mapped[uuid.UUID] = mapped_column(index=True)
    kind: Mapped[str] = mapped_column(String(8))
    state: Mapped[str] = mapped_column(String(12))
    by_id: Mapped[uuid.UUID] = mapped_column()
    person_id: Mapped[uuid.UUID] = mapped_column()
    leg_id: Mapped[uuid.UUID | None] = mapped_column(unique=True)
    joined: Mapped[bool] = mapped_column(default=False)
    cold: Mapped[bool] = mapped_column(default=False)
    gives_case: Mapped[bool] = mapped_column(default=False)
    brief: Mapped[bytes | None] = mapped_column(LargeBinary)
    brief_stamp: Mapped[bytes | None] = mapped_column(LargeBinary)


class HandOver(Model):
    """A case that its holder's next request gives to whoever took the talk over."""

    __tablename__ = "hand_overs"

    case_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    giver_id: Mapped[uuid.UUID] = mapped_column(index=True)
    taker_id: Mapped[uuid.UUID] = mapped_column()
