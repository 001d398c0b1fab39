"""What readers still learn, on data as in REPORTS.md 2.1, with the aims of the issue it came with.

The second year is measured: its tiers follow from the sealed numbers of the first. Where nothing
is known yet but headcounts, a year errs more.
"""

from collections.abc import Mapping

import numpy as np
import pytest

from tests.unit.reports.closing import Publisher
from tests.unit.reports.reader import Reader, published_share, truth
from tests.unit.reports.synthetic import world

FIRST, SECOND = 2025, 2026
SEEDS = (1, 2, 3)
Learned = Mapping[str, float]


def _learned(publisher: Publisher, year: int) -> Learned:
    """Mean errors by factory and quarter, year, and year with category, and two shares."""
    made, releases = publisher.world, publisher.releases
    known = [release for release in releases if release.closed.year <= year]
    reader = Reader(made, known, year)
    quarters, categories = truth(made, year)
    large = quarters.sum(axis=1) >= 20
    change, seen = np.diff(quarters[large], axis=1), np.diff(reader.quarters[large], axis=1)
    clear = np.abs(change) >= np.maximum(3, 0.25 * quarters[large][:, :-1])
    return {
        "quarter": float(np.abs(reader.quarters - quarters).mean()),
        "year": float(np.abs(reader.years - quarters.sum(axis=1)).mean()),
        "category": float(np.abs(reader.categories - categories).mean()),
        "with a category": published_share(made, publisher.layouts[year], known, year),
        "sign": float((np.sign(change[clear]) == np.sign(seen[clear])).mean()),
    }


def _mean(found: list[Learned]) -> Learned:
    return {name: float(np.mean([one[name] for one in found])) for name in found[0]}


@pytest.fixture(scope="module")
def learned() -> tuple[Learned, Learned]:
    """Of the first year, and of the second."""
    publishers = [Publisher(world(seed, years=(FIRST, SECOND)), rate=20.0) for seed in SEEDS]
    for publisher in publishers:
        publisher.close_years(FIRST, SECOND)
    first, second = (
        _mean([_learned(publisher, year) for publisher in publishers]) for year in (FIRST, SECOND)
    )
    return first, second


def test_a_reader_knows_of_each_factory_about_how_many_contacted(
    learned: tuple[Learned, Learned],
) -> None:
    first, second = learned
    assert second["quarter"] <= 0.70
    assert second["year"] <= 0.40
    assert first["quarter"] <= 0.70
    assert first["year"] <= 0.47


def test_and_what_about(learned: tuple[Learned, Learned]) -> None:
    for year in learned:
        assert year["category"] <= 0.75
        assert year["with a category"] >= 0.75


def test_a_reader_sees_which_way_it_goes(learned: tuple[Learned, Learned]) -> None:
    for year in learned:
        assert year["sign"] >= 0.80
