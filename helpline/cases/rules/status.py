"""The statuses of a case and the ways between them, as one table."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final


class Status(StrEnum):
    """Where a case stands."""

    NEW = "new"
    TRIAGED = "triaged"
    ADMISSIBLE = "admissible"
    INFO_ONLY = "info_only"
    OUT_OF_SCOPE = "out_of_scope_referred"
    WITHDRAWN = "withdrawn"
    AWAITING_CONSENT = "awaiting_consent"
    WITH_FACTORY = "with_factory"
    INVESTIGATING = "investigating"
    PLAN_AGREED = "remediation_agreed"
    VERIFYING = "verifying"
    RESOLVED = "resolved"
    CLOSED = "closed"
    ON_HOLD = "on_hold"
    ESCALATED = "escalated"
    REOPENED = "reopened"


class Guard(StrEnum):
    """What must be given before a case may stand somewhere."""

    CONSENT = "consent"
    PLAN = "plan"


class Outcome(StrEnum):
    """How a case ended; exactly one."""

    REMEDIED_FULL = "remedied_full"
    REMEDIED_PART = "remedied_part"
    IMPROVED_PRACTICE = "improved_practice"
    ADVICE_SUFFICIENT = "advice_sufficient"
    MEDIATED = "mediated"
    SUBSTANTIATED_NO_REMEDY = "substantiated_no_remedy"
    NOT_SUBSTANTIATED = "not_substantiated"
    INSUFFICIENT_INFORMATION = "insufficient_information"
    WITHDRAWN_BY_WORKER = "withdrawn_by_worker"
    WITHDRAWN_FEAR = "withdrawn_fear"
    UNREACHABLE = "unreachable"
    REFERRED_AUTHORITY = "referred_authority"
    DUPLICATE = "duplicate"
    OUT_OF_SCOPE = "out_of_scope"


class Remedy(StrEnum):
    """What the worker got."""

    NONE = "none"
    MONEY = "money"
    REINSTATEMENT = "reinstatement"
    DOCUMENT_RETURNED = "document_returned"
    LEAVE_GRANTED = "leave_granted"
    HAZARD_FIXED = "hazard_fixed"
    APOLOGY = "apology_or_discipline"
    POLICY = "policy_or_training"


class Finding(StrEnum):
    """What an investigation found."""

    NOT_INVESTIGATED = "not_investigated"
    GROUNDED = "grounded"
    NOT_GROUNDED = "not_grounded"
    INCONCLUSIVE = "inconclusive"


class Accepted(StrEnum):
    """What the worker says about the end."""

    YES = "yes"
    NO = "no"
    NOT_REACHED = "not_reached"
    NOT_ASKED = "not_asked"


_AFTER_TRIAGE: Final = (
    Status.ADMISSIBLE,
    Status.INFO_ONLY,
    Status.OUT_OF_SCOPE,
    Status.WITHDRAWN,
)
SIDE: Final = (Status.ON_HOLD, Status.ESCALATED)

NEXT: Final[Mapping[Status, tuple[Status, ...]]] = {
    Status.NEW: (Status.TRIAGED, *SIDE),
    Status.TRIAGED: (*_AFTER_TRIAGE, *SIDE),
    Status.ADMISSIBLE: (
        Status.AWAITING_CONSENT,
        Status.INVESTIGATING,
        Status.RESOLVED,
        Status.WITHDRAWN,
        *SIDE,
    ),
    Status.INFO_ONLY: (Status.ADMISSIBLE, *SIDE),
    Status.OUT_OF_SCOPE: (Status.ADMISSIBLE, *SIDE),
    Status.WITHDRAWN: (Status.ADMISSIBLE,),
    Status.AWAITING_CONSENT: (
        Status.WITH_FACTORY,
        Status.INVESTIGATING,
        Status.RESOLVED,
        Status.WITHDRAWN,
        *SIDE,
    ),
    Status.WITH_FACTORY: (
        Status.INVESTIGATING,
        Status.PLAN_AGREED,
        Status.RESOLVED,
        Status.WITHDRAWN,
        *SIDE,
    ),
    Status.INVESTIGATING: (
        Status.WITH_FACTORY,
        Status.PLAN_AGREED,
        Status.RESOLVED,
        Status.WITHDRAWN,
        *SIDE,
    ),
    Status.PLAN_AGREED: (Status.VERIFYING, Status.RESOLVED, Status.WITHDRAWN, *SIDE),
    Status.VERIFYING: (Status.PLAN_AGREED, Status.RESOLVED, Status.WITHDRAWN, *SIDE),
    Status.RESOLVED: (Status.INVESTIGATING, Status.VERIFYING, *SIDE),
    Status.ON_HOLD: (Status.TRIAGED, *_AFTER_TRIAGE, Status.INVESTIGATING, Status.ESCALATED),
    Status.ESCALATED: (Status.TRIAGED, *_AFTER_TRIAGE, Status.INVESTIGATING, Status.ON_HOLD),
    Status.REOPENED: (Status.TRIAGED, *_AFTER_TRIAGE, Status.INVESTIGATING, *SIDE),
    Status.CLOSED: (Status.REOPENED,),
}
"""Ways by hand. Into `closed` leads `way_to_close` alone, since a case is closed by an outcome."""

GUARDED: Final[Mapping[Status, Guard]] = {
    Status.WITH_FACTORY: Guard.CONSENT,
    Status.PLAN_AGREED: Guard.PLAN,
}
"""Nothing goes to the factory without the worker's consent; no plan is agreed but by the worker."""

