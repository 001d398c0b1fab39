"""Recovery codes: ten, shown once, each good once, for whoever is without app and security key.

Each lies on its owner's shelf as a keyed hash: neither the database nor an open session gives a
code back. Using one deletes its row.
"""

import hmac
import secrets
import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, select

from helpline.accounts import rules
from helpline.accounts.models import RecoveryCode
from helpline.audit import service as audit
from helpline.columns import new_id
from helpline.extensions import db
from helpline.keys.rules import Place
from helpline.keys.service.principal import PersonBox, open_own, seal_own
from helpline.keys.service.site import Site, Tampered

HOW_MANY = 10


def make(site: Site, person: uuid.UUID, box: PersonBox, now: datetime) -> Sequence[str]:
    """Ten new codes as they are shown, once; the old ones end."""
    forget(person)
    codes = [_new_code() for _ in range(HOW_MANY)]
    for code in codes:
        ident = new_id()
        hashed = _hash(site, person, rules.folded_recovery_code(code))
        sealed = seal_own(box, person, hashed, _place(ident))
        db.session.add(RecoveryCode(id=ident, person_id=person, sealed=sealed))
    db.session.flush()
    audit.record(site, "recovery_codes.made", now, actor=person)
    return codes


def left(person: uuid.UUID) -> int:
    """How many codes are still good."""
    query = select(func.count()).where(RecoveryCode.person_id == person)
    return db.session.scalar(query) or 0


def use(site: Site, person: uuid.UUID, box: PersonBox, typed: str, now: datetime) -> bool:
    """Whether `typed` is one of the person's codes; of two requests with the same one wins."""
    given = _hash(site, person, rules.folded_recovery_code(typed))
    found: uuid.UUID | None = None
    for row in db.session.scalars(select(RecoveryCode).where(RecoveryCode.person_id == person)):
        if hmac.compare_digest(_opened(box, row), given):
            found = row.id
    won = db.session.scalar(
        delete(RecoveryCode).where(RecoveryCode.id == found).returning(RecoveryCode.id)
    )
    if won is None:
        return False
    audit.record(site, "recovery_code.used", now, actor=person)
    return True


def forget(person: uuid.UUID) -> None:
    """Delete every code of a person."""
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person))


def _new_code() -> str:
    """Twelve letters and digits, 60 bits, in groups of four."""
    letters = "".join(secrets.choice(rules.RECOVERY_LETTERS) for _ in range(rules.RECOVERY_LENGTH))
    return " ".join(letters[start : start + 4] for start in range(0, rules.RECOVERY_LENGTH, 4))


def _opened(box: PersonBox, row: RecoveryCode) -> bytes:
    """The hash that lies there; a row that was changed is nobody's code."""
    try:
        return open_own(box, row.person_id, row.sealed, _place(row.id))
    except Tampered:
        return b""


def _hash(site: Site, person: uuid.UUID, folded: str) -> bytes:
    return site.throttle_hash("recovery code", str(person), folded)


def _place(ident: uuid.UUID) -> Place:
    return Place("recovery code", "recovery_codes", str(ident))
