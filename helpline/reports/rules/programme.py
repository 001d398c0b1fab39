"""What the public reads of the whole programme: the totals that auditors read, fewer of them.

in_short(body)["contacts"]        of everything that was ever published
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from helpline.reports.rules.periods import Grain, Period
from helpline.reports.rules.totals import PART, POOLED, WHOLE

ATTRIBUTES: Final = ("category", "outcome")
_TOLD: Final = (WHOLE, PART, POOLED)

Row = Mapping[str, Any]


def in_short(body: Mapping[str, Any]) -> dict[str, Any]:
    """From the programme's body (`bodies.of_totals`).

    contacts: of all; what is told for three years together stands in it and in no row. rows: years,
    and the quarters of a year that is not over, the newest first; `told` of `factories` are in the
    number. divided: attribute -> the newest year's division, where one is said.
    """
    totals: Sequence[Row] = body["totals"]
    shorter = [row for row in totals if row["grain"] != Grain.THREE_YEARS]
    return {
        "contacts": sum(row["value"] for row in _longest(totals)),
        "rows": [_row(row) for row in _longest(shorter)],
        "divided": {name: found for name in ATTRIBUTES if (found := _newest(body["sums"], name))},
    }


def _longest(rows: Sequence[Row]) -> list[Row]:
    """Those whose period is no part of another's: together they hold every atom once."""
    periods = [Period.named(row["period"]) for row in rows]
    return [
        row
        for row, own in zip(rows, periods, strict=True)
        if not any(own != other and other.covers(own) for other in periods)
    ]


def _row(total: Row) -> dict[str, Any]:
    factories = total["factories"]
    return {
        "period": total["period"],
        "contacts": total["value"],
        "told": sum(factories[why] for why in _TOLD),
        "factories": sum(factories.values()),
    }


def _newest(sums: Sequence[Row], attribute: str) -> Row | None:
    years = (one for one in sums if Period.named(one["period"]).grain is Grain.YEAR)
    return next((one for one in years if one["attribute"] == attribute), None)
