"""What a reader is shown of a factory or a group follows from published numbers, and is true."""

import pytest

from helpline.reports.rules import intervals
from helpline.reports.rules.layout import Kind
from helpline.reports.rules.portraits import Portrait, portraits
from helpline.reports.rules.release import Status
from helpline.reports.rules.years import Whole, years
from tests.unit.reports.closing import Publisher
from tests.unit.reports.synthetic import world

YEARS = (2024, 2025)


@pytest.fixture(scope="module")
def publisher() -> Publisher:
    made = Publisher(world(3, factories=90, years=YEARS), rate=20.0)
    made.close_years(*YEARS)
    return made


@pytest.fixture(scope="module")
def shown(publisher: Publisher) -> dict[str, Portrait]:
    made = portraits(publisher.releases)
    assert [(one.kind, one.code) for one in made] == sorted((one.kind, one.code) for one in made)
    return {one.code: one for one in made}


def test_every_factory_and_every_group_of_every_layout_has_one(
    publisher: Publisher, shown: dict[str, Portrait]
) -> None:
    every = {
        code
        for layout in publisher.layouts.values()
        for unit in layout.units
        for code in (*unit.members, *((unit.code,) if unit.kind is Kind.GROUP else ()))
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
    said = [cut for one in shown.values() for cut in one.divisions if cut.whole]
    assert said
    for cut in said:
        told = [share for share in cut.shares if share.value is not None]
        assert sum(share.value or 0 for share in told) == cut.whole
        assert sum(share.share or 0 for share in told) == pytest.approx(1)
        assert cut.shares[-1].code == ""
        for share in told:
            assert share.share is not None
            assert 0 < share.share < 1, "never all, never nobody"


def test_a_withheld_quarter_is_no_zero(shown: dict[str, Portrait]) -> None:
    hidden = [
        number
        for one in shown.values()
        for number in one.numbers
        if number.status in {Status.LT_K, Status.POOLED}
    ]
    assert hidden
    assert {(one.value, one.rate, one.interval) for one in hidden} == {(None, None, None)}


def test_a_pooled_period_leads_to_its_pool(
    publisher: Publisher, shown: dict[str, Portrait]
) -> None:
    pooled = [one for each in shown.values() for one in each.numbers if one.pool]
    assert pooled
    for number in pooled:
        assert number.pool is not None
        assert number.unit.code in number.pool.members
        assert number.status is Status.POOLED


def test_a_year_is_told_where_all_of_it_is(
    publisher: Publisher, shown: dict[str, Portrait]
) -> None:
    found = {}
    for portrait in shown.values():
        for year in years(portrait, publisher.releases[-1].closed):
            found[year.whole] = year
            if year.whole is Whole.OK:
                parts = [
                    one
                    for one in portrait.numbers
                    if one.period.year == year.year and one.unit.kind is portrait.kind
                ]
                grain = max(one.period.grain.months for one in parts)
                own = [one.value for one in parts if one.period.grain.months == grain]
                assert year.value == sum(value or 0 for value in own)
                assert None not in own
    assert {Whole.OK, Whole.FEW, Whole.GROUP} <= set(found)
    open_year = [years(portrait, publisher.releases[-2].closed)[0] for portrait in shown.values()]
    assert {one.whole for one in open_year} <= {Whole.OPEN, Whole.GROUP, Whole.LONGER}
