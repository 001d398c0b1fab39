"""Totals of provinces, countries, brands and the whole programme.

A total is what anybody could add up from the releases: sealed atoms and pools that lie within a
period, nothing else (REPORTS.md 3.2 T5). Beside it stands how many factories are not in it, and
why. Where the factories of a group are of several provinces or brands, only the register tells who
belongs where; their numbers are in no such total.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from helpline.reports.rules.expecting import Certified
from helpline.reports.rules.intervals import Interval
from helpline.reports.rules.layout import Kind, Layout, Unit
from helpline.reports.rules.periods import Grain, Period
from helpline.reports.rules.plan import span_of
from helpline.reports.rules.pools import Pool
from helpline.reports.rules.portraits import rated
from helpline.reports.rules.release import Release
from helpline.reports.rules.told import Told, told

Subject = tuple[str, str]
"""What a total is about: its sort and its code."""
PROVINCE, COUNTRY, BRAND, PROGRAMME = "province", "country", "brand", "programme"
EVERYTHING: Final[Subject] = (PROGRAMME, "all")
WHOLE, PART, POOLED, FEW, LONGER, TOGETHER, UNSPOKEN = (
    "whole", "part", "pooled", "few", "longer", "together", "unspoken",
)  # fmt: skip
WHY: Final = (WHOLE, PART, POOLED, FEW, LONGER, TOGETHER, UNSPOKEN)
"""How a factory stands to a total: all of the period is in it; a part is; it is in a pool that is;
it was too few; it is spoken of over a longer time; in a group that reaches further; not at all."""


@dataclass(frozen=True, slots=True)
class Total:
    """A period: contacts of the atoms and pools within it; `rest`: those of no factory that is
    spoken of. The rate is over the time and the workers that are told. factories: see `WHY`."""

    period: Period
    value: int
    rest: int
    rate: float | None
    interval: Interval | None
    factories: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Sum:
    """Divisions of a period added up: listed values, and everything else as "". A value may stand
    for more than its number: where it is not listed it is in the rest."""

    period: Period
    attribute: str
    values: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Totals:
    """What is told of a subject, the oldest period first."""

    subject: Subject
    totals: tuple[Total, ...]
    sums: tuple[Sum, ...]


@dataclass(slots=True)
class _Counting:
    """A total in the making. exposed: workers times months."""

    value: int = 0
    rest: int = 0
    exposed: int = 0
    factories: Counter[str] = field(default_factory=Counter)


def totals(releases: Sequence[Release], register: Iterable[Certified]) -> tuple[Totals, ...]:
    """Of the programme and of every country, province and brand that a release names."""
    found = _Totals(releases, {one.code: one for one in register})
    made = {period: found.of(period) for period in _periods(releases)}
    sums = found.sums()
    subjects = sorted({subject for of_period in made.values() for subject in of_period})
    return tuple(
        Totals(
            subject,
            tuple(_total(period, of[subject]) for period, of in made.items() if subject in of),
            tuple(sums.get(subject, ())),
        )
        for subject in subjects
    )


def province_code(country: str, province: str) -> str:
    """What names a province among all."""
    return f"{country}-{province}"


def subjects_of(unit: Unit) -> Iterator[Subject]:
    """The totals that hold all of a unit."""
    yield EVERYTHING
    yield COUNTRY, unit.country
    if unit.province:
        yield PROVINCE, province_code(unit.country, unit.province)
    for brand in unit.brands:
        yield BRAND, brand


class _Totals:
    """All releases, by layout and by what is told."""

    def __init__(self, releases: Sequence[Release], register: Mapping[str, Certified]) -> None:
        self._layouts = {release.layout.year: release.layout for release in releases}
        self._told = told(releases)
        self._pools = [pool for release in releases for pool in release.pools]
        self._releases = releases
        self._register = register

    def of(self, period: Period) -> Mapping[Subject, _Counting]:
        """Subject -> what is told of it in a period."""
        found: defaultdict[Subject, _Counting] = defaultdict(_Counting)
        years = [
            self._layouts[year]
            for year in range(period.year, period.last_year + 1)
            if year in self._layouts
        ]
        told_months: Counter[str] = Counter()
        few: Counter[str] = Counter()
        for layout in years:
            for unit in layout.units:
                self._add(unit, layout.year, period, found)
                months, hidden = self._covered(unit, layout.year, period)
                for code in unit.members:
                    told_months[code] += months
                    few[code] += hidden
        pooled = self._pooled(period, years[-1], found)
        self._classify(period, years[-1], (told_months, few), pooled, found)
        return found

    def sums(self) -> Mapping[Subject, list[Sum]]:
        """Subject -> its divisions added up."""
        found: defaultdict[tuple[Subject, Period, str], Counter[str]] = defaultdict(Counter)
        for release in self._releases:
            for cut in release.divided:
                if cut.said is not None:
                    layout = self._layouts[cut.period.last_year]
                    for subject in subjects_of(layout.by_code[cut.unit]):
                        values = found[subject, cut.period, cut.attribute]
                        values.update(dict.fromkeys(release.attributes[cut.attribute].values, 0))
                        values.update({**cut.said.listed, "": cut.said.other})
        told: defaultdict[Subject, list[Sum]] = defaultdict(list)
        for (subject, period, attribute), values in found.items():
            told[subject].append(Sum(period, attribute, values))
        return told

    def _of_unit(self, unit: Unit, year: int) -> Told:
        return self._told.get((unit.code, span_of(unit, year)), Told(unit))

    def _add(self, unit: Unit, year: int, period: Period, found: dict[Subject, _Counting]) -> None:
        atoms = self._of_unit(unit, year).atoms
        for atom, contacts in atoms.items():
            if not period.covers(atom) or atom.last_year != year:
                continue
            for subject in subjects_of(unit):
                one = found[subject]
                one.value += contacts
                one.rest += contacts if unit.kind is Kind.REST else 0
                one.exposed += unit.workers * atom.grain.months

    def _covered(self, unit: Unit, year: int, period: Period) -> tuple[int, int]:
        """How many months of a period, in a year, a unit's atoms within it tell and do not."""
        known = self._of_unit(unit, year)
        own = Period(year * 12, Grain.YEAR)

        def months(atoms: Iterable[Period]) -> int:
            return sum(
                min(atom.after, own.after) - max(atom.first, own.first)
                for atom in atoms
                if period.covers(atom)
            )

        return months(known.atoms), months(known.withheld)

    def _pooled(
        self, period: Period, layout: Layout, found: dict[Subject, _Counting]
    ) -> Mapping[str, set[Subject]]:
        """Factory -> totals that hold a pool which it is in."""
        pooled: defaultdict[str, set[Subject]] = defaultdict(set)
        for pool in self._pools:
            if not period.covers(pool.period):
                continue
            units = [self._unit(code, pool) for code in pool.members]
            for subject in _subjects_of_pool(pool):
                found[subject].value += pool.contacts
                workers = sum(unit.workers for unit in units)
                found[subject].exposed += workers * pool.period.grain.months
                for unit in units:
                    for code in unit.members:
                        pooled[code].add(subject)
        return pooled

    def _unit(self, code: str, pool: Pool) -> Unit:
        return self._layouts[pool.period.last_year].by_code[code]

    def _classify(
        self,
        period: Period,
        layout: Layout,
        months: tuple[Counter[str], Counter[str]],
        pooled: Mapping[str, set[Subject]],
        found: dict[Subject, _Counting],
    ) -> None:
        told_months, few = months
        spoken: set[str] = set()
        for unit in layout.units:
            whole = set(subjects_of(unit))
            for code in unit.members:
                spoken.add(code)
                state = _state(told_months[code], few[code], period)
                for subject in whole:
                    inside = state in (FEW, PART) and subject in pooled.get(code, ())
                    found[subject].factories[POOLED if inside else state] += 1
                for subject in self._places(code) - whole if unit.kind is Kind.GROUP else ():
                    if subject in found:
                        found[subject].factories[TOGETHER] += 1
        for code in self._register.keys() - spoken:
            for subject in self._places(code):
                if subject in found:
                    found[subject].factories[UNSPOKEN] += 1

    def _places(self, code: str) -> set[Subject]:
        """The totals that a factory belongs to by the register."""
        one = self._register.get(code)
        if one is None:
            return set()
        province = PROVINCE, province_code(one.country, one.province)
        return {EVERYTHING, (COUNTRY, one.country), province, *((BRAND, b) for b in one.brands)}


