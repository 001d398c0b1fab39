"""Our releases and a known bad producer before the same reader (REPORTS.md 2.2 and 3.9)."""

from collections.abc import Callable
from itertools import product

import pytest

from tests.attacks.claims import K, Target, Truth, claims_of, nodes, targets
from tests.attacks.lattice import Claim, Proved, Reader
from tests.unit.reports.closing import Publisher
from tests.unit.reports.synthetic import World, world

YEAR = 2026
YEARS = (2025, 2026, 2027)
"""A cycle of three."""


@pytest.fixture(scope="module")
def small() -> World:
    return world(11, factories=24, years=(YEAR,), rate=8.0)


@pytest.fixture(scope="module")
def truth(small: World) -> Truth:
    return Truth(small)


def attacked(claims: list[Claim], few: list[Target], step: int) -> list[Proved]:
    reader = Reader(claims)
    every = sorted(few, key=lambda one: sorted(one[0]))
    return [reader.proves(cells, true) for cells, true in every[::step]]


def bad_producer(truth: Truth, shown: Callable[[int], bool], low: int) -> list[Claim]:
    """Says every node that is `shown`; of each other, that it is from `low` to k - 1."""
    claims = []
    for factory, (months, codes) in product(range(24), nodes((YEAR,))):
        cells = frozenset(product((factory,), months, codes))
        true = sum(truth.contacts.get(cell, 0) for cell in cells)
        claims.append(Claim(cells, true, true) if shown(true) else Claim(cells, low, K - 1))
    return claims


def test_whoever_publishes_any_level_that_reaches_five_is_found_out(truth: Truth) -> None:
    claims = bad_producer(truth, lambda true: true >= K, 0)
    few = list(targets(range(24), truth, (YEAR,)))
    found = attacked(claims, [one for one in few if one[1]], step=7)
    assert sum(proved.gives_away for proved in found) > 0.05 * len(found)
    assert sum(proved.narrow(K) for proved in found) > 0.1 * len(found)


def test_whoever_shows_zeros_is_found_out(truth: Truth) -> None:
    claims = bad_producer(truth, lambda true: true >= K or not true, 1)
    found = attacked(claims, list(targets(range(24), truth, (YEAR,))), step=31)
    assert sum(proved.gives_away for proved in found) > 0.9 * len(found)


def test_a_year_of_our_releases_proves_nothing_of_the_few(small: World, truth: Truth) -> None:
    publisher = Publisher(small, rate=8.0)
    publisher.close_years(YEAR)
    claims = list(claims_of(publisher.releases, small))
    found = attacked(claims, list(targets(range(24), truth, (YEAR,))), step=3)
    assert len(found) > 500
    assert [proved for proved in found if proved.gives_away or proved.narrow(K)] == []


def test_three_years_of_them_together_prove_nothing_either() -> None:
    three = world(12, factories=30, years=YEARS, rate=5.0)
    publisher = Publisher(three, rate=5.0)
    publisher.close_years(*YEARS)
    claims = list(claims_of(publisher.releases, three))
    few = list(targets(range(30), Truth(three), YEARS))
    found = attacked(claims, few, step=7)
    assert len(found) > 500
    assert [proved for proved in found if proved.gives_away or proved.narrow(K)] == []
