"""Whether a rate has changed: two years beside each other, where all of both is said."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from helpline.reports.rules import intervals
from helpline.reports.rules.intervals import Interval
from helpline.reports.rules.periods import Grain, Period

LEAST: Final = 20
"""Contacts in either of two years below which nothing is said of a change."""
Said = Mapping[Period, tuple[int, float] | None]
"""Period -> contacts and workers; None where nothing is said."""


@dataclass(frozen=True, slots=True)
class Change:
    """How many times the earlier rate the later one is, with its exact interval."""

    before: tuple[Period, Period]
    after: tuple[Period, Period]
    ratio: float
    interval: Interval

    @property
    def detectable(self) -> bool:
        """Whether it can be told from chance."""
        return intervals.changed(self.interval)


def change(said: Said) -> Change | None:
    """Of the last four quarters against the four before, else of the last year against the one
    before; None where not all of them are said, or with fewer than `LEAST` contacts in either."""
    for grain, many in ((Grain.QUARTER, 4), (Grain.YEAR, 1)):
        periods = sorted(period for period in said if period.grain is grain)[-2 * many :]
        if periods and _one_after_the_other(periods, 2 * many):
            return _change(said, periods[:many], periods[many:])
    return None


def _one_after_the_other(periods: Sequence[Period], many: int) -> bool:
    follows = (one.after == two.first for one, two in itertools.pairwise(periods))
    return len(periods) == many and all(follows)


def _change(said: Said, before: Sequence[Period], after: Sequence[Period]) -> Change | None:
    earlier, later = ([said[period] for period in part] for part in (before, after))
    was, now = ([one for one in part if one is not None] for part in (earlier, later))
    if len(was) < len(before) or len(now) < len(after):
        return None
    counts = [sum(contacts for contacts, _ in part) for part in (was, now)]
    exposed = [sum(workers for _, workers in part) for part in (was, now)]
    if min(counts) < LEAST or not all(exposed):
        return None
    found = intervals.ratio(counts[1], exposed[1], counts[0], exposed[0])
    if found is None:
        raise ValueError("contacts and none at once")
    ratio = counts[1] / exposed[1] * exposed[0] / counts[0]
    return Change((before[0], before[-1]), (after[0], after[-1]), ratio, found)
