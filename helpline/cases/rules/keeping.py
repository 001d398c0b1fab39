"""How long a case is kept, who is told before it goes, and why it goes. Pure."""

from datetime import date, timedelta
from enum import StrEnum
from typing import Final

TOLD_BEFORE: Final = timedelta(days=30)
"""So long before the end whoever handles the case is told (DOMAIN, retention)."""


class Ground(StrEnum):
    """Why a case was destroyed."""

    OVER = "over"
    ASKED = "asked"


class Kept(StrEnum):
    """Where a closed case stands on its way to the end."""

    KEPT = "kept"
    SOON = "soon"
    OVER = "over"
    HELD = "held"


def standing(until: date | None, today: date, *, held: bool) -> Kept:
    """A case on legal hold does not go, whatever its date."""
    if held:
        return Kept.HELD
    if until is None or today < until - TOLD_BEFORE:
        return Kept.KEPT
    return Kept.OVER if today > until else Kept.SOON
