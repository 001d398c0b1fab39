"""A conflict of interest: a case is held by named people alone, not by supervision.

Whoever could read it before may have kept what they read; what comes later only the named people
read. It cannot go back to the inbox, and only one of the named people hands it on.
"""

import uuid
from collections.abc import Collection, Iterable
from datetime import datetime

from helpline.audit.service import record
from helpline.cases.rules.kinds import EntryKind
from helpline.cases.service import files, shells
from helpline.cases.service.files import CaseFile
from helpline.errors import BadInput, Conflict, NotAllowed
from helpline.keys.rules import Role
from helpline.keys.service import boxes, directory
from helpline.keys.service.boxes import Holder
from helpline.keys.service.principal import Principal
from helpline.keys.service.site import Site

MOST_PEOPLE = 6


def people_of(site: Site, case_id: uuid.UUID) -> frozenset[uuid.UUID] | None:
    """The named people who hold a case, or None where a team holds it."""
    return None if boxes.held_by_teams(site, [case_id]) else boxes.holders_of(case_id)


def holders(site: Site, people: Iterable[uuid.UUID]) -> list[Holder]:
    """Named people as holders."""
    return [boxes.person_holder(site, person) for person in sorted(people)]


def keep_to(
    principal: Principal,
    case_id: uuid.UUID,
    people: Collection[uuid.UUID],
    now: datetime,
    revision: int | None = None,
) -> CaseFile:
    """Let `people` alone hold the case from now on. Raises BadInput, Conflict, NotAllowed.

    Among them are whoever handles it, the supervisor who does this, and so a supervisor who can
    hand it on.
    """
    if principal.role is not Role.SUPERVISOR:
        raise NotAllowed("Only a supervisor does this.")
    file = files.open_file(principal, case_id)
    shells.check_revision(file.case, revision)
    if file.case.assignee is None:
        raise Conflict("Assign the case first, then keep it to named people.")
    chosen = {*people, file.case.assignee, principal.person}
    _check(principal.site, chosen)
    file.opened = boxes.new_generation(file.opened, "case", holders(principal.site, chosen))
    body = {
        "to": str(file.case.assignee),
        "how": "named",
        "people": sorted(str(person) for person in chosen),
    }
    file.append(EntryKind.ASSIGNED, body, now)
    file.case.revision += 1
    file.save()
    record(principal.site, "case.named", now, actor=principal.person, object_id=case_id)
    return file


def _check(site: Site, chosen: Collection[uuid.UUID]) -> None:
    state = directory.read(site).state
    if len(chosen) > MOST_PEOPLE:
        raise BadInput("Name at most %(most)s people.", "people", most=MOST_PEOPLE)
    if any(state.role_of(one) not in {Role.COUNSELLOR, Role.SUPERVISOR} for one in chosen):
        raise BadInput("This person does not handle cases.", "people")
