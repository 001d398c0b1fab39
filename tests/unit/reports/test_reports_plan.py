"""Closing after closing: numbers are true, hidden ones leave no trace, nothing turns back."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from helpline.reports.rules.canonical import body, digest, read
from helpline.reports.rules.periods import Grain, Period
from helpline.reports.rules.release import Status
from helpline.reports.rules.tiers import Tier
from helpline.reports.service.gate import attack
from tests.unit.reports.closing import Publisher
from tests.unit.reports.synthetic import World, world

YEARS = (2024, 2025)


@pytest.fixture(scope="module")
def small() -> World:
    return world(7, factories=80, years=YEARS)


@pytest.fixture(scope="module")
def publisher(small: World) -> Publisher:
    made = Publisher(small, rate=20.0)
    made.close_years(*YEARS)
    return made


def test_every_number_is_what_was_coded(publisher: Publisher, small: World) -> None:
    checked = 0
    for release in publisher.releases:
        for row in release.contacts:
            unit = release.layout.by_code[row.unit]
            places = [n for n, one in enumerate(small.factories) if one.code in unit.members]
            inside = np.isin(small.factory, places)
            inside &= (small.month >= row.period.first) & (small.month < row.period.after)
            if row.status is Status.OK and places:
                assert row.value == inside.sum()
                assert len(set(small.worker[inside].tolist())) >= 5
                checked += 1
            elif row.status in {Status.LT_K, Status.POOLED}:
                workers = Counter(small.worker[inside].tolist())
                dominated = max(workers.values(), default=0) * 2 > inside.sum()
                two = sum(sorted(workers.values())[-2:]) > 0.8 * inside.sum()
                assert len(workers) < 5 or dominated or two
    assert checked > 200


def test_the_gate_finds_nothing_and_tests_everything(publisher: Publisher) -> None:
    audit = attack(publisher.releases, publisher.shared)
    assert audit.findings == []
    assert audit.clean
    assert audit.tested.total() > 10_000


def test_a_release_reads_back_byte_for_byte_and_names_the_one_before(publisher: Publisher) -> None:
    before = ""
    for release in publisher.releases:
        assert read(body(release)) == release
        assert release.previous == before
        before = digest(body(release))
    with pytest.raises(ValueError, match="not canonical"):
        read(body(publisher.releases[0]).replace(b'"k":5', b'"k": 5', 1))
    with pytest.raises(ValueError, match="no release"):
        read(b"{}")


def test_what_is_hidden_changes_not_a_byte(publisher: Publisher, small: World) -> None:
    """Nobody instead of a few, in every cell that is withheld and stands in no pool."""
    gone = np.zeros(len(small.month), dtype=bool)
    for release in publisher.releases:
        withheld = [row for row in release.contacts if row.status is Status.LT_K]
        units = release.layout.by_code
        alone = Counter(
            (row.period, units[row.unit].country, units[row.unit].pooled_in) for row in withheld
        )
        for row in withheld:
            unit = units[row.unit]
            if alone[row.period, unit.country, unit.pooled_in] < 3:
                places = [n for n, one in enumerate(small.factories) if one.code in unit.members]
                inside = (small.month >= row.period.first) & (small.month < row.period.after)
                gone |= np.isin(small.factory, places) & inside
    assert gone.any()
    codes = {name: of[~gone] for name, of in small.codes.items()}
    fewer = replace(
        small,
        factory=small.factory[~gone],
        month=small.month[~gone],
        worker=small.worker[~gone],
        codes=codes,
    )
    again = Publisher(fewer, rate=20.0)
    again.close_years(*YEARS)
    assert [body(one) for one in again.releases] == [body(one) for one in publisher.releases]


def test_each_unit_has_the_rows_of_its_tier_whatever_is_hidden(publisher: Publisher) -> None:
    last = publisher.releases[-1]
    rows = Counter(row.unit for row in last.contacts)
    cuts = Counter((row.unit, row.period) for row in last.divided)
    assert {row.attribute for row in last.divided} == set(last.attributes)
    for unit in last.layout.units:
        wanted = {Tier.MONTH: 4, Tier.QUARTER: 1, Tier.YEAR: 1, Tier.THREE_YEARS: 0}
        assert rows[unit.code] == wanted[unit.tier]
    assert set(cuts.values()) <= {3, 6}


def test_endings_are_said_a_year_later_over_the_same_contacts(publisher: Publisher) -> None:
    last = publisher.releases[-1]
    assert last.closed == Period.named("2025-Q4")
    ending = {cut.period for cut in last.divided if cut.attribute == "outcome"}
    opening = {cut.period for cut in last.divided if cut.attribute == "category"}
    assert ending == {Period(2024 * 12, Grain.YEAR)}
    assert opening == {Period(2025 * 12, Grain.YEAR)}


def test_the_chain_breaks_where_an_old_release_is_changed(publisher: Publisher) -> None:
    first, *others = publisher.releases
    row = next(row for row in first.contacts if row.value)
    changed = replace(row, value=(row.value or 0) + 1)
    rows = tuple(changed if one is row else one for one in first.contacts)
    audit = attack([replace(first, contacts=rows), *others], publisher.shared)
    assert any(finding.rule == "chain" for finding in audit.findings)
