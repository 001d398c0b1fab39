"""Closings under way, releases, and the ledger of what was ever said.

A release and an atom are only ever added: triggers of the database refuse to change or delete one
(migration 0009), as they refuse to change a fact whose period is closed.
"""

import uuid
from datetime import date
from typing import Any

from sqlalchemy import JSON, Date, ForeignKey, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from helpline.extensions import Model
from helpline.keys.models import SealedColumns


class Closing(SealedColumns, Model):
    """A quarter that is being closed: its plan on reporting's shelf, and how its check goes.

    digest: SHA-256 of the body that would be published. signature: the publisher's, over it.
    report: what the check has tested so far, and its stamp once it is through.
    """

    __tablename__ = "closings"

    period: Mapped[str] = mapped_column(String(8), primary_key=True)
    state: Mapped[str] = mapped_column(String(12))
    digest: Mapped[str] = mapped_column(String(64))
    publisher_id: Mapped[uuid.UUID] = mapped_column()
    publisher_key: Mapped[bytes] = mapped_column(LargeBinary)
    signature: Mapped[bytes] = mapped_column(LargeBinary)
    prepared: Mapped[date] = mapped_column(Date)
    report: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class SignedByTwo:
    """Mixin: who prepared and who approved, with the Ed25519 keys they signed with."""

    publisher_id: Mapped[uuid.UUID] = mapped_column()
    publisher_key: Mapped[bytes] = mapped_column(LargeBinary)
    publisher_signature: Mapped[bytes] = mapped_column(LargeBinary)
    approver_id: Mapped[uuid.UUID] = mapped_column()
    approver_key: Mapped[bytes] = mapped_column(LargeBinary)
    approver_signature: Mapped[bytes] = mapped_column(LargeBinary)
    published: Mapped[date] = mapped_column(Date)


class ReleaseRow(SealedColumns, SignedByTwo, Model):
    """A release, for good. What is sealed besides is what only its closing knew: `shared` parts.

    audit: how many targets the check tested, by its rules, and that it found nothing.
    """

    __tablename__ = "releases"

    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    period: Mapped[str] = mapped_column(String(8), unique=True)
    previous: Mapped[str] = mapped_column(String(64), unique=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    body: Mapped[bytes] = mapped_column(LargeBinary)
    audit: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class SealedAtom(Model):
    """A number that was said, and never changes. part: "" or "category=W", "category=" the rest."""

    __tablename__ = "sealed_atoms"

    unit: Mapped[str] = mapped_column(String(100), primary_key=True)
    period: Mapped[str] = mapped_column(String(9), primary_key=True)
    part: Mapped[str] = mapped_column(String(60), primary_key=True)
    value: Mapped[int] = mapped_column(Integer)
    release: Mapped[int] = mapped_column(ForeignKey("releases.number"))


class CycleKey(SealedColumns, Model):
    """Makes worker numbers of handles for three years, on reporting's shelf; then it is deleted."""

    __tablename__ = "cycle_keys"

    cycle: Mapped[str] = mapped_column(String(9), primary_key=True)


class PortraitRow(Model):
    """What all releases say of a factory, a group, a province, a country, a brand or all of them
    together, put together when the newest was published.

    Everything in it follows from the releases; the next publication writes all of them anew.
    release: the newest one it tells of. drawn: its charts are there in every language.
    """

    __tablename__ = "portraits"

    kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    code: Mapped[str] = mapped_column(String(400), primary_key=True)
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    release: Mapped[int] = mapped_column(Integer)
    drawn: Mapped[bool] = mapped_column(default=False, index=True)


class ChartRow(Model):
    """A chart of a portrait with the words of one language: SVG, compressed (zlib)."""

    __tablename__ = "charts"

    kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    code: Mapped[str] = mapped_column(String(400), primary_key=True)
    language: Mapped[str] = mapped_column(String(8), primary_key=True)
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    body: Mapped[bytes] = mapped_column(LargeBinary)


class RemarkRow(SignedByTwo, Model):
    """Words beside the numbers, in a chain of their own (`rules.remarks`).

    body: None of a story that was taken back; that is the one change the database's triggers let
    through (migration 0012).
    """

    __tablename__ = "remarks"

    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(8))
    previous: Mapped[str] = mapped_column(String(64), unique=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    body: Mapped[bytes | None] = mapped_column(LargeBinary)


class RemarkDraft(SealedColumns, Model):
    """A remark that waits for its second person, on reporting's shelf; there is one at most."""

    __tablename__ = "remark_drafts"

    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    digest: Mapped[str] = mapped_column(String(64))
    publisher_id: Mapped[uuid.UUID] = mapped_column()
    publisher_key: Mapped[bytes] = mapped_column(LargeBinary)
    signature: Mapped[bytes] = mapped_column(LargeBinary)
