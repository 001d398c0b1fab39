"""What was planted in a synthetic world, counted once more by other means than the planner's.

For histories that were entered whole before the first quarter was closed: nothing comes late.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

import numpy as np
from numpy.typing import NDArray

from helpline.cli.sample_data.world import World
from helpline.reports.rules.attributes import day_band
from helpline.reports.rules.layout import Kind, Layout
from helpline.reports.rules.periods import Period
from helpline.reports.rules.release import Divided, Release, Status

Rows = NDArray[np.int64]
Words = NDArray[np.str_]
_DAYS = {"first_answer_days": "first_answer_minutes", "days_to_close": "close_minutes"}


@dataclass(frozen=True, slots=True)
class Shown:
    """A number of a release beside what was planted."""

    where: str
    shown: int
    planted: int


class Planted:
    """The contacts of a world that count, all but those of category X, by factory."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._month = _months(world)
        self._values = cache(self._coded)
        self._rows = cache(self._of_members)
        counts = self._values("category") != "X"
        order = np.argsort(world.factory, kind="stable")
        cuts = np.searchsorted(world.factory[order], np.arange(1, len(world.factories)))
        every = [rows[counts[rows]] for rows in np.split(order, cuts)]
        self._named = [rows[world.named[rows]] for rows in every]
        self._unnamed = [rows[~world.named[rows]] for rows in every]
        self._place = {one.code: n for n, one in enumerate(world.factories)}

    def of(self, releases: Sequence[Release]) -> Iterator[Shown]:
        """Every number of these releases."""
        layouts = {release.layout.year: release.layout for release in releases}
        said = _said(releases)
        for release in releases:
            year = release.layout.year
            for row in release.contacts:
                if row.value is not None:
                    found = self._within(self._rows_of(layouts[year], row.unit), [row.period])
                    yield Shown(f"{row.unit} {row.period.name}", row.value, len(found))
            for pool in release.pools:
                members = [self._rows_of(layouts[year], code) for code in pool.members]
                many = sum(len(self._within(rows, [pool.period])) for rows in members)
                yield Shown(f"pool {pool.code} {pool.period.name}", pool.contacts, many)
            for cut in release.divided:
                yield from self._divided(cut, layouts, said)

    def _divided(
        self,
        cut: Divided,
        layouts: Mapping[int, Layout],
        said: Mapping[str, Sequence[Period]],
    ) -> Iterator[Shown]:
        """The values of a division, over what is said of its year or cycle."""
        if cut.said is None:
            return
        atoms = [one for one in said[cut.unit] if cut.period.covers(one)]
        parts = []
        for year in range(cut.period.first // 12, cut.period.after // 12):
            rows = self._within(self._rows_of(layouts[year], cut.unit), atoms)
            parts.append(rows[self._month[rows] // 12 == year])
        values = self._values(cut.attribute)[np.concatenate(parts)]
        at = f"{cut.unit} {cut.period.name} {cut.attribute}"
        for code, value in cut.said.listed.items():
            yield Shown(f"{at}={code}", value, int((values == code).sum()))
        rest = ~np.isin(values, list(cut.said.listed))
        yield Shown(f"{at}=", cut.said.other, int(rest.sum()))

    def _within(self, rows: Rows, periods: Collection[Period]) -> Rows:
        month, inside = self._month[rows], np.zeros(len(rows), dtype=bool)
        for period in periods:
            inside |= (month >= period.first) & (month < period.after)
        return rows[inside]

    def _rows_of(self, layout: Layout, code: str) -> Rows:
        unit = layout.by_code[code]
        if unit.kind is not Kind.REST:
            return self._rows(unit.members)
        spoken = {member for one in layout.units for member in one.members}
        mine = [n for n, one in enumerate(self._world.factories) if one.country == unit.country]
        alone = [n for n in mine if self._world.factories[n].code not in spoken]
        parts = [*(self._unnamed[n] for n in mine), *(self._named[n] for n in alone)]
        return np.concatenate([np.arange(0), *parts])

    def _of_members(self, members: tuple[str, ...]) -> Rows:
        drawn = [self._place[code] for code in members if code in self._place]
        return np.concatenate([np.arange(0), *(self._named[place] for place in drawn)])

    def _coded(self, attribute: str) -> Words:
        """Of each contact the code that a release gives it."""
        if attribute in _DAYS:
            minutes = self._world.minutes[_DAYS[attribute]]
            return np.array([day_band(one) for one in minutes.tolist()])
        values, codes = self._world.coded[attribute]
        if attribute == "category":
            values = tuple(one.rstrip("0123456789") for one in values)
        if attribute == "severity":
            values = tuple(f"S{one}" if one else "-" for one in values)
        return np.array(values)[codes]


def _months(world: World) -> Rows:
    first, last = int(world.day[0]), int(world.day[-1])
    days = [date.fromordinal(n) for n in range(first, last + 1)]
    return np.array([day.year * 12 + day.month - 1 for day in days])[world.day - first]


def _said(releases: Sequence[Release]) -> Mapping[str, Sequence[Period]]:
    found: dict[str, list[Period]] = {}
    for release in releases:
        for row in release.contacts:
            if row.status is Status.OK:
                found.setdefault(row.unit, []).append(row.period)
    return found