def _state(told_months: int, few: int, period: Period) -> str:
    if told_months == period.grain.months:
        return WHOLE
    if told_months:
        return PART
    return FEW if few else LONGER


def _subjects_of_pool(pool: Pool) -> Iterator[Subject]:
    yield EVERYTHING
    yield COUNTRY, pool.country
    if pool.province:
        yield PROVINCE, province_code(pool.country, pool.province)


def _periods(releases: Sequence[Release]) -> list[Period]:
    """Quarters that are closed, years and cycles of which the last quarter is and the first was."""
    quarters = {release.closed for release in releases}
    found = set(quarters)
    for quarter in quarters:
        for grain in (Grain.YEAR, Grain.THREE_YEARS):
            longer = quarter.within(grain)
            if quarters.issuperset(longer.split(Grain.QUARTER)):
                found.add(longer)
    return sorted(found, key=lambda one: (one.after, one.grain.months))


def _total(period: Period, made: _Counting) -> Total:
    factories = {why: made.factories[why] for why in WHY}
    named = made.value - made.rest
    if not made.exposed:
        return Total(period, made.value, made.rest, None, None, factories)
    workers = made.exposed / period.grain.months
    rate, interval = rated(named, workers)
    return Total(period, made.value, made.rest, rate, interval, factories)
