"""Periods that a release speaks of: months, quarters, years, and cycles of three years.

    Period.of(Grain.QUARTER, date(2026, 8, 14)).name   "2026-Q3"
    Period.named("2025-2027").split(Grain.QUARTER)     twelve of them

Calendar months in the zone of the line; a cycle begins in a year that three divides (2025).
"""

import enum
import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Final, Self

LAG_DAYS: Final = 45
"""After the end of a period: what comes late is counted until then (REPORTS.md 3.6)."""
_NAMES: Final = re.compile(r"(\d{4})(?:-(\d{2})|-Q([1-4])|-(\d{4}))?")


class Grain(enum.StrEnum):
    """How long a period is."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    THREE_YEARS = "three_years"

    @property
    def months(self) -> int:
        """Its length."""
        return _MONTHS[self]


_MONTHS: Final = {Grain.MONTH: 1, Grain.QUARTER: 3, Grain.YEAR: 12, Grain.THREE_YEARS: 36}


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A run of calendar months. `first` counts months since year 0; it begins on a multiple of
    its length. Raises ValueError for anything else."""

    first: int
    grain: Grain

    def __post_init__(self) -> None:
        if self.first % self.grain.months:
            raise ValueError(f"A {self.grain} does not begin there.")

    @classmethod
    def of(cls, grain: Grain, day: date) -> Self:
        """The period that holds this day."""
        month = day.year * 12 + day.month - 1
        return cls(month - month % grain.months, grain)

    @classmethod
    def named(cls, name: str) -> "Period":
        """Read "2026-08", "2026-Q3", "2026" or "2025-2027"; raises ValueError."""
        return _named(name)

    @property
    def name(self) -> str:
        """How it is written everywhere: sorts as text within its grain."""
        if self.grain is Grain.MONTH:
            return f"{self.year:04}-{self.first % 12 + 1:02}"
        if self.grain is Grain.QUARTER:
            return f"{self.year:04}-Q{self.first % 12 // 3 + 1}"
        if self.grain is Grain.YEAR:
            return f"{self.year:04}"
        return f"{self.year:04}-{self.year + 2:04}"

    @property
    def year(self) -> int:
        """The year in which it begins."""
        return self.first // 12

    @property
    def after(self) -> int:
        """The month that follows it, counted as `first` is."""
        return self.first + self.grain.months

    @property
    def last_year(self) -> int:
        """The year in which it ends. What is said of the period belongs to the layout of that
        year, whenever it is said."""
        return (self.after - 1) // 12

    @property
    def begins(self) -> date:
        """Its first day."""
        return _day(self.first)

    @property
    def ends(self) -> date:
        """Its last day."""
        return _day(self.after) - timedelta(days=1)

    @property
    def closes(self) -> date:
        """The first day on which it may be closed."""
        return self.ends + timedelta(days=LAG_DAYS + 1)

    def split(self, grain: Grain) -> tuple[Self, ...]:
        """The shorter periods that it is made of, in order."""
        if grain.months > self.grain.months:
            raise ValueError(f"A {self.grain} is not made of {grain}s.")
        return tuple(
            type(self)(first, grain) for first in range(self.first, self.after, grain.months)
        )

    def within(self, grain: Grain) -> Self:
        """The longer period, or itself, that it is a part of."""
        if grain.months < self.grain.months:
            raise ValueError(f"A {self.grain} is no part of a {grain}.")
        return type(self)(self.first - self.first % grain.months, grain)

    def covers(self, other: "Period") -> bool:
        """Whether all of another period, or it itself, is a part of it."""
        return self.first <= other.first and other.after <= self.after

    def holds(self, day: date) -> bool:
        """Whether this day is one of it."""
        return self.begins <= day <= self.ends


def _day(month: int) -> date:
    return date(month // 12, month % 12 + 1, 1)


@lru_cache(maxsize=1024)
def _named(name: str) -> Period:
    found = _NAMES.fullmatch(name)
    if found is None:
        raise ValueError(f"{name!r} names no period.")
    year, month, quarter, last = found.groups()
    start = int(year) * 12
    if month:
        if not 1 <= int(month) <= 12:
            raise ValueError(f"{name!r} names no month.")
        return Period(start + int(month) - 1, Grain.MONTH)
    if quarter:
        return Period(start + 3 * (int(quarter) - 1), Grain.QUARTER)
    if last is None:
        return Period(start, Grain.YEAR)
    if int(last) != int(year) + 2:
        raise ValueError(f"{name!r} is no cycle of three years.")
    return Period(start, Grain.THREE_YEARS)
