"""A synthetic organisation as in REPORTS.md 2.1: factories, workers who contact, what about."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from helpline.reports.rules import attributes
from helpline.reports.rules.expecting import Certified
from helpline.reports.rules.layout import Layout
from helpline.reports.rules.plan import Wanted
from helpline.reports.service.counting import Columns

GROUPS: Mapping[str, str] = {
    "W": "WORK",
    "H": "WORK",
    "C": "WORK",
    "S": "SOCIAL",
    "D": "SOCIAL",
    "A": "SOCIAL",
    "E": "SAFE",
    "V": "SAFE",
    "N": "SAFE",
    "P": "LIFE",
    "M": "LIFE",
    "L": "LIFE",
}
MIX = np.array([0.24, 0.14, 0.1, 0.08, 0.08, 0.02, 0.1, 0.05, 0.03, 0.06, 0.05, 0.05])
WANTED = Wanted(attributes.opening(GROUPS), attributes.ENDING)
PROVINCES, COUNTRIES = 15, ("CN", "IN", "VN")
REPEATS = 0.15


@dataclass(frozen=True)
class World:
    """Contacts as columns: factory (its place in `factories`), month from year 0, worker, codes."""

    factories: tuple[Certified, ...]
    factory: NDArray[np.int64]
    month: NDArray[np.int64]
    worker: NDArray[np.int64]
    codes: Mapping[str, NDArray[np.int64]]

    def columns(self, layouts: Mapping[int, Layout]) -> Columns:
        """As a publisher's session counts them: each contact in the unit of its year's layout."""
        units = sorted({unit.code for layout in layouts.values() for unit in layout.units})
        place = {code: n for n, code in enumerate(units)}
        unit = np.full(len(self.month), -1)
        for year, layout in layouts.items():
            of = np.array(
                [place[layout.unit_of(one.code, one.country).code] for one in self.factories]
            )
            inside = self.month // 12 == year
            unit[inside] = of[self.factory[inside]]
        known = unit >= 0
        values = {one.name: one.values for one in (*WANTED.opening, *WANTED.ending)}
        coded = {name: (values[name], codes[known]) for name, codes in self.codes.items()}
        return Columns(units, unit[known], self.month[known], self.worker[known], coded)


def world(
    seed: int, factories: int = 300, years: tuple[int, ...] = (2026,), rate: float = 20.0
) -> World:
    """`rate`: contacts a year for each 1,000 workers, about; factories differ."""
    chance = np.random.default_rng(seed)
    workers = np.exp(chance.uniform(np.log(50), np.log(20_000), factories)).astype(int)
    province = chance.integers(0, PROVINCES, factories)
    known = tuple(
        Certified(
            f"F-{n:04}",
            COUNTRIES[int(province[n]) % len(COUNTRIES)],
            f"P{province[n]:02}",
            int(workers[n]),
            (f"brand {n % 7}",),
        )
        for n in range(factories)
    )
    own = rate * np.exp(chance.normal(-0.18, 0.6, factories)) / 1000
    drift = chance.normal(0, 0.25, factories)
    mixes = np.array([chance.dirichlet(25 * MIX) for _ in range(factories)])
    found = []
    for year in years:
        for n in range(12):
            season = 1.3 if 5 <= n <= 8 else 0.85
            level = np.exp(drift * ((year - years[0]) + n / 12 - 0.5))
            many = chance.poisson(workers * own * season * level / 12)
            found.append((np.repeat(np.arange(factories), many), year * 12 + n))
    factory = np.concatenate([which for which, _ in found])
    month = np.concatenate([np.full(len(which), when) for which, when in found])
    worker = _workers(chance, factory, workers)
    codes = {"category": _categories(chance, factory, mixes)}
    for one in (*WANTED.opening[1:], *WANTED.ending):
        weights = chance.dirichlet(np.full(len(one.values), 0.7))
        codes[one.name] = chance.choice(len(one.values), len(factory), p=weights)
    return World(known, factory, month, worker, codes)


def _workers(
    chance: np.random.Generator, factory: NDArray[np.int64], workers: NDArray[np.int64]
) -> NDArray[np.int64]:
    """A worker for each contact; some have contacted before, some are not known."""
    first = np.cumsum(workers) - workers + 1
    number = first[factory] + (chance.random(len(factory)) * workers[factory]).astype(int)
    again = np.flatnonzero(chance.random(len(factory)) < REPEATS)
    last: dict[int, int] = {}
    repeats = set(again.tolist())
    for place, (where, who) in enumerate(zip(factory.tolist(), number.tolist(), strict=True)):
        if place in repeats and where in last:
            number[place] = last[where]
        last[where] = int(number[place]) if place in repeats else who
    return np.asarray(number)


def _categories(
    chance: np.random.Generator, factory: NDArray[np.int64], mixes: NDArray[np.float64]
) -> NDArray[np.int64]:
    limits = np.cumsum(mixes, axis=1)[factory]
    found = (chance.random(len(factory))[:, None] > limits).sum(axis=1)
    return np.asarray(found.clip(0, len(MIX) - 1))
