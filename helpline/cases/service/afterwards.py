"""Minutes that the worker agrees to; the look after the end; a supervisor's look."""

import uuid
from datetime import datetime, timedelta
from enum import StrEnum

from helpline.cases.rules.clocks import WATCH_DAYS, is_heavy
from helpline.cases.rules.kinds import EntryKind
from helpline.cases.rules.severity import SERIOUS
from helpline.cases.rules.status import Status
from helpline.cases.service import files
from helpline.cases.service.acts import act, given, new_mark, only_supervisors
from helpline.errors import BadInput, Conflict
from helpline.keys.service.principal import Principal

EARLY = timedelta(days=7)
"""So long before its day the look after the end may be taken."""
MINUTES_LENGTH = 20_000
WORDS_LENGTH = 2_000


class Harm(StrEnum):
    """What the worker says was done to them since the end."""

    NONE = "none"
    SUSPECTED = "suspected"
    YES = "yes"
    NOT_REACHED = "not_reached"


def write_minutes(principal: Principal, case_id: uuid.UUID, text: str, now: datetime) -> str:
    """Minutes of a talk, to be checked, corrected and agreed (Directive (EU) 2019/1937, art. 18).

    Corrected minutes are written anew; the older ones stay as they were. Returns their id.
    """
    text = given(text, "text", MINUTES_LENGTH)
    minutes_id = new_mark()
    with act(principal, case_id, "case.minutes", now) as file:
        file.append(EntryKind.MINUTES, {"id": minutes_id, "text": text}, now)
    return minutes_id


def minutes_word(
    principal: Principal,
    case_id: uuid.UUID,
    minutes_id: str,
    *,
    agreed: bool,
    words: str,
    now: datetime,
) -> None:
    """What the worker says to minutes that were read back. Raises BadInput, Conflict."""
    if not agreed:
        words = given(words, "words", WORDS_LENGTH)
    with act(principal, case_id, "case.minutes_word", now) as file:
        if minutes_id not in {one.id for one in file.state.minutes if one.agreed is None}:
            raise Conflict("The worker has spoken of these minutes already.")
        body = {"minutes": minutes_id, "agreed": agreed, "words": words.strip()}
        file.append(EntryKind.MINUTES_WORD, body, now)


def watch(
    principal: Principal, case_id: uuid.UUID, days: int, harm: Harm, words: str, now: datetime
) -> None:
    """Whether anything was done to the worker since the end; if so the case is opened again, at S3.

    `days`: 30 or 90. Not reached: the clock goes on. Raises BadInput, Conflict.
    """
    if days not in WATCH_DAYS:
        raise BadInput("Choose after how many days this is.", "days")
    if harm in {Harm.SUSPECTED, Harm.YES}:
        words = given(words, "words", WORDS_LENGTH)
    with act(principal, case_id, "case.watch", now) as file:
        state = file.state
        if state.status is not Status.CLOSED or not state.watch or days in state.watched:
            raise Conflict("Nobody needs to ask this any more.")
        if state.closed is None or now < state.closed + timedelta(days=days) - EARLY:
            raise BadInput("It is too early: ask when so many days have nearly passed.", "days")
        reached = harm is not Harm.NOT_REACHED
        file.append(EntryKind.CALLBACK_OUT, {"reached": reached, "text": words.strip()}, now)
        if reached:
            file.append(EntryKind.WATCH, {"days": days, "harm": harm.value}, now)
        if harm in {Harm.SUSPECTED, Harm.YES}:
            again = {"status": Status.REOPENED.value, "reason": "retaliation", "until": None}
            file.append(EntryKind.STATUS, again, now)
            files.keep_on(file, now)
            if not is_heavy(file.state.severity):
                worse = {"severity": SERIOUS, "reason": "retaliation"}
                file.append(EntryKind.SEVERITY, worse, now)


def review(principal: Principal, case_id: uuid.UUID, now: datetime) -> None:
    """A supervisor has looked at a serious case."""
    only_supervisors(principal)
    with act(principal, case_id, "case.reviewed", now) as file:
        file.append(EntryKind.REVIEWED, {}, now)
