"""Factories, lines, services, the taxonomy, what is said, and changes that wait for a supervisor.

All of it is in clear: the register describes the service and names no worker.
"""

import uuid
from datetime import date

from sqlalchemy import (
    JSON,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from helpline.columns import new_id
from helpline.extensions import Model


class Factory(Model):
    """A factory whose workers may ring; `key_code` are the digits on its poster.

    `folded` is code, digits, name, region and brands in one folded text, for the search.
    """

    __tablename__ = "factories"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    code: Mapped[str] = mapped_column(String(20), unique=True)
    key_code: Mapped[str] = mapped_column(String(8), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    country: Mapped[str] = mapped_column(String(2))
    province: Mapped[str] = mapped_column(String(80))
    region: Mapped[str] = mapped_column(String(80), default="")
    workers: Mapped[int] = mapped_column(Integer)
    certified_until: Mapped[date | None] = mapped_column(Date)
    brands: Mapped[list[str]] = mapped_column(JSON, default=list)
    active: Mapped[bool] = mapped_column(default=True)
    revision: Mapped[int] = mapped_column(Integer, default=1)
    folded: Mapped[str] = mapped_column(Text, default="")


_STANDS = text("state = 'stands'")


class ReachRow(Model):
    """What was done at a factory on a day: cards, posters, a training or a test call.

    Never changed and never deleted: whoever corrects it adds a row that `replaces` it, or withdraws
    it, and `state` says which ("stands", "revised", "withdrawn"). `recorded_as` is the role of
    whoever recorded it, "" for the command line. What the other columns hold, says `rules.reach`.
    """

    __tablename__ = "reach_rows"
    __table_args__ = (
        Index(
            "ix_reach_rows_stands",
            "factory_id",
            "kind",
            "day",
            unique=True,
            sqlite_where=_STANDS,
            postgresql_where=_STANDS,
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    factory_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("factories.id"), index=True)
    kind: Mapped[str] = mapped_column(String(12))
    day: Mapped[date] = mapped_column(Date)
    number: Mapped[int | None] = mapped_column(Integer)
    expected: Mapped[int | None] = mapped_column(Integer)
    todo: Mapped[list[str]] = mapped_column(JSON, default=list)
    reached: Mapped[str] = mapped_column(String(12), default="")
    inside: Mapped[bool | None] = mapped_column()
    state: Mapped[str] = mapped_column(String(12), default="stands")
    replaces: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("reach_rows.id"), unique=True)
    recorded_by: Mapped[uuid.UUID | None] = mapped_column()
    recorded_as: Mapped[str] = mapped_column(String(16), default="")
    recorded_on: Mapped[date] = mapped_column(Date)
    ended_by: Mapped[uuid.UUID | None] = mapped_column()
    ended_on: Mapped[date | None] = mapped_column(Date)


class AssignedFactory(Model):
    """A factory that an auditor records for, or that a sponsor reads: the role says which."""

    __tablename__ = "assigned_factories"

    person_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    factory_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("factories.id"), primary_key=True, index=True
    )
    assigned_by: Mapped[uuid.UUID | None] = mapped_column()
    assigned_on: Mapped[date] = mapped_column(Date)


class Service(Model):
    """Somewhere a worker can be sent: an entry of the directory of services and programmes.

    `region` "" is the whole country; `languages` are codes with spaces between them; `known_as` is
    what no two entries share; `folded` is what the search looks at.
    """

    __tablename__ = "services"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(200))
    known_as: Mapped[str] = mapped_column(String(600), unique=True)
    kind: Mapped[str] = mapped_column(String(24))
    country: Mapped[str] = mapped_column(String(2))
    region: Mapped[str] = mapped_column(String(80), default="")
    languages: Mapped[str] = mapped_column(String(120), default="")
    hours: Mapped[str] = mapped_column(String(200), default="")
    phone: Mapped[str] = mapped_column(String(80), default="")
    address: Mapped[str] = mapped_column(String(300), default="")
    web: Mapped[str] = mapped_column(String(200), default="")
    audience: Mapped[str] = mapped_column(String(200), default="")
    cost: Mapped[str] = mapped_column(String(120), default="")
    notes: Mapped[str] = mapped_column(Text, default="")
    checked_on: Mapped[date | None] = mapped_column(Date)
    checked_by: Mapped[uuid.UUID | None] = mapped_column()
    active: Mapped[bool] = mapped_column(default=True)
    revision: Mapped[int] = mapped_column(Integer, default=1)
    folded: Mapped[str] = mapped_column(Text, default="")


