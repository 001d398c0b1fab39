"""Reaching a worker: the policy they gave, the number, and who may see or ring it."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from helpline.audit.service import record
from helpline.cases.rules import policy as rules
from helpline.cases.rules.kinds import EntryKind
from helpline.cases.rules.policy import Act, Decision, Policy, Reason
from helpline.cases.service import cards, files, numbers, outreach, shells
from helpline.cases.service.cards import CardView
from helpline.cases.service.files import CaseFile
from helpline.cases.service.numbers import KnownNumber
from helpline.errors import BadInput, Conflict, NotFound
from helpline.keys.service.principal import Principal
from telephony.numbers import CallerNumber

SENTENCES = {
    Reason.NO_NUMBER: "There is no number in this case.",
    Reason.STOPPED: "The worker texted STOP. No text goes to this number.",
    Reason.COLLEAGUE_NEVER: "Another case of this phone says never. Nobody contacts this number.",
    Reason.SAID_NO: "The worker said no to this.",
    Reason.NOT_ASKED: "The worker was not asked. No answer means no.",
    Reason.OUTSIDE_HOURS: "It is outside the hours that the worker called safe.",
}


class ContactRefused(Conflict):
    """The contact policy forbids it; `decision` says why and whether a reason overrides it."""

    def __init__(self, decision: Decision) -> None:
        super().__init__(SENTENCES[decision.reason or Reason.NOT_ASKED])
        self.decision = decision


@dataclass(frozen=True, slots=True)
class Reachable:
    """A number that may be used in this request, and where the line is."""

    number: KnownNumber
    line: uuid.UUID
    override: str = ""


def decide(file: CaseFile, act: Act, now: datetime) -> Decision:
    """Whether we may reach the worker of an open case this way now; the strictest word counts."""
    number = numbers.current(file.opened, file.state.number)
    others = cards.of_same_phone(file, number.handle if number else None)
    return decide_all(file, number, others, now)[act]


def decide_all(
    file: CaseFile, number: KnownNumber | None, others: Sequence[CardView], now: datetime
) -> dict[Act, Decision]:
    """The same for every way, for who has opened the number and the cards of its phone already."""
    handle = number.handle if number else None
    flags = outreach.policy_flags(handle, _line(file), apart_from=file.case.id)
    policies, zone = [card.policy for card in others], file.calendars.zone(file.state.line)
    return {
        act: rules.decide(
            act, file.state.policy, policies, flags, now, zone, has_number=number is not None
        )
        for act in Act
    }


def reach(file: CaseFile, act: Act, now: datetime, override: str = "") -> Reachable:
    """The number for one act, if the policy lets us, or with a reason where it may be overridden.

    Raises ContactRefused.
    """
    decision = decide(file, act, now)
    override = override.strip()
    if not decision.allowed and not (decision.overridable and override):
        raise ContactRefused(decision)
    number = numbers.current(file.opened, file.state.number)
    if number is None:
        raise ContactRefused(Decision(False, Reason.NO_NUMBER))
    used = "" if decision.allowed else override
    if used:
        _audit(file, f"contact.{act.value}.override", now)
    return Reachable(number, _line(file) or uuid.UUID(int=0), used)


def dial(
    principal: Principal, case_id: uuid.UUID, now: datetime, override: str = ""
) -> CallerNumber:
    """The number to ring for a callback, checked and recorded. Raises ContactRefused, NotFound."""
    file = files.open_file(principal, case_id)
    reachable = reach(file, Act.RING, now, override)
    body = {"reason": reachable.override or "callback", "how": "rung"}
    file.append(EntryKind.NUMBER_SHOWN, body, now)
    file.save()
    _audit(file, "contact.ring", now)
    return reachable.number.caller


def may(principal: Principal, case_id: uuid.UUID, act: Act, now: datetime) -> Decision:
    """Whether it may be done now; shows no number."""
    return decide(files.open_file(principal, case_id), act, now)


def record_call(
    principal: Principal,
    case_id: uuid.UUID,
    *,
    reached: bool,
    text: str,
    now: datetime,
    at: datetime | None = None,
) -> None:
    """Write down how ringing the worker went."""
    file = files.open_file(principal, case_id)
    body = {"reached": reached, "text": text.strip()}
    file.append(EntryKind.CALLBACK_OUT, body, now, at=at)
    file.save()
    _audit(file, "contact.rung", now)


def show_number(
    principal: Principal, case_id: uuid.UUID, reason: str, now: datetime
) -> CallerNumber:
    """Show the number to somebody who gives a reason; the case and the trail keep it."""
    if not reason.strip():
        raise BadInput("Give a reason.", "reason")
    file = files.open_file(principal, case_id)
    number = numbers.current(file.opened, file.state.number)
    if number is None:
        raise NotFound("There is no number in this case.")
    file.append(EntryKind.NUMBER_SHOWN, {"reason": reason.strip(), "how": "shown"}, now)
    file.save()
    _audit(file, "number.shown", now)
    return number.caller


def save_policy(
    principal: Principal,
    case_id: uuid.UUID,
    policy: Policy,
    must_know: str,
    now: datetime,
    revision: int | None = None,
) -> None:
    """Keep the worker's answers: in the case, on the card, and by the number's handle."""
    problem = rules.problem_with(policy)
    if problem:
        raise BadInput(problem, "hours_from" if "hour" in problem.lower() else "policy")
    file = files.open_file(principal, case_id)
    shells.check_revision(file.case, revision)
    file.append(EntryKind.POLICY, {"policy": policy.to_dict()}, now)
    number = numbers.current(file.opened, file.state.number)
    if number is not None:
        outreach.keep(number.handle, policy, case_id)
    cards.write(file, must_know)
    file.case.revision += 1
    file.save()
    _audit(file, "case.policy", now)


def _line(file: CaseFile) -> uuid.UUID | None:
    return uuid.UUID(file.state.line) if file.state.line else None


def _audit(file: CaseFile, act: str, now: datetime) -> None:
    principal = file.principal
    record(principal.site, act, now, actor=principal.person, object_id=file.case.id)
