"""Frozen facts as columns: each contact in its unit, with the values that a year is divided by."""

from array import array
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from helpline.reports.rules.attributes import (
    NON_SUBSTANTIVE,
    NOT_CODED,
    STILL_OPEN,
    Attribute,
    day_band,
)
from helpline.reports.rules.layout import Layout
from helpline.reports.rules.plan import Wanted
from helpline.reports.service.counting import Columns
from helpline.reports.service.facts import Codes


def columns(
    layouts: Mapping[int, Layout],
    wanted: Wanted,
    mains: Mapping[str, str],
    openings: Iterable[Codes],
    endings: Iterable[Codes],
) -> Columns:
    """Columns of these facts, each of which is looked at once.

    layouts: of every year whose contacts come; those of another year are left out. mains: code of
    the taxonomy -> its main category.
    """
    units = sorted({unit.code for layout in layouts.values() for unit in layout.units})
    place = {code: n for n, code in enumerate(units)}
    of_opening, of_ending = _Coder(wanted.opening), _Coder(wanted.ending)
    ended = {fact.case_id: of_ending.places(_ending(fact.values)) for fact in endings}
    still_open = of_ending.places(_ending({}))
    unit, month, worker, coded = array("q"), array("q"), array("q"), bytearray()
    for fact in openings:
        values = fact.values
        layout = layouts.get(values["month"] // 12)
        main = mains.get(values["main"], NOT_CODED)
        if layout is None or main == NON_SUBSTANTIVE:
            continue
        unit.append(place[layout.unit_of(values["factory"], values["country"]).code])
        month.append(values["month"])
        worker.append(values["worker"])
        coded += of_opening.places(_opening(values, main))
        coded += ended.get(fact.case_id, still_open)
    every = (*wanted.opening, *wanted.ending)
    table = np.frombuffer(coded, dtype=np.uint8).reshape(len(unit), len(every))
    return Columns(
        units,
        np.array(unit, dtype=np.int64),
        np.array(month, dtype=np.int64),
        np.array(worker, dtype=np.int64),
        {one.name: (one.values, table[:, n]) for n, one in enumerate(every)},
    )


class _Coder:
    """Values of some attributes as their places, a byte each; the last for what nobody listed."""

    def __init__(self, attributes: Sequence[Attribute]) -> None:
        self._index = [
            (one.name, {value: n for n, value in enumerate(one.values)}, len(one.values) - 1)
            for one in attributes
        ]

    def places(self, values: Mapping[str, str]) -> bytes:
        return bytes([index.get(values[name], last) for name, index, last in self._index])


def _opening(values: Mapping[str, Any], main: str) -> dict[str, str]:
    severity = values["severity"]
    return {
        "category": main,
        "severity": NOT_CODED if severity is None else f"S{severity}",
        "channel": values["channel"] or NOT_CODED,
    }


def _ending(values: Mapping[str, Any]) -> dict[str, str]:
    """Each value of an attribute that has none is its last, which says so."""
    return {
        "outcome": values.get("outcome") or STILL_OPEN,
        "remedy": values.get("remedy") or STILL_OPEN,
        "finding": values.get("finding") or STILL_OPEN,
        "accepted": values.get("accepted") or STILL_OPEN,
        "first_answer_days": day_band(values.get("first_answer_minutes")),
        "days_to_close": day_band(values.get("close_minutes")),
    }
