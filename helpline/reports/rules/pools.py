"""Pools: withheld units of one place and period, said together.

"Not shown" says of each of m members that it has at most k - 1. A pool of n contacts must leave
each of them the chance of having none: n is at most (m - 1)(k - 1), and at least k
(REPORTS.md 3.2 T4, 3.3 no. 4).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from helpline.reports.rules.counts import Counted, K
from helpline.reports.rules.periods import Period

LEAST_MEMBERS: Final = 3


@dataclass(frozen=True, slots=True)
class Pool:
    """Units whose contacts of a period are said together; `province` "" is the whole country."""

    country: str
    province: str
    period: Period
    members: tuple[str, ...]
    contacts: int

    @property
    def code(self) -> str:
        """What names it among the pools of its period."""
        return f"{self.country}-{self.province or 'all'}"


def pool(
    place: tuple[str, str], period: Period, members: Sequence[str], total: Counted, k: int = K
) -> Pool | None:
    """The pool of these withheld units in a place (country, province), or None where it may not
    be said."""
    if len(members) < LEAST_MEMBERS or not total.may_be_said(k):
        return None
    if total.contacts > (len(members) - 1) * (k - 1):
        return None
    return Pool(*place, period, tuple(sorted(members)), total.contacts)
