"""When something may next be said of a unit: a day that follows from its tier alone."""

from dataclasses import dataclass
from datetime import date

from helpline.reports.rules.periods import Grain, Period
from helpline.reports.rules.tiers import Tier


@dataclass(frozen=True, slots=True)
class Next:
    """The next period that may be spoken of, and the first day on which it can be published.

    period is None where how the unit is spoken of then is fixed only by the next year's layout,
    which is published from that day on.
    """

    period: Period | None
    earliest: date


def next_number(tier: Tier, closed: Period) -> Next:
    """What comes next for a unit of the layout of the newest release, which closed a quarter."""
    quarter = Period(closed.after, Grain.QUARTER)
    grain = tier.grain if tier.grain.months > quarter.grain.months else quarter.grain
    period = quarter.within(grain)
    if period.first < closed.after or period.year == closed.year:
        return Next(period, period.closes)
    return Next(None, quarter.closes)
