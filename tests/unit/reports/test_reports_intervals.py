"""Intervals are exact, and known from tables that others printed."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpline.reports.rules.intervals import changed, poisson, ratio, share


@pytest.mark.parametrize(
    ("count", "low", "high"),
    [
        (0, 0.0, 3.689),
        (1, 0.0253, 5.572),
        (5, 1.623, 11.668),
        (12, 6.201, 20.962),
        (50, 37.111, 65.919),
    ],
)
def test_poisson_limits_are_those_of_the_tables(count: int, low: float, high: float) -> None:
    """Garwood's limits as printed by Ulm, Am. J. Epidemiology 131 (1990)."""
    assert poisson(count) == pytest.approx((low, high), abs=0.001)


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [
        (0, 10, 0.0, 0.3085),
        (5, 10, 0.1871, 0.8129),
        (10, 10, 0.6915, 1.0),
        (27, 32, 0.6721, 0.9472),
    ],
)
def test_shares_are_those_of_clopper_and_pearson(
    part: int, whole: int, low: float, high: float
) -> None:
    assert share(part, whole) == pytest.approx((low, high), abs=0.0001)


@settings(deadline=None)
@given(st.integers(0, 400))
def test_a_limit_leaves_the_tail_that_it_promises(count: int) -> None:
    low, high = poisson(count)

    def upto(n: int, mean: float) -> float:
        return math.fsum(
            math.exp(i * math.log(mean) - mean - math.lgamma(i + 1)) for i in range(n + 1)
        )

    assert upto(count, high) == pytest.approx(0.025, rel=1e-6)
    if count:
        assert 1 - upto(count - 1, low) == pytest.approx(0.025, rel=1e-6)
    assert low <= count <= high


@settings(deadline=None)
@given(st.integers(1, 300), st.data())
def test_the_share_of_the_rest_is_the_rest(whole: int, data: st.DataObject) -> None:
    part = data.draw(st.integers(0, whole))
    low, high = share(part, whole)
    other_low, other_high = share(whole - part, whole)
    assert (low, high) == pytest.approx((1 - other_high, 1 - other_low), abs=1e-9)


def test_no_change_is_the_usual_answer() -> None:
    assert not changed(ratio(12, 3000, 8, 3000))
    assert not changed(None)


def test_a_doubling_of_many_is_a_change() -> None:
    found = ratio(80, 3000, 40, 3000)
    assert changed(found)
    assert found is not None
    assert 1 < found[0] < 2 < found[1]


def test_twice_the_workers_and_twice_the_contacts_are_the_same_rate() -> None:
    found = ratio(40, 6000, 20, 3000)
    assert found is not None
    assert found[0] < 1 < found[1]


def test_where_nothing_came_before_the_upper_end_is_open() -> None:
    assert ratio(0, 100, 0, 100) is None
    found = ratio(9, 100, 0, 100)
    assert found is not None
    assert found[1] == math.inf
    assert changed(found)


def test_nonsense_is_refused() -> None:
    with pytest.raises(ValueError, match="below zero"):
        poisson(-1)
    with pytest.raises(ValueError, match="larger than its whole"):
        share(3, 2)
    with pytest.raises(ValueError, match="not above zero"):
        ratio(1, 0, 1, 1)
