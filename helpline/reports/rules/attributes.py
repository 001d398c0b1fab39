"""By what a unit's year is divided, and how many workers each value must stand for.

Every attribute is divided over all contacts of the year's sealed atoms, with "not coded", "still
open" and the like as values of their own (DOMAIN.md 3.4). Each has three values or more, so that a
listed one always leaves two that are not told apart. Opening attributes are published when the
year is closed, ending attributes a year later (KEYS.md section 2).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from helpline.cases.rules.kinds import CHANNELS
from helpline.cases.rules.severity import LEVELS
from helpline.cases.rules.status import Accepted, Finding, Outcome, Remedy
from helpline.reports.rules.counts import K_SENSITIVE, NEVER, K

NOT_CODED: Final = "-"
"""The value of a contact that nobody coded: always with the rest, which it makes a room without
walls for the values beside it."""
STILL_OPEN: Final = "still_open"
"""The value of what a year later has not ended."""
NON_SUBSTANTIVE: Final = "X"
"""Hang-ups, tests, pranks: outside all numbers."""

DAYS: Final = (2, 7, 14, 30, 60)
"""Bands of days end here; the last has no end (REPORTS.md 3.5)."""
DAY_BANDS: Final = ("0-2", "3-7", "8-14", "15-30", "31-60", "60+")

_MILD: Final = frozenset("WHCSEDALQ")
"""Categories that say nothing sensitive of whoever they count; a new one is sensitive."""
_FEARED: Final = frozenset({Outcome.WITHDRAWN_FEAR, Outcome.REFERRED_AUTHORITY})


@dataclass(frozen=True, slots=True)
class Attribute:
    """A division: its values in the order in which they are printed, each with its k.

    groups: values that a published word holds together (WORK, SAFE, LIFE).
    """

    name: str
    thresholds: Mapping[str, int]
    groups: tuple[frozenset[str], ...] = ()

    @property
    def values(self) -> tuple[str, ...]:
        """The codes of its values."""
        return tuple(self.thresholds)


def category(groups: Mapping[str, str]) -> Attribute:
    """The main categories of the taxonomy: `groups` gives each its group, in printed order."""
    codes = [code for code in groups if code != NON_SUBSTANTIVE]
    thresholds = {code: K if code in _MILD else K_SENSITIVE for code in codes} | {NOT_CODED: NEVER}
    found = dict.fromkeys(groups[code] for code in codes)
    together = (frozenset(code for code in codes if groups[code] == name) for name in found)
    return Attribute("category", thresholds, tuple(together))


def _plain(name: str, values: Iterable[str], sensitive: Iterable[str] = ()) -> Attribute:
    ks = {str(value): K_SENSITIVE if value in sensitive else K for value in values}
    return Attribute(name, {code: NEVER if code == NOT_CODED else k for code, k in ks.items()})


SEVERITY: Final = _plain("severity", (*(f"S{n}" for n in LEVELS), NOT_CODED), ("S4",))
CHANNEL: Final = _plain("channel", (*sorted(kind.value for kind in CHANNELS), NOT_CODED))
OUTCOME: Final = _plain("outcome", (*Outcome, STILL_OPEN), _FEARED)
REMEDY: Final = _plain("remedy", (*Remedy, STILL_OPEN))
FINDING: Final = _plain("finding", (*Finding, STILL_OPEN))
ACCEPTED: Final = _plain("accepted", (*Accepted, STILL_OPEN))
FIRST_ANSWER: Final = _plain("first_answer_days", (*DAY_BANDS, STILL_OPEN))
TO_CLOSE: Final = _plain("days_to_close", (*DAY_BANDS, STILL_OPEN))

ENDING: Final = (OUTCOME, REMEDY, FINDING, ACCEPTED, FIRST_ANSWER, TO_CLOSE)


def opening(groups: Mapping[str, str]) -> tuple[Attribute, ...]:
    """What a year is divided by when it is closed, in the order in which it is divided."""
    return category(groups), SEVERITY, CHANNEL


def day_band(minutes: int | None) -> str:
    """The band of a time in minutes; `STILL_OPEN` for none yet."""
    if minutes is None:
        return STILL_OPEN
    days = minutes // (24 * 60)
    return DAY_BANDS[sum(days > last for last in DAYS)]
