"""Periods are calendar months put together, and have one name each."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpline.reports.rules.periods import LAG_DAYS, Grain, Period

DAYS = st.dates(date(2010, 1, 1), date(2050, 12, 31))
GRAINS = st.sampled_from(Grain)


@pytest.mark.parametrize(
    ("name", "begins", "ends"),
    [
        ("2026-02", date(2026, 2, 1), date(2026, 2, 28)),
        ("2026-Q3", date(2026, 7, 1), date(2026, 9, 30)),
        ("2026", date(2026, 1, 1), date(2026, 12, 31)),
        ("2025-2027", date(2025, 1, 1), date(2027, 12, 31)),
    ],
)
def test_a_name_says_the_first_and_the_last_day(name: str, begins: date, ends: date) -> None:
    period = Period.named(name)
    assert (period.begins, period.ends, period.name) == (begins, ends, name)
    assert period.closes == ends + timedelta(days=LAG_DAYS + 1)


@pytest.mark.parametrize(
    "name", ["", "2026-13", "2026-00", "2026-Q5", "2026-2028", "2025-2026", "26", "2026-Q3 "]
)
def test_other_names_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match=r"names|cycle|does not begin"):
        Period.named(name)


@given(DAYS, GRAINS)
def test_every_day_is_in_one_period_of_each_length(day: date, grain: Grain) -> None:
    period = Period.of(grain, day)
    assert period.holds(day)
    assert Period.named(period.name) == period
    assert not period.holds(period.begins - timedelta(days=1))
    assert Period.of(grain, period.ends + timedelta(days=1)).begins == period.ends + timedelta(1)


@given(DAYS, GRAINS, GRAINS)
def test_a_period_is_the_sum_of_its_parts(day: date, whole: Grain, part: Grain) -> None:
    period = Period.of(whole, day)
    if part.months > whole.months:
        with pytest.raises(ValueError, match="not made of"):
            period.split(part)
        return
    parts = period.split(part)
    assert (parts[0].begins, parts[-1].ends) == (period.begins, period.ends)
    assert len(parts) * part.months == whole.months
    assert {one.within(whole) for one in parts} == {period}
    assert sum(one.holds(day) for one in parts) == 1


def test_a_cycle_of_three_years_begins_in_2025() -> None:
    assert Period.of(Grain.THREE_YEARS, date(2026, 11, 22)).name == "2025-2027"
    with pytest.raises(ValueError, match="does not begin"):
        Period(2026 * 12, Grain.THREE_YEARS)
    with pytest.raises(ValueError, match="no part"):
        Period.named("2026").within(Grain.MONTH)


def test_a_longer_period_covers_its_parts_and_itself_and_nothing_that_reaches_out_of_it() -> None:
    year, cycle = Period.named("2025"), Period.named("2025-2027")
    assert cycle.covers(year)
    assert year.covers(year)
    assert all(year.covers(month) for month in year.split(Grain.MONTH))
    assert not year.covers(cycle)
    assert not year.covers(Period.named("2026-01"))
    assert not year.covers(Period.named("2024-Q4"))
