"""A cycle of three years is told as it was spoken of then, whatever becomes of the factory since:
how its contacts ended is told one year later, when another layout counts."""

import json

import pytest

from helpline.reports.rules.canonical import body, digest
from helpline.reports.rules.layout import Kind
from helpline.reports.rules.parts import part
from helpline.reports.rules.periods import Grain, Period
from helpline.reports.rules.portraits import portraits
from helpline.reports.rules.release import Divided, Release
from helpline.reports.rules.tiers import Tier
from helpline.reports.rules.totals import totals
from helpline.reports.service.gate import attack
from tests.unit.reports.closing import Publisher
from tests.unit.reports.synthetic import world

YEARS = (2022, 2023, 2024, 2025)
CYCLE = Period.named("2022-2024")


@pytest.fixture(scope="module")
def publisher() -> Publisher:
    made = Publisher(world(1, factories=120, years=YEARS), rate=3.0)
    made.close_years(*YEARS)
    return made


def _told_later(publisher: Publisher) -> tuple[Release, list[Divided]]:
    last = publisher.releases[-1]
    return last, [cut for cut in last.divided if cut.period == CYCLE]


def test_the_year_of_a_period_is_the_one_in_which_it_ends() -> None:
    assert CYCLE.last_year == 2024
    assert {month.last_year for month in CYCLE.split(Grain.MONTH)} == {2022, 2023, 2024}


def test_how_a_cycle_ended_is_told_of_who_was_counted_in_it(publisher: Publisher) -> None:
    release, told = _told_later(publisher)
    now, then = publisher.layouts[2025].by_code, publisher.layouts[2024].by_code
    moved = {cut.unit for cut in told if cut.unit not in now}
    assert moved, "a factory that is spoken of otherwise since"
    shown = {(one.kind, one.code): one for one in portraits(publisher.releases)}
    for cut in told:
        assert then[cut.unit].tier is Tier.THREE_YEARS
        found = [
            one
            for one in shown[Kind.FACTORY, cut.unit].divisions
            if (one.attribute, one.period) == (cut.attribute, CYCLE)
        ]
        assert [one.unit for one in found] == [then[cut.unit]]
    assert attack([*publisher.releases], publisher.shared).findings == []
    assert release.closed.year == 2025


def test_totals_and_a_sponsors_part_have_it_too(publisher: Publisher) -> None:
    release, told = _told_later(publisher)
    said = [cut for cut in told if cut.said is not None]
    unit = next(cut.unit for cut in told if cut.unit not in release.layout.by_code)
    everything = next(one for one in totals(publisher.releases, publisher.world.factories))
    assert said == [] or CYCLE in {one.period for one in everything.sums}
    before = {year: [unit] for year in YEARS[:-1]}
    text = body(release)
    own = part(json.loads(text), digest(text), [unit], before)
    assert [row["period"] for row in own["divided"] if row["unit"] == unit] == [
        cut.period.name for cut in told if cut.unit == unit
    ]
