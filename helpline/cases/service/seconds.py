"""Four eyes: what waits in a case for a second person."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select

from helpline.cases.models import Case
from helpline.cases.rules.kinds import EntryKind
from helpline.cases.rules.second import Act, Question
from helpline.cases.service.acts import act, new_mark
from helpline.cases.service.files import CaseFile
from helpline.errors import Conflict, NotAllowed
from helpline.extensions import db
from helpline.keys.service.principal import Principal

_ASKING = select(Case.id).where(Case.asks_second.is_(True))


def ask(file: CaseFile, what: Act, body: Mapping[str, Any], reason: str, now: datetime) -> None:
    """Put a question into an open case; it waits for a second person. Raises Conflict."""
    if file.state.question is not None:
        raise Conflict("Something waits for a second person already.")
    question = {"id": new_mark(), "act": what.value, "reason": reason, "body": dict(body)}
    file.append(EntryKind.SECOND_ASKED, question, now)


def take_back(principal: Principal, case_id: uuid.UUID, question_id: str, now: datetime) -> None:
    """Whoever asked does not ask any more."""
    with act(principal, case_id, "case.second_taken_back", now) as file:
        question = waiting(file, question_id)
        if question.by != str(principal.person):
            raise NotAllowed("Whoever asked takes it back.")
        said = {"question": question.id, "agreed": False, "taken_back": True}
        file.append(EntryKind.SECOND_GIVEN, said, now)


def waiting_cases() -> tuple[uuid.UUID, ...]:
    """Open cases in which something waits for a second person; costs no key."""
    return tuple(db.session.scalars(_ASKING))


def waiting(file: CaseFile, question_id: str) -> Question:
    """The question that waits in an open case; Conflict if it is another one, or none."""
    question = file.state.question
    if question is None or question.id != question_id:
        raise Conflict("This was decided already.")
    return question
