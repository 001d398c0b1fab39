"""The desk's rows of `make bench`: lists, a case, search, eight people at once.

A thousand cases and a hundred thousand, each on either database, in turns, since a machine's speed
drifts within seconds. What is wanted is wanted of a core that stretches a handle in 25 ms: each
answer stands between two stretches, and how many times as long it takes is what counts.
"""

import itertools
import os
import re
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from html import unescape
from pathlib import Path

from helpline.keys.rules import Role
from tests.databases import build
from tests.installation import Installation, Person
from tests.load import desk
from tests.load.answers import Asked, Figures, Request, get, limited, middle, read, told, turn
from tests.load.desk_copies import beside, copy_file, copy_rows
from tests.load.measure import (
    CLIENTS,
    SECONDS,
    TURNS,
    Row,
    handle_seconds,
    reference,
    slower,
)
from tests.load.reference import make_table

CASES = int(os.environ.get("BENCH_CASES", "100000"))
"""Of the large database; a smaller number stands in the row."""
FEW, ENTRIES, WAITING = 1000, 10, 50
HAND_OVERS = 4
SEARCH_AMONG = 24
"""So many pages of eight people at once hold one search."""
PAGE_MS, PAGE_BYTES, GROWS = 30.0, 50_000, 1.3
CASE_MS, SEARCH_MS, FIRST_SEARCH_MS, EIGHT_MS = 25.0, 100.0, 500.0, 250.0
ROLES = (Role.COUNSELLOR,) * 2
_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


@dataclass(frozen=True, slots=True)
class Desks:
    """The organisation with few cases and with many, and what its first counsellor holds."""

    few: Installation
    many: Installation
    made: desk.Made

    @property
    def counsellor(self) -> Person:
        return self.few.counsellors[0]

    def close(self) -> None:
        for house in (self.few, self.many):
            house.close()


def found(folder: Path) -> Desks:
    """Make the cases once, on SQLite; says how long it took."""
    folder.mkdir()
    began = time.monotonic()
    few_file, many_file = folder / "few.sqlite3", folder / "many.sqlite3"
    build(f"sqlite:///{few_file}")
    few = Installation.found(folder / "few", f"sqlite:///{few_file}", roles=ROLES)
    made = desk.make(few, few.counsellors[0], FEW, ENTRIES)
    desk.fill(few, FEW + WAITING)
    middle = time.monotonic()
    copy_file(few_file, many_file)
    many = beside(few, folder / "many", f"sqlite:///{many_file}")
    filled = desk.fill(many, CASES)
    spent = time.monotonic() - middle
    print(
        f"made {FEW} cases with {ENTRIES} entries in {middle - began:.0f} s, "
        f"{filled} more contacts in {spent:.0f} s",
        file=sys.stderr,
    )
    return Desks(few, many, made)


@contextmanager
def copied(desks: Desks, folder: Path, new_url: Callable[[str], str]) -> Iterator[Desks]:
    """The same on two new databases of another kind."""
    folder.mkdir()
    houses: list[Installation] = []
    for name, house in (("few", desks.few), ("many", desks.many)):
        url = new_url(name)
        build(url)
        copy_rows(str(house.config.database.url), url)
        houses.append(beside(house, folder / name, url))
    there = Desks(houses[0], houses[1], desks.made)
    try:
        yield there
    finally:
        there.close()


def measure(desks: Desks, kind: str) -> Iterator[Row]:
    """Every row of the desk on this kind of database."""
    url = str(desks.few.config.database.url)
    make_table(url)
    for house in (desks.few, desks.many):
        house.start(worker=False)
    try:
        with reference(desks.few.folder, url) as bare:
            asked = _asked(desks)
            turns = [turn(bare, asked) for _ in range(TURNS + 1)][1:]  # the first warms up
        yield from _pages(kind, turns)
        yield limited(kind, f"a case of {desk.LONG} entries", turns, "case", CASE_MS)
        what = f"search in {FEW} cases with {FEW * ENTRIES} entries"
        yield limited(kind, what, turns, "search", SEARCH_MS)
        yield _first_search(desks, kind, _bare_ms(turns))
        yield from _eight(asked, kind)
    finally:
        for house in (desks.few, desks.many):
            house.stop()


