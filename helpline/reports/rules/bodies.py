"""Portraits and totals as JSON, as readers' pages and files take them from the database.

The newest period first. Rates with one decimal, shares as whole percents: as they are shown.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from helpline.reports.rules import intervals
from helpline.reports.rules.intervals import Interval
from helpline.reports.rules.layout import Kind
from helpline.reports.rules.periods import Grain, Period
from helpline.reports.rules.portraits import Division, Number, Portrait, Share, Spoken
from helpline.reports.rules.tiers import Tier
from helpline.reports.rules.totals import Sum, Total, Totals
from helpline.reports.rules.trends import Change
from helpline.reports.rules.years import years

Body = dict[str, Any]
SHOWN_IN: Final = {Tier.MONTH: Grain.QUARTER, Tier.GROUP: Grain.YEAR}
"""The periods of a chart where they are not those of the tier."""


def of_portrait(portrait: Portrait, closed: Period) -> Body:
    """A factory or a group. closed: the newest quarter."""
    newest = portrait.spoken[0].unit
    return {
        "kind": portrait.kind.value,
        "code": portrait.code,
        "country": newest.country,
        "province": newest.province,
        "shown_in": grain_of(newest.tier).value,
        "spoken": [_spoken(one, portrait.kind) for one in portrait.spoken],
        "numbers": [_number(one) for one in reversed(portrait.numbers)],
        "divisions": _divisions(portrait),
        "years": [
            {
                "year": one.year,
                "whole": one.whole.value,
                "value": one.value,
                "rate": _one_decimal(one.rate),
                "interval": _interval(one.interval),
            }
            for one in years(portrait, closed)
        ],
        "change": _change(portrait.change),
        "next": None
        if portrait.next is None
        else {
            "period": portrait.next.period.name if portrait.next.period else None,
            "earliest": portrait.next.earliest.isoformat(),
        },
    }


def of_totals(totals: Totals, names: Mapping[str, str]) -> Body:
    """A province, a country, a brand, or the programme. names: more of what it is called."""
    kind, code = totals.subject
    return {
        "kind": kind,
        "code": code,
        **names,
        "totals": [_total(one) for one in reversed(totals.totals)],
        "sums": [_sum(one) for one in reversed(totals.sums)],
    }


def beside(body: Body, totals: Iterable[Body]) -> list[Body]:
    """What stands beside a factory's own rates: those of its province and country in periods of
    the same length."""
    return [
        {
            "kind": one["kind"],
            "code": one["code"],
            "name": one["name"],
            "points": [
                {key: row[key] for key in ("period", "rate", "interval")}
                for row in one["totals"]
                if row["grain"] == body["shown_in"]
            ],
        }
        for one in totals
    ]


def grain_of(tier: Tier) -> Grain:
    """The periods in which a unit of this tier is drawn."""
    return SHOWN_IN.get(tier, tier.grain)


def percent(share: float) -> int:
    """A share as it is shown: never all, never nobody (REPORTS.md 3.4)."""
    return min(max(round(100 * share), 1), 99)


def _spoken(one: Spoken, kind: Kind) -> Body:
    unit = one.unit
    return {
        "year": one.year,
        "unit": unit.code,
        "kind": unit.kind.value,
        "tier": unit.tier.value,
        "workers": unit.workers,
        "members": len(unit.members),
        "codes": list(unit.members) if kind is Kind.GROUP else [],
        "decided": one.decided.isoformat(),
    }


def _number(one: Number) -> Body:
    return {
        "unit": one.unit.code,
        "kind": one.unit.kind.value,
        "members": len(one.unit.members),
        "period": one.period.name,
        "grain": one.period.grain.value,
        "status": one.status.value,
        "value": one.value,
        "rate": _one_decimal(one.rate),
        "interval": _interval(one.interval),
        "low": one.low,
        "pool": None
        if one.pool is None
        else {
            "code": one.pool.code,
            "members": len(one.pool.members),
            "value": one.pool.contacts,
        },
    }


def _divisions(portrait: Portrait) -> list[Body]:
    """All of them; intervals for those that the page shows, the newest of each attribute."""
    found, seen = [], set()
    for one in reversed(portrait.divisions):
        shown = bool(one.whole) and one.unit.kind is portrait.kind
        found.append(_division(one, with_intervals=shown and one.attribute not in seen))
        seen |= {one.attribute} if shown else set()
    return found


def share_interval(value: int, whole: int) -> list[int]:
    """The interval of a share in whole percents."""
    return [round(100 * limit) for limit in intervals.share(value, whole)]


def _division(one: Division, *, with_intervals: bool) -> Body:
    return {
        "unit": one.unit.code,
        "kind": one.unit.kind.value,
        "members": len(one.unit.members),
        "period": one.period.name,
        "attribute": one.attribute,
        "whole": one.whole,
        "median": one.median,
        "shares": [_share(share, one.whole if with_intervals else 0) for share in one.shares],
    }


def _share(one: Share, whole: int) -> Body:
    return {
        "code": one.code,
        "k": one.k,
        "value": one.value,
        "percent": None if one.share is None else percent(one.share),
        "interval": share_interval(one.value, whole) if one.value is not None and whole else None,
    }


def _change(one: Change | None) -> Body | None:
    if one is None:
        return None
    return {
        "before": [period.name for period in one.before],
        "after": [period.name for period in one.after],
        "ratio": round(one.ratio, 2),
        "interval": [round(limit, 2) for limit in one.interval],
        "detectable": one.detectable,
    }


def _total(one: Total) -> Body:
    return {
        "period": one.period.name,
        "grain": one.period.grain.value,
        "value": one.value,
        "rest": one.rest,
        "rate": _one_decimal(one.rate),
        "interval": _interval(one.interval),
        "factories": dict(one.factories),
    }


def _sum(one: Sum) -> Body:
    whole = sum(one.values.values())
    return {
        "period": one.period.name,
        "attribute": one.attribute,
        "whole": whole,
        "shares": [
            {
                "code": code,
                "value": value or None,
                "percent": percent(value / whole) if value else None,
            }
            for code, value in one.values.items()
        ],
    }


def _one_decimal(value: float | None) -> float | None:
    return None if value is None else round(value, 1)


def _interval(found: Interval | None) -> list[float] | None:
    return None if found is None else [round(limit, 1) for limit in found]
