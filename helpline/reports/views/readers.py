"""Who reads: auditors and supervisors everything that is published, sponsors what is theirs.

Every page and file of this room is for `READERS` unless it is written for `WITH_SPONSORS`, and
then it asks here what a sponsor may have; for them whatever else there is does not exist.
"""

import uuid
from collections.abc import Collection
from typing import Final

from helpline.accounts.views import principal
from helpline.keys.rules import Role
from helpline.register.service import factories
from helpline.reports.service import portraying

READERS: Final = (Role.AUDITOR, Role.SUPERVISOR)
WITH_SPONSORS: Final = (*READERS, Role.SPONSOR)


def only() -> uuid.UUID | None:
    """A sponsor; None for whoever reads everything."""
    who = principal()
    return who.person if who.role is Role.SPONSOR else None


def own_codes() -> Collection[str] | None:
    """The codes of a sponsor's factories; None for whoever reads everything."""
    who = only()
    return None if who is None else {one.code for one in factories.all_factories(who)}


def own_units() -> Collection[str] | None:
    """The units by which a sponsor's factories were ever spoken of, and the factories themselves;
    None for whoever reads everything."""
    codes = own_codes()
    return None if codes is None else {*codes}.union(*portraying.units_of(codes).values())
