"""Who is rung next, how waits are told, when a flag ends: pure, standard library only."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

RINGS_THAT_END_DUTY: Final = 2
DANGER_ROUNDS: Final = 2
"""How often one person is rung for one danger call before a message is offered."""

LOST_CALLER: Final = timedelta(seconds=45)
"""A waiting call from which no pass came for so long holds nobody's turn any more."""

LONGEST_TALK: Final = timedelta(hours=4)
LONGEST_CALL: Final = timedelta(hours=5)
SILENT_WINDOW: Final = timedelta(hours=24)
SILENT_CALLS: Final = 3
CALLBACK_TRIES: Final = 3
CALLBACK_DAYS: Final = 7
RECEIPT_TRIES: Final = 6
"""Wrong receipts from one caller within an hour; after them every one sounds wrong."""

SOFTPHONE_TOKEN: Final = timedelta(minutes=15)
"""The longest life of what lets a browser ring; the page asks for the next one in time."""

QUARTER: Final = timedelta(minutes=15)


class DutyState(StrEnum):
    """What a counsellor said about being reachable."""

    ON = "on"
    BREAK = "break"
    OFF = "off"


class Shown(StrEnum):
    """What the board shows of a counsellor."""

    FREE = "free"
    RINGING = "ringing"
    TALKING = "talking"
    WRAP_UP = "wrap-up"
    BREAK = "break"
    OFF = "off"


class GuestKind(StrEnum):
    """Why a third person comes to a talk."""

    TRANSFER = "transfer"
    LISTEN = "listen"


class GuestState(StrEnum):
    """How far a third person has come; the first three are open."""

    ASKED = "asked"
    RINGING = "ringing"
    JOINED = "joined"
    REFUSED = "refused"
    UNANSWERED = "unanswered"
    PASSED_ON = "passed-on"
    FAILED = "failed"
    LEFT = "left"
    STOPPED = "stopped"
    DONE = "done"


OPEN_GUEST: Final = (GuestState.ASKED, GuestState.RINGING, GuestState.JOINED)


class Quality(StrEnum):
    """What a supervisor looks at in a talk."""

    GREETING = "greeting"
    SAFETY = "safety"
    LISTENED = "listened"
    INFORMATION = "information"
    NEXT_STEP = "next_step"


class Mark(StrEnum):
    """How it was; "not seen" is an answer too."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"
    NOT_SEEN = "not-seen"


class Basis(StrEnum):
    """What a rating rests on."""

    LISTENED = "listened"
    WRAP_UP = "wrap-up"


class Ending(StrEnum):
    """How a call ended, for counters and call records."""

    ANSWERED = "answered"
    MESSAGE = "message"
    CALLBACK = "callback"
    ABANDONED = "abandoned"
    INFORMATION = "information"
    SILENT = "silent"
    HUNG_UP = "hung-up"
    MISSED = "missed"
    REFUSED = "refused"
    OUTBOUND_REACHED = "outbound-reached"
    OUTBOUND_UNANSWERED = "outbound-unanswered"
    LETTERS = "letters"


WAIT_BANDS: Final[tuple[tuple[int, str], ...]] = (
    (20, "wait_0_20"),
    (60, "wait_20_60"),
    (180, "wait_60_180"),
    (600, "wait_180_600"),
)
LONGEST_WAIT_BAND: Final = "wait_over_600"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A caller in the queue; `rings`: somebody's phone rings for them already."""

    call: uuid.UUID
    language: str
    danger: bool
    since: datetime
    rings: bool = False


@dataclass(frozen=True, slots=True)
class Free:
    """Somebody who may be rung; `rung` counts how often for the call in question."""

    person: uuid.UUID
    languages: frozenset[str]
    heavy: int = 0
    idle_since: datetime | None = None


def in_order(waiting: Collection[Waiting]) -> list[Waiting]:
    """The queue: danger first, then who has waited longest."""
    return sorted(waiting, key=lambda one: (not one.danger, one.since, one.call))


