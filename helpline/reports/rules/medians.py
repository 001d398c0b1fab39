"""The band that holds a median, where what is published proves it.

A reader could work it out: wherever the contacts of "other, not shown" stand among the bands that
are not listed, the middle of all contacts stands in the same band. Then it is said; else nothing
is (REPORTS.md 3.5).
"""

from typing import Final

from helpline.reports.rules.attributes import FIRST_ANSWER, TO_CLOSE, Attribute
from helpline.reports.rules.breakdowns import Breakdown

LEAST: Final = 10
"""Contacts below which no median is said."""
IN_ORDER: Final = frozenset({FIRST_ANSWER.name, TO_CLOSE.name})
"""Attributes whose values are bands of days, the shortest first, what is still open last."""


def median_band(attribute: Attribute, said: Breakdown) -> str | None:
    """The value in which the middle contact, or both middle ones, must be; None if none must."""
    whole = sum(said.listed.values()) + said.other
    if attribute.name not in IN_ORDER or whole < LEAST or not said.others:
        return None
    order = attribute.values
    earliest = _at(order, said, said.others[0], (whole - 1) // 2)
    latest = _at(order, said, said.others[-1], whole // 2)
    return earliest if earliest == latest else None


def _at(order: tuple[str, ...], said: Breakdown, rest_in: str, place: int) -> str:
    """The value of the contact at a place, counted from 0, if the rest is all in one value."""
    passed = 0
    for code in order:
        passed += said.listed.get(code, 0) + (said.other if code == rest_in else 0)
        if place < passed:
            return code
    raise ValueError("a place behind the last contact")
