"""The reports' rows of `make bench`: facts opened, a year closed, an auditor's pages.

A small organisation whose history is entered and closed quarter by quarter; `make prove` does the
same with a million cases.
"""

import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from statistics import median

from helpline.cli.sample_data.world import Scale
from helpline.keys.rules import Role
from tests.databases import build
from tests.load import opening
from tests.load.answers import Asked, get, limited, turn
from tests.load.closings import Closings
from tests.load.measure import TURNS, Row, handle_seconds, reference, slower
from tests.load.reference import make_table

SCALE = Scale(300, 60_000, date(2024, 1, 1), date(2026, 6, 30), 1)
SLOT, LIBRARY = 20_000, 20_000
"""Facts, and what the library opens beside them."""
PAGE_MS = 20.0
WANTED_SLOT, WANTED_SHELF = 7000, 200_000
"""A second and core, on one that stretches a handle in 25 ms."""


def measure(folder: Path, url: str, kind: str) -> Iterator[Row]:
    """Every row of the reports on an empty database of this kind."""
    build(url)
    make_table(url)
    made = Closings.found(folder, url, SCALE)
    try:
        yield _first_time(made, kind)
        made.enter()
        for quarter in made.quarters():
            made.close(quarter)
        made.write_pages()
        yield _on_the_shelf(made, kind)
        yield _closing(made, kind)
        yield from _pages(made, folder, url, kind)
    finally:
        made.house.close()


def _first_time(made: Closings, kind: str) -> Row:
    before = handle_seconds()
    found = opening.first_time(made, SLOT) / len(os.sched_getaffinity(0))
    bare = opening.bare_first_time(LIBRARY)
    here = WANTED_SLOT / slower([before, handle_seconds()])
    return Row(
        "facts opened the first time, each core",
        kind,
        f"{found:.0f}/s",
        f"{bare:.0f}/s the library alone",
        f"{WANTED_SLOT}/s (here {here:.0f})",
        found >= here,
    )


def _on_the_shelf(made: Closings, kind: str) -> Row:
    before = handle_seconds()
    found = opening.on_the_shelf(made, SCALE.first)
    bare = opening.bare_on_the_shelf(10 * LIBRARY)
    here = WANTED_SHELF / slower([before, handle_seconds()])
    return Row(
        "facts opened on the shelf, one core",
        kind,
        f"{found.alone:.0f}/s, {found.whole:.0f}/s with the database and as values",
        f"{bare:.0f}/s the library alone",
        f"{WANTED_SHELF}/s (here {here:.0f})",
        found.alone >= here,
    )


def _closing(made: Closings, kind: str) -> Row:
    each = made.seconds
    told = [f"{what} {median(each[what]):.1f} s" for what in ("prepare", "check", "publish")]
    what = f"a quarter of {SCALE.cases // len(made.quarters())} contacts closed"
    return Row(what, kind, ", ".join(told), f"import {each['import'][0]:.1f} s", "", None)


def _pages(made: Closings, folder: Path, url: str, kind: str) -> Iterator[Row]:
    made.house.start(worker=False)
    iris = made.house.log_in(made.house.of(Role.AUDITOR)[0])
    large = max(made.world.factories, key=lambda one: one.workers)
    names = {
        f"/reports/factories/{large.code}": "an auditor's page, a factory told by month",
        "/reports/factories": "the list of factories",
    }
    base, pids = made.house.url, made.house.server_pids()
    asked = {path: Asked(base, pids, [get(path, iris.cookies)], 50) for path in names}
    with reference(folder, url) as bare:
        turns = [turn(bare, asked) for _ in range(TURNS + 1)][1:]  # the first warms up
    for path, what in names.items():
        yield limited(kind, what, turns, path, PAGE_MS)
