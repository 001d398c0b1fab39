"""An organisation's history is entered, closed quarter by quarter and read: every number that is
shown is what was planted, whatever the size; the long form leaves figures of what it costs."""

import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from statistics import median

import pytest

from helpline.cli.sample_data.world import Scale
from helpline.keys.rules import Role
from helpline.reports.rules.release import Release
from helpline.reports.service import verifying
from tests.load import opening
from tests.load.closings import Closings
from tests.load.planted import Planted
from tests.load.storms import PROVE, figure

FIRST = date(2021, 1, 1) if PROVE else date(2024, 1, 1)
UNTIL = date(2026, 12, 31) if PROVE else date(2026, 3, 31)
UNTIL_THERE = date(2026, 12, 31) if PROVE else date(2025, 3, 31)
"""The same on PostgreSQL."""
CASES = [100_000, 1_000_000] if PROVE else [20_000]
FACTORIES = 2000 if PROVE else 60
SLOT = 40_000 if PROVE else 2500
"""Facts that are opened as counsellors put them."""
PAGES = 50 if PROVE else 5
SEED = 1
pytestmark = [pytest.mark.storm, pytest.mark.timeout(3 * 3600 if PROVE else 240)]


@pytest.mark.parametrize("cases", CASES)
def test_every_number_that_is_shown_is_what_was_planted(
    new_database: Callable[[], str], tmp_path: Path, cases: int
) -> None:
    url = new_database()
    database = url.partition(":")[0]
    if database != "sqlite" and cases > CASES[0]:
        pytest.skip("the largest on SQLite alone")
    until = UNTIL if database == "sqlite" else UNTIL_THERE
    made = Closings.found(tmp_path / "house", url, Scale(FACTORIES, cases, FIRST, until, SEED))
    try:
        slot = opening.first_time(made, SLOT)
        made.enter()
        releases = [made.close(quarter) for quarter in made.quarters()]
        made.write_pages()
        megabytes = made.megabytes()
        numbers = list(Planted(made.world).of(releases))
        assert [one for one in numbers if one.shown != one.planted] == []
        _say_enough(releases)
        with made.house.work():
            assert list(verifying.faults()) == []
        figure(
            "reports",
            database=database,
            history=cases,
            factories=FACTORIES,
            quarters=len(releases),
            **_costs(made),
            slot_a_second=round(slot),
            shelf_a_second=", ".join(f"{one:.0f}" for one in opening.on_the_shelf(made, FIRST)),
            **_pages(made),
            megabytes=max(megabytes.values()),
            tested=made.tested[-1],
            numbers=len(numbers),
            wrong=0,
        )
    finally:
        made.house.close()


def _say_enough(releases: list[Release]) -> None:
    """The storm would show nothing where nothing is shown."""
    assert all(any(row.value for row in release.contacts) for release in releases)
    cuts = [cut for release in releases for cut in release.divided if cut.said]
    assert {cut.attribute for cut in cuts} >= {"category", "severity", "channel"}
    if len(releases) > 8:
        assert {cut.attribute for cut in cuts} == set(releases[-1].attributes)


def _costs(made: Closings) -> dict[str, str]:
    """Seconds by the clock: of the import, of all readers' pages, and of the middle closing, the
    longest, and the last, which alone has no history after it that is not closed yet."""
    found = {f"{what}_s": f"{made.seconds[what][0]:.1f}" for what in ("import", "pages")}
    for what in ("open", "seal", "prepare", "check", "publish"):
        each = made.seconds[what]
        found[f"{what}_s"] = f"{median(each):.1f}, {max(each):.1f}, {each[-1]:.1f}"
    return found


def _pages(made: Closings) -> dict[str, str]:
    """Milliseconds of an auditor's page and of the list, over HTTP; the middle of many."""
    made.house.start(worker=False)
    iris = made.house.log_in(made.house.of(Role.AUDITOR)[0])
    large = max(made.world.factories, key=lambda one: one.workers)
    found = {}
    for name, path in (
        ("page_ms", f"/reports/factories/{large.code}"),
        ("list_ms", "/reports/factories"),
    ):
        times = []
        for _ in range(PAGES):
            began = time.perf_counter()
            answer = iris.get(path)
            times.append(1000 * (time.perf_counter() - began))
            assert answer.status_code == 200
            assert large.code in answer.text or name == "list_ms"
        found[name] = f"{median(times):.1f}"
    return found
