"""What may prove, beside the password, that it is them: a code, a security key, a recovery code."""

import enum
from dataclasses import dataclass, field
from datetime import datetime

from helpline.accounts.models import Account
from helpline.accounts.service import factors, recovery_codes, security_keys
from helpline.accounts.service.security_keys import RelyingParty
from helpline.accounts.service.sessions import Opened
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


def forget(account: Account) -> None:
    """Let nothing be left that could prove anything for somebody who leaves."""
    account.second_factor = account.next_factor = None
    security_keys.forget(account.id)
    recovery_codes.forget(account.id)
