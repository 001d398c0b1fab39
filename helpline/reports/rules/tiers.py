"""Tiers: in which periods a factory is spoken of, fixed before a year begins.

A tier follows from older sealed numbers and from public headcounts alone, so that the layout says
nothing about the contacts it is made for (REPORTS.md 3.2, 3.3 no. 6, and 5). Thresholds are
multiples of k: months and quarters are taken where they can nearly always be said (3.2 and 2 k
expected), a year already where it sometimes can (0.4 k), since "0 to 4" bounds a small factory
better than its share of a group does; a factory in which not even that is expected is said in
three years or with others.
"""

import enum
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import fsum
from typing import Final

from helpline.reports.rules.periods import Grain

ALONE_FROM: Final = 100
"""Workers that a factory must have to be spoken of alone."""
LEAST_MEMBERS: Final = 3
"""Of a group."""
_MONTHS, _QUARTERS, _YEARS, _CYCLES, _GROUPS = 38.4, 8.0, 0.4, 0.8 / 3, 1.6
"""Contacts a year, in multiples of k, from which a factory is spoken of so."""
SIZES: Final = (0, 50, 100, 250, 500, 1000, 2500, 5000)
"""Size bands begin here; members of a group are of neighbouring bands."""


class Tier(enum.StrEnum):
    """How a factory is spoken of in one year."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    THREE_YEARS = "three_years"
    GROUP = "group"

    @property
    def grain(self) -> Grain:
        """The periods of its atoms; a group's are years."""
        return Grain.YEAR if self is Tier.GROUP else Grain(self.value)


@dataclass(frozen=True, slots=True)
class Known:
    """What is public of a factory before the year begins.

    workers: certified headcount. expected: contacts a year, from its last sealed year, else from
    headcount and the published rate of its country. bound: it is in the middle of a cycle of three
    years that it began in that tier.
    """

    code: str
    country: str
    province: str
    workers: int
    expected: float
    bound: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Factories that are spoken of together for a year. `code` sorts and names it: it says where
    its members are and holds no count."""

    code: str
    country: str
    province: str
    members: tuple[str, ...]
    expected: float


def tier_of(factory: Known, k: int, *, new_cycle: bool) -> Tier:
    """The tier of a factory for the coming year; three years only where a cycle begins."""
    if factory.bound and not new_cycle:
        return Tier.THREE_YEARS
    if factory.workers < ALONE_FROM:
        return Tier.GROUP
    if factory.expected >= _MONTHS * k:
        return Tier.MONTH
    if factory.expected >= _QUARTERS * k:
        return Tier.QUARTER
    if factory.expected >= _YEARS * k:
        return Tier.YEAR
    if new_cycle and factory.expected >= _CYCLES * k:
        return Tier.THREE_YEARS
    return Tier.GROUP


def tiers(factories: Iterable[Known], k: int, *, new_cycle: bool) -> Mapping[str, Tier]:
    """code -> tier of every factory, in the order of the codes."""
    ordered = sorted(factories, key=lambda factory: factory.code)
    return {factory.code: tier_of(factory, k, new_cycle=new_cycle) for factory in ordered}


def groups(factories: Iterable[Known], k: int) -> tuple[Group, ...]:
    """Put those whose tier is `GROUP` together: of one province and of neighbouring sizes, at
    least three, and so many that about 1.6 k contacts a year are expected.

    What is left of a province joins its last group; provinces with too few factories are put
    together within their country; where even those are too few, nobody speaks of them.
    """
    made: list[Group] = []
    for country, of_country in groupby(
        sorted(factories, key=lambda one: (one.country, one.province)), key=lambda one: one.country
    ):
        rest: list[Known] = []
        for province, of_province in groupby(of_country, key=lambda one: one.province):
            found = list(of_province)
            if _enough(found, k):
                made += _cut(country, province, found, k)
            else:
                rest += found
        if _enough(rest, k):
            made += _cut(country, "", rest, k)
        elif len(rest) >= LEAST_MEMBERS:
            made.append(_group(country, "", 1, rest))
    return tuple(made)


def size_band(workers: int) -> int:
    """The number of the size band, from 0."""
    return sum(workers >= start for start in SIZES) - 1


def _enough(found: Sequence[Known], k: int) -> bool:
    expected = fsum(one.expected for one in found)
    return len(found) >= LEAST_MEMBERS and expected >= _GROUPS * k


def _cut(country: str, province: str, found: Sequence[Known], k: int) -> list[Group]:
    parts: list[list[Known]] = [[]]
    for one in sorted(found, key=lambda one: (size_band(one.workers), one.code)):
        if _enough(parts[-1], k):
            parts.append([])
        parts[-1].append(one)
    if len(parts) > 1 and not _enough(parts[-1], k):
        last = parts.pop()
        parts[-1] += last
    return [_group(country, province, number, part) for number, part in enumerate(parts, start=1)]


def _group(country: str, province: str, number: int, members: Sequence[Known]) -> Group:
    place = "-".join(filter(None, (country, province)))
    return Group(
        f"{place}-{number}",
        country,
        province,
        tuple(sorted(one.code for one in members)),
        fsum(one.expected for one in members),
    )
