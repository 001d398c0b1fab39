"""Coding a case: what it is about, how serious it is, where it happened; its status by hand."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from helpline.audit.service import record
from helpline.cases.rules import severity as severities
from helpline.cases.rules.clocks import is_heavy
from helpline.cases.rules.kinds import EntryKind
from helpline.cases.rules.status import NEEDS_REASON, Status
from helpline.cases.service import facts, files, shells
from helpline.cases.service.files import CaseFile
from helpline.errors import BadInput, Conflict, NotAllowed
from helpline.keys.rules import Role
from helpline.keys.service.principal import Principal
from helpline.register.service import factories, taxonomy

REPORTERS = (
    "self",
    "co_worker",
    "family",
    "group",
    "representative",
    "factory_management",
    "anonymous",
)
MOST_CODES = 8


@dataclass(frozen=True, slots=True)
class Coding:
    """What a counsellor codes. `main` is one category code, `also` further ones.

    `factory` is a factory's code or "" if it is not known; `reason` for a lower severity.
    """

    main: str
    severity: int
    also: tuple[str, ...] = ()
    factory: str = ""
    reporter: str = "self"
    language: str = ""
    reason: str = ""

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((self.main, *self.also)))


def code(
    principal: Principal,
    case_id: uuid.UUID,
    coding: Coding,
    now: datetime,
    revision: int | None = None,
) -> bool:
    """Code a case; returns whether it is heavy now and was not before.

    Raises BadInput, Conflict (stale form), NotAllowed (lower severity).
    """
    _check(coding)
    file = files.open_file(principal, case_id)
    was_heavy = is_heavy(file.state.severity)
    shells.check_revision(file.case, revision)
    _check_lowering(file, coding.severity, coding.reason)
    body = {
        "main": coding.main,
        "codes": list(coding.codes),
        "severity": coding.severity,
        "factory": coding.factory,
        "reporter": coding.reporter,
        "language": coding.language,
        "reason": coding.reason.strip(),
    }
    file.append(EntryKind.CODING, body, now)
    _keep(file, "case.coded", now)
    return is_heavy(coding.severity) and not was_heavy


def rate(
    principal: Principal,
    case_id: uuid.UUID,
    severity: int,
    now: datetime,
    reason: str = "",
    revision: int | None = None,
) -> bool:
    """Set the severity alone: anyone raises it, a supervisor lowers it with a reason.

    Returns whether the case is heavy now and was not before.
    """
    if severity not in severities.LEVELS:
        raise BadInput("Choose a severity from S0 to S4.", "severity")
    file = files.open_file(principal, case_id)
    shells.check_revision(file.case, revision)
    if severity < severities.forced_by(file.state.codes):
        raise BadInput("The codes of this case do not allow so low a severity.", "severity")
    _check_lowering(file, severity, reason)
    was_heavy = is_heavy(file.state.severity)
    file.append(EntryKind.SEVERITY, {"severity": severity, "reason": reason.strip()}, now)
    _keep(file, "case.rated", now)
    return is_heavy(severity) and not was_heavy


def change_status(
    principal: Principal,
    case_id: uuid.UUID,
    status: Status,
    now: datetime,
    revision: int | None = None,
    reason: str = "",
    until: datetime | None = None,
) -> None:
    """Move a case along the table of statuses; closing is a use case of its own."""
    file = files.open_file(principal, case_id)
    shells.check_revision(file.case, revision)
    if status not in file.state.ways:
        raise Conflict("This status cannot follow the present one.")
    if status in NEEDS_REASON and not reason.strip():
        raise BadInput("Give a reason.", "reason")
    if status is Status.ON_HOLD and (until is None or until <= now):
        raise BadInput("Say until which day the case is on hold.", "until")
    body = {
        "status": status.value,
        "reason": reason.strip(),
        "until": until.isoformat() if until else None,
    }
    file.append(EntryKind.STATUS, body, now)
    if file.state.status is not Status.CLOSED:
        files.keep_on(file, now)
    _keep(file, "case.status", now)


def _check(coding: Coding) -> None:
    if not coding.main:
        raise BadInput("Choose what the case is mainly about.", "main")
    if not all(taxonomy.exists(given) for given in coding.codes):
        raise BadInput("This category does not exist.", "main")
    if len(coding.codes) > MOST_CODES:
        raise BadInput("Choose at most %(most)s categories.", "also", most=MOST_CODES)
    if coding.severity not in severities.LEVELS:
        raise BadInput("Choose a severity from S0 to S4.", "severity")
    forced = severities.forced_by(coding.codes)
    if coding.severity < forced:
        raise BadInput("These categories are never below S%(least)s.", "severity", least=forced)
    if coding.factory and factories.by_code(coding.factory) is None:
        raise BadInput("There is no factory with this code.", "factory")
    if coding.reporter not in REPORTERS:
        raise BadInput("Choose who contacted us.", "reporter")


def _check_lowering(file: CaseFile, severity: int, reason: str) -> None:
    if not severities.is_lowered(file.state.severity, severity):
        return
    if file.principal.role is not Role.SUPERVISOR:
        raise NotAllowed("Only a supervisor lowers a severity.")
    if not reason.strip():
        raise BadInput("Say why the severity is lower now.", "reason")


def _keep(file: CaseFile, act: str, now: datetime) -> None:
    file.case.revision += 1
    file.save()
    facts.write(file)
    principal = file.principal
    record(principal.site, act, now, actor=principal.person, object_id=file.case.id)