NEEDS_REASON: Final = frozenset({Status.ON_HOLD, Status.ESCALATED, Status.REOPENED})
MAIN_WAY: Final = (
    Status.NEW,
    Status.TRIAGED,
    Status.ADMISSIBLE,
    Status.AWAITING_CONSENT,
    Status.WITH_FACTORY,
    Status.PLAN_AGREED,
    Status.VERIFYING,
    Status.RESOLVED,
    Status.CLOSED,
)
"""What a case passes through at the most, as the page shows it."""

ATTEMPTS_BEFORE_UNREACHABLE: Final = 3
ATTEMPTS_OVER: Final = timedelta(days=30)

_LAST_STEP: Final[Mapping[Outcome, Status]] = {
    Outcome.ADVICE_SUFFICIENT: Status.INFO_ONLY,
    Outcome.WITHDRAWN_BY_WORKER: Status.WITHDRAWN,
    Outcome.WITHDRAWN_FEAR: Status.WITHDRAWN,
    Outcome.REFERRED_AUTHORITY: Status.OUT_OF_SCOPE,
    Outcome.OUT_OF_SCOPE: Status.OUT_OF_SCOPE,
    Outcome.DUPLICATE: Status.TRIAGED,
    Outcome.UNREACHABLE: Status.TRIAGED,
    Outcome.INSUFFICIENT_INFORMATION: Status.TRIAGED,
}


def ways_from(
    status: Status, guards: Collection[Guard], stood: Status | None = None
) -> tuple[Status, ...]:
    """The statuses that may come next by hand. `stood`: where it was before a side state."""
    ways = NEXT[status]
    if status in SIDE and stood is not None and stood not in ways:
        ways = (stood, *ways)
    return tuple(after for after in ways if after not in GUARDED or GUARDED[after] in guards)


def last_step(outcome: Outcome) -> Status:
    """The status a case has just before it is closed with this outcome."""
    return _LAST_STEP.get(outcome, Status.RESOLVED)


@dataclass(frozen=True, slots=True)
class MayClose:
    """Whether a case may be closed, and if not, the sentence that says why."""

    allowed: bool
    why_not: str = ""


def may_close(
    outcome: Outcome, accepted: Accepted, attempts: Sequence[datetime], now: datetime
) -> MayClose:
    """A settled case waits for the worker's word, or for three attempts over 30 days.

    `attempts` are the moments at which somebody tried to reach the worker.
    """
    waits = last_step(outcome) is Status.RESOLVED or outcome is Outcome.UNREACHABLE
    if not waits or accepted in {Accepted.YES, Accepted.NO}:
        return MayClose(True)
    enough = len(attempts) >= ATTEMPTS_BEFORE_UNREACHABLE
    if enough and now - min(attempts) >= ATTEMPTS_OVER:
        return MayClose(True)
    return MayClose(
        False,
        "Close with this outcome when the worker has said whether it is settled, "
        "or after three attempts over 30 days.",
    )
