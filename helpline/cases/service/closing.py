"""Closing a case with an outcome."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from helpline.audit.service import record
from helpline.cases.rules.clocks import is_heavy
from helpline.cases.rules.kinds import EntryKind
from helpline.cases.rules.second import Act
from helpline.cases.rules.severity import RETALIATION
from helpline.cases.rules.state import State
from helpline.cases.rules.status import (
    Accepted,
    Finding,
    Outcome,
    Remedy,
    Status,
    last_step,
    may_close,
)
from helpline.cases.service import cards, facts, files, named, seconds
from helpline.cases.service.acts import act
from helpline.cases.service.files import CaseFile
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
) -> bool:
    """Close a case; S3 and S4 wait for a second person. Returns whether it is closed.

    Raises BadInput for what is still missing, Conflict for a stale form.
    """
    with act(principal, case_id, "case.end_written", now, revision) as file:
        _check(file, ending, now)
        body = _body(file.state, ending)
        if is_heavy(file.state.severity):
            seconds.ask(file, Act.CLOSE, body, ending.summary.strip(), now)
            return False
        finish(file, body, now, retention or Retention())
    return True


def finish(file: CaseFile, body: Mapping[str, Any], now: datetime, kept: Retention) -> None:
    """Write the end into an open case, set its last day, and tell statistics."""
    file.append(EntryKind.CLOSING, body, now)
    set_last_day(file, now, kept)
    facts.write(file)
    principal = file.principal
    record(principal.site, "case.closed", now, actor=principal.person, object_id=file.case.id)


def set_last_day(file: CaseFile, now: datetime, kept: Retention) -> None:
    """How long a closed case is kept; the trail names the day."""
    last = files.retain_until(
        now.date(), file.state.severity, kept.information_months, kept.case_years
    )
    file.case.retain_until = last
    principal, detail = file.principal, {"until": last.isoformat()}
    record(
        principal.site,
        "case.last_day",
        now,
        actor=principal.person,
        object_id=file.case.id,
        detail=detail,
    )


def needs_watch(state: State) -> bool:
    """Whether somebody asks after the end if anything was done to the worker for it.

    Where somebody was told, where it was serious, and where retaliation was spoken of.
    """
    return bool(state.disclosures) or is_heavy(state.severity) or RETALIATION in state.codes


def _check(file: CaseFile, ending: Ending, now: datetime) -> None:
    state = file.state
    if state.status is Status.CLOSED:
        raise Conflict("This case is closed already.")
    if not state.main or state.severity is None:
        raise BadInput("Code the case first: what it is about and how serious.", "outcome")
    card = cards.own(file)
    by_people = named.people_of(file.principal.site, file.case.id) is not None
    silent = not by_people and not (card and card.must_know)
    if is_heavy(state.severity) and file.case.handle and silent:
        raise BadInput("First write what whoever answers this phone must know.", "outcome")
    verdict = may_close(ending.outcome, ending.accepted, state.attempts, now)
    if not verdict.allowed:
        raise BadInput(verdict.why_not, "accepted")


def _body(state: State, ending: Ending) -> dict[str, Any]:
    return {
        "outcome": ending.outcome.value,
        "remedy": ending.remedy.value,
        "finding": ending.finding.value,
        "accepted": ending.accepted.value,
        "through": last_step(ending.outcome).value,
        "summary": ending.summary.strip(),
        "watch": needs_watch(state),
    }
