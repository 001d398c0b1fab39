"""What may prove, beside the password, that it is them: a code, a security key, a recovery code."""

import enum
import uuid
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select

from helpline.accounts.models import Account
from helpline.accounts.service import factors, recovery_codes, security_keys
from helpline.accounts.service.security_keys import RelyingParty
from helpline.accounts.service.sessions import Opened
from helpline.audit import service as audit
from helpline.errors import Conflict
from helpline.extensions import db
from helpline.keys.service.site import Site


class Means(enum.StrEnum):
    """By which of them somebody came in."""

    CODE = "code"
    KEY = "security key"
    RECOVERY = "recovery code"


@dataclass(frozen=True, slots=True)
class Proof:
    """What was sent: the app's six digits, a security key's answer, or a recovery code.

    `party`: to whom a security key answers here; None where none can.
    """

    code: str = field(default="", repr=False)
    answer: str = field(default="", repr=False)
    recovery: str = field(default="", repr=False)
    party: RelyingParty | None = None

    @property
    def means(self) -> Means:
        """Which one counts, if several were sent."""
        if self.answer:
            return Means.KEY
        return Means.RECOVERY if self.recovery else Means.CODE


def accept(site: Site, opened: Opened, proof: Proof, now: datetime) -> bool:
    """Use the proof up; False if it does not hold or was used before."""
    if proof.means is Means.KEY:
        return security_keys.use(site, opened, proof.party, proof.answer, now)
    if proof.means is Means.RECOVERY:
        return recovery_codes.use(site, opened.person, opened.box, proof.recovery, now)
    return factors.use_code(opened.person, opened.box, proof.code, now)


def has_app(person: uuid.UUID) -> bool:
    """Whether codes of an app are accepted from this person."""
    query = select(Account.id).where(Account.id == person, Account.second_factor.is_not(None))
    return db.session.scalar(query) is not None


def refuse_codes(site: Site, opened: Opened, now: datetime) -> None:
    """Accept no codes of an app any more, which can be coaxed out of somebody; keys alone count.

    Raises Conflict without a security key and a recovery code for the day when it is lost.
    """
    sound = [key for key in security_keys.listed(opened) if key.sound]
    if not sound or not recovery_codes.left(opened.person):
        raise Conflict("First add a security key and make recovery codes.")
    account = db.session.get_one(Account, opened.person)
    account.second_factor = account.next_factor = None
    db.session.flush()
    audit.record(site, "second_factor.codes_refused", now, actor=opened.person)


def remove_key(site: Site, opened: Opened, key: uuid.UUID, now: datetime) -> None:
    """Delete one of the person's own keys; raises Conflict if nothing else would let them in."""
    others = [one for one in security_keys.listed(opened) if one.sound and one.id != key]
    if not others and not has_app(opened.person):
        raise Conflict("This is the only way in. Add an app or another key first.")
    security_keys.remove(site, opened, key, now)


def forget(account: Account) -> None:
    """Let nothing be left that could prove anything for somebody who leaves."""
    account.second_factor = account.next_factor = None
    security_keys.forget(account.id)
    recovery_codes.forget(account.id)
