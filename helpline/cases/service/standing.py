"""How the open cases stand: whose clocks are late, by severity and by whoever has them.

Told from the outer rows alone; costs no key. Their due times are rounded down to the hour, at S3
and S4 to the quarter-hour, so that a clock may count as late a little too early, never too late.
"""

import uuid
from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeVar

from sqlalchemy import case, func, select

from helpline.cases.models import IS_OPEN, Case
from helpline.cases.rules.severity import SERIOUS
from helpline.extensions import db

Key = TypeVar("Key", bound=Hashable)

TIERS: Final = (4, 3, 2, None, 1, 0)
"""In the order of urgency; None is not rated, which ranks above S1."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Some open cases: how many, at S3 and S4, at their clock's alarm, and late."""

    open: int = 0
    heavy: int = 0
    soon: int = 0
    late: int = 0

    def __add__(self, other: "Standing") -> "Standing":
        return Standing(
            self.open + other.open,
            self.heavy + other.heavy,
            self.soon + other.soon,
            self.late + other.late,
        )


@dataclass(frozen=True, slots=True)
class Stood:
    """By severity, the most urgent first; and by person, None for what nobody has taken."""

    tiers: tuple[tuple[int | None, Standing], ...]
    people: dict[uuid.UUID | None, Standing]


def stood(now: datetime) -> Stood:
    """How all open cases stand at this moment."""
    late = case((Case.due < now, 1), else_=0)
    soon = case(((Case.alarm <= now) & (Case.due >= now), 1), else_=0)
    rows = [
        (severity, person, _standing(severity, count, soon, late))
        for severity, person, count, soon, late in db.session.execute(
            select(Case.severity, Case.assignee, func.count(), func.sum(soon), func.sum(late))
            .where(IS_OPEN)
            .group_by(Case.severity, Case.assignee)
        )
    ]
    by_tier = _summed(rows, lambda row: row[0])
    return Stood(
        tuple((tier, by_tier.get(tier, Standing())) for tier in TIERS),
        _summed(rows, lambda row: row[1]),
    )


_Row = tuple[int | None, uuid.UUID | None, Standing]


def _summed(rows: Sequence[_Row], key: Callable[[_Row], Key]) -> dict[Key, Standing]:
    found: defaultdict[Key, Standing] = defaultdict(Standing)
    for row in rows:
        found[key(row)] += row[2]
    return dict(found)


def _standing(severity: int | None, count: int, soon: int, late: int) -> Standing:
    heavy = count if severity is not None and severity >= SERIOUS else 0
    return Standing(int(count), int(heavy), int(soon), int(late))
