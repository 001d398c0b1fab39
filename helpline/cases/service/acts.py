"""One change of a case from its locking to its row in the trail, for every use case alike."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from helpline.audit.service import record
from helpline.cases.service import files, shells
from helpline.cases.service.files import CaseFile
from helpline.columns import new_id
from helpline.errors import BadInput, Conflict, NotAllowed
from helpline.keys.rules import Role
from helpline.keys.service.principal import Principal

NOBODYS = "Take the case first."


@contextmanager
def act(
    principal: Principal,
    case_id: uuid.UUID,
    name: str,
    now: datetime,
    revision: int | None = None,
) -> Iterator[CaseFile]:
    """Open a case that somebody handles, let the caller change it, keep it, and say so.

    Raises NotFound without a grant, Conflict for a stale form or a case that nobody has taken.
    """
    file = files.open_file(principal, case_id)
    shells.check_revision(file.case, revision)
    if file.case.assignee is None:
        raise Conflict(NOBODYS)
    yield file
    file.case.revision += 1
    file.save()
    record(principal.site, name, now, actor=principal.person, object_id=case_id)


def new_mark() -> str:
    """A random id for something that lives inside a case: a consent, a letter, a talk."""
    return new_id().hex


def given(text: str, field: str, most: int) -> str:
    """What somebody typed, without the blanks around it; BadInput if it is missing or too long."""
    text = text.strip()
    if not text:
        raise BadInput("Fill this in.", field)
    if len(text) > most:
        raise BadInput("Write at most %(most)s characters.", field, most=most)
    return text


def only_supervisors(principal: Principal) -> None:
    """Raise NotAllowed for anybody else."""
    if principal.role is not Role.SUPERVISOR:
        raise NotAllowed("Only a supervisor does this.")
