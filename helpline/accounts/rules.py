"""Names, passwords, pauses and lifetimes: what accounts obey. Pure."""

import enum
import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from helpline.accounts.common_words import WORDS

LOGIN_NAME = re.compile(r"[a-z][a-z0-9]*(?:[.-][a-z0-9]+)*")
NAME_LENGTH = 64
PASSWORD_LONGEST = 1024
OWN_CHARACTERS = 6

# Languages in which a person can answer, each in its own script; never flags.
LANGUAGES = {
    "en": "English",
    "zh-Hans": "普通话",
    "yue": "粵語",
    "hi": "हिन्दी",
    "ta": "தமிழ்",
}


class State(enum.StrEnum):
    """How far a person has come; `replaced` means that they were invited anew."""

    INVITED = "invited"
    ACTIVATED = "activated"
    ADMITTED = "admitted"
    REPLACED = "replaced"
    REMOVED = "removed"


LIVE = frozenset({State.INVITED, State.ACTIVATED, State.ADMITTED})


def folded_name(typed: str) -> str:
    """A login name as it is stored and looked up."""
    return unicodedata.normalize("NFKC", typed).strip().lower()


def is_login_name(name: str) -> bool:
    """Whether `name` may become a login name: small letters and digits, dots or dashes between."""
    return len(name) <= NAME_LENGTH and LOGIN_NAME.fullmatch(name) is not None


def display_name(login_name: str) -> str:
    """ada.lantern is shown as Ada Lantern."""
    return " ".join(part.capitalize() for part in re.split(r"[.-]", login_name) if part)


# Passwords: length and a block list, no rules about kinds of characters (NIST SP 800-63B, ASVS
# 5.0 V6.2). What counts is what remains once well-known words and runs are taken out.

_LOOKALIKES = str.maketrans("@4831!0$57", "aaaeilosst")
_ROWS = (
    "abcdefghijklmnopqrstuvwxyz",
    "zyxwvutsrqponmlkjihgfedcba",
    "01234567890",
    "09876543210",
    "qwertyuiop",
    "poiuytrewq",
    "asdfghjkl",
    "lkjhgfdsa",
    "zxcvbnm",
    "mnbvcxz",
    "qwertzuiop",
    "azertyuiop",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
    "qazwsxedcrfvtgbyhnujmikolp",
)
_SHORTEST_RUN = 3
_REPEATED = re.compile(r"(.{1,12}?)\1+", re.DOTALL)
_YEAR = re.compile(r"(?:19|20)\d\d")


class Weak(enum.Enum):
    """Why a password is not taken."""

    SHORT = "short"
    LONG = "long"
    COMMON = "common"


def weakness(
    password: str, least: int, login_name: str = "", service_name: str = ""
) -> Weak | None:
    """Why `password` is refused, or None; `least` is the number of characters it must have."""
    normal = unicodedata.normalize("NFKC", password)
    if len(normal) < least:
        return Weak.SHORT
    if len(normal) > PASSWORD_LONGEST:
        return Weak.LONG
    context = [part for part in re.split(r"\W+", f"{login_name} {service_name}".lower()) if part]
    return Weak.COMMON if len(_own_part(normal.casefold(), context)) < OWN_CHARACTERS else None


def _own_part(text: str, context: list[str]) -> str:
    """What remains without known words, context words, years, runs and repetitions.

    The text is read twice, as typed and with look-alikes such as 0 for o; the shorter rest counts.
    """
    words = sorted({*WORDS, *(word for word in context if len(word) > 2)}, key=len, reverse=True)
    rests = []
    for reading in (text, text.translate(_LOOKALIKES)):
        rest = reading
        for word in words:
            rest = rest.replace(word, " ")
        rest = _YEAR.sub(" ", rest)
        rest = _without_runs(rest)
        rest = _REPEATED.sub(r"\1", "".join(rest.split()))
        rests.append(rest)
    return min(rests, key=len)


def _without_runs(text: str) -> str:
    """Take out every piece of a keyboard row, of the alphabet or of counting, three or longer."""
    kept: list[str] = []
    start = 0
    while start < len(text):
        length = max(_run_at(text, start, row) for row in _ROWS)
        if length >= _SHORTEST_RUN:
            kept.append(" ")
            start += length
        else:
            kept.append(text[start])
            start += 1
    return "".join(kept)


def _run_at(text: str, start: int, row: str) -> int:
    length = 0
    while start + length < len(text) and text[start : start + length + 1] in row:
        length += 1
    return length


# Security keys and recovery codes.

KEY_NAME_LENGTH = 60
LONGEST_ANSWER = 16_384  # characters that a security key's browser may send
RECOVERY_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # none that is taken for another
RECOVERY_LENGTH = 12
_TAKEN_FOR = str.maketrans("OIL", "011")


def folded_recovery_code(typed: str) -> str:
    """A recovery code as it is compared: capitals, no gaps, look-alikes as the digits they mean."""
    text = unicodedata.normalize("NFKC", typed).upper().translate(_TAKEN_FOR)
    return "".join(letter for letter in text if letter in RECOVERY_LETTERS)


# Pauses between attempts. They grow, and they end: nobody is locked out for long by a stranger,
# and a browser that has logged in before is counted by itself.

FORGET_AFTER = timedelta(hours=24)
LONGEST_PAUSE = timedelta(minutes=15)


class Bucket(enum.Enum):
    """What attempts are counted by."""

    NAME = "name"
    BROWSER = "browser"
    ADDRESS = "address"


# How many may fail before pauses begin; behind one address many people may work.
FREE = {Bucket.NAME: 5, Bucket.BROWSER: 5, Bucket.ADDRESS: 25}


def pause_after(failures: int, bucket: Bucket) -> timedelta:
    """How long to wait after so many failures: nothing, then 2, 4, 8 s ... up to 15 minutes."""
    over = failures - FREE[bucket]
    if over < 0:
        return timedelta(0)
    return min(timedelta(seconds=2 ** (min(over, 20) + 1)), LONGEST_PAUSE)


# Lifetimes of sessions.

HALF_LIFE = timedelta(minutes=10)
FRESH_FOR = timedelta(minutes=10)
SEEN_STEP = timedelta(minutes=1)
SECOND_STEP_TRIES = 5
CHALLENGE_LIFE = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Lifetimes:
    """How long a session lasts idle and at most."""

    idle: timedelta
    longest: timedelta


def is_over(
    began: datetime, seen: datetime, now: datetime, lifetimes: Lifetimes, *, half: bool
) -> bool:
    """Whether a session has ended by itself."""
    if half and now - began >= HALF_LIFE:
        return True
    return now - seen >= lifetimes.idle or now - began >= lifetimes.longest


def is_fresh(confirmed: datetime | None, now: datetime) -> bool:
    """Whether password and second factor were given within the last minutes."""
    return confirmed is not None and timedelta(0) <= now - confirmed < FRESH_FOR


def review_due(last: date | None, first: date | None, days: int) -> date | None:
    """When the team is looked through next: `days` after the last time.

    Before the first time it counts from `first`, the day since which somebody may enter; None
    means that not even this is known, so it is due.
    """
    begin = last or first
    return begin + timedelta(days=days) if begin else None
