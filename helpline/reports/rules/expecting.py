"""How many contacts are expected of a factory in the coming year, from what is public alone.

From its last year that is told: its sealed numbers, and for what is withheld the middle of what it
may be. From its group's by its share of the workers. Else from its headcount and a rate for all.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from helpline.reports.rules.counts import K
from helpline.reports.rules.layout import Kind, Layout, Registered, lay_out, rest_code, rounded
from helpline.reports.rules.periods import Grain
from helpline.reports.rules.plan import Where, span_of
from helpline.reports.rules.release import Release
from helpline.reports.rules.tiers import Known, Tier
from helpline.reports.rules.told import Told, told

YEARS_IN_A_CYCLE: Final = 3


@dataclass(frozen=True, slots=True)
class Certified:
    """A factory as the register has it."""

    code: str
    country: str
    province: str
    workers: int
    brands: tuple[str, ...] = ()


def next_layout(
    year: int,
    factories: Iterable[Certified],
    releases: Sequence[Release],
    rate: float,
    countries: Iterable[str] = (),
    k: int = K,
) -> Layout:
    """The layout of a year, from all releases of the years before.

    rate: contacts a year for each 1,000 workers, where nothing is known. countries: those of
    lines, which may have no factory.
    """
    before = [release for release in releases if release.closed.year < year]
    last = before[-1].layout if before else None
    known = told(before)
    registered = [
        Registered(
            Known(
                one.code,
                one.country,
                one.province,
                one.workers,
                _expected(one, last, known, rate, k),
                bound=_bound(one.code, last, year),
            ),
            one.brands,
        )
        for one in factories
    ]
    every = {one.known.country for one in registered}.union(countries)
    rests = {country: _rest(country, last, known, k) for country in sorted(every)}
    return lay_out(year, registered, rests, k)


def _bound(code: str, last: Layout | None, year: int) -> bool:
    unit = last.by_code.get(code) if last else None
    began_before = year % YEARS_IN_A_CYCLE != 0
    return unit is not None and unit.tier is Tier.THREE_YEARS and began_before


def _expected(
    one: Certified, last: Layout | None, known: Mapping[Where, Told], rate: float, k: int
) -> float:
    by_headcount = one.workers * rate / 1000
    unit = last.unit_of(one.code, one.country) if last else None
    if unit is None or unit.kind is Kind.REST or last is None:
        return by_headcount
    found = known.get((unit.code, span_of(unit, last.year)))
    if found is None:
        return by_headcount
    share = 1.0 if unit.kind is Kind.FACTORY else rounded(one.workers) / max(unit.workers, 1)
    return min(share, 1.0) * yearly(found, k)


def _rest(country: str, last: Layout | None, known: Mapping[Where, Told], k: int) -> float:
    unit = last.by_code.get(rest_code(country)) if last else None
    found = known.get((unit.code, span_of(unit, last.year))) if unit and last else None
    return yearly(found, k) if found else 0.0


def yearly(found: Told, k: int = K) -> float:
    """Contacts a year of a unit, as a reader would put them."""
    total = sum(found.atoms.values()) + len(found.withheld) * (k - 1) / 2
    months = sum(period.grain.months for period in (*found.atoms, *found.withheld))
    return total * Grain.YEAR.months / months if months else 0.0
