"""What readers still learn, on data as in REPORTS.md 2.1.

Limits that hold now; the aims of a year are 0.40, and 0.75 by category (docs/roadmap.md).
"""

import numpy as np
import pytest

from tests.unit.reports.closing import Publisher
from tests.unit.reports.reader import Reader, published_share, truth
from tests.unit.reports.synthetic import World, world

YEAR = 2026


@pytest.fixture(scope="module")
def told() -> tuple[World, Publisher, Reader]:
    made = world(1, years=(YEAR,))
    publisher = Publisher(made, rate=20.0)
    publisher.close_years(YEAR)
    return made, publisher, Reader(made, publisher.releases, YEAR)


def test_a_reader_knows_of_each_factory_about_how_many_contacted(
    told: tuple[World, Publisher, Reader],
) -> None:
    made, _, reader = told
    quarters, categories = truth(made, YEAR)
    assert np.abs(reader.quarters - quarters).mean() <= 0.70
    assert np.abs(reader.years - quarters.sum(axis=1)).mean() <= 0.60
    assert np.abs(reader.categories - categories).mean() <= 0.85


def test_three_of_four_contacts_stand_in_a_published_category(
    told: tuple[World, Publisher, Reader],
) -> None:
    made, publisher, _ = told
    assert published_share(made, publisher.layouts[YEAR], publisher.releases, YEAR) >= 0.75


def test_a_reader_sees_which_way_it_goes(told: tuple[World, Publisher, Reader]) -> None:
    made, _, reader = told
    quarters, _ = truth(made, YEAR)
    large = quarters.sum(axis=1) >= 20
    change, seen = np.diff(quarters[large], axis=1), np.diff(reader.quarters[large], axis=1)
    clear = np.abs(change) >= np.maximum(3, 0.25 * quarters[large][:, :-1])
    assert (np.sign(change[clear]) == np.sign(seen[clear])).mean() >= 0.80
