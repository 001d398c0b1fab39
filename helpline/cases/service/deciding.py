"""Four eyes: a supervisor who is somebody else decides what was asked."""

import uuid
from dataclasses import replace
from datetime import datetime

from helpline.cases.rules.consents import Consent, Ground, problem_with
from helpline.cases.rules.kinds import EntryKind
from helpline.cases.rules.second import Act, Question
from helpline.cases.service import closing, consenting, seconds
from helpline.cases.service.acts import act, given, new_mark, only_supervisors
from helpline.cases.service.files import CaseFile
from helpline.config import Retention
from helpline.errors import BadInput, Conflict, NotAllowed
from helpline.keys.service.principal import Principal

REASON_LENGTH = 2_000


def ask_to_tell(
    principal: Principal,
    case_id: uuid.UUID,
    consent: Consent,
    ground: Ground,
    reason: str,
    now: datetime,
) -> None:
    """A supervisor asks to tell somebody without the worker's consent, for life or a child.

    Raises BadInput, NotAllowed.
    """
    only_supervisors(principal)
    reason = given(reason, "reason", REASON_LENGTH)
    permit = replace(
        consent, id=new_mark(), at=now, given=True, words=reason, ground=ground, withdrawn=None
    )
    problem = problem_with(permit)
    if problem is not None:
        raise BadInput(*problem)
    with act(principal, case_id, "case.permit_asked", now) as file:
        seconds.ask(file, Act.TELL, consenting.as_body(permit), reason, now)


def decide(
    principal: Principal,
    case_id: uuid.UUID,
    question_id: str,
    *,
    agreed: bool,
    reason: str,
    now: datetime,
    kept: Retention,
) -> None:
    """A second supervisor agrees, and it is done; or says no, with a reason.

    Raises BadInput, Conflict, NotAllowed (whoever asked does not decide).
    """
    only_supervisors(principal)
    if not agreed:
        reason = given(reason, "reason", REASON_LENGTH)
    name = "case.second_agreed" if agreed else "case.second_refused"
    with act(principal, case_id, name, now) as file:
        question = seconds.waiting(file, question_id)
        if question.by == str(principal.person):
            raise NotAllowed("Another supervisor decides this.")
        said = {"question": question.id, "agreed": agreed, "reason": reason.strip()}
        if agreed:
            _check_nothing_new(file, question)
        file.append(EntryKind.SECOND_GIVEN, said, now)
        if agreed:
            _do(file, question, now, kept)


def _check_nothing_new(file: CaseFile, question: Question) -> None:
    last = file.state.last_contact
    if question.act is Act.CLOSE and last is not None and last > question.at:
        raise Conflict("The worker has contacted us since. Read that first, then ask again.")


def _do(file: CaseFile, question: Question, now: datetime, kept: Retention) -> None:
    if question.act is Act.TELL:
        file.append(EntryKind.CONSENT, question.body, now)
        return
    closing.finish(file, question.body, now, kept)
