"""Cases that have to do with each other: suggested, linked by a person, and parted again."""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import or_, select

from helpline.cases.models import Case, Link
from helpline.cases.rules.kinds import EntryKind
from helpline.cases.rules.state import State
from helpline.cases.service import files, shells
from helpline.cases.service.acts import act
from helpline.cases.service.lists import Row, rows
from helpline.errors import BadInput, Conflict
from helpline.extensions import db
from helpline.keys.service.principal import Principal

LOOKED_AT = 500
NEAR = timedelta(days=30)


def suggest(principal: Principal, case_id: uuid.UUID) -> tuple[Row, ...]:
    """Cases of mine, and of the inbox, that may be about the same: nothing is joined by itself.

    The same factory and the same main category, begun within 30 days of each other.
    """
    state = files.open_file(principal, case_id).state
    if not state.factory or not state.main:
        return ()
    mine = or_(Case.assignee == principal.person, Case.assignee.is_(None))
    linked = {link.case_id for link in _links(case_id)} | {
        link.other_id for link in _links(case_id)
    }
    query = select(Case).where(mine, Case.id != case_id, Case.id.not_in(linked))
    found = db.session.scalars(query.order_by(Case.opened_on.desc(), Case.id).limit(LOOKED_AT))
    return tuple(row for row in rows(principal, found.all()) if _alike(row.state, state))


def relate(principal: Principal, case_id: uuid.UUID, reference: str, now: datetime) -> None:
    """Link two cases that the principal holds. Raises BadInput, Conflict."""
    other = db.session.scalar(select(Case).where(Case.reference == reference.strip().upper()))
    if other is None or other.id == case_id:
        raise BadInput("There is no other case of this name.", "reference")
    with act(principal, case_id, "case.related", now) as file:
        theirs = files.open_file(principal, other.id)
        if any(other.id in {link.case_id, link.other_id} for link in _links(case_id)):
            raise Conflict("These two cases are linked already.")
        db.session.add(Link(case_id=case_id, other_id=other.id, kind=shells.RELATED))
        file.append(EntryKind.RELATED, {"name": other.reference}, now)
        theirs.append(EntryKind.RELATED, {"name": file.case.reference}, now)
        theirs.save()


def part(principal: Principal, case_id: uuid.UUID, other_id: uuid.UUID, now: datetime) -> None:
    """They have nothing to do with each other after all. Raises Conflict."""
    with act(principal, case_id, "case.parted", now) as file:
        related = [
            link
            for link in _links(case_id)
            if link.kind == shells.RELATED and other_id in {link.case_id, link.other_id}
        ]
        if not related:
            raise Conflict("These two cases are not linked.")
        theirs = files.open_file(principal, other_id)
        db.session.delete(related[0])
        undone = {"undone": True}
        file.append(EntryKind.RELATED, {"name": theirs.case.reference, **undone}, now)
        theirs.append(EntryKind.RELATED, {"name": file.case.reference, **undone}, now)
        theirs.save()


def _links(case_id: uuid.UUID) -> Sequence[Link]:
    query = select(Link).where((Link.case_id == case_id) | (Link.other_id == case_id))
    return db.session.scalars(query).all()


def _alike(one: State, other: State) -> bool:
    if (one.factory, one.main) != (other.factory, other.main):
        return False
    return bool(one.opened and other.opened and abs(one.opened - other.opened) <= NEAR)
