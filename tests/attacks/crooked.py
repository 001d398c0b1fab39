"""A world in which whatever is awkward for disclosure control happens at once.

Around forty plain factories stand those of `CASES`: one caller who never stops, a telephone that
many share, factories that open, close, move, grow, of one category only or of nobody.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from helpline.reports.rules.expecting import Certified
from tests.unit.reports.synthetic import WANTED, World, world

YEARS: Final = (2025, 2026, 2027)
PLAIN: Final = 40
CODES: Final = tuple(WANTED.opening[0].values)
Contact = tuple[int, int, str]
"""Month of the three years, worker (0: nobody knows), category."""


def _repeat(_: np.random.Generator) -> Iterator[Contact]:
    """One worker makes nearly all of it."""
    yield from ((month, 1, "W") for month in range(36))
    yield from ((3 * n, 2 + n, "H") for n in range(6))


def _shared(_: np.random.Generator) -> Iterator[Contact]:
    """Two telephones for the whole dormitory."""
    yield from ((n % 36, 1 + n % 2, CODES[n % 5]) for n in range(90))


def _unknown(_: np.random.Generator) -> Iterator[Contact]:
    """Nobody leaves a number."""
    yield from ((n % 36, 0, CODES[n % 3]) for n in range(200))


def _one_category(chance: np.random.Generator) -> Iterator[Contact]:
    yield from ((int(chance.integers(36)), n + 1, "W") for n in range(240))


def _nobody(_: np.random.Generator) -> Iterator[Contact]:
    yield from ()


def _steady(many: int, months: Sequence[int] = range(36)) -> Callable[..., Iterator[Contact]]:
    """So many workers of whom each contacts once."""

    def contacts(chance: np.random.Generator) -> Iterator[Contact]:
        for n in range(many):
            month = months[int(chance.integers(len(months)))]
            yield month, n + 1, CODES[int(chance.integers(len(CODES)))]

    return contacts


CASES: Final[Mapping[str, tuple[Callable[..., Iterator[Contact]], Sequence[int]]]] = {
    "repeat": (_repeat, (450, 450, 450)),
    "shared": (_shared, (900, 900, 900)),
    "unknown": (_unknown, (3000, 3000, 3000)),
    "one-category": (_one_category, (4000, 4000, 4000)),
    "nobody": (_nobody, (450, 450, 450)),
    "nobody-large": (_nobody, (9000, 9000, 9000)),
    "opens": (_steady(120, range(14, 36)), (0, 2000, 2000)),
    "closes": (_steady(80, range(20)), (2000, 2000, 0)),
    "moves": (_steady(60), (700, 700, 700)),
    "crosses": (_steady(40), (95, 400, 400)),
    "shrinks": (_steady(40), (400, 95, 95)),
    "few-a": (_steady(7), (400, 400, 400)),
    "few-b": (_steady(6), (400, 400, 400)),
    "few-c": (_steady(8), (400, 400, 0)),
}
"""Name -> its contacts, and its workers in each year; 0: the register does not have it."""


def crooked(seed: int) -> tuple[World, Mapping[int, tuple[Certified, ...]]]:
    """The world, and what the register holds in each year."""
    chance = np.random.default_rng(seed)
    base = world(seed, factories=PLAIN, years=YEARS, rate=6.0)
    factories = list(base.factories)
    columns = [[base.factory], [base.month], [base.worker], [base.codes["category"]]]
    for name, (made, workers) in CASES.items():
        place = len(factories)
        country = "XY" if name.startswith("few") else "XX"
        factories.append(Certified(f"X-{name}", country, "Q01", max(workers), ("brand 1",)))
        rows = sorted(made(chance))
        for column, found in zip(columns, _numbers(place, rows), strict=True):
            column.append(found)
    factory, month, worker, category = (np.concatenate(column) for column in columns)
    codes = {
        one.name: chance.choice(len(one.values), len(factory))
        for one in (*WANTED.opening[1:], *WANTED.ending)
    }
    whole = World(tuple(factories), factory, month, worker, {"category": category, **codes})
    return whole, {year: tuple(_registered(whole, n)) for n, year in enumerate(YEARS)}


def _numbers(place: int, rows: Sequence[Contact]) -> tuple[np.ndarray, ...]:
    own = 10_000_000 * (place + 1)
    return (
        np.full(len(rows), place),
        np.array([YEARS[0] * 12 + month for month, _, _ in rows], dtype=int),
        np.array([own + who if who else 0 for _, who, _ in rows], dtype=int),
        np.array([CODES.index(code) for _, _, code in rows], dtype=int),
    )


def _registered(whole: World, year: int) -> Iterator[Certified]:
    yield from whole.factories[:PLAIN]
    for one, (_, workers) in zip(whole.factories[PLAIN:], CASES.values(), strict=True):
        if workers[year]:
            province = "Q02" if one.code == "X-moves" and year else one.province
            yield replace(one, workers=workers[year], province=province)