def candidates(
    call: Waiting, queue: Collection[Waiting], free: Collection[Free], rung: Mapping[uuid.UUID, int]
) -> list[Free]:
    """Whom this call may ring now, the best first.

    Each caller ahead first takes somebody who speaks their language; what is left over is ours.
    Somebody whom this call has rung already comes only when all others have been rung as often.
    """
    left = by_balance(free)
    for ahead in in_order(queue):
        if ahead.call == call.call:
            break
        taken = next((one for one in left if ahead.language in one.languages), None)
        if taken is not None:
            left.remove(taken)
    able = [one for one in left if call.danger or call.language in one.languages]
    able.sort(key=lambda one: call.language not in one.languages)  # stable: balance is kept
    fewest = min((rung.get(one.person, 0) for one in able), default=0)
    return [one for one in able if rung.get(one.person, 0) == fewest]


def in_a_row(weights: Sequence[bool]) -> int:
    """How many of the last talks of a shift were heavy, one after the other."""
    return next((n for n, heavy in enumerate(reversed(weights)) if not heavy), len(weights))


def by_balance(free: Collection[Free]) -> list[Free]:
    """Who had the fewest heavy calls today first, then who has been idle longest."""
    longest = datetime.min.replace(tzinfo=UTC)
    return sorted(free, key=lambda one: (one.heavy, one.idle_since or longest, one.person))


def place_in_queue(call: uuid.UUID, queue: Collection[Waiting]) -> int:
    """1 for who is next."""
    order = [one.call for one in in_order(queue)]
    return order.index(call) + 1 if call in order else len(order) + 1


def expected_wait(position: int, staff: int) -> str:
    """The flow's band for a place in the queue, from ten minutes a talk shared by the staff."""
    if staff == 0:
        return "unknown"
    minutes = position * 10 / staff
    return "short" if minutes < 5 else "medium" if minutes <= 15 else "long"


def median_band(counted: Mapping[str, int]) -> str:
    """The band in which the middle one of a day's waits lies, "" where nobody waited."""
    bands = [name for _, name in WAIT_BANDS] + [LONGEST_WAIT_BAND]
    waits = sum(counted.get(name, 0) for name in bands)
    below = 0
    for name in bands:
        below += counted.get(name, 0)
        if waits and 2 * below >= waits:
            return name
    return ""


def wait_band(seconds: float) -> str:
    """The counter that a wait belongs to."""
    return next((name for limit, name in WAIT_BANDS if seconds < limit), LONGEST_WAIT_BAND)


def quarter_before(moment: datetime) -> datetime:
    """Rounded down to the quarter-hour: what a row may say of a worker's time."""
    moment = moment.astimezone(UTC)
    return moment.replace(minute=moment.minute // 15 * 15, second=0, microsecond=0)


def hour_before(moment: datetime) -> datetime:
    """Rounded down to the hour."""
    return moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def flag_until(moment: datetime, hours: int) -> datetime:
    """The end of a flag, rounded up to the hour so that it does not tell when it was set."""
    return hour_before(moment + timedelta(hours=hours)) + timedelta(hours=1)


def shown(
    state: str,
    now: datetime,
    *,
    busy_until: datetime | None,
    talking: bool,
    wrap_up_until: datetime | None,
) -> Shown:
    """What to say of a counsellor at this moment."""
    if busy_until is not None and busy_until > now:
        return Shown.TALKING if talking else Shown.RINGING
    if state == DutyState.ON and wrap_up_until is not None and wrap_up_until > now:
        return Shown.WRAP_UP
    return {DutyState.ON: Shown.FREE, DutyState.BREAK: Shown.BREAK}.get(DutyState(state), Shown.OFF)


def ends_room(*, is_guest: bool, kind: str | None) -> bool:
    """Whether the talk is over for everybody when this one leaves the room.

    `kind`: of the guest who has joined, if one has. Whoever passes the talk on leaves the other
    two together; whoever listens leaves no trace.
    """
    if is_guest:
        return kind == GuestKind.TRANSFER
    return kind != GuestKind.TRANSFER


def next_to_alert(order: Sequence[uuid.UUID], tried: Sequence[uuid.UUID]) -> uuid.UUID | None:
    """Who hears "Please log in" now: the first not tried as often as the others, in order."""
    if not order:
        return None
    counts = {person: tried.count(person) for person in order}
    fewest = min(counts.values())
    return next(person for person in order if counts[person] == fewest)


def token_seconds(shift_ends: Collection[datetime], now: datetime) -> int:
    """How long a browser may ring on one token: 15 minutes, or less if a shift ends sooner."""
    ahead = [end - now for end in shift_ends if end > now]
    return max(1, int(min([SOFTPHONE_TOKEN, *ahead]).total_seconds()))
