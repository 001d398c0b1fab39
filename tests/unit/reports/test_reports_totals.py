"""Totals are sums of what is published, with how many factories are not in them, and why."""

from collections import Counter

import pytest

from helpline.reports.rules.layout import Kind
from helpline.reports.rules.periods import Grain, Period
from helpline.reports.rules.release import atoms_of
from helpline.reports.rules.totals import EVERYTHING, PROVINCE, WHY, Totals, totals
from tests.unit.reports.closing import Publisher
from tests.unit.reports.synthetic import world

YEARS = (2024, 2025)


@pytest.fixture(scope="module")
def publisher() -> Publisher:
    made = Publisher(world(5, factories=90, years=YEARS), rate=20.0)
    made.close_years(*YEARS)
    return made


@pytest.fixture(scope="module")
def found(publisher: Publisher) -> dict[tuple[str, str], Totals]:
    return {one.subject: one for one in totals(publisher.releases, publisher.world.factories)}


def test_all_years_of_the_programme_are_every_sealed_number(
    publisher: Publisher, found: dict[tuple[str, str], Totals]
) -> None:
    years = {one.period.name: one for one in found[EVERYTHING].totals}
    for year in YEARS:
        sealed = 0
        for release in publisher.releases:
            tiers = {unit.code: unit.tier for unit in release.layout.units}
            for unit, period, part, value in atoms_of(release):
                monthly = unit in tiers and tiers[unit].value == "month"
                summed = (
                    monthly
                    and Period.named(period).grain is Grain.QUARTER
                    and any(
                        row.unit == unit
                        and row.period.grain is Grain.MONTH
                        and row.value is not None
                        for row in release.contacts
                    )
                )
                if release.closed.year == year and not part and not summed:
                    sealed += value
        assert years[str(year)].value == sealed


def test_every_factory_is_counted_once(
    publisher: Publisher, found: dict[tuple[str, str], Totals]
) -> None:
    for total in found[EVERYTHING].totals:
        assert sum(total.factories.values()) == len(publisher.world.factories)
        assert list(total.factories) == list(WHY)
    seen = Counter[str]()
    for total in found[EVERYTHING].totals:
        seen += Counter(total.factories)
    assert {"whole", "few", "longer"} <= set(seen)


def test_a_factory_of_a_group_that_reaches_further_is_not_in_its_province(
    publisher: Publisher, found: dict[tuple[str, str], Totals]
) -> None:
    layout = publisher.layouts[2025]
    wide = {
        code
        for unit in layout.units
        if unit.kind is Kind.GROUP and not unit.province
        for code in unit.members
    }
    assert wide
    together = 0
    for (kind, _code), one in found.items():
        if kind == PROVINCE:
            together += next(t for t in one.totals if t.period.name == "2025").factories["together"]
    named = {one.subject for one in found.values()}
    reached = {
        one.code
        for one in publisher.world.factories
        if one.code in wide and (PROVINCE, f"{one.country}-{one.province}") in named
    }
    assert together == len(reached)


def test_sums_of_a_division_leave_the_rest_a_rest(found: dict[tuple[str, str], Totals]) -> None:
    sums = found[EVERYTHING].sums
    whole = {one.attribute: sum(one.values.values()) for one in sums if one.period.name == "2024"}
    assert len(set(whole.values())) > 1, "some divisions were held back"
    for one in sums:
        assert one.values[""] > 0


def test_a_rate_is_that_of_the_workers_and_months_that_are_told(
    publisher: Publisher, found: dict[tuple[str, str], Totals]
) -> None:
    release = publisher.releases[-1]
    exposed = told = 0.0
    for row in release.contacts:
        unit = release.layout.by_code[row.unit]
        if row.value is not None and row.period.grain is Grain.QUARTER and unit.workers:
            told += row.value
            exposed += unit.workers
    for pool in release.pools:
        if pool.period.grain is Grain.QUARTER:
            told += pool.contacts
            exposed += sum(release.layout.by_code[code].workers for code in pool.members)
    total = next(one for one in found[EVERYTHING].totals if one.period == release.closed)
    assert total.rate == pytest.approx(1000 * told / exposed)
    assert total.rate is not None
    assert total.interval is not None
    assert total.interval[0] < total.rate < total.interval[1]
