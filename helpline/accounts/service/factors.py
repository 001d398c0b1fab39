"""The second factor: a secret on the person's own shelf, each code good once."""

import base64
import uuid
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import or_, update

from crypto import totp
from helpline.accounts.models import Account
from helpline.extensions import db
from helpline.keys.rules import Place
from helpline.keys.service.principal import PersonBox, open_own, seal_own


@dataclass(frozen=True, slots=True)
class Shown:
    """A waiting secret as an app reads it: an address for a picture, and base32 to type."""

    address: str = field(repr=False)
    spelled: str = field(repr=False)


def show_candidate(person: uuid.UUID, box: PersonBox, login_name: str, issuer: str) -> Shown:
    """The waiting secret, to be shown to its owner alone."""
    secret = candidate(person, box)
    letters = base64.b32encode(secret).decode().rstrip("=")
    groups = [letters[start : start + 4] for start in range(0, len(letters), 4)]
    return Shown(totp.provisioning_uri(secret, login_name, issuer), " ".join(groups))


def candidate(person: uuid.UUID, box: PersonBox) -> bytes:
    """The secret that waits to be confirmed by a first code; made when there is none yet."""
    account = db.session.get_one(Account, person)
    if account.next_factor is None:
        secret = totp.new_secret()
        account.next_factor = seal_own(box, person, secret, _place("next factor", person))
        db.session.flush()
        return secret
    return open_own(box, person, account.next_factor, _place("next factor", person))


def confirm_candidate(person: uuid.UUID, box: PersonBox, code: str, now: datetime) -> bool:
    """Make the waiting secret the second factor if `code` shows that the app has it."""
    account = db.session.get_one(Account, person)
    if account.next_factor is None:
        return False
    secret = open_own(box, person, account.next_factor, _place("next factor", person))
    step = totp.matching_step(secret, code, int(now.timestamp()), None)
    if step is None:
        return False
    set_factor(account, box, secret)
    account.last_step = step
    account.next_factor = None
    db.session.flush()
    return True


def set_factor(account: Account, box: PersonBox, secret: bytes) -> None:
    """Lay `secret` on the person's shelf as their second factor."""
    account.second_factor = seal_own(box, account.id, secret, _place("factor", account.id))


def use_code(person: uuid.UUID, box: PersonBox, code: str, now: datetime) -> bool:
    """Whether `code` is right and was never used; a race for the same code has one winner."""
    account = db.session.get_one(Account, person)
    if account.second_factor is None:
        return False
    secret = open_own(box, person, account.second_factor, _place("factor", person))
    step = totp.matching_step(secret, code, int(now.timestamp()), account.last_step)
    if step is None:
        return False
    won = db.session.execute(
        update(Account)
        .where(Account.id == person, or_(Account.last_step.is_(None), Account.last_step < step))
        .values(last_step=step)
        .returning(Account.id)
    ).scalar_one_or_none()
    return won is not None


def _place(purpose: str, person: uuid.UUID) -> Place:
    return Place(purpose, "accounts", str(person))
