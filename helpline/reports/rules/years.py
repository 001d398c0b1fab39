"""A factory's years, so that they can be laid beside those of other factories."""

import enum
from dataclasses import dataclass

from helpline.reports.rules.intervals import Interval
from helpline.reports.rules.periods import Grain, Period
from helpline.reports.rules.portraits import Number, Portrait, Spoken, rated
from helpline.reports.rules.tiers import Tier


class Whole(enum.StrEnum):
    """Whether a year can be said as a whole."""

    OK = "ok"
    FEW = "few"
    """It, or a part of it, is not distinguished from none."""
    GROUP = "group"
    """The factory is counted in a group."""
    LONGER = "longer"
    """It is told over three years together."""
    OPEN = "open"
    """Not all of its quarters are published yet."""


@dataclass(frozen=True, slots=True)
class Year:
    """A year of a factory: all of its contacts, for each 1,000 workers, with the interval."""

    year: int
    whole: Whole
    value: int | None = None
    rate: float | None = None
    interval: Interval | None = None


def years(portrait: Portrait, closed: Period) -> tuple[Year, ...]:
    """The years that releases speak of, the newest first. closed: the newest quarter."""
    return tuple(_year(spoken, portrait, closed) for spoken in portrait.spoken)


def _year(spoken: Spoken, portrait: Portrait, closed: Period) -> Year:
    year = Period(spoken.year * 12, Grain.YEAR)
    if spoken.unit.kind is not portrait.kind:
        return Year(spoken.year, Whole.GROUP)
    if spoken.unit.tier is Tier.THREE_YEARS:
        return Year(spoken.year, Whole.LONGER)
    if year.after > closed.after:
        return Year(spoken.year, Whole.OPEN)
    parts = [one for one in portrait.numbers if _counts(one, spoken, year)]
    values = [one.value for one in parts if one.value is not None]
    if not parts or len(values) < len(parts):
        return Year(spoken.year, Whole.FEW)
    rate, interval = rated(sum(values), spoken.unit.workers)
    return Year(spoken.year, Whole.OK, sum(values), rate, interval)


def _counts(number: Number, spoken: Spoken, year: Period) -> bool:
    """Whether it is one of the quarters of a year, or the year itself: months are in quarters."""
    return (
        year.covers(number.period)
        and number.unit == spoken.unit
        and number.period.grain is not Grain.MONTH
    )
