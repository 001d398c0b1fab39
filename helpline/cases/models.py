"""Cases and what belongs to them. In clear stands what routing and sorting need, nothing said."""

import uuid
from datetime import date, datetime

from sqlalchemy import (
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    UniqueConstraint,
    literal_column,
)
from sqlalchemy.orm import InstrumentedAttribute, Mapped, mapped_column

from helpline.cases.rules.status import Status
from helpline.columns import UtcDateTime, new_id
from helpline.extensions import Model
from helpline.keys.models import SealedColumns
from helpline.keys.rules import Sealed


class Case(Model):
    """The outer row of a case; its id is also the id of its box.

    reference   what people call it ("7K4Q"): random, says nothing
    rank        follows from `severity`; lists are sorted by it
    reserved    who answered its call and has not claimed it yet
    entries     how many entries it has; also who appends takes the row's lock by it
    revision    counts edits: a form that was opened before another edit is refused
    asks_second whether something waits for a second person
    due, alarm  rounded down, see `rules.clocks.shell_times`; due is `FAR` where no clock runs, so
                that an index gives the lists their order
    """

    __tablename__ = "cases"
    __table_args__ = (Index("ix_cases_alarm", "alarm"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(8), unique=True)
    status: Mapped[str] = mapped_column(String(24))
    severity: Mapped[int | None] = mapped_column(Integer)
    rank: Mapped[int] = mapped_column(Integer)
    language: Mapped[str] = mapped_column(String(12))
    assignee: Mapped[uuid.UUID | None] = mapped_column()
    reserved: Mapped[uuid.UUID | None] = mapped_column(index=True)
    opened_on: Mapped[date] = mapped_column(Date)
    due: Mapped[datetime] = mapped_column(UtcDateTime, nullable=True)  # null in no row
    alarm: Mapped[datetime | None] = mapped_column(UtcDateTime)
    retain_until: Mapped[date | None] = mapped_column(Date, index=True)
    handle: Mapped[bytes | None] = mapped_column(LargeBinary(32), index=True)
    entries: Mapped[int] = mapped_column(Integer, default=0)
    revision: Mapped[int] = mapped_column(Integer, default=1)
    asks_second: Mapped[bool] = mapped_column(default=False, index=True)


IS_OPEN = Case.status != literal_column(f"'{Status.CLOSED.value}'")
"""Spelt out, not bound: only then does a database see that the indices below will do."""


def _open_cases(name: str, *columns: InstrumentedAttribute[uuid.UUID | None]) -> Index:
    """An index in the order of the lists over what is not closed."""
    order = (Case.rank.desc(), Case.due, Case.id)
    return Index(name, *columns, *order, sqlite_where=IS_OPEN, postgresql_where=IS_OPEN)


_open_cases("ix_cases_open")
_open_cases("ix_cases_desk", Case.assignee)


class Entry(SealedColumns, Model):
    """One thing that happened in a case. Entries are added and never changed."""

    __tablename__ = "entries"
    __table_args__ = (UniqueConstraint("case_id", "sequence"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"))
    sequence: Mapped[int] = mapped_column(Integer)
    kind: Mapped[str] = mapped_column(String(24))


class Number(SealedColumns, Model):
    """A telephone number of a case, sealed."""

    __tablename__ = "numbers"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("cases.id", ondelete="CASCADE"), index=True
    )
    sequence: Mapped[int] = mapped_column(Integer)


class Sound(SealedColumns, Model):
    """A voicemail or recording; kept apart from its entry so that reading a case stays light."""

    __tablename__ = "sounds"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("cases.id", ondelete="CASCADE"), index=True
    )


class Header(SealedColumns, Model):
    """What lists show of a case, on its shelf; good up to entry `upto`."""

    __tablename__ = "headers"

    case_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True
    )
    upto: Mapped[int] = mapped_column(Integer)
    revision: Mapped[int] = mapped_column(Integer)


class Digest(SealedColumns, Model):
    """A case's text folded for search, on its shelf; good up to entry `upto`."""

    __tablename__ = "digests"

    case_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True
    )
    upto: Mapped[int] = mapped_column(Integer)
    revision: Mapped[int] = mapped_column(Integer)


class Timeline(SealedColumns, Model):
    """A case's entries as they were opened once, on its shelf; it names the hash of which ones."""

    __tablename__ = "timelines"

    case_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True
    )
    revision: Mapped[int] = mapped_column(Integer)


