"""What a reader makes of releases: an estimate of every cell, published or not (REPORTS.md 2.2)."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from helpline.reports.rules.layout import Kind, Layout, Unit
from helpline.reports.rules.periods import Grain, Period
from helpline.reports.rules.plan import span_of
from helpline.reports.rules.release import Release
from helpline.reports.rules.told import Told, told
from tests.unit.reports.synthetic import GROUPS, World

Cells = NDArray[np.float64]
CATEGORIES = list(GROUPS)
SHAPE = 2.0
"""How much factories of one size differ, as a reader sees from those that are told whole."""


class Reader:
    """Estimates of one year: factory x quarter, factory x year, factory x year x category."""

    def __init__(self, world: World, releases: Sequence[Release], year: int, k: int = 5) -> None:
        self._k, self._year = k, year
        self._layout = next(one.layout for one in releases if one.layout.year == year)
        self._told = told(releases)
        self._place = {one.code: n for n, one in enumerate(world.factories)}
        self._workers = np.array([one.workers for one in world.factories], dtype=float)
        self._pools = {
            (member, pool.period): pool
            for release in releases
            for pool in release.pools
            for member in pool.members
        }
        self.rate = self._rate()
        self.season = self._season()
        self.mix = self._mix()
        many = len(world.factories)
        self.quarters, self.years = np.zeros((many, 4)), np.zeros(many)
        self.categories: Cells = np.zeros((many, len(CATEGORIES)))
        for unit in self._layout.units:
            if unit.kind is not Kind.REST:
                self._estimate(unit)

    def _of(self, unit: Unit) -> Told | None:
        return self._told.get((unit.code, span_of(unit, self._year)))

    def _estimate(self, unit: Unit) -> None:
        found = self._of(unit)
        if found is None:
            return
        sealed, few = np.zeros(4), np.zeros(4)
        for period, value in found.atoms.items():
            sealed += self._spread(period, float(value))
        for period in found.withheld:
            few += self._spread(period, self._few(unit, period))
        alone = unit.kind is Kind.FACTORY
        of_year = 1 / 3 if span_of(unit, self._year).grain is Grain.THREE_YEARS else 1.0
        places = [self._place[code] for code in unit.members]
        share = self._workers[places] / self._workers[places].sum() * of_year
        listed, other = self._divided(found, sealed.sum())
        for place, part in zip(places, share, strict=True):
            self.quarters[place] = (sealed + few) * part
            whole = (sealed + few).sum() * part
            self.years[place] = whole if alone else _middle(whole)
            self.categories[place] = _middles((other + few.sum() * self.mix) * part)
            self.categories[place] += listed * part if alone else _middles(listed * part)

    def _divided(self, found: Told, whole: float) -> tuple[Cells, Cells]:
        """What is listed of each category, and what may be in the rest."""
        for attribute, said in found.divided:
            if attribute.name == "category":
                listed = np.array([said.listed.get(code, 0) for code in CATEGORIES], dtype=float)
                rest = np.where(listed > 0, 0.0, self.mix)
                return listed, np.asarray(rest / max(rest.sum(), 1e-9) * said.other)
        return np.zeros(len(CATEGORIES)), np.asarray(whole * self.mix)

    def _few(self, unit: Unit, period: Period) -> float:
        pool = self._pools.get((unit.code, period))
        own, shape = self._expected(unit, period)
        if pool is None:
            return _middle(own, shape, self._k - 1)
        members = [self._layout.by_code[code] for code in pool.members]
        every = sum(self._expected(one, period)[0] for one in members)
        return min(pool.contacts * own / max(every, 1e-9), self._k - 1)

    def _expected(self, unit: Unit, period: Period) -> tuple[float, float]:
        """What a unit's workers and its other periods, in all years, let one expect; and how sure
        that is, as the shape of a gamma."""
        workers = sum(self._workers[self._place[code]] for code in unit.members)
        monthly = workers * self.rate / 12
        contacts = months = 0.0
        for (code, _), one in self._told.items() if unit.kind is Kind.FACTORY else ():
            if code == unit.code:
                contacts += sum(one.atoms.values())
                months += sum(each.grain.months for each in one.atoms)
                for each in set(one.withheld) - {period}:
                    contacts += min(monthly * each.grain.months, (self._k - 1) / 2)
                    months += each.grain.months
        shape = SHAPE + contacts
        return shape / (SHAPE / monthly + months) * period.grain.months, shape

    def _spread(self, period: Period, value: float) -> Cells:
        inside = np.zeros(4)
        for n, quarter in enumerate(Period(self._year * 12, Grain.YEAR).split(Grain.QUARTER)):
            months = set(quarter.split(Grain.MONTH)).intersection(period.split(Grain.MONTH))
            inside[n] = self.season[n] if len(months) == 3 else len(months)
        return np.asarray(inside / inside.sum() * value) if inside.sum() else inside

    def _rate(self) -> float:
        """Contacts a year of a worker, over the units that are told whole."""
        total = workers = 0.0
        for unit in self._layout.units:
            found = self._of(unit)
            if unit.kind is not Kind.REST and found and found.atoms:
                months = sum(period.grain.months for period in found.atoms)
                total += sum(found.atoms.values())
                many = sum(self._workers[self._place[code]] for code in unit.members)
                workers += many * months / 12
        return total / workers

    def _season(self) -> Cells:
        """The quarters' shares of a year, over the units that tell every quarter."""
        found = np.zeros(4)
        for unit in self._layout.units:
            one = self._of(unit)
            if one is None or any(period.grain.months > 3 for period in one.atoms):
                continue
            for period, value in one.atoms.items():
                found[period.first % 12 // 3] += value
        return np.asarray(found / found.sum() if found.sum() else np.full(4, 0.25))

    def _mix(self) -> Cells:
        """The categories' shares of what is listed, each among the units that could list it."""
        listed = np.ones(len(CATEGORIES))
        whole = np.full(len(CATEGORIES), float(len(CATEGORIES)))
        for unit in self._layout.units:
            one = self._of(unit)
            for attribute, said in one.divided if one else ():
                if attribute.name == "category" and len(said.listed) >= len(CATEGORIES) // 2:
                    total = sum(said.listed.values()) + said.other
                    rest = [code for code in CATEGORIES if code not in said.listed]
                    for n, code in enumerate(CATEGORIES):
                        own = said.listed.get(code, said.other / max(len(rest), 1))
                        listed[n] += own
                        whole[n] += total
        mix = listed / whole
        return np.asarray(mix / mix.sum())


def _terms(mean: float, shape: float, most: float) -> Cells:
    """The chances of 0, 1, 2 ... up to `most`: Poisson, over factories that differ by a gamma of
    this shape."""
    odds = mean / (mean + shape)
    n = np.arange(1, min(most, 10 * mean + 20) + 1)
    terms = np.concatenate(([1.0], np.cumprod(odds * (shape + n - 1) / n)))
    return np.asarray(terms / terms.sum())


def _middle(mean: float, shape: float = SHAPE, most: float = np.inf) -> float:
    """The median of a count with this mean that is known to be at most `most`: it errs least, as
    errors are counted here."""
    return float(np.searchsorted(np.cumsum(_terms(mean, shape, most)), 0.5)) if mean > 0 else 0.0


def _middles(means: Cells) -> Cells:
    return np.array([_middle(mean) for mean in means])


def truth(world: World, year: int) -> tuple[Cells, Cells]:
    """Factory x quarter, and factory x category, as they truly were."""
    inside = world.month // 12 == year
    factory, quarter = world.factory[inside], world.month[inside] % 12 // 3
    quarters = np.zeros((len(world.factories), 4))
    np.add.at(quarters, (factory, quarter), 1)
    categories = np.zeros((len(world.factories), len(CATEGORIES)))
    np.add.at(categories, (factory, world.codes["category"][inside]), 1)
    return quarters, categories


def published_share(world: World, layout: Layout, releases: Sequence[Release], year: int) -> float:
    """How many of all contacts carry a published category."""
    known = told(releases)
    listed = 0
    for unit in layout.units:
        one = known.get((unit.code, span_of(unit, year)))
        for attribute, said in one.divided if one else ():
            if attribute.name == "category":
                listed += sum(said.listed.values())
    return listed / int((world.month // 12 == year).sum())
