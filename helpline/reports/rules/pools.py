"""Pools: withheld units of one place and period, said together.

"Not shown" says of each of m members that it has at most k - 1. A pool of n contacts must leave
each of them the chance of having none: n is at most (m - 1)(k - 1), and at least k
(REPORTS.md 3.2 T4, 3.3 no. 4).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from helpline.reports.rules.counts import Counted, K

LEAST_MEMBERS: Final = 3


@dataclass(frozen=True, slots=True)
class Pool:
    """Units whose contacts are said together; `place` is a province, or "" for a country."""

    place: str
    members: tuple[str, ...]
    contacts: int


def pool(place: str, members: Sequence[str], total: Counted, k: int = K) -> Pool | None:
    """The pool of these withheld units, or None where it may not be said."""
    if len(members) < LEAST_MEMBERS or not total.may_be_said(k):
        return None
    if total.contacts > (len(members) - 1) * (k - 1):
        return None
    return Pool(place, tuple(sorted(members)), total.contacts)
