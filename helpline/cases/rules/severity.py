"""Severity S0 to S4: what it means, what codes force, who may change it."""

from collections.abc import Iterable
from typing import Final

LOWEST: Final = 0
SERIOUS: Final = 3
DANGER: Final = 4
LEVELS: Final = (0, 1, 2, 3, 4)
RETALIATION: Final = "G2"

_DANGER_TAGS: Final = frozenset({"F03", "F07"})

_RANKS: Final = {4: 5, 3: 4, 2: 3, None: 2, 1: 1, 0: 0}


def rank(severity: int | None) -> int:
    """Where a case stands in a list, most urgent highest; what nobody has rated is above S1."""
    return _RANKS[severity]


def forced_by(codes: Iterable[str]) -> int:
    """The lowest severity these category codes allow.

    One forced-labour tag (ILO indicators, F01 to F11) or retaliation is never below S3; two or more
    tags, or F03 (restricted movement) or F07 (identity papers kept), make S4.
    """
    given = set(codes)
    tags = {code for code in given if code.startswith("F")}
    if len(tags) >= 2 or tags & _DANGER_TAGS:
        return DANGER
    if tags or RETALIATION in given:
        return SERIOUS
    return LOWEST


def is_lowered(before: int | None, after: int) -> bool:
    """Whether a rating goes down: then a supervisor decides, with a reason."""
    return before is not None and after < before
