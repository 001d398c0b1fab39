"""Quality of talks: five questions and a remark, for the counsellor and the supervisors alone.

It is about how a counsellor talked and holds nothing of a worker.
"""

import json
import logging
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import delete, select

from helpline.accounts.service import people
from helpline.audit import service as audit
from helpline.columns import new_id
from helpline.errors import BadInput, Conflict, NotAllowed, NotFound
from helpline.extensions import db
from helpline.hotline.models import Duty, Rating
from helpline.hotline.rules import Basis, Mark, Quality, Shown
from helpline.hotline.service import counts, listening, roster
from helpline.keys.rules import Place, Role, Team
from helpline.keys.service import boxes
from helpline.keys.service.principal import Principal
from helpline.keys.service.site import Tampered

log = logging.getLogger(__name__)

WORK = (Role.COUNSELLOR, Role.SUPERVISOR)
LONGEST_REMARK = 1000
SHOWN = 200
_NUMBER = re.compile(r"\d[\d\s\-]{4,}\d")


@dataclass(frozen=True, slots=True)
class Filled:
    """A quality form; every question has a mark."""

    basis: Basis
    marks: Mapping[Quality, Mark]
    remark: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Rated:
    """A form as it is read: who was rated, by whom, on which day."""

    id: uuid.UUID
    person: uuid.UUID
    by: uuid.UUID
    day: date
    filled: Filled


def offered(principal: Principal, person: uuid.UUID, now: datetime) -> Basis | None:
    """What a supervisor may rate at this moment: a talk they listened to, or one in wrap-up."""
    if any(
        guest.joined and guest.by_id == person for guest in listening.asked_by(principal.person)
    ):
        return Basis.LISTENED
    row = db.session.get(Duty, person)
    wraps_up = row is not None and roster.shown_of(row, now) is Shown.WRAP_UP
    return Basis.WRAP_UP if wraps_up else None


def rate(principal: Principal, person: uuid.UUID, filled: Filled, now: datetime) -> None:
    """Keep a form about a talk of today. Raises BadInput, Conflict, NotAllowed, NotFound."""
    _check(principal, person, now)
    remark = filled.remark.strip()
    if len(remark) > LONGEST_REMARK:
        raise BadInput("A remark has at most 1,000 characters.", "remark")
    if _NUMBER.search(remark):
        raise BadInput("Write nothing of the worker here: no number, no name.", "remark")
    row = Rating(id=new_id(), person_id=person, day=now.date())
    content = {
        "by": str(principal.person),
        "basis": filled.basis.value,
        "marks": {name.value: mark.value for name, mark in filled.marks.items()},
        "remark": remark,
    }
    plain = json.dumps(content, ensure_ascii=False).encode()
    row.content = boxes.put_to_team(principal.site, Team.SUPERVISION, plain, _place(row))
    row.own = boxes.put_to_person(principal.site, person, plain, _own_place(row))
    db.session.add(row)
    audit.record(principal.site, "quality.rated", now, actor=principal.person, object_id=person)


def own(principal: Principal) -> list[Rated]:
    """What was said of the principal's own talks, newest first.

    What was sealed to a box they lost with their password is left out.
    """
    found = []
    for row in _rows(principal.person):
        try:
            plain = boxes.read_own(principal, row.own, _own_place(row))
        except Tampered:
            log.info("a rating does not open for whom it is about")
            continue
        found.append(_read(row, plain))
    return found


def everybody(principal: Principal, person: uuid.UUID | None = None) -> list[Rated]:
    """What supervisors said of everybody, or of one; for supervisors. Raises NotFound."""
    return [
        _read(row, boxes.read_team(principal, Team.SUPERVISION, row.content, _place(row)))
        for row in _rows(person)
    ]


def forget(now: datetime, months: int) -> None:
    """Delete forms that have had their time."""
    before = now.date() - timedelta(days=months * 30)
    db.session.execute(delete(Rating).where(Rating.day < before))


def _check(principal: Principal, person: uuid.UUID, now: datetime) -> None:
    if principal.role is not Role.SUPERVISOR:
        raise NotAllowed("Only a supervisor does this.")
    if person == principal.person:
        raise Conflict("Nobody rates their own talk.")
    if all(one.id != person for one in people.people_with_role(principal.site, *WORK)):
        raise NotFound
    talks, _ = counts.of_person(person, now.date())
    if not talks and offered(principal, person, now) is None:
        raise Conflict("This person had no talk today.")


def _rows(person: uuid.UUID | None) -> list[Rating]:
    query = select(Rating).order_by(Rating.day.desc(), Rating.id).limit(SHOWN)
    if person is not None:
        query = query.where(Rating.person_id == person)
    return list(db.session.scalars(query))


def _read(row: Rating, plain: bytes) -> Rated:
    content = json.loads(plain)
    marks = {Quality(name): Mark(mark) for name, mark in content["marks"].items()}
    filled = Filled(Basis(content["basis"]), marks, content["remark"])
    return Rated(row.id, row.person_id, uuid.UUID(content["by"]), row.day, filled)


def _place(row: Rating) -> Place:
    return Place("rating", "ratings", str(row.id))


def _own_place(row: Rating) -> Place:
    return Place("own rating", "ratings", str(row.id))
