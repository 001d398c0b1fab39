"""Talks agreed with the worker, and next steps: what somebody does at a moment or by a day."""

import uuid
from dataclasses import replace
from datetime import datetime, timedelta

from helpline.cases.rules.agenda import Appointment, Held, Meeting, NextStep
from helpline.cases.rules.kinds import EntryKind
from helpline.cases.rules.plain import to_plain
from helpline.cases.rules.policy import Act, Reason
from helpline.cases.rules.status import Status
from helpline.cases.service import reaching, talks
from helpline.cases.service.acts import act, given, new_mark
from helpline.cases.service.files import CaseFile
from helpline.cases.service.reaching import ContactRefused
from helpline.errors import BadInput, Conflict
from helpline.keys.service.principal import Principal

FURTHEST = timedelta(days=366)
LONGEST = 240
STEP_LENGTH = 500
MOST_OPEN = 20


def arrange(
    principal: Principal,
    case_id: uuid.UUID,
    talk: Appointment,
    now: datetime,
    override: str = "",
) -> str:
    """Agree on the next talk; returns its id. Raises BadInput, ContactRefused.

    Where we ring, the contact policy is asked as it stands at that hour: a time outside the safe
    hours needs a reason, which is kept.
    """
    _check_moment(talk.at, now)
    if not 5 <= talk.minutes <= LONGEST:
        raise BadInput("A talk lasts between 5 minutes and 4 hours.", "minutes")
    talk = replace(talk, id=new_mark(), state=Held.OPEN, wish="", moved=0, wished=None)
    with act(principal, case_id, "case.talk_agreed", now) as file:
        _check_open(file)
        _check_few([one for one in file.state.appointments if one.state is Held.OPEN])
        reason = _allowed(file, talk.how, talk.at, override)
        told = talks.tell(file, talk, now)
        body = to_plain(talk) | {"override": reason, "told": told}
        file.append(EntryKind.APPOINTMENT, body, now)
    return talk.id


def move(
    principal: Principal,
    case_id: uuid.UUID,
    talk_id: str,
    at: datetime,
    now: datetime,
    override: str = "",
) -> None:
    """Another time for a talk. Raises BadInput, Conflict, ContactRefused."""
    _check_moment(at, now)
    with act(principal, case_id, "case.talk_moved", now) as file:
        talk = _open_talk(file, talk_id)
        reason = _allowed(file, talk.how, at, override)
        told = talks.tell(file, replace(talk, at=at, moved=talk.moved + 1), now)
        body = {"id": talk_id, "at": at.isoformat(), "override": reason, "told": told}
        file.append(EntryKind.APPOINTMENT_CHANGED, body, now)


def end(
    principal: Principal, case_id: uuid.UUID, talk_id: str, became: Held, now: datetime
) -> None:
    """A talk was held, missed or cancelled. Raises BadInput, Conflict."""
    if became is Held.OPEN:
        raise BadInput("Say what became of it.", "state")
    with act(principal, case_id, "case.talk_ended", now) as file:
        talk = _open_talk(file, talk_id)
        if became is not Held.CANCELLED and now < talk.at:
            raise BadInput("This talk is still to come.", "state")
        body: dict[str, object] = {"id": talk_id, "state": became.value}
        if became is Held.CANCELLED:
            body["told"] = talks.tell(file, talk, now, off=True)
        file.append(EntryKind.APPOINTMENT_CHANGED, body, now)


def plan_step(
    principal: Principal, case_id: uuid.UUID, what: str, due: datetime, now: datetime
) -> str:
    """Write down what is to be done by when; returns its id. Raises BadInput."""
    what = given(what, "what", STEP_LENGTH)
    _check_moment(due, now)
    step = NextStep(new_mark(), what, due)
    with act(principal, case_id, "case.step", now) as file:
        _check_open(file)
        _check_few([one for one in file.state.steps if one.done is None])
        file.append(EntryKind.STEP, to_plain(step), now)
    return step.id


def step_done(principal: Principal, case_id: uuid.UUID, step_id: str, now: datetime) -> None:
    """It is done. Raises Conflict where it was already."""
    with act(principal, case_id, "case.step_done", now) as file:
        left = {one.id: one for one in file.state.steps if one.done is None}
        if step_id not in left:
            raise Conflict("This step is done already.")
        file.append(EntryKind.STEP_DONE, {"step": step_id, "name": left[step_id].what}, now)


def _allowed(file: CaseFile, how: Meeting, at: datetime, override: str) -> str:
    """ "" where the policy allows to ring at that hour, the reason where one overrides it."""
    if how is not Meeting.WE_RING:
        return ""
    decision = reaching.decide(file, Act.RING, at)
    if decision.allowed:
        return ""
    if decision.reason is Reason.NO_NUMBER or not (decision.overridable and override.strip()):
        raise ContactRefused(decision)
    return override.strip()


def _check_open(file: CaseFile) -> None:
    """No clock runs in a closed case: nobody would be told of the hour."""
    if file.state.status is Status.CLOSED:
        raise Conflict("This case is closed.")


def _open_talk(file: CaseFile, talk_id: str) -> Appointment:
    for talk in file.state.appointments:
        if talk.id == talk_id and talk.state is Held.OPEN:
            return talk
    raise Conflict("This talk is over, or was cancelled.")


def _check_moment(at: datetime, now: datetime) -> None:
    if at <= now:
        raise BadInput("Choose a time to come.", "at")
    if at > now + FURTHEST:
        raise BadInput("Choose a time within a year.", "at")


def _check_few(found: list[object] | list[Appointment] | list[NextStep]) -> None:
    if len(found) >= MOST_OPEN:
        raise BadInput("There are %(most)s already. End some first.", "at", most=MOST_OPEN)
