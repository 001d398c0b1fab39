"""Some factories beside each other, year by year, in the order of their codes; never a ranking."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Final

from helpline.reports.rules.years import Whole

MOST: Final = 6
"""Factories that can be laid beside each other."""
Body = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Beside:
    """A year of some factories: what each one's `years` says, None where no release speaks of it.

    told: of how many a rate is told. apart: pairs of codes whose intervals do not overlap.
    """

    year: int
    cells: Mapping[str, Body | None]
    told: int
    apart: tuple[tuple[str, str], ...]


def beside(factories: Mapping[str, Body | None]) -> tuple[Beside, ...]:
    """Code -> portrait; the newest year first."""
    by_code: dict[str, dict[int, Body]] = {
        code: {one["year"]: one for one in body["years"]} if body else {}
        for code, body in sorted(factories.items())
    }
    every = {year for of_one in by_code.values() for year in of_one}
    return tuple(
        _year(year, {code: of_one.get(year) for code, of_one in by_code.items()})
        for year in sorted(every, reverse=True)
    )


def _year(year: int, cells: Mapping[str, Body | None]) -> Beside:
    told = {
        code: cell["interval"] for code, cell in cells.items() if cell and cell["whole"] == Whole.OK
    }
    apart = (
        (one, two)
        for one, two in combinations(told, 2)
        if told[one][1] < told[two][0] or told[two][1] < told[one][0]
    )
    return Beside(year, cells, len(told), tuple(apart))
