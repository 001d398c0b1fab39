"""An invented organisation: factories, and contacts as columns; drawn once from a seed.

    world = World.of(Scale(factories=2000, cases=1_000_000, first=..., until=..., seed=1))
    world.factories                 as the register takes them
    for line in world.lines(): ...  history as `helpline facts import` takes it, day by day

A million contacts are some 40 MB here, and are written line by line.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from helpline.cli.sample_data import priors
from helpline.cli.sample_data.priors import Weights
from helpline.register.rules import csv_files
from helpline.register.rules.factories import FactoryValues

Numbers = NDArray[np.int32]
Chance = np.random.Generator
PREFIX = "SD-"
"""Of the codes of its factories."""
_AT_ONCE = 10_000
_NOBODY = -1
_CODED: Mapping[str, Weights] = {
    "channel": priors.CHANNELS,
    "severity": priors.SEVERITIES,
    "reporter": priors.REPORTERS,
    "outcome": priors.OUTCOMES,
    "remedy": priors.REMEDIES,
    "finding": priors.FINDINGS,
    "accepted": priors.ACCEPTED,
}
HEADER = (
    "factory,country,date,worker,category,channel,severity,reporter,outcome,remedy,finding,"
    "accepted,first_answer_minutes,close_minutes"
)


@dataclass(frozen=True, slots=True)
class Scale:
    """How much of it. first, until: days, both included."""

    factories: int
    cases: int
    first: date
    until: date
    seed: int


@dataclass(frozen=True)
class World:
    """Contacts in the order of their days.

    day: as `date.toordinal`. factory: its place in `factories`; named: whether it was said.
    worker: a number within the factory, -1 where nobody is known. coded: column -> values, and the
    place of each contact's. minutes: column -> times.
    """

    factories: tuple[FactoryValues, ...]
    day: Numbers
    factory: Numbers
    named: NDArray[np.bool_]
    worker: Numbers
    coded: Mapping[str, tuple[tuple[str, ...], NDArray[np.uint8]]]
    minutes: Mapping[str, Numbers]

    @classmethod
    def of(cls, scale: Scale) -> "World":
        """Draw it; the same scale gives the same world."""
        chance = np.random.default_rng(scale.seed)
        factories = _factories(chance, scale)
        day, factory = _when_and_where(chance, scale, [one.workers for one in factories])
        many = len(day)
        workers = np.array([one.workers for one in factories], dtype=np.int32)
        worker = _workers(chance, factory, workers)
        coded = {"category": _categories(chance, factory, scale.factories)}
        for name, weights in _CODED.items():
            coded[name] = tuple(weights), _drawn(chance, weights, many)
        answered = _minutes(chance, many, priors.FIRST_ANSWER_HOURS * 60, priors.FIRST_ANSWER_SIGMA)
        closed = _minutes(chance, many, priors.CLOSE_DAYS * 24 * 60, priors.CLOSE_SIGMA)
        minutes = {"first_answer_minutes": answered, "close_minutes": np.maximum(closed, answered)}
        named = chance.random(many) >= priors.NO_FACTORY
        return cls(factories, day, factory, named, worker, coded, minutes)

    def register(self) -> str:
        """The factories as CSV, for `helpline factory import`."""
        rows = (
            (one.code, one.name, one.country, one.province, str(one.workers), one.brands[0])
            for one in self.factories
        )
        columns = ("code", "name", "country", "province", "workers", "brands")
        return csv_files.write(columns, rows)

    def rate(self, scale: Scale) -> float:
        """Contacts a year for each 1,000 workers, as the settings state them for a first year."""
        years = ((scale.until - scale.first).days + 1) / 365.25
        return 1000 * scale.cases / years / sum(one.workers for one in self.factories)

    def lines(self) -> Iterator[str]:
        """Header and rows of the CSV, each with its line's end."""
        yield f"{HEADER}\n"
        for start in range(0, len(self.day), _AT_ONCE):
            part = slice(start, start + _AT_ONCE)
            where = [self.factories[place] for place in self.factory[part].tolist()]
            named = self.named[part].tolist()
            columns = [
                [one.code if said else "" for one, said in zip(where, named, strict=True)],
                [one.country for one in where],
                [date.fromordinal(one).isoformat() for one in self.day[part].tolist()],
                self._pseudonyms(part),
                *(self._values(name, part) for name in HEADER.split(",")[4:-2]),
                *([str(one) for one in found[part].tolist()] for found in self.minutes.values()),
            ]
            yield from (",".join(cells) + "\n" for cells in zip(*columns, strict=True))

    def _pseudonyms(self, part: slice) -> list[str]:
        return [
            "" if who == _NOBODY else f"{where}-{who}"
            for where, who in zip(
                self.factory[part].tolist(), self.worker[part].tolist(), strict=True
            )
        ]

    def _values(self, name: str, part: slice) -> list[str]:
        values, codes = self.coded[name]
        return [values[code] for code in codes[part].tolist()]


