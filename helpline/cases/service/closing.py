"""Closing a case with an outcome."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from helpline.audit.service import record
from helpline.cases.rules.clocks import is_heavy
from helpline.cases.rules.kinds import EntryKind
from helpline.cases.rules.status import (
    Accepted,
    Finding,
    Outcome,
    Remedy,
    Status,
    last_step,
    may_close,
)
from helpline.cases.service import cards, facts, files, named, shells
from helpline.config import Retention
from helpline.errors import BadInput, Conflict
from helpline.keys.service.principal import Principal


@dataclass(frozen=True, slots=True)
class Ending:
    """How a case ended; `summary` is one sentence for whoever reads it later."""

    outcome: Outcome
    remedy: Remedy = Remedy.NONE
    finding: Finding = Finding.NOT_INVESTIGATED
    accepted: Accepted = Accepted.NOT_ASKED
    summary: str = ""


def close(
    principal: Principal,
    case_id: uuid.UUID,
    ending: Ending,
    now: datetime,
    revision: int | None = None,
    retention: Retention | None = None,
) -> None:
    """Close a case. Raises BadInput for what is still missing, Conflict for a stale form."""
    file = files.open_file(principal, case_id)
    shells.check_revision(file.case, revision)
    state = file.state
    if state.status is Status.CLOSED:
        raise Conflict("This case is closed already.")
    if not state.main or state.severity is None:
        raise BadInput("Code the case first: what it is about and how serious.", "outcome")
    card = cards.own(file)
    by_people = named.people_of(principal.site, case_id) is not None
    silent = not by_people and not (card and card.must_know)
    if is_heavy(state.severity) and file.case.handle and silent:
        raise BadInput("First write what whoever answers this phone must know.", "outcome")
    verdict = may_close(ending.outcome, ending.accepted, state.attempts, now)
    if not verdict.allowed:
        raise BadInput(verdict.why_not, "accepted")
    body = {
        "outcome": ending.outcome.value,
        "remedy": ending.remedy.value,
        "finding": ending.finding.value,
        "accepted": ending.accepted.value,
        "through": last_step(ending.outcome).value,
        "summary": ending.summary.strip(),
    }
    file.append(EntryKind.CLOSING, body, now)
    kept = retention or Retention()
    file.case.retain_until = files.retain_until(
        now.date(), state.severity, kept.information_months, kept.case_years
    )
    file.case.revision += 1
    file.save()
    facts.write(file)
    record(principal.site, "case.closed", now, actor=principal.person, object_id=case_id)