def _asked(desks: Desks) -> dict[str, Asked]:
    found: dict[str, Asked] = {}
    for name, house in (("few", desks.few), ("many", desks.many)):
        pids = house.server_pids()
        own = house.log_in(desks.counsellor)
        lead = house.log_in(house.staff[0])
        pages = {"mine": (own, "/cases"), "all": (lead, "/cases/all"), "desk": (own, "/desk")}
        for page, (who, path) in pages.items():
            found[f"{page} {name}"] = Asked(house.url, pids, [get(path, who.cookies)], 50)
        if name == "few":
            cases = [get(f"/cases/{case_id}", own.cookies) for case_id in desks.made.long]
            found["case"] = Asked(house.url, pids, cases, 30)
            found["search"] = Asked(house.url, pids, [_search(house, desks.counsellor)], 50)
    return found


def _search(house: Installation, person: Person) -> Request:
    visitor = house.log_in(person)
    form = _TOKEN.search(visitor.get("/cases/search").text)
    assert form is not None
    fields = {"csrf_token": unescape(form[1]), "words": desk.RARE}
    return {"path": "/cases/search", "fields": fields, "cookies": dict(visitor.cookies)}


def _pages(kind: str, turns: Sequence[Mapping[str, Figures]]) -> Iterator[Row]:
    names = {
        "mine": "page of 50, one's own",
        "all": "page of 50, everybody's",
        "desk": "the desk, 25 and 10",
    }
    for name, words in names.items():
        few = limited(kind, f"{words}, of {FEW} cases", turns, f"{name} few", PAGE_MS, PAGE_BYTES)
        yield few
        many = middle(turns, f"{name} many")
        grown = many["handles"] / middle(turns, f"{name} few")["handles"]
        yield Row(
            f"the same out of {CASES}",
            kind,
            f"{told(many)}, {grown:.2f} times",
            f"{few.measured} of {FEW}",
            f"at most {GROWS} times",
            grown <= GROWS and not many["failures"],
        )


def _first_search(desks: Desks, kind: str, bare: float) -> Row:
    """Each time all cases change hands, and the one who has them now searches."""
    giver, taker = desks.few.counsellors[:2]
    times, handles = [], []
    for _ in range(HAND_OVERS):
        handles.append(handle_seconds())
        moved = desk.hand_over(desks.few, giver, taker)
        assert moved == FEW
        request = _search(desks.few, taker)
        asked = Asked(desks.few.url, desks.few.server_pids(), [request], 50)
        times.append(read(asked, rounds=1)["p50"])
        giver, taker = taker, giver
    here = FIRST_SEARCH_MS * slower(handles)
    middle = statistics.median(times)
    return Row(
        "the first search after a hand-over of them all",
        kind,
        f"{middle:.0f} ms ({min(times):.0f} to {max(times):.0f})",
        f"{bare:.1f} ms bare",
        f"{FIRST_SEARCH_MS:.0f} ms (here {here:.0f})",
        middle <= here,
    )


def _eight(asked: Mapping[str, Asked], kind: str) -> Iterator[Row]:
    """Lists and cases by turns: with a search now and then, and with many more than people make."""
    lists, search = asked["mine few"].requests[0], asked["search"].requests[0]
    cases = itertools.cycle(asked["case"].requests)
    pages = [lists if turn % 3 == 0 else next(cases) for turn in range(SEARCH_AMONG - 1)]
    what = f"list and case by turns, {CLIENTS} clients"
    yield _at_once([*pages, search], asked["case"], kind, f"{what}, {_among(SEARCH_AMONG)}")
    often = [*pages[: CLIENTS - 1], search]
    yield _at_once(often, asked["case"], kind, f"the same, {_among(CLIENTS)}", wanted=False)


def _among(many: int) -> str:
    return f"a search among {many}"


def _at_once(
    mix: Sequence[Request], one: Asked, kind: str, what: str, *, wanted: bool = True
) -> Row:
    before = handle_seconds()
    asked = Asked(one.base, one.pids, mix, 50)
    ours = read(asked, clients=CLIENTS, seconds=SECONDS)
    here = EIGHT_MS * slower([before, handle_seconds()])
    return Row(
        what,
        kind,
        f"{ours['per_second']:.0f}/s, p50 {ours['p50']:.0f}, p95 {ours['p95']:.0f} ms, "
        f"{ours['failures']:.0f} failed, {ours['cpu']:.0f} ms CPU",
        "",
        f"p95 at most {EIGHT_MS:.0f} ms (here {here:.0f})" if wanted else "none failed",
        not ours["failures"] and (ours["p95"] <= here or not wanted),
    )


def _bare_ms(turns: Sequence[Mapping[str, Figures]]) -> float:
    return statistics.median(turn["mine few beside"]["p50"] for turn in turns)
