"""What all releases say of a factory or a fixed group, put together for a reader.

Everything here follows from published numbers alone (REPORTS.md 3.5): rates for each 1,000 workers
of the published headcount, exact intervals, shares. Nothing is put in the place of what is not
said, and no mean is made over what is.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from helpline.reports.rules import intervals
from helpline.reports.rules.attributes import Attribute
from helpline.reports.rules.foresight import Next, next_number
from helpline.reports.rules.intervals import Interval
from helpline.reports.rules.layout import Kind, Unit
from helpline.reports.rules.medians import median_band
from helpline.reports.rules.periods import Period
from helpline.reports.rules.pools import Pool
from helpline.reports.rules.release import Contacts, Divided, Release, Status
from helpline.reports.rules.trends import Change, change

LOW: Final = 10
"""A rate of fewer contacts carries the words "low numbers"."""


@dataclass(frozen=True, slots=True)
class Number:
    """A period of a unit. value and the rate with its interval are None where nothing is said.

    pool: the one that its contacts are a part of.
    """

    unit: Unit
    period: Period
    status: Status
    value: int | None = None
    rate: float | None = None
    interval: Interval | None = None
    pool: Pool | None = None

    @property
    def low(self) -> bool:
        """Whether its rate rests on few."""
        return self.value is not None and self.value < LOW


@dataclass(frozen=True, slots=True)
class Share:
    """One value of a division: contacts and their share, None where it is not listed.

    k: how many workers it must stand for. The code "" is the rest.
    """

    code: str
    k: int
    value: int | None = None
    share: float | None = None


@dataclass(frozen=True, slots=True)
class Division:
    """A unit's year, or cycle, by one attribute: every value in printed order, the rest last.

    whole: 0 where nothing is said. median: the band of days that holds it, if that is certain.
    """

    unit: Unit
    period: Period
    attribute: str
    whole: int
    shares: tuple[Share, ...]
    median: str | None = None


@dataclass(frozen=True, slots=True)
class Spoken:
    """How a factory is spoken of in a year: by which unit, which is itself or a group; and the day
    on which the release that fixed it was prepared."""

    year: int
    unit: Unit
    decided: date


@dataclass(frozen=True, slots=True)
class Portrait:
    """A factory, or a group: how it is spoken of, the newest year first, and what is said, the
    oldest first. change: of its own numbers. next: when something may be said again."""

    code: str
    kind: Kind
    spoken: tuple[Spoken, ...]
    numbers: tuple[Number, ...]
    divisions: tuple[Division, ...]
    change: Change | None
    next: Next | None


@dataclass(slots=True)
class _Made:
    """A portrait in the making."""

    spoken: dict[int, Spoken] = field(default_factory=dict)
    numbers: list[Number] = field(default_factory=list)
    divisions: list[Division] = field(default_factory=list)


def portraits(releases: Sequence[Release]) -> tuple[Portrait, ...]:
    """Of every factory that a release speaks of, and of every group: what is said, by the unit
    that it is counted in. In the order of kinds and codes."""
    made: defaultdict[tuple[Kind, str], _Made] = defaultdict(_Made)
    units: dict[tuple[int, str], Unit] = {}
    for release in releases:
        year = release.layout.year
        for unit in release.layout.units:
            units[year, unit.code] = unit
            for subject in _subjects(unit):
                spoken = Spoken(year, unit, release.prepared)
                made[subject].spoken.setdefault(year, spoken)
        pools = {(pool.code, pool.period): pool for pool in release.pools}
        for row in release.contacts:
            number = _number(row, units[year, row.unit], pools)
            for subject in _subjects(number.unit):
                made[subject].numbers.append(number)
        for cut in release.divided:
            unit = units[cut.period.last_year, cut.unit]
            division = _division(cut, unit, release.attributes[cut.attribute])
            for subject in _subjects(division.unit):
                made[subject].divisions.append(division)
    last = releases[-1] if releases else None
    return tuple(_portrait(kind, code, one, last) for (kind, code), one in sorted(made.items()))


def rated(value: int, workers: float) -> tuple[float, Interval]:
    """Contacts for each 1,000 workers, with the exact interval."""
    per = 1000 / workers
    low, high = intervals.poisson(value)
    return value * per, (low * per, high * per)


def _subjects(unit: Unit) -> Iterable[tuple[Kind, str]]:
    """Whose portraits show what is said of a unit: its members', and its own if it is a group."""
    if unit.kind is Kind.GROUP:
        yield Kind.GROUP, unit.code
    for code in unit.members:
        yield Kind.FACTORY, code


def _portrait(kind: Kind, code: str, made: _Made, last: Release | None) -> Portrait:
    newest = made.spoken[max(made.spoken)]
    current = last is not None and newest.year == last.layout.year
    return Portrait(
        code,
        kind,
        tuple(made.spoken[year] for year in sorted(made.spoken, reverse=True)),
        tuple(made.numbers),
        tuple(made.divisions),
        change(_comparable(kind, newest.unit, made.numbers)),
        next_number(newest.unit.tier, last.closed) if last and current else None,
    )


def _comparable(
    kind: Kind, newest: Unit, numbers: Iterable[Number]
) -> dict[Period, tuple[int, float] | None]:
    """Period -> contacts and workers, None where nothing is said: a factory's own periods, or a
    group's while it had the same members."""
    return {
        one.period: (one.value, one.unit.workers) if one.value is not None else None
        for one in numbers
        if one.unit.kind is kind and one.unit.members == newest.members
    }


def _number(row: Contacts, unit: Unit, pools: Mapping[tuple[str, Period], Pool]) -> Number:
    pool = pools.get((row.pool, row.period)) if row.pool else None
    if row.value is None or not unit.workers:
        return Number(unit, row.period, row.status, row.value, pool=pool)
    rate, interval = rated(row.value, unit.workers)
    return Number(unit, row.period, row.status, row.value, rate, interval)


def _division(cut: Divided, unit: Unit, attribute: Attribute) -> Division:
    least = min(attribute.thresholds.values())
    if cut.said is None:
        hidden = (Share(code, k) for code, k in (*attribute.thresholds.items(), ("", least)))
        return Division(unit, cut.period, cut.attribute, 0, tuple(hidden))
    values = {**cut.said.listed, "": cut.said.other}
    ks = {
        **attribute.thresholds,
        **dict.fromkeys(sorted(values.keys() - attribute.thresholds), least),
    }
    ks[""] = ks.pop("")
    whole = sum(values.values())
    shares = (
        Share(code, k, values[code], values[code] / whole) if code in values else Share(code, k)
        for code, k in ks.items()
    )
    median = median_band(attribute, cut.said)
    return Division(unit, cut.period, cut.attribute, whole, tuple(shares), median)
