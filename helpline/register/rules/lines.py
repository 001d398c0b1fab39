"""What a line's values must look like; which changes need a second person."""

import re
from enum import StrEnum
from typing import Final

NAME_LENGTH: Final = 80
TEXT_LENGTH: Final = 2000
MESSAGE_LENGTH: Final = 480
MOST_LANGUAGES: Final = 7
EMERGENCY_KEY: Final = "emergency"

GUARDED_KEYS: Final = frozenset(
    {EMERGENCY_KEY, "danger", "danger_nobody", "menu_danger", "text_danger"}
)
"""Texts on which a life may hang: an administrator alone does not change them."""

_EMERGENCY: Final = re.compile(r"[0-9]{2,6}")


class ChangeKind(StrEnum):
    """What waits for a supervisor's confirmation."""

    NEW_LINE = "new-line"
    NUMBER = "number"
    EMERGENCY_NUMBERS = "emergency-numbers"
    TEXT = "text"


class ChangeState(StrEnum):
    """Where such a change stands."""

    WAITING = "waiting"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    REPLACED = "replaced"


def parse_emergency_numbers(text: str) -> tuple[str, ...]:
    """`"110, 119"` -> `("110", "119")`. Raises ValueError with a sentence."""
    numbers = tuple(dict.fromkeys(re.split(r"[\s,，、;/]+", text.strip()))) if text.strip() else ()
    numbers = tuple(number for number in numbers if number)
    for number in numbers:
        if not _EMERGENCY.fullmatch(number):
            raise ValueError("Emergency numbers are 2 to 6 digits each, as 110, 119, 120.")
    if not numbers:
        raise ValueError("A line needs at least one emergency number, as 110 or 112.")
    if len(numbers) > 4:
        raise ValueError("At most four emergency numbers can be spoken.")
    return numbers
