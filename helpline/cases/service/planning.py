"""The plan: what the factory puts right by when; it counts when the worker has agreed to it."""

import uuid
from datetime import datetime

from helpline.cases.rules.consents import Way
from helpline.cases.rules.kinds import EntryKind
from helpline.cases.rules.status import Status
from helpline.cases.service.acts import act, given, new_mark
from helpline.cases.service.disclosing import move
from helpline.errors import BadInput, Conflict
from helpline.keys.service.principal import Principal

PLAN_LENGTH = 8_000
WORDS_LENGTH = 2_000


def propose(
    principal: Principal,
    case_id: uuid.UUID,
    text: str,
    due: datetime,
    now: datetime,
    revision: int | None = None,
) -> str:
    """Write down a plan to be put before the worker; an older one is replaced. Raises BadInput."""
    text = given(text, "text", PLAN_LENGTH)
    if due <= now:
        raise BadInput("Choose a day to come.", "due")
    plan_id = new_mark()
    with act(principal, case_id, "case.plan", now, revision) as file:
        if file.state.status is Status.CLOSED:
            raise Conflict("This case is closed.")
        body = {"id": plan_id, "text": text, "due": due.isoformat()}
        file.append(EntryKind.PLAN, body, now)
    return plan_id


def word(
    principal: Principal,
    case_id: uuid.UUID,
    plan_id: str,
    *,
    agreed: bool,
    words: str,
    way: Way,
    now: datetime,
) -> None:
    """What the worker says to the plan; a yes moves the case on. Raises BadInput, Conflict."""
    words = given(words, "words", WORDS_LENGTH)
    with act(principal, case_id, "case.plan_word", now) as file:
        plan = file.state.planned
        if plan is None or plan.id != plan_id:
            raise Conflict("There is a newer plan. Read it, then ask the worker about that one.")
        body = {"plan": plan_id, "agreed": agreed, "words": words, "way": way.value}
        file.append(EntryKind.PLAN_WORD, body, now)
        if agreed:
            move(file, Status.PLAN_AGREED, now)
