"""What a reader is shown of a factory follows from published numbers alone, and is true."""

import pytest

from helpline.reports.rules import intervals
from helpline.reports.rules.layout import Kind
from helpline.reports.rules.periods import Grain, Period
from helpline.reports.rules.portraits import Number, Portrait, change, portraits
from helpline.reports.rules.release import Status
from tests.unit.reports.closing import Publisher
from tests.unit.reports.synthetic import world

YEARS = (2024, 2025)
QUARTERS = [
    quarter for year in YEARS for quarter in Period(year * 12, Grain.YEAR).split(Grain.QUARTER)
]


@pytest.fixture(scope="module")
def publisher() -> Publisher:
    made = Publisher(world(3, factories=90, years=YEARS), rate=20.0)
    made.close_years(*YEARS)
    return made


@pytest.fixture(scope="module")
def shown(publisher: Publisher) -> dict[str, Portrait]:
    return dict(portraits(publisher.releases))


def test_every_factory_of_every_layout_has_one(
    publisher: Publisher, shown: dict[str, Portrait]
) -> None:
    every = {
        code
        for layout in publisher.layouts.values()
        for unit in layout.units
        for code in unit.members
    }
    assert set(shown) == every
    for portrait in shown.values():
        assert [one.year for one in portrait.spoken] == sorted(
            (one.year for one in portrait.spoken), reverse=True
        )


def test_its_numbers_are_those_of_its_unit(
    publisher: Publisher, shown: dict[str, Portrait]
) -> None:
    checked = 0
    for release in publisher.releases:
        for row in release.contacts:
            for code in release.layout.by_code[row.unit].members:
                found = [one for one in shown[code].numbers if one.period == row.period]
                assert (found[0].status, found[0].value) == (row.status, row.value)
                checked += 1
    assert checked > 300


def test_a_rate_has_the_published_headcount_below_it(
    publisher: Publisher, shown: dict[str, Portrait]
) -> None:
    layout = publisher.layouts[2025]
    unit = next(one for one in layout.units if one.kind is Kind.FACTORY)
    for number in shown[unit.code].numbers:
        if number.value is not None and number.period.year == 2025:
            assert number.rate == pytest.approx(1000 * number.value / unit.workers)
            low, high = intervals.poisson(number.value)
            assert number.interval == pytest.approx(
                (1000 * low / unit.workers, 1000 * high / unit.workers)
            )


def test_shares_add_up_and_end_with_the_rest(shown: dict[str, Portrait]) -> None:
    said = [cut for one in shown.values() for cut in one.divisions if cut.shares]
    assert said
    for cut in said:
        assert sum(share.value for share in cut.shares) == cut.whole
        assert sum(share.share for share in cut.shares) == pytest.approx(1)
        assert cut.shares[-1].code == ""
        assert all(share.interval[0] <= share.share <= share.interval[1] for share in cut.shares)
        assert all(0 < share.share < 1 for share in cut.shares), "never all, never nobody"


def quarters(*values: int | None, workers: int = 1000) -> list[Number]:
    return [
        Number(quarter, Status.OK, value, 1000 * value / workers if value else None)
        if value is not None
        else Number(quarter, Status.LT_K)
        for quarter, value in zip(QUARTERS, values, strict=False)
    ]


def test_a_change_is_spoken_of_where_eight_quarters_are_said_and_hold_enough() -> None:
    double = change(quarters(10, 10, 10, 10, 20, 20, 20, 20))
    assert double == intervals.ratio(80, 4, 40, 4)
    assert double is not None
    assert double[0] > 1
    assert change(quarters(10, 10, 10, 10, 20, 20, 20)) is None
    assert change(quarters(10, 10, None, 10, 20, 20, 20, 20)) is None
    assert change(quarters(5, 5, 5, 4, 20, 20, 20, 20)) is None


def test_a_withheld_quarter_is_no_zero(shown: dict[str, Portrait]) -> None:
    hidden = [
        number
        for one in shown.values()
        for number in one.numbers
        if number.status in {Status.LT_K, Status.POOLED}
    ]
    assert hidden
    assert {(one.value, one.rate, one.interval) for one in hidden} == {(None, None, None)}
