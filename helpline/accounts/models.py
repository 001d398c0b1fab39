"""People who log in, their invitations, their sessions and what slows guessing down."""

import uuid
from datetime import date, datetime

from sqlalchemy import JSON, BigInteger, Date, Index, Integer, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from helpline.columns import UtcDateTime
from helpline.extensions import Model
from helpline.keys.models import SealedColumns

_LIVE = text("state in ('invited', 'activated', 'admitted')")


class Account(Model):
    """A person who may log in; `id` is also the id of their box.

    `role` is what they were invited as: what they are, the directory says. `public` is the box's
    public key as its owner made it; it counts once a supervisor has admitted it. `second_factor`
    and `next_factor` lie on the person's own shelf.
    """

    __tablename__ = "accounts"
    __table_args__ = (
        Index(
            "ix_accounts_login_name_live",
            "login_name",
            unique=True,
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    login_name: Mapped[str] = mapped_column(String(64))
    role: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(16))
    languages: Mapped[list[str]] = mapped_column(JSON, default=list)
    public: Mapped[bytes | None] = mapped_column(LargeBinary)
    second_factor: Mapped[bytes | None] = mapped_column(LargeBinary)
    next_factor: Mapped[bytes | None] = mapped_column(LargeBinary)
    last_step: Mapped[int | None] = mapped_column(BigInteger)


class Invitation(Model):
    """A link that lets one person set their password, once; only its keyed hash is kept."""

    __tablename__ = "invitations"

    token: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    account_id: Mapped[uuid.UUID] = mapped_column(index=True)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Session(Model):
    """One browser that is logged in, or half way there.

    `row` and the key that wraps the secret are both derived from the cookie: the row cannot be
    turned into a cookie. `id` only names the session in its owner's list. `device` lies on the
    owner's shelf. `challenge` is what a security key must sign next, once, in this session.
    """

    __tablename__ = "sessions"

    row: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(unique=True)
    account_id: Mapped[uuid.UUID] = mapped_column(index=True)
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)
    device: Mapped[bytes] = mapped_column(LargeBinary)
    half: Mapped[bool] = mapped_column()
    failures: Mapped[int] = mapped_column(Integer, default=0)
    began_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    challenge: Mapped[bytes | None] = mapped_column(LargeBinary)
    challenge_until: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SecurityKey(Model):
    """A security key (passkey) that somebody may show as their second factor.

    Its parts stand in clear, as the key itself tells them to whoever asks. `sealed` lies on the
    owner's shelf and repeats them beside the name the owner gave: only a row that agrees counts,
    so nobody who writes the database adds a key. `count` is the last count of signatures seen.
    """

    __tablename__ = "security_keys"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    person_id: Mapped[uuid.UUID] = mapped_column(index=True)
    credential: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    public: Mapped[bytes] = mapped_column(LargeBinary)
    count: Mapped[int] = mapped_column(BigInteger)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class RecoveryCode(Model):
    """A recovery code that was not used yet: its keyed hash, on its owner's shelf.

    Using it deletes the row, so a race for it has one winner.
    """

    __tablename__ = "recovery_codes"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    person_id: Mapped[uuid.UUID] = mapped_column(index=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class KeptForm(SealedColumns, Model):
    """A form that was sent when its owner's session was over, sealed to the owner's slot.

    Only the day: a time would tell when somebody wrote about a contact.
    """

    __tablename__ = "kept_forms"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    person_id: Mapped[uuid.UUID] = mapped_column(index=True)
    day: Mapped[date] = mapped_column(Date)


class Throttle(Model):
    """How often a name, address or browser failed lately, known by keyed hash alone."""

    __tablename__ = "login_throttles"

    key: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    failures: Mapped[int] = mapped_column(Integer)
    failed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SpentForm(Model):
    """A form that acts once and was sent, known by keyed hash; `made` is the id it made or changed.

    Only the day: a time would tell when a contact was taken.
    """

    __tablename__ = "spent_forms"

    key: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    made: Mapped[uuid.UUID] = mapped_column()
    day: Mapped[date] = mapped_column(Date)