class Line(Model):
    """A number that workers ring or text, with its languages and its calendar.

    `week` holds seven texts of hours, Monday first; `holidays` one text. Both are written and
    read by `rules.hours`. `ready` becomes true when a supervisor has confirmed the line.
    `revision` counts the changes of this row, `texts_revision` those of its own texts.
    """

    __tablename__ = "lines"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    number: Mapped[str] = mapped_column(String(16), unique=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)
    kind: Mapped[str] = mapped_column(String(16))
    languages: Mapped[list[str]] = mapped_column(JSON)
    zone: Mapped[str] = mapped_column(String(64))
    country: Mapped[str] = mapped_column(String(2))
    week: Mapped[list[str]] = mapped_column(JSON)
    holidays: Mapped[str] = mapped_column(Text, default="")
    emergency_numbers: Mapped[list[str]] = mapped_column(JSON, default=list)
    recording_offered: Mapped[bool] = mapped_column(default=False)
    active: Mapped[bool] = mapped_column(default=True)
    ready: Mapped[bool] = mapped_column(default=False)
    revision: Mapped[int] = mapped_column(Integer, default=1)
    texts_revision: Mapped[int] = mapped_column(Integer, default=1)


class Sound(Model):
    """A sound file that a line plays instead of a spoken text; its id is all an address shows."""

    __tablename__ = "prompt_sounds"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    media_type: Mapped[str] = mapped_column(String(16))
    data: Mapped[bytes] = mapped_column(LargeBinary)


class LineText(Model):
    """What a line says or texts instead of the standard text: words, or a sound."""

    __tablename__ = "line_texts"
    __table_args__ = (UniqueConstraint("line_id", "language", "key"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    line_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("lines.id"), index=True)
    language: Mapped[str] = mapped_column(String(16))
    key: Mapped[str] = mapped_column(String(64))
    text: Mapped[str] = mapped_column(Text, default="")
    sound_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("prompt_sounds.id"))


class CannedAnswer(Model):
    """A short text to a worker in one language: instead of a shipped one, or one more.

    `title` "" is the shipped title; `category` "" stands in no group; not `offered` hides it.
    """

    __tablename__ = "canned_answers"

    key: Mapped[str] = mapped_column(String(40), primary_key=True)
    language: Mapped[str] = mapped_column(String(16), primary_key=True)
    title: Mapped[str] = mapped_column(String(60), default="")
    category: Mapped[str] = mapped_column(String(40), default="")
    text: Mapped[str] = mapped_column(Text, default="")
    offered: Mapped[bool] = mapped_column(default=True)


class PendingChange(Model):
    """A change that could lead workers astray; it counts only after a supervisor's word.

    `kind` is one of `rules.lines.ChangeKind`; `old` and `new` are what stands and what shall
    stand; `language` and `key` say which text. Days, not times.
    """

    __tablename__ = "pending_changes"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    line_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("lines.id"), index=True)
    kind: Mapped[str] = mapped_column(String(24))
    language: Mapped[str] = mapped_column(String(16), default="")
    key: Mapped[str] = mapped_column(String(64), default="")
    old: Mapped[str] = mapped_column(Text)
    new: Mapped[str] = mapped_column(Text)
    sound_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("prompt_sounds.id"))
    state: Mapped[str] = mapped_column(String(16), default="waiting", index=True)
    proposed_by: Mapped[uuid.UUID | None] = mapped_column()
    proposed_on: Mapped[date] = mapped_column(Date)
    decided_by: Mapped[uuid.UUID | None] = mapped_column()
    decided_on: Mapped[date | None] = mapped_column(Date)


class Category(Model):
    """A code of the taxonomy; `parent` is empty for the main categories."""

    __tablename__ = "categories"

    code: Mapped[str] = mapped_column(String(8), primary_key=True)
    parent: Mapped[str] = mapped_column(String(8), default="", index=True)
    group: Mapped[str] = mapped_column("super_group", String(8))
    position: Mapped[int] = mapped_column(Integer)
    built_in: Mapped[bool] = mapped_column(default=False)
    offered: Mapped[bool] = mapped_column(default=True)


class CategoryLabel(Model):
    """A code's name in one language; a change adds a version, older ones stay readable."""

    __tablename__ = "category_labels"

    code: Mapped[str] = mapped_column(ForeignKey("categories.code"), primary_key=True)
    language: Mapped[str] = mapped_column(String(16), primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True)
    text: Mapped[str] = mapped_column(String(120))
    since: Mapped[date] = mapped_column(Date)