class Draft(Model):
    """Something half written, on its writer's own shelf."""

    __tablename__ = "drafts"

    person_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    case_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    revision: Mapped[int] = mapped_column(Integer)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class Card(SealedColumns, Model):
    """What whoever answers this number next must know, sealed to intake."""

    __tablename__ = "cards"

    case_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True
    )
    handle: Mapped[bytes] = mapped_column(LargeBinary(32), index=True)
    revision: Mapped[int] = mapped_column(Integer)


class Link(Model):
    """Two cases that have to do with each other; `case_id` is the later or the joined one."""

    __tablename__ = "links"

    case_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True
    )
    other_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    kind: Mapped[str] = mapped_column(String(16))


class Presence(Model):
    """Somebody has this case open now; the row is gone a minute after the page is."""

    __tablename__ = "presences"

    case_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True
    )
    person_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    until: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class WorkerReceipt(Model):
    """A worker's letterbox: its box's secret under sixteen digits that only the worker has."""

    __tablename__ = "receipts"

    lookup: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    box_id: Mapped[uuid.UUID] = mapped_column(unique=True)
    case_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("cases.id", ondelete="CASCADE"), index=True
    )
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)


class Letter(SealedColumns, Model):
    """Something said to or by the worker, or a mark that it was read, in the worker's box."""

    __tablename__ = "letters"
    __table_args__ = (UniqueConstraint("box_id", "sequence"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    box_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("receipts.box_id", ondelete="CASCADE"))
    sequence: Mapped[int] = mapped_column(Integer)


class CertifierLetter(SealedColumns, Model):
    """A letter to the certifier with what they said to it, in a box of its own; see
    `service.certifier`. Its id is also the id of that box."""

    __tablename__ = "certifier_letters"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    case_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("cases.id", ondelete="CASCADE"), index=True
    )
    day: Mapped[date] = mapped_column(Date)
    revision: Mapped[int] = mapped_column(Integer)


class Destruction(Model):
    """A case that was destroyed: whoever restores a backup destroys it there again."""

    __tablename__ = "destructions"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[uuid.UUID] = mapped_column(unique=True)
    ground: Mapped[str] = mapped_column(String(8))
    day: Mapped[date] = mapped_column(Date, index=True)
    person_id: Mapped[uuid.UUID] = mapped_column()


class OptOut(Model):
    """A number that texted STOP to a line."""

    __tablename__ = "opt_outs"

    handle: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    line_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)


class NeverContact(Model):
    """A number that must not be rung or texted, as the worker of this case said."""

    __tablename__ = "never_contact"

    handle: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    act: Mapped[str] = mapped_column(String(8), primary_key=True)
    case_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)


class SentText(Model):
    """Which entry a carrier's report of delivery belongs to.

    `message` is `site.event_hash(<the carrier's id>, "sent")`.
    """

    __tablename__ = "sent_texts"

    message: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    case_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("cases.id", ondelete="CASCADE"), index=True
    )
    entry_id: Mapped[uuid.UUID] = mapped_column()


class Fact(Model):
    """What statistics may know of a case, in reporting's slot: two parts, each replaced whole.

    A part whose `..._closed_in` names a period is never written again.
    """

    __tablename__ = "facts"
    __table_args__ = (Index("ix_facts_closed", "opening_closed_in"),)

    case_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(Integer)
    opening_revision: Mapped[int] = mapped_column(Integer)
    opening_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    opening_generation: Mapped[int] = mapped_column(Integer)
    opening_stamp: Mapped[bytes | None] = mapped_column(LargeBinary)
    opening_closed_in: Mapped[str | None] = mapped_column(String(8))
    ending_revision: Mapped[int] = mapped_column(Integer)
    ending_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    ending_generation: Mapped[int] = mapped_column(Integer)
    ending_stamp: Mapped[bytes | None] = mapped_column(LargeBinary)
    ending_closed_in: Mapped[str | None] = mapped_column(String(8))

    @property
    def opening(self) -> Sealed:
        return Sealed(self.opening_sealed, self.opening_generation, self.opening_stamp)

    @opening.setter
    def opening(self, value: Sealed) -> None:
        self.opening_sealed, self.opening_generation = value.data, value.generation
        self.opening_stamp = value.stamp

    @property
    def ending(self) -> Sealed:
        return Sealed(self.ending_sealed, self.ending_generation, self.ending_stamp)

    @ending.setter
    def ending(self, value: Sealed) -> None:
        self.ending_sealed, self.ending_generation = value.data, value.generation
        self.ending_stamp = value.stamp
