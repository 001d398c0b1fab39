"""Whether a rate changed, when something may be said next, where a median lies."""

from datetime import date
from itertools import product

import pytest

from helpline.reports.rules import intervals
from helpline.reports.rules.attributes import CHANNEL, TO_CLOSE
from helpline.reports.rules.breakdowns import Breakdown
from helpline.reports.rules.foresight import Next, next_number
from helpline.reports.rules.medians import median_band
from helpline.reports.rules.periods import Grain, Period
from helpline.reports.rules.tiers import Tier
from helpline.reports.rules.trends import Said, change

QUARTERS = [
    quarter
    for year in (2024, 2025)
    for quarter in Period(year * 12, Grain.YEAR).split(Grain.QUARTER)
]


def told(*values: int | None) -> Said:
    return {
        quarter: None if value is None else (value, 1000)
        for quarter, value in zip(QUARTERS, values, strict=False)
    }


def test_a_change_is_spoken_of_where_eight_quarters_are_said_and_hold_enough() -> None:
    double = change(told(10, 10, 10, 10, 20, 20, 20, 20))
    assert double is not None
    assert double.interval == intervals.ratio(80, 4000, 40, 4000)
    assert double.detectable
    assert double.ratio == pytest.approx(2)
    assert [period.name for period in double.after] == ["2025-Q1", "2025-Q4"]
    assert change(told(10, 10, 10, 10, 20, 20, 20)) is None
    assert change(told(10, 10, None, 10, 20, 20, 20, 20)) is None
    assert change(told(5, 5, 5, 4, 20, 20, 20, 20)) is None


def test_no_change_is_the_usual_answer() -> None:
    found = change(told(10, 10, 10, 10, 11, 10, 12, 10))
    assert found is not None
    assert not found.detectable


def test_years_that_do_not_follow_each_other_are_not_compared() -> None:
    years = {Period.named(name): (40, 1000) for name in ("2023", "2024")}
    assert change(years) is not None
    assert change({Period.named(name): (40, 1000) for name in ("2022", "2024")}) is None


@pytest.mark.parametrize(
    ("tier", "closed", "period", "day"),
    [
        (Tier.QUARTER, "2025-Q2", "2025-Q3", date(2025, 11, 15)),
        (Tier.MONTH, "2025-Q2", "2025-Q3", date(2025, 11, 15)),
        (Tier.YEAR, "2025-Q1", "2025", date(2026, 2, 15)),
        (Tier.THREE_YEARS, "2025-Q4", "2025-2027", date(2028, 2, 15)),
        (Tier.QUARTER, "2025-Q4", None, date(2026, 5, 16)),
        (Tier.YEAR, "2025-Q4", None, date(2026, 5, 16)),
        (Tier.THREE_YEARS, "2027-Q4", None, date(2028, 5, 16)),
    ],
)
def test_when_a_statement_may_become_possible(
    tier: Tier, closed: str, period: str | None, day: date
) -> None:
    wanted = Period.named(period) if period else None
    assert next_number(tier, Period.named(closed)) == Next(wanted, day)


def of(listed: dict[str, int], other: int) -> Breakdown:
    return Breakdown(listed, other, tuple(one for one in TO_CLOSE.values if one not in listed))


def test_a_median_is_said_where_it_is_certain() -> None:
    assert median_band(TO_CLOSE, of({"0-2": 5, "15-30": 20}, 5)) == "15-30"
    assert median_band(TO_CLOSE, of({"0-2": 10, "15-30": 10}, 5)) is None
    assert median_band(TO_CLOSE, of({"15-30": 5}, 4)) is None, "fewer than ten"
    assert median_band(CHANNEL, Breakdown({"sms": 30}, 5, ("email",))) is None, "no order"


@pytest.mark.parametrize("listed", [{"0-2": 6, "3-7": 3}, {"8-14": 6, "31-60": 2}, {"60+": 9}])
def test_no_world_contradicts_a_median(listed: dict[str, int]) -> None:
    """Every way to divide the rest among the values that are not listed."""
    said = of(listed, 3)
    found = set()
    for places in product(said.others, repeat=3):
        contacts = [code for code, many in listed.items() for _ in range(many)] + list(places)
        order = sorted(contacts, key=TO_CLOSE.values.index)
        found |= {order[(len(order) - 1) // 2], order[len(order) // 2]}
    assert median_band(TO_CLOSE, said) == (found.pop() if len(found) == 1 else None)
