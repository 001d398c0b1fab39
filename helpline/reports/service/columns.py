"""Frozen facts as columns: each contact in its unit, with the values that a year is divided by."""

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from helpline.reports.rules.attributes import NON_SUBSTANTIVE, NOT_CODED, STILL_OPEN, day_band
from helpline.reports.rules.layout import Layout
from helpline.reports.rules.plan import Wanted
from helpline.reports.service.counting import Columns
from helpline.reports.service.facts import Codes


def columns(
    layouts: Mapping[int, Layout],
    wanted: Wanted,
    mains: Mapping[str, str],
    openings: Iterable[Codes],
    endings: Mapping[uuid.UUID, Codes],
) -> Columns:
    """Columns of these facts.

    layouts: of every year whose contacts come; those of another year are left out. mains: code of
    the taxonomy -> its main category.
    """
    units = sorted({unit.code for layout in layouts.values() for unit in layout.units})
    place = {code: n for n, code in enumerate(units)}
    index = {
        one.name: {value: n for n, value in enumerate(one.values)}
        for one in (*wanted.opening, *wanted.ending)
    }
    unit, month, worker = [], [], []
    coded: dict[str, list[int]] = {name: [] for name in index}
    for fact in openings:
        layout = layouts.get(fact.values["month"] // 12)
        main = mains.get(fact.values["main"], NOT_CODED)
        if layout is None or main == NON_SUBSTANTIVE:
            continue
        unit.append(place[layout.unit_of(fact.values["factory"], fact.values["country"]).code])
        month.append(fact.values["month"])
        worker.append(fact.values["worker"])
        ending = endings.get(fact.case_id)
        values = {"category": main}
        values |= _opening(fact.values) | _ending(ending.values if ending else {})
        for name, codes in index.items():
            coded[name].append(codes.get(values[name], len(codes) - 1))
    return Columns(
        units,
        np.array(unit, dtype=np.int64),
        np.array(month, dtype=np.int64),
        np.array(worker, dtype=np.int64),
        {
            one.name: (one.values, np.array(coded[one.name], dtype=np.int64))
            for one in (*wanted.opening, *wanted.ending)
        },
    )


def _opening(values: Mapping[str, Any]) -> dict[str, str]:
    severity = values["severity"]
    return {
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
