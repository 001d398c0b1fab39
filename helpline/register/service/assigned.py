"""Which factories an auditor records for, and which a sponsor reads."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select

from helpline.accounts.service import people
from helpline.accounts.service.people import Person
from helpline.errors import BadInput, NotFound
from helpline.extensions import db
from helpline.keys.rules import Role
from helpline.register.models import AssignedFactory, Factory
from helpline.register.service.author import Author

ROLES = (Role.AUDITOR, Role.SPONSOR)


@dataclass(frozen=True, slots=True)
class Choice:
    """Factories by what they have in common; every part that is not "" must fit."""

    code: str = ""
    province: str = ""
    brand: str = ""


def everybody(author: Author) -> list[tuple[Person, int]]:
    """Each auditor and sponsor, with the number of their factories."""
    query = select(AssignedFactory.person_id, func.count()).group_by(AssignedFactory.person_id)
    many = {row[0]: int(row[1]) for row in db.session.execute(query)}
    found = people.people_with_role(author.site, *ROLES)
    return [(person, many.get(person.id, 0)) for person in found]


def person(author: Author, person_id: uuid.UUID) -> Person:
    """An auditor or sponsor; raises NotFound for anybody else."""
    found = people.people_with_role(author.site, *ROLES)
    for one in found:
        if one.id == person_id:
            return one
    raise NotFound


def assign(author: Author, person_id: uuid.UUID, choice: Choice, now: datetime) -> int:
    """Give somebody the factories of a choice; returns how many they did not have."""
    person(author, person_id)
    chosen = _chosen(choice)
    query = select(AssignedFactory.factory_id).where(AssignedFactory.person_id == person_id)
    before = set(db.session.scalars(query))
    new = {ident: code for ident, code in chosen.items() if ident not in before}
    for ident in new:
        db.session.add(
            AssignedFactory(
                person_id=person_id,
                factory_id=ident,
                assigned_by=author.person,
                assigned_on=now.date(),
            )
        )
    db.session.flush()
    if new:
        author.record("register.assigned", now, person_id, _detail(new))
    return len(new)


def take_back(author: Author, person_id: uuid.UUID, choice: Choice, now: datetime) -> int:
    """Take the factories of a choice from somebody; returns how many they had of them."""
    person(author, person_id)
    chosen = _chosen(choice)
    query = select(AssignedFactory.factory_id).where(AssignedFactory.person_id == person_id)
    gone = {ident: chosen[ident] for ident in db.session.scalars(query) if ident in chosen}
    db.session.execute(
        delete(AssignedFactory).where(
            AssignedFactory.person_id == person_id, AssignedFactory.factory_id.in_(gone)
        )
    )
    if gone:
        author.record("register.assigned.taken_back", now, person_id, _detail(gone))
    return len(gone)


def provinces() -> list[str]:
    """Every province of the register."""
    return list(db.session.scalars(select(Factory.province).distinct().order_by(Factory.province)))


def brands() -> list[str]:
    """Every brand of the register."""
    return sorted(
        {brand for brands in db.session.scalars(select(Factory.brands)) for brand in brands}
    )


def _chosen(choice: Choice) -> Mapping[uuid.UUID, str]:
    """Id and code of each factory; raises BadInput where nothing was chosen or nothing fits."""
    if not (choice.code or choice.province or choice.brand):
        raise BadInput("Choose a factory, a province or a brand.", "code")
    query = select(Factory.id, Factory.code, Factory.brands)
    if choice.code:
        query = query.where(Factory.code == choice.code.strip().upper())
    if choice.province:
        query = query.where(Factory.province == choice.province)
    found = {
        ident: code
        for ident, code, brands in db.session.execute(query)
        if not choice.brand or choice.brand in brands
    }
    if not found:
        raise BadInput("No factory fits.", "code")
    return found


def _detail(factories: Mapping[uuid.UUID, str]) -> dict[str, str]:
    return {"factories": " ".join(sorted(factories.values()))}
