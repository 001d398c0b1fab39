"""Public keys, grants, the directory and the wraps of people's own boxes."""

import uuid

from sqlalchemy import Index, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from helpline.extensions import Model
from helpline.keys.rules import Sealed


class SealedColumns:
    """Mixin: what a sealed value needs beside its bytes; see `helpline.keys.rules.Sealed`."""

    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    generation: Mapped[int] = mapped_column(Integer)
    stamp: Mapped[bytes | None] = mapped_column(LargeBinary)

    @property
    def content(self) -> Sealed:
        return Sealed(self.sealed, self.generation, self.stamp)

    @content.setter
    def content(self, value: Sealed) -> None:
        self.sealed, self.generation, self.stamp = value.data, value.generation, value.stamp


class BoxGeneration(Model):
    """One generation of a case's, worker's or team's box.

    The public key of a case or worker box counts through its stamp; a team's only as the
    directory states it. `previous` is the older generation's secret on this one's shelf.
    """

    __tablename__ = "box_generations"

    box_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    generation: Mapped[int] = mapped_column(Integer, primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    public: Mapped[bytes] = mapped_column(LargeBinary)
    stamp: Mapped[bytes] = mapped_column(LargeBinary)
    previous: Mapped[bytes | None] = mapped_column(LargeBinary)


class Grant(Model):
    """The secret of one box, put into another; moved to the holder's shelf at first use."""

    __tablename__ = "grants"
    __table_args__ = (Index("ix_grants_held", "holder_id", "box_id"),)

    box_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    generation: Mapped[int] = mapped_column(Integer, primary_key=True)
    holder_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    holder_generation: Mapped[int] = mapped_column(Integer)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    on_shelf: Mapped[bool] = mapped_column(default=False)


class DirectoryStatement(Model):
    """One statement of the signed directory, in order; rows are only ever added."""

    __tablename__ = "directory_statements"

    sequence: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    body: Mapped[bytes] = mapped_column(LargeBinary)
    signatures: Mapped[bytes] = mapped_column(LargeBinary)
    hash: Mapped[bytes] = mapped_column(LargeBinary)


class DirectoryProposal(Model):
    """A statement that waits for the second supervisor's signature."""

    __tablename__ = "directory_proposals"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    body: Mapped[bytes] = mapped_column(LargeBinary)
    signer: Mapped[uuid.UUID] = mapped_column()
    signature: Mapped[bytes] = mapped_column(LargeBinary)


class PersonWrap(Model):
    """A person box's secret under the stretched password; opening it is the proof."""

    __tablename__ = "person_wraps"

    person_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(Integer)
    salt: Mapped[bytes] = mapped_column(LargeBinary)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
