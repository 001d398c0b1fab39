"""Atoms: which periods of a unit are said, and which are "0 to k - 1, not distinguished".

The contacts of a unit's year are divided into atoms that do not overlap; an atom that was sealed
never changes. A month is said only where all three of its quarter can be; else the quarter is, if
it can be (REPORTS.md 3.2 T1).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from helpline.reports.rules.counts import Counted, K
from helpline.reports.rules.periods import Grain, Period
from helpline.reports.rules.tiers import Tier


@dataclass(frozen=True, slots=True)
class Said:
    """What is said of a unit in some time: periods with their numbers, and withheld periods."""

    said: Mapping[Period, int]
    withheld: tuple[Period, ...]


def periods_of(tier: Tier, closed: Period) -> tuple[Period, ...]:
    """The periods of this tier that end together with, or within, the period that is closed."""
    grain = tier.grain
    if grain.months <= closed.grain.months:
        return closed.split(grain)
    longer = closed.within(grain)
    return (longer,) if longer.ends == closed.ends else ()


def seal(tier: Tier, counts: Mapping[Period, Counted], closed: Period, k: int = K) -> Said:
    """Seal what one unit has in a closed period. `counts` hold every period of `periods_of`, and
    the quarters of months; a period without contacts may be missing."""
    said: dict[Period, int] = {}
    withheld: list[Period] = []
    for whole in _wholes(tier, closed):
        parts = whole.split(Grain.MONTH) if tier is Tier.MONTH else (whole,)
        if not all(counts.get(part, Counted()).may_be_said(k) for part in parts):
            parts = (whole,)
        for part in parts:
            counted = counts.get(part, Counted())
            if counted.may_be_said(k):
                said[part] = counted.contacts
            else:
                withheld.append(part)
    return Said(said, tuple(withheld))


def _wholes(tier: Tier, closed: Period) -> tuple[Period, ...]:
    if tier is Tier.MONTH:
        return closed.split(Grain.QUARTER)
    return periods_of(tier, closed)
