"""When a supervisor may open a colleague's case, and when only with a reason that others see."""

from datetime import datetime, timedelta
from typing import Final

from helpline.cases.rules.severity import SERIOUS
from helpline.cases.rules.state import State
from helpline.cases.rules.status import Status

REASON_LASTS: Final = timedelta(hours=12)


def needs_reason(state: State, person: str, now: datetime) -> bool:
    """Whether this supervisor opens the case outside what a supervisor is asked to do.

    A supervisor's own cases, cases that nobody has, serious and escalated ones, and those that
    wait for a second person or hold the supervisor's reason of the last hours need none.
    """
    if state.assignee in {None, person}:
        return False
    if state.severity is not None and state.severity >= SERIOUS:
        return False
    if state.status is Status.ESCALATED or state.question is not None:
        return False
    given = state.opened_by.get(person)
    return given is None or now - given > REASON_LASTS
