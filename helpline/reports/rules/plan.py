"""The plan of a closing: everything that a release will say, and what it will not.

Quarters are closed, one after the other. Months and quarters are said when they are closed; years,
cycles and what they are divided by when their last quarter is; what has become of a year's cases
one year later (KEYS.md section 2).
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from helpline.reports.rules.attributes import Attribute
from helpline.reports.rules.breakdowns import Breakdown
from helpline.reports.rules.counts import Counted, K
from helpline.reports.rules.divisions import (
    TIME,
    Divisions,
    Part,
    Published,
    Span,
    divide,
    parts_of,
)
from helpline.reports.rules.layout import Kind, Layout, Unit
from helpline.reports.rules.periods import Grain, Period
from helpline.reports.rules.pools import Pool, pool
from helpline.reports.rules.sealing import Said, periods_of, seal
from helpline.reports.rules.tiers import Tier

Where = tuple[str, Period]
"""A unit, and its year or cycle."""


class Facts(Protocol):
    """What was coded of the contacts, as the publisher's session counts it."""

    def counted(self, units: Collection[str], period: Period) -> Counted:
        """The contacts of these units that were closed in a period."""

    def span(self, unit: str, periods: Collection[Period]) -> Span:
        """The contacts of a unit in these periods, to be divided."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """What older releases said of a unit's year or cycle: its atoms, and its divisions."""

    atoms: Mapping[Period, int] = field(default_factory=dict)
    divided: Sequence[tuple[Attribute, Breakdown]] = ()


@dataclass(frozen=True, slots=True)
class Layouts:
    """The layout of the closed quarter's year, and of the year before, where one was made."""

    current: Layout
    before: Layout | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """By what a year is divided: when it is closed, and one year later."""

    opening: Sequence[Attribute]
    ending: Sequence[Attribute]


@dataclass(frozen=True, slots=True)
class Plan:
    """What will be said: of each unit its periods, pools, and what is divided by what."""

    closed: Period
    said: Mapping[str, Said]
    pools: Sequence[Pool]
    divided: Mapping[Where, Divisions]


def span_of(unit: Unit, year: int) -> Period:
    """The time that this unit is divided over: a year, or its cycle of three."""
    found = Period(year * 12, Grain.YEAR)
    return found.within(Grain.THREE_YEARS) if unit.tier is Tier.THREE_YEARS else found


def plan(
    layouts: Layouts,
    closed: Period,
    facts: Facts,
    wanted: Wanted,
    earlier: Mapping[Where, Earlier],
    k: int = K,
) -> Plan:
    """Plan the closing of a quarter. `earlier` holds what is said of every unit's year and cycle
    that older releases speak of; a missing one says nothing."""
    units = layouts.current.units
    said = {unit.code: seal(unit.tier, _counts(unit, closed, facts), closed, k) for unit in units}
    divided = {}
    for unit in units:
        span = span_of(unit, closed.year)
        if span.after == closed.after:
            known = earlier.get((unit.code, span), Earlier())
            atoms = {**known.atoms, **said[unit.code].said}
            found = Earlier(atoms, known.divided)
            divided[unit.code, span] = _divide(unit, found, facts, wanted.opening, k)
    for unit in layouts.before.units if layouts.before else ():
        span = span_of(unit, closed.year - 1)
        if span.after == closed.after - Grain.YEAR.months:
            known = earlier.get((unit.code, span), Earlier())
            divided[unit.code, span] = _divide(unit, known, facts, wanted.ending, k)
    return Plan(closed, said, tuple(_pools(units, said, facts, k)), divided)


def _counts(unit: Unit, closed: Period, facts: Facts) -> dict[Period, Counted]:
    periods = set(periods_of(unit.tier, closed))
    if unit.tier is Tier.MONTH:
        periods |= set(closed.split(Grain.QUARTER))
    return {period: facts.counted((unit.code,), period) for period in periods}


def _pools(units: Sequence[Unit], said: Mapping[str, Said], facts: Facts, k: int) -> Iterator[Pool]:
    """Those who are not shown, together: by period and where their layout says. The rest of a
    country is no member: a reader may think that nobody is in it."""
    withheld = defaultdict(list)
    for unit in (unit for unit in units if unit.kind is not Kind.REST):
        for period in said[unit.code].withheld:
            withheld[period, unit.country, unit.pooled_in].append(unit.code)
    for (period, country, province), members in sorted(withheld.items()):
        found = pool((country, province), period, members, facts.counted(members, period), k)
        if found is not None:
            yield found


def _divide(
    unit: Unit, earlier: Earlier, facts: Facts, attributes: Sequence[Attribute], k: int
) -> Divisions:
    known = list(times(earlier.atoms))
    for attribute, found in earlier.divided:
        known += parts_of(attribute, found)
    span, whole = facts.span(unit.code, tuple(earlier.atoms)), sum(earlier.atoms.values())
    return divide(span, whole, attributes, known, k)


def times(atoms: Mapping[Period, int]) -> Iterator[Published]:
    """What atoms publish by time: each period, and the quarters that months make."""
    quarters: defaultdict[Period, list[Period]] = defaultdict(list)
    for period, contacts in atoms.items():
        yield Published(Part(TIME, frozenset({period.name})), contacts)
        if period.grain is Grain.MONTH:
            quarters[period.within(Grain.QUARTER)].append(period)
    for months in quarters.values():
        names = frozenset(month.name for month in months)
        yield Published(Part(TIME, names), sum(atoms[month] for month in months))
