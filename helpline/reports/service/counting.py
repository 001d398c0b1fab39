"""Contacts as columns in memory: counted by unit, period and attribute, told from nobody.

    facts = Columns.of(units, rows, attributes)
    facts.counted(["GD-0417"], Period.named("2026-Q3"))     Counted(contacts=14, workers=12, ...)

A contributor is one worker number; contacts without one are number 0, one contributor together
(REPORTS.md 3.1). The columns live in a publisher's session and are written nowhere.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from helpline.reports.rules.attributes import Attribute
from helpline.reports.rules.counts import Counted
from helpline.reports.rules.divisions import TIME, Part
from helpline.reports.rules.periods import Period

Numbers = NDArray[np.int64]
Places = NDArray[np.integer[Any]]
"""Of each contact the place of its value among those of an attribute."""


@dataclass(frozen=True, slots=True)
class Row:
    """One contact. month: the one it was closed in, counted from year 0. worker: 0 for unknown.
    codes: attribute -> value."""

    unit: str
    month: int
    worker: int
    codes: Mapping[str, str]


class Columns:
    """Facts as columns, sorted by unit and month; the rows of a unit lie together."""

    def __init__(
        self,
        units: Sequence[str],
        unit: Numbers,
        month: Numbers,
        worker: Numbers,
        coded: Mapping[str, tuple[Sequence[str], Places]],
    ) -> None:
        order = np.lexsort((month, unit))
        self._month, self._worker = month[order], worker[order]
        self._coded = {name: (values, codes[order]) for name, (values, codes) in coded.items()}
        starts = np.searchsorted(unit[order], np.arange(len(units) + 1))
        self._rows = {
            code: slice(int(starts[n]), int(starts[n + 1])) for n, code in enumerate(units)
        }

    @classmethod
    def of(
        cls, units: Iterable[str], rows: Iterable[Row], attributes: Iterable[Attribute]
    ) -> "Columns":
        """From single rows; raises KeyError for a unit or value that nobody listed."""
        every, listed = list(rows), sorted(set(units))
        place = {code: n for n, code in enumerate(listed)}
        return cls(
            listed,
            _whole(place[row.unit] for row in every),
            _whole(row.month for row in every),
            _whole(row.worker for row in every),
            {
                one.name: (
                    one.values,
                    _whole(one.values.index(row.codes[one.name]) for row in every),
                )
                for one in attributes
            },
        )

    def counted(self, units: Collection[str], period: Period) -> Counted:
        """The contacts of these units that were closed in a period."""
        found = [self._worker[self._in(unit, period)] for unit in units]
        return counted(np.concatenate(found)) if found else Counted()

    def span(self, unit: str, periods: Collection[Period]) -> "SpanColumns":
        """The contacts of a unit in these periods, to be divided."""
        rows = [(period.name, self._in(unit, period)) for period in periods]
        places = np.concatenate([np.arange(0)] + [np.arange(at.start, at.stop) for _, at in rows])
        when = [np.full(at.stop - at.start, n) for n, (_, at) in enumerate(rows)]
        names = [name for name, _ in rows]
        coded = {name: (values, codes[places]) for name, (values, codes) in self._coded.items()}
        coded[TIME] = (names, np.concatenate([np.arange(0), *when]))
        return SpanColumns(self._worker[places], coded)

    def _in(self, unit: str, period: Period) -> slice:
        rows = self._rows[unit]
        first, after = np.searchsorted(self._month[rows], (period.first, period.after))
        return slice(rows.start + int(first), rows.start + int(after))


class SpanColumns:
    """The contacts that the sealed atoms of a unit's year, or cycle, hold. What was counted once is
    kept: a division asks for the same parts again and again."""

    def __init__(self, worker: Numbers, coded: Mapping[str, tuple[Sequence[str], Places]]) -> None:
        _, self._worker = np.unique(worker, return_inverse=True)
        self._coded = coded
        self._inside: dict[Part, NDArray[np.bool_]] = {}
        self._counted: dict[tuple[Part, ...], Counted] = {}

    def count(self, *parts: Part) -> Counted:
        """Those that are in all of these parts; without a part, all."""
        found = self._counted.get(parts)
        if found is None:
            inside = np.ones(len(self._worker), dtype=bool)
            for part in parts:
                inside &= self._of(part)
            found = self._counted[parts] = _told(np.bincount(self._worker[inside]))
        return found

    def _of(self, part: Part) -> NDArray[np.bool_]:
        found = self._inside.get(part)
        if found is None:
            values, codes = self._coded[part.attribute]
            wanted = np.array([value in part.codes for value in values], dtype=bool)
            found = self._inside[part] = wanted[codes]
        return found


def counted(workers: Numbers) -> Counted:
    """Contacts by their worker numbers."""
    return _told(np.unique(workers, return_counts=True)[1])


def _told(each: Numbers) -> Counted:
    """From the number of contacts of each worker, some of which may be 0."""
    each = np.sort(each[each > 0])
    if not len(each):
        return Counted()
    return Counted(int(each.sum()), len(each), int(each[-1]), int(each[-2:].sum()))


def _whole(values: Iterable[int]) -> Numbers:
    return np.fromiter(values, dtype=np.int64)
