"""What all releases say of a factory, put together for a reader.

Everything here follows from published numbers alone (REPORTS.md 3.5): rates for each 1,000 workers
of the published headcount, exact intervals, shares. Nothing is put in the place of what is not
said, and no mean is made over what is.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from helpline.reports.rules import intervals
from helpline.reports.rules.intervals import Interval
from helpline.reports.rules.layout import Kind, Unit
from helpline.reports.rules.periods import Grain, Period
from helpline.reports.rules.release import Contacts, Divided, Release, Status
from helpline.reports.rules.tiers import Tier

LOW: Final = 10
"""A rate of fewer contacts carries the words "low numbers"."""
LEAST_TREND: Final = 20
"""Contacts in either of two years below which nothing is said of a change."""


@dataclass(frozen=True, slots=True)
class Number:
    """A period of a unit. value and the rate with its interval are None where nothing is said."""

    period: Period
    status: Status
    value: int | None = None
    rate: float | None = None
    interval: Interval | None = None

    @property
    def low(self) -> bool:
        """Whether its rate rests on few."""
        return self.value is not None and self.value < LOW


@dataclass(frozen=True, slots=True)
class Share:
    """One value of a division, "" for the rest: contacts, and their share with its interval."""

    code: str
    value: int
    share: float
    interval: Interval


@dataclass(frozen=True, slots=True)
class Division:
    """A year by one attribute; no shares where nothing is said."""

    period: Period
    attribute: str
    whole: int
    shares: tuple[Share, ...]


@dataclass(frozen=True, slots=True)
class Spoken:
    """How a factory is spoken of in a year: by which unit, which is itself, a group or the rest."""

    year: int
    unit: str
    kind: Kind
    tier: Tier
    workers: int
    members: int


@dataclass(frozen=True, slots=True)
class Portrait:
    """A factory: how it is spoken of, the newest year first, and what is said, the oldest first."""

    code: str
    spoken: tuple[Spoken, ...]
    numbers: tuple[Number, ...]
    divisions: tuple[Division, ...]
    change: Interval | None


def portraits(releases: Sequence[Release]) -> Mapping[str, Portrait]:
    """Of every factory that a release speaks of: what is said, by the unit it is counted in."""
    spoken: defaultdict[str, dict[int, Spoken]] = defaultdict(dict)
    numbers: defaultdict[str, list[Number]] = defaultdict(list)
    divisions: defaultdict[str, list[Division]] = defaultdict(list)
    members: dict[tuple[int, str], tuple[str, ...]] = {}
    for release in releases:
        year = release.layout.year
        for unit in release.layout.units:
            members[year, unit.code] = unit.members
            for code in unit.members:
                spoken[code][year] = _spoken(year, unit)
        for row in release.contacts:
            number = _number(row, release.layout.by_code[row.unit])
            for code in members[year, row.unit]:
                numbers[code].append(number)
        for cut in release.divided:
            division = _division(cut)
            of = cut.period.year if cut.period.grain is Grain.YEAR else year
            for code in members[of, cut.unit]:
                divisions[code].append(division)
    return {
        code: Portrait(
            code,
            tuple(years[year] for year in sorted(years, reverse=True)),
            tuple(numbers[code]),
            tuple(divisions[code]),
            change(numbers[code]),
        )
        for code, years in sorted(spoken.items())
    }


def change(numbers: Sequence[Number]) -> Interval | None:
    """How many times the rate of the four quarters before the last four quarters are, where all
    eight are said, with at least `LEAST_TREND` contacts in either year."""
    quarters = [one for one in numbers if one.period.grain is Grain.QUARTER][-8:]
    values = [one.value for one in quarters if one.value is not None]
    rates = [one.rate for one in quarters if one.rate]
    if len(quarters) < 8 or len(values) < 8 or len(rates) < 8:
        return None
    before, after = sum(values[:4]), sum(values[4:])
    if min(before, after) < LEAST_TREND:
        return None
    exposed = [value / rate for value, rate in zip(values, rates, strict=True)]
    return intervals.ratio(after, sum(exposed[4:]), before, sum(exposed[:4]))


def _spoken(year: int, unit: Unit) -> Spoken:
    return Spoken(year, unit.code, unit.kind, unit.tier, unit.workers, len(unit.members))


def _number(row: Contacts, unit: Unit) -> Number:
    if row.value is None or not unit.workers:
        return Number(row.period, row.status, row.value)
    per = 1000 / unit.workers
    low, high = intervals.poisson(row.value)
    return Number(row.period, row.status, row.value, row.value * per, (low * per, high * per))


def _division(cut: Divided) -> Division:
    if cut.said is None:
        return Division(cut.period, cut.attribute, 0, ())
    whole = sum(cut.said.listed.values()) + cut.said.other
    values = (*cut.said.listed.items(), ("", cut.said.other))
    shares = (
        Share(code, value, value / whole, intervals.share(value, whole)) for code, value in values
    )
    return Division(cut.period, cut.attribute, whole, tuple(shares))
