"""The layout of a year: who is spoken of, in which periods, and with whom small numbers are pooled.

A *unit* is what a number is about: a factory, a fixed group of factories, or of each country the
rest, which is every contact that belongs to no other unit (no factory was named, the factory is
new, or too few small ones stand in the country). Each contact belongs to exactly one unit. The
layout is made once, before the first number of its year, from sealed numbers and from the public
register alone (REPORTS.md 3.2, 3.3 no. 6).
"""

import enum
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

from helpline.reports.rules.tiers import Group, Known, Tier, groups, tier_of, tiers

ENOUGH_FOR_A_POOL: Final = 6
"""Units of one tier in a province, from which on they are pooled within it."""


class Kind(enum.StrEnum):
    """What a unit is."""

    FACTORY = "factory"
    GROUP = "group"
    REST = "rest"


@dataclass(frozen=True, slots=True)
class Unit:
    """What a number is about.

    workers: published headcount, 0 for the rest. pooled_in: a province, or "" for the country.
    brands: those of every member.
    """

    code: str
    kind: Kind
    country: str
    province: str
    tier: Tier
    workers: int
    members: tuple[str, ...]
    brands: tuple[str, ...] = ()
    pooled_in: str = ""


@dataclass(frozen=True)
class Layout:
    """The units of a year, in the order of their codes."""

    year: int
    units: tuple[Unit, ...]

    @cached_property
    def by_code(self) -> Mapping[str, Unit]:
        """unit code -> unit."""
        return {unit.code: unit for unit in self.units}

    @cached_property
    def _by_member(self) -> Mapping[str, Unit]:
        return {code: unit for unit in self.units for code in unit.members}

    @cached_property
    def _rests(self) -> Mapping[str, Unit]:
        return {unit.country: unit for unit in self.units if unit.kind is Kind.REST}

    def unit_of(self, factory: str, country: str) -> Unit:
        """The unit of a contact: of its factory, or the rest of its country; where that is not
        known either, the first rest there is."""
        first = next(iter(self._rests.values()))
        return self._by_member.get(factory) or self._rests.get(country, first)


@dataclass(frozen=True, slots=True)
class Registered:
    """What the register holds of a factory, with what is expected of it (see `Known`)."""

    known: Known
    brands: tuple[str, ...] = ()


def lay_out(
    year: int,
    factories: Iterable[Registered],
    rests: Mapping[str, float],
    k: int,
) -> Layout:
    """The layout of a year. `rests`: for each country what is expected of its rest in a year."""
    named = {one.known.code: one for one in factories}
    every = [one.known for one in named.values()]
    new_cycle = year % 3 == 0
    found = tiers(every, k, new_cycle=new_cycle)
    units = [_alone(named[code], tier) for code, tier in found.items() if tier is not Tier.GROUP]
    small = [one for one in every if found[one.code] is Tier.GROUP]
    units += [_together(group, named, k) for group in groups(small, k)]
    units += [_rest(country, expected, k) for country, expected in rests.items()]
    return Layout(year, _pooled(sorted(units, key=lambda unit: unit.code)))


def rest_code(country: str) -> str:
    """The code of what belongs to no other unit of a country."""
    return f"{country}-rest"


def rounded(workers: int) -> int:
    """A headcount as it is published: to 10 below 1,000, else to 50 (REPORTS.md 3.5)."""
    step = 10 if workers < 1000 else 50
    return (workers + step // 2) // step * step


def _alone(one: Registered, tier: Tier) -> Unit:
    known = one.known
    return Unit(
        known.code,
        Kind.FACTORY,
        known.country,
        known.province,
        tier,
        rounded(known.workers),
        (known.code,),
        tuple(sorted(one.brands)),
    )


def _together(group: Group, named: Mapping[str, Registered], k: int) -> Unit:
    members = [named[code] for code in group.members]
    brands = set(members[0].brands).intersection(*(one.brands for one in members))
    return Unit(
        group.code,
        Kind.GROUP,
        group.country,
        group.province,
        _often(group.expected, k),
        rounded(sum(one.known.workers for one in members)),
        group.members,
        tuple(sorted(brands)),
    )


def _rest(country: str, expected: float, k: int) -> Unit:
    return Unit(rest_code(country), Kind.REST, country, "", _often(expected, k), 0, ())


def _often(expected: float, k: int) -> Tier:
    """The tier of a unit that is no single factory: a year at least."""
    large = Known("", "", "", 1_000_000, expected)
    tier = tier_of(large, k, new_cycle=False)
    return Tier.YEAR if tier is Tier.GROUP else tier


def _pooled(units: list[Unit]) -> tuple[Unit, ...]:
    """Where each unit's small numbers are pooled: in its province, if enough of its kind are."""
    many = Counter((unit.country, unit.province, unit.tier) for unit in units)
    return tuple(
        replace(unit, pooled_in=unit.province)
        if unit.province and many[unit.country, unit.province, unit.tier] >= ENOUGH_FOR_A_POOL
        else unit
        for unit in units
    )
