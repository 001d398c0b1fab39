"""How a factory is spoken of is fixed before the year, by what is public already."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from helpline.reports.rules.periods import Grain
from helpline.reports.rules.tiers import (
    LEAST_MEMBERS,
    Known,
    Tier,
    groups,
    size_band,
    tier_of,
    tiers,
)

K = 5


def known(code: str = "GD-0417", **values: object) -> Known:
    at = {"country": "CN", "province": "Guangdong", "workers": 450, "expected": 9.0} | values
    return Known(code, **at)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("expected", "tier"),
    [
        (192, Tier.MONTH),
        (191, Tier.QUARTER),
        (40, Tier.QUARTER),
        (39, Tier.YEAR),
        (2, Tier.YEAR),
        (1.9, Tier.THREE_YEARS),
        (1.4, Tier.THREE_YEARS),
        (1.3, Tier.GROUP),
        (0, Tier.GROUP),
    ],
)
def test_the_more_is_expected_the_shorter_the_periods(expected: float, tier: Tier) -> None:
    assert tier_of(known(expected=expected), K, new_cycle=True) is tier


def test_three_years_begin_where_a_cycle_begins_and_last_it_out() -> None:
    assert tier_of(known(expected=1.5), K, new_cycle=False) is Tier.GROUP
    grown = known(expected=500, bound=True)
    assert tier_of(grown, K, new_cycle=False) is Tier.THREE_YEARS
    assert tier_of(grown, K, new_cycle=True) is Tier.MONTH


def test_a_factory_under_100_workers_is_never_spoken_of_alone() -> None:
    assert tier_of(known(workers=99, expected=500), K, new_cycle=True) is Tier.GROUP
    assert tier_of(known(workers=100, expected=500), K, new_cycle=True) is Tier.MONTH


def test_a_tier_says_how_long_its_periods_are() -> None:
    assert [tier.grain for tier in Tier] == [*Grain, Grain.YEAR]


FACTORIES = st.lists(
    st.builds(
        Known,
        code=st.uuids().map(str),
        country=st.sampled_from(["CN", "IN"]),
        province=st.sampled_from(["Guangdong", "Kerala", "Fujian"]),
        workers=st.integers(10, 9000),
        expected=st.floats(0, 60),
    ),
    max_size=40,
    unique_by=lambda one: one.code,
)
LITTLE, LESS, MORE = (
    Known(code, "CN", "Guangdong", 10, expected)
    for code, expected in (("a", 0.2), ("b", 1.0), ("c", 1.7299379128637207))
)
"""Whose sum depends on the order in which floats are added."""


@given(FACTORIES)
def test_groups_hold_at_least_three_and_nobody_twice(factories: list[Known]) -> None:
    made = groups(factories, K)
    members = [code for group in made for code in group.members]
    assert len(members) == len(set(members))
    assert set(members) <= {one.code for one in factories}
    assert all(len(group.members) >= LEAST_MEMBERS for group in made)
    by_code = {one.code: one for one in factories}
    for group in made:
        assert {by_code[code].country for code in group.members} == {group.country}
        if group.province:
            assert {by_code[code].province for code in group.members} == {group.province}
    assert len({group.code for group in made}) == len(made)


@given(FACTORIES)
def test_only_where_a_country_has_too_few_is_somebody_left_out(factories: list[Known]) -> None:
    made = groups(factories, K)
    spoken_of = {code for group in made for code in group.members}
    for country in ("CN", "IN"):
        left = [one for one in factories if one.country == country and one.code not in spoken_of]
        assert len(left) < LEAST_MEMBERS


@given(FACTORIES.flatmap(lambda made: st.tuples(st.just(made), st.permutations(made))))
@example(([LITTLE, LESS, MORE], [MORE, LESS, LITTLE]))
def test_the_layout_does_not_depend_on_the_order_of_what_is_known(
    orders: tuple[list[Known], list[Known]],
) -> None:
    factories, turned = orders
    assert groups(factories, K) == groups(turned, K)
    assert tiers(factories, K, new_cycle=True) == tiers(turned, K, new_cycle=True)


def test_members_of_a_group_are_of_neighbouring_sizes() -> None:
    small = [known(f"S{n}", workers=60, expected=3) for n in range(4)]
    large = [known(f"L{n}", workers=4000, expected=3) for n in range(4)]
    made = groups([*large, *small], K)
    assert [set(group.members) for group in made] == [
        {"S0", "S1", "S2"},
        {"S3", "L0", "L1", "L2", "L3"},
    ]
    assert (size_band(0), size_band(99), size_band(100), size_band(90_000)) == (0, 1, 2, 7)
