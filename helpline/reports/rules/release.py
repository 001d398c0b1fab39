"""A release: numbers, what is withheld, and how both were decided.

Every unit, every period of its tier and every attribute has its row whatever was hidden, in the
order of codes, so that neither length nor order tells more than the numbers do.
"""

import enum
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from helpline.reports.rules.attributes import Attribute
from helpline.reports.rules.breakdowns import Breakdown
from helpline.reports.rules.counts import K_SENSITIVE, ONE_MOST, TWO_MOST, K
from helpline.reports.rules.layout import Layout, Unit
from helpline.reports.rules.periods import LAG_DAYS, Grain, Period
from helpline.reports.rules.plan import Plan
from helpline.reports.rules.pools import LEAST_MEMBERS, Pool
from helpline.reports.rules.sealing import Said
from helpline.reports.rules.tiers import Tier


class Status(enum.StrEnum):
    """What stands in the place of a number."""

    OK = "ok"
    LT_K = "lt_k"
    """Fewer than k workers, none among them, or most of it from one or two."""
    POOLED = "pooled"
    """The same; it is part of a pool's number."""
    WITHHELD = "withheld"
    """A month whose quarter is said, or not said, as a whole; a breakdown that may not be."""


@dataclass(frozen=True, slots=True)
class Contacts:
    """How many contacts a unit had in a period."""

    unit: str
    period: Period
    status: Status
    value: int | None
    pool: str | None = None


@dataclass(frozen=True, slots=True)
class Divided:
    """A unit's year, or cycle, by one attribute; None where nothing is said."""

    unit: str
    period: Period
    attribute: str
    said: Breakdown | None


RULES: Final[Mapping[str, int]] = {
    "k": K,
    "k_sensitive": K_SENSITIVE,
    "most_of_one_percent": round(100 * ONE_MOST),
    "most_of_two_percent": round(100 * TWO_MOST),
    "least_pool_members": LEAST_MEMBERS,
    "lag_days": LAG_DAYS,
}
"""What a release that is made now says of its thresholds; an older one keeps its own."""


@dataclass(frozen=True, slots=True)
class Release:
    """All of it. `previous`: hash of the release before, "" of the first."""

    number: int
    previous: str
    closed: Period
    prepared: date
    rules: Mapping[str, int]
    layout: Layout
    attributes: Mapping[str, Attribute]
    contacts: tuple[Contacts, ...]
    pools: tuple[Pool, ...]
    divided: tuple[Divided, ...]


def contacts_of(layout: Layout, plan: Plan) -> tuple[Contacts, ...]:
    """The rows of a plan's atoms: one for each period of each unit's tier."""
    pools = {(code, pool.period): pool.code for pool in plan.pools for code in pool.members}
    rows: list[Contacts] = []
    for unit in layout.units:
        rows += _of_unit(unit, plan.closed, plan.said[unit.code], pools)
    return tuple(rows)


def divided_of(plan: Plan) -> tuple[Divided, ...]:
    """The rows of what a plan divides."""
    return tuple(
        Divided(unit, period, name, said)
        for (unit, period), divisions in sorted(plan.divided.items())
        for name, said in divisions.said.items()
    )


def atoms_of(release: Release) -> Iterator[tuple[str, str, str, int]]:
    """Every number of a release: unit, period, part, value."""
    for row in release.contacts:
        if row.value is not None:
            yield row.unit, row.period.name, "", row.value
    for pool in release.pools:
        yield f"pool {pool.code}", pool.period.name, "", pool.contacts
    for cut in release.divided:
        if cut.said is not None:
            for code, value in cut.said.listed.items():
                yield cut.unit, cut.period.name, f"{cut.attribute}={code}", value
            yield cut.unit, cut.period.name, f"{cut.attribute}=", cut.said.other


def _of_unit(
    unit: Unit, closed: Period, said: Said, pools: Mapping[tuple[str, Period], str]
) -> list[Contacts]:
    rows = []
    for period in (*said.said, *said.withheld):
        pool = pools.get((unit.code, period))
        few = Status.POOLED if pool else Status.LT_K
        value = said.said.get(period)
        rows.append(Contacts(unit.code, period, few if value is None else Status.OK, value, pool))
    if unit.tier is Tier.MONTH:
        rows += _months_and_quarter(unit.code, closed, said)
    return sorted(rows, key=lambda row: (row.period.grain.months, row.period.first))


def _months_and_quarter(unit: str, closed: Period, said: Said) -> list[Contacts]:
    """The rows that the sealed ones leave out: the quarter as a sum, or months without number."""
    months = closed.split(Grain.MONTH)
    if months[0] in said.said:
        total = sum(said.said[month] for month in months)
        return [Contacts(unit, closed, Status.OK, total)]
    return [Contacts(unit, month, Status.WITHHELD, None) for month in months]