def _factories(chance: Chance, scale: Scale) -> tuple[FactoryValues, ...]:
    middle = np.log(priors.MEAN_WORKERS) - priors.SIGMA**2 / 2
    workers = np.exp(chance.normal(middle, priors.SIGMA, scale.factories)).clip(20, 20_000)
    place = chance.integers(0, len(priors.PLACES), scale.factories)
    brand = chance.integers(0, len(priors.BRANDS), scale.factories)
    return tuple(
        FactoryValues(
            code=f"{PREFIX}{n + 1:05}",
            name=f"{priors.NAMES[n % len(priors.NAMES)]} {n // len(priors.NAMES) + 1}",
            country=priors.PLACES[place[n]][1],
            province=priors.PLACES[place[n]][0],
            workers=int(workers[n]),
            brands=(priors.BRANDS[brand[n]],),
        )
        for n in range(scale.factories)
    )


def _when_and_where(chance: Chance, scale: Scale, workers: list[int]) -> tuple[Numbers, Numbers]:
    """A day and a factory for each contact: so many in all, more in summer, each factory's share
    by its size, its rate and how that drifts."""
    days = np.arange(scale.first.toordinal(), scale.until.toordinal() + 1, dtype=np.int32)
    months = np.array([date.fromordinal(int(one)).month for one in days])
    season = np.where(np.isin(months, priors.SUMMER_MONTHS), priors.SUMMER, 1.0)
    rate = chance.gamma(priors.RATE_SHAPE, 1 / priors.RATE_SHAPE, len(workers))
    drift = chance.normal(0, priors.DRIFT, len(workers))
    day = np.sort(days[chance.choice(len(days), scale.cases, p=season / season.sum())])
    factory = np.empty(scale.cases, dtype=np.int32)
    years = (days - days[0]) / 365.25
    for start in range(0, len(days), 30):
        inside = slice(*np.searchsorted(day, (days[start], days[min(start + 30, len(days) - 1)])))
        if start + 30 >= len(days):
            inside = slice(inside.start, len(day))
        weight = np.array(workers) * rate * np.exp(drift * years[start])
        many = inside.stop - inside.start
        factory[inside] = chance.choice(len(workers), many, p=weight / weight.sum())
    return day, factory


def _workers(chance: Chance, factory: Numbers, workers: Numbers) -> Numbers:
    """Who it was: some contact again, some are not known."""
    worker = (chance.random(len(factory)) * workers[factory]).astype(np.int32)
    again = (chance.random(len(factory)) < priors.REPEATS).tolist()
    last: dict[int, int] = {}
    for n, where in enumerate(factory.tolist()):
        if again[n] and where in last:
            worker[n] = last[where]
        last[where] = int(worker[n])
    worker[chance.random(len(factory)) < priors.UNKNOWN] = _NOBODY
    return worker


def _categories(
    chance: Chance, factory: Numbers, factories: int
) -> tuple[tuple[str, ...], NDArray[np.uint8]]:
    """What it was about; each factory has a mix of its own."""
    weights = np.array(list(priors.CATEGORIES.values()))
    mixes = chance.dirichlet(priors.MIX * len(weights) * weights / weights.sum(), factories)
    limits = np.cumsum(mixes, axis=1)
    found = np.empty(len(factory), dtype=np.uint8)
    for start in range(0, len(factory), _AT_ONCE):
        part = slice(start, start + _AT_ONCE)
        drawn = chance.random(len(factory[part]))[:, None]
        found[part] = (drawn > limits[factory[part]]).sum(axis=1).clip(0, len(weights) - 1)
    return tuple(priors.CATEGORIES), found


def _drawn(chance: Chance, weights: Weights, many: int) -> NDArray[np.uint8]:
    shares = np.array(list(weights.values())) / sum(weights.values())
    return chance.choice(len(shares), many, p=shares).astype(np.uint8)


def _minutes(chance: Chance, many: int, median: float, sigma: float) -> Numbers:
    return np.exp(chance.normal(np.log(median), sigma, many)).clip(1, 500_000).astype(np.int32)
