"""Our releases and a known bad producer before the same reader (REPORTS.md 2.2 and 3.9)."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import product

import pytest

from helpline.reports.rules.release import Release, Status
from tests.attacks.lattice import Cell, Claim, Proved, Reader
from tests.unit.reports.closing import Publisher
from tests.unit.reports.synthetic import GROUPS, WANTED, World, world

K = 5
YEAR = 2026
MONTHS = range(YEAR * 12, YEAR * 12 + 12)
VALUES = WANTED.opening[0].values
Counts = dict[Cell, int]


@pytest.fixture(scope="module")
def small() -> World:
    return world(11, factories=24, years=(YEAR,), rate=8.0)


@pytest.fixture(scope="module")
def counts(small: World) -> Counts:
    found: Counts = {}
    for cell in zip(
        small.factory.tolist(), small.month.tolist(), small.codes["category"].tolist(), strict=True
    ):
        found[cell] = found.get(cell, 0) + 1
    return found


def nodes() -> Iterator[tuple[tuple[int, ...], tuple[int, ...]]]:
    """Times and categories somebody may ask of together: quarters, the year; values, groups."""
    quarters = [tuple(range(YEAR * 12 + n, YEAR * 12 + n + 3)) for n in range(0, 12, 3)]
    times = [*quarters, tuple(MONTHS)]
    groups = [
        tuple(n for n, code in enumerate(VALUES) if GROUPS.get(code) == name)
        for name in sorted(set(GROUPS.values()))
    ]
    values = [(n,) for n in range(len(GROUPS))]
    yield from product(times, [*values, *groups, tuple(range(len(VALUES)))])


def targets(small: World, counts: Counts) -> Iterator[tuple[frozenset[Cell], int]]:
    """Every factory x time x category node of fewer than k contacts."""
    for factory, (months, codes) in product(range(len(small.factories)), nodes()):
        cells = frozenset(product((factory,), months, codes))
        true = sum(counts.get(cell, 0) for cell in cells)
        if true < K:
            yield cells, true


def attacked(claims: list[Claim], small: World, counts: Counts, step: int) -> list[Proved]:
    reader = Reader(claims)
    every = sorted(targets(small, counts), key=lambda one: sorted(one[0]))
    return [reader.proves(cells, true) for cells, true in every[::step]]


def test_whoever_publishes_any_level_that_reaches_five_is_found_out(
    small: World, counts: Counts
) -> None:
    claims = []
    for factory, (months, codes) in product(range(len(small.factories)), nodes()):
        cells = frozenset(product((factory,), months, codes))
        true = sum(counts.get(cell, 0) for cell in cells)
        claims.append(Claim(cells, true, true) if true >= K else Claim(cells, 0, K - 1))
    found = attacked(claims, small, counts, step=7)
    assert sum(proved.gives_away for proved in found) > 0.05 * len(found)
    assert sum(proved.narrow(K) for proved in found) > 0.1 * len(found)


def test_whoever_shows_zeros_is_found_out(small: World, counts: Counts) -> None:
    claims = []
    for factory, (months, codes) in product(range(len(small.factories)), nodes()):
        cells = frozenset(product((factory,), months, codes))
        true = sum(counts.get(cell, 0) for cell in cells)
        shown = true >= K or true == 0
        claims.append(Claim(cells, true, true) if shown else Claim(cells, 1, K - 1))
    found = attacked(claims, small, counts, step=31)
    assert all(proved.gives_away for proved in found)


def test_our_releases_prove_nothing_of_the_few(small: World, counts: Counts) -> None:
    publisher = Publisher(small, rate=8.0)
    publisher.close_years(YEAR)
    claims = list(claims_of(publisher.releases, small))
    found = attacked(claims, small, counts, step=3)
    assert len(found) > 500
    assert [proved for proved in found if proved.gives_away or proved.narrow(K)] == []


def claims_of(releases: Sequence[Release], small: World) -> Iterator[Claim]:
    """What releases of a year say, as any reader may put it down."""
    place = {one.code: n for n, one in enumerate(small.factories)}
    units = releases[0].layout.by_code
    every = tuple(range(len(VALUES)))
    rows = [row for release in releases for row in release.contacts if units[row.unit].members]

    def cells(unit: str, months: Iterable[int], codes: Iterable[int] = every) -> frozenset[Cell]:
        factories = [place[one] for one in units[unit].members]
        return frozenset(product(factories, months, codes))

    said: dict[str, set[int]] = {}
    for row in rows:
        months = range(row.period.first, row.period.after)
        if row.value is not None:
            yield Claim(cells(row.unit, months), row.value, row.value)
            said.setdefault(row.unit, set()).update(months)
        elif row.status in {Status.LT_K, Status.POOLED}:
            yield Claim(cells(row.unit, months), 0, K - 1)
    for release in releases:
        for pool in release.pools:
            months = range(pool.period.first, pool.period.after)
            together = frozenset().union(*(cells(one, months) for one in pool.members))
            yield Claim(together, pool.contacts, pool.contacts)
        for cut in release.divided:
            if cut.said is not None and cut.attribute == "category" and units[cut.unit].members:
                inside = said[cut.unit]
                for code, value in cut.said.listed.items():
                    yield Claim(cells(cut.unit, inside, (VALUES.index(code),)), value, value)
                others = [VALUES.index(code) for code in cut.said.others]
                yield Claim(cells(cut.unit, inside, others), cut.said.other, cut.said.other)
