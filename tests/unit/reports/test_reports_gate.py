"""The gate flags every way in which a release gives somebody away."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from helpline.reports.rules.breakdowns import Breakdown
from helpline.reports.rules.release import Divided, Release, Status
from helpline.reports.service.gate import Audit, attack
from helpline.reports.service.programs import NotSolved, bounds
from tests.unit.reports.closing import Publisher
from tests.unit.reports.synthetic import world

YEAR = 2026
Change = Callable[[Release], Release]


@pytest.fixture(scope="module")
def publisher() -> Publisher:
    made = Publisher(world(5, factories=120, years=(YEAR,)), rate=20.0)
    made.close_years(YEAR)
    return made


def attacked(publisher: Publisher, change: Change) -> Audit:
    *others, last = publisher.releases
    return attack([*others, change(last)], publisher.shared)


def test_a_sound_release_passes(publisher: Publisher) -> None:
    audit = attacked(publisher, lambda release: release)
    assert audit.findings == []
    assert audit.clean
    assert set(audit.tested) == {"hidden", "nested", "chain"}


def divided(release: Release) -> Divided:
    """A division that says something, of a unit whose year is complete."""
    return next(cut for cut in release.divided if cut.said is not None and len(cut.said.listed) > 1)


def with_division(release: Release, said: Breakdown) -> Release:
    old = divided(release)
    cuts = tuple(replace(cut, said=said) if cut is old else cut for cut in release.divided)
    return replace(release, divided=cuts)


def test_a_value_of_few_is_found(publisher: Publisher) -> None:
    def change(release: Release) -> Release:
        found = divided(release).said
        assert found is not None
        code = found.others[0]
        listed = {**found.listed, code: 3}
        return with_division(release, Breakdown(listed, found.other - 3, found.others[1:]))

    assert "nested" in {finding.rule for finding in attacked(publisher, change).findings}


def test_a_division_of_more_than_its_atoms_is_found(publisher: Publisher) -> None:
    def change(release: Release) -> Release:
        found = divided(release).said
        assert found is not None
        return with_division(release, replace(found, other=found.other + 1))

    assert "is not its atoms" in {one.why for one in attacked(publisher, change).findings}


def test_a_rest_of_one_value_is_found(publisher: Publisher) -> None:
    def change(release: Release) -> Release:
        found = divided(release).said
        assert found is not None
        return with_division(release, replace(found, others=found.others[:1]))

    assert "a rest too small" in {one.why for one in attacked(publisher, change).findings}


def test_parts_that_share_somebody_unknown_are_found(publisher: Publisher) -> None:
    *_, last = publisher.releases
    assert any(publisher.shared.values()), "some published parts are more than the whole"
    audit = attack(publisher.releases, {})
    assert {one.why for one in audit.findings} == {"exists"}
    assert last.divided


def test_a_pool_that_forces_a_member_up_is_found(publisher: Publisher) -> None:
    pools = [pool for release in publisher.releases for pool in release.pools]
    assert pools
    first = next(n for n, release in enumerate(publisher.releases) if release.pools)
    for total in (4 * len(pools[0].members) - 1, 4 * len(pools[0].members) + 1):
        releases = list(publisher.releases[: first + 1])
        forced = replace(pools[0], contacts=total)
        releases[first] = replace(releases[first], pools=(forced, *releases[first].pools[1:]))
        audit = attack(releases, publisher.shared)
        assert any(finding.rule == "hidden" for finding in audit.findings)


def test_a_cell_that_is_said_again_is_found(publisher: Publisher) -> None:
    def change(release: Release) -> Release:
        earlier = next(row for row in publisher.releases[0].contacts if row.status is Status.OK)
        return replace(release, contacts=(*release.contacts, earlier))

    assert "says a cell again" in {one.why for one in attacked(publisher, change).findings}


def test_nothing_at_all_is_no_clean_audit() -> None:
    assert not attack([], {}).clean


def test_bounds_are_whole_numbers_and_a_contradiction_is_not_solved() -> None:
    assert bounds(members=3, total=8, most=4) == [(0, 4)] * 3
    assert bounds(members=3, total=9, most=4) == [(1, 4)] * 3
    with pytest.raises(NotSolved):
        bounds(members=3, total=13, most=4)
