"""Joining a new call to the case it goes on with, when a person says it is the same worker."""

import uuid
from datetime import datetime

from helpline.audit.service import record
from helpline.cases.models import Link
from helpline.cases.rules.kinds import CONTACTS, EntryKind
from helpline.cases.rules.status import Outcome, Status, last_step
from helpline.cases.service import closing, entries, facts, files, shells
from helpline.cases.service.files import CaseFile
from helpline.config import Retention
from helpline.errors import BadInput, Conflict, NotAllowed, NotFound
from helpline.extensions import db
from helpline.keys.rules import Role
from helpline.keys.service.principal import Principal
from helpline.keys.service.site import Tampered


def join(
    principal: Principal,
    case_id: uuid.UUID,
    into_id: uuid.UUID,
    now: datetime,
    kept: Retention | None = None,
) -> None:
    """The same person: what was said in `case_id` stands in `into_id` too, and goes on there.

    Both must be the principal's own (or theirs to supervise), of one handle. Nothing is deleted:
    `separate` undoes it. A receipt of the joined case opens the letters of both.
    """
    joined, into = _both(principal, case_id, into_id)
    if joined.case.handle is None or joined.case.handle != into.case.handle:
        raise BadInput("These two cases are not of one phone.")
    if joined.state.status is Status.CLOSED or into.state.status is Status.CLOSED:
        raise Conflict("A closed case is not joined. Open it again first.")
    for entry in entries.after(case_id, 0):
        try:
            opened = entries.read(joined.opened, entry)
        except (Tampered, NotFound):
            continue
        if opened.event.kind in CONTACTS or opened.event.kind is EntryKind.NOTE:
            body = {**opened.event.body, "joined_from": joined.case.reference}
            waits = joined.state.waiting_since
            if opened.event.kind in CONTACTS and not (waits and opened.event.at >= waits):
                body["talked"] = True  # answered where it came in: nobody waits for it here
            into.append(opened.event.kind, body, now, at=opened.event.at)
    worse = joined.state.severity or 0
    if worse > (into.state.severity or 0):
        into.append(EntryKind.SEVERITY, {"severity": worse, "reason": "joined"}, now)
    into.append(EntryKind.JOINED, {"case": str(case_id), "name": joined.case.reference}, now)
    joined.append(EntryKind.JOINED, {"into": str(into_id), "name": into.case.reference}, now)
    body = {"outcome": Outcome.DUPLICATE.value, "through": last_step(Outcome.DUPLICATE).value}
    joined.append(EntryKind.CLOSING, body, now)
    closing.set_last_day(joined, now, kept or Retention())
    _link(case_id, into_id, shells.JOINED)
    _keep(joined, into, "case.joined", now)


def separate(principal: Principal, case_id: uuid.UUID, now: datetime) -> None:
    """It was another person after all: the joined case opens again, and its words say so."""
    into_id = shells.joined_to(case_id)
    if into_id == case_id:
        raise Conflict("This case is joined to none.")
    joined, into = _both(principal, case_id, into_id)
    names = {"name": joined.case.reference, "undone": True}
    into.append(EntryKind.JOINED, {"case": str(case_id), **names}, now)
    stood = joined.state.joined.status if joined.state.joined else Status.REOPENED
    body = {"status": stood.value, "reason": "separated", "parted": True}
    joined.append(EntryKind.STATUS, body, now)
    files.keep_on(joined, now)
    _link(case_id, into_id, shells.SAME_PHONE)
    _keep(joined, into, "case.separated", now)


def _both(
    principal: Principal, case_id: uuid.UUID, into_id: uuid.UUID
) -> tuple[CaseFile, CaseFile]:
    """Both files, locked in one order, so that two people never wait for each other."""
    if case_id == into_id:
        raise BadInput("Choose another case.")
    opened = {
        ident: files.open_file(principal, ident)
        for ident in sorted((case_id, into_id), key=lambda ident: ident.hex)
    }
    for file in opened.values():
        if file.case.assignee != principal.person and principal.role is not Role.SUPERVISOR:
            raise NotAllowed("Take the case first, then join it.")
    return opened[case_id], opened[into_id]


def _link(case_id: uuid.UUID, into_id: uuid.UUID, kind: str) -> None:
    link = db.session.get(Link, (case_id, into_id))
    if link is None:
        link = Link(case_id=case_id, other_id=into_id)
        db.session.add(link)
    link.kind = kind


def _keep(joined: CaseFile, into: CaseFile, act: str, now: datetime) -> None:
    for file in (joined, into):
        file.case.revision += 1
        file.save()
        if file.state.main:
            facts.write(file)
        principal = file.principal
        record(principal.site, act, now, actor=principal.person, object_id=file.case.id)
