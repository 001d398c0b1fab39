"""A portrait or a total as cells with their metadata, for files (REPORTS.md 3.7).

Every factory of a tier has the same cells in the same order, whatever was hidden: a value that is
not listed, and a division that is held back, have theirs too.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from helpline.reports.rules.bodies import share_interval
from helpline.reports.rules.layout import Kind
from helpline.reports.rules.totals import WHY

Cell = dict[str, Any]
AT: Final = ("subject", "period", "attribute", "code")
FACTS: Final = (
    "value", "status", "k", "pool_id", "pool_value", "members",
    "rate", "rate_low", "rate_high", "share", "share_low", "share_high",
)  # fmt: skip
COLUMNS: Final = ("table", *AT, *FACTS, *(f"factories_{why}" for why in WHY), "release", "read")
OK, WITHHELD, AT_LEAST = "ok", "withheld", "at_least"


def cells(body: Mapping[str, Any]) -> list[Cell]:
    """Every number of a subject, said or not, the newest first."""
    if "totals" in body:
        return [*_totals(body), *_sums(body)]
    return [*_numbers(body), *_divided(body)]


def rows(body: Mapping[str, Any], sentence: str) -> Iterator[Sequence[str]]:
    """The same as lines of `COLUMNS`; each carries what must not be lost."""
    number = body["release"]["number"]
    for cell in cells(body):
        many = cell.get("factories", {})
        told = {
            **cell,
            **cell["at"],
            **{f"factories_{why}": many.get(why) for why in WHY},
            "release": number,
            "read": sentence,
        }
        yield ["" if told.get(name) is None else str(told[name]) for name in COLUMNS]


def _cell(table: str, at: Sequence[str], **facts: object) -> Cell:
    where = dict(zip(AT, at, strict=False))
    return {"table": table, "at": where, **{name: facts.get(name) for name in FACTS}}


def _numbers(body: Mapping[str, Any]) -> Iterator[Cell]:
    for one in body["numbers"]:
        pool = one["pool"] or {"code": None, "members": one["members"], "value": None}
        low, high = one["interval"] or (None, None)
        yield _cell(
            "T3" if one["kind"] == Kind.GROUP else "T1",
            (one["unit"], one["period"]),
            value=one["value"],
            status=one["status"],
            k=body["release"]["rules"]["k"],
            pool_id=pool["code"],
            pool_value=pool["value"],
            members=pool["members"],
            rate=one["rate"],
            rate_low=low,
            rate_high=high,
        )


def _divided(body: Mapping[str, Any]) -> Iterator[Cell]:
    for one in body["divisions"]:
        for share in one["shares"]:
            value = share["value"]
            low, high = (None, None) if value is None else share_interval(value, one["whole"])
            yield _cell(
                "T2",
                (one["unit"], one["period"], one["attribute"], share["code"]),
                value=value,
                status=WITHHELD if value is None else OK,
                k=share["k"],
                members=one["members"],
                share=share["percent"],
                share_low=low,
                share_high=high,
            )


def _totals(body: Mapping[str, Any]) -> Iterator[Cell]:
    for one in body["totals"]:
        low, high = one["interval"] or (None, None)
        found = _cell(
            "T5",
            (body["code"], one["period"]),
            value=one["value"],
            status=OK,
            rate=one["rate"],
            rate_low=low,
            rate_high=high,
        )
        yield found | {"factories": one["factories"]}


def _sums(body: Mapping[str, Any]) -> Iterator[Cell]:
    for one in body["sums"]:
        for share in one["shares"]:
            yield _cell(
                "T5",
                (body["code"], one["period"], one["attribute"], share["code"]),
                value=share["value"],
                status=WITHHELD if share["value"] is None else AT_LEAST if share["code"] else OK,
                share=share["percent"],
            )
