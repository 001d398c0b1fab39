"""Letting people in and out: digits read aloud, signatures in the directory, two for a supervisor.

What the accounts table says is a wish; the directory decides. So the supervisor is shown the role
that gets signed, and types the digits of the key that gets signed.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select

from helpline.accounts import rules
from helpline.accounts.models import Account, Invitation
from helpline.accounts.rules import LIVE, State
from helpline.accounts.service import kept, people, proofs, sessions
from helpline.audit import service as audit
from helpline.errors import Conflict, NotAllowed, NotFound
from helpline.extensions import db
from helpline.keys.models import BoxGeneration, Grant
from helpline.keys.rules import Role
from helpline.keys.service import directory, teams
from helpline.keys.service import principal as keys
from helpline.keys.service.principal import Principal
from helpline.keys.service.site import Site

_ACTIVATED = select(Account.id).where(Account.state == State.ACTIVATED.value)


@dataclass(frozen=True, slots=True)
class Standing:
    """A row of the list of people: what the directory says, and how far the account has come."""

    id: uuid.UUID
    name: str
    login_name: str
    role: Role
    languages: tuple[str, ...]
    state: State
    admitted: bool
    proposed: bool


@dataclass(frozen=True, slots=True)
class Proposal:
    """What one supervisor has signed and a second one must sign."""

    id: uuid.UUID
    kind: str
    person: uuid.UUID
    name: str
    role: str
    by: uuid.UUID
    by_name: str


def waiting_for(site: Site, supervisor: uuid.UUID) -> int:
    """How many people this supervisor may admit, and proposals of others to second."""
    known = directory.read(site).state.people
    waiting = directory.proposals()
    proposed = {directory.content_of(row)["person"] for row in waiting}
    new = [
        person
        for person in db.session.scalars(_ACTIVATED)
        if person not in known and str(person) not in proposed
    ]
    return len(new) + sum(row.signer != supervisor for row in waiting)


def standings(site: Site) -> Sequence[Standing]:
    """Everybody who has not left, and whoever still stands in the directory."""
    state = directory.read(site).state
    proposed = {item.person for item in proposals()}
    rows = db.session.scalars(
        select(Account)
        .where(Account.state.in_(LIVE) | Account.id.in_(state.people))
        .order_by(Account.login_name)
    )
    return [
        Standing(
            row.id,
            rules.display_name(row.login_name),
            row.login_name,
            state.role_of(row.id) or Role(row.role),
            tuple(row.languages),
            State(row.state),
            row.id in state.people,
            row.id in proposed,
        )
        for row in rows
    ]


def own_digits(person: uuid.UUID) -> str:
    """The 24 digits that somebody reads out to be admitted, in groups of four."""
    public = db.session.get_one(Account, person).public
    if public is None:
        raise NotFound
    return keys.fingerprint(public).spelled


def admit(principal: Principal, person: uuid.UUID, role: Role, typed: str, now: datetime) -> bool:
    """Admit somebody as `role` by the digits they read out; False if a second one must sign.

    `role` is what the supervisor saw: if the account says another one by now, nothing happens.
    """
    account = people.living(person)
    if account.state != State.ACTIVATED or account.public is None:
        raise Conflict("This person does not wait for admission.")
    if account.role != role:
        raise Conflict("The role was changed meanwhile. Look again, then admit.")
    if any(item.person == person for item in proposals()):
        raise Conflict("This admission waits for a second supervisor already.")
    stands = teams.admit(principal, person, role, account.public, typed)
    act = "person.admitted" if stands else "person.admission_proposed"
    _record(principal, act, person, now, role)
    if stands:
        account.state = State.ADMITTED
    return stands


def remove(principal: Principal, person: uuid.UUID, now: datetime) -> bool:
    """Remove somebody, whose keys open nothing new from then on; False if a second must sign."""
    if principal.role is not Role.SUPERVISOR:
        raise NotAllowed("Only a supervisor does this.")
    if person == principal.person:
        raise NotAllowed("Another supervisor removes you.")
    account = db.session.get(Account, person)
    if account is None:
        raise NotFound
    state = directory.read(principal.site).state
    if person not in state.people:
        people.living(person)
        return _left(principal, account, now)
    if holds_cases(person):
        raise Conflict("Hand over their cases first, then remove them.")
    if any(item.person == person for item in proposals()):
        raise Conflict("This removal waits for a second supervisor already.")
    if not teams.remove(principal, person):
        _record(principal, "person.removal_proposed", person, now)
        return False
    return _left(principal, account, now)


def withdraw_invitation(site: Site, person: uuid.UUID, now: datetime, actor: uuid.UUID) -> None:
    """Take back an invitation or an account that was never admitted."""
    account = people.living(person)
    if person in directory.read(site).state.people:
        raise NotAllowed("Only a supervisor removes somebody who was admitted.")
    for item in proposals():
        if item.person == person:
            directory.withdraw(item.id)
    _drop(account)
    audit.record(site, "person.withdrawn", now, actor=actor, object_id=person)


def holds_cases(person: uuid.UUID) -> bool:
    """Whether the person's own box still holds the key of a case."""
    held = (
        select(Grant.box_id)
        .join(
            BoxGeneration,
            (BoxGeneration.box_id == Grant.box_id) & (BoxGeneration.generation == Grant.generation),
        )
        .where(Grant.holder_id == person, BoxGeneration.kind == "case")
        .limit(1)
    )
    return db.session.scalar(held) is not None


def proposals() -> Sequence[Proposal]:
    """What waits for a second supervisor."""
    rows = [(row, directory.content_of(row)) for row in directory.proposals()]
    ids = {uuid.UUID(content["person"]) for _, content in rows} | {row.signer for row, _ in rows}
    names = people.display_names(ids)
    return [
        Proposal(
            row.id,
            content["kind"],
            uuid.UUID(content["person"]),
            names.get(uuid.UUID(content["person"]), ""),
            content.get("role", ""),
            row.signer,
            names.get(row.signer, ""),
        )
        for row, content in rows
    ]


def second(principal: Principal, proposal: uuid.UUID, typed: str, now: datetime) -> None:
    """Sign what another supervisor proposed; for an admission, by the digits again."""
    content = _content(proposal)
    person = uuid.UUID(content["person"])
    account = db.session.get(Account, person)
    if account is None:
        raise NotFound
    if content["kind"] == "remove":
        if holds_cases(person):
            raise Conflict("Hand over their cases first, then remove them.")
        teams.second(principal, proposal)
        _left(principal, account, now)
        return
    if account.state != State.ACTIVATED:
        raise Conflict("This person does not wait for admission.")
    teams.check_digits(bytes.fromhex(content["public"]), typed)
    teams.second(principal, proposal)
    account.state = State.ADMITTED
    _record(principal, "person.admitted", person, now, Role(content["role"]))


def withdraw(principal: Principal, proposal: uuid.UUID, now: datetime) -> None:
    """Drop a proposal, one's own or another supervisor's."""
    if principal.role is not Role.SUPERVISOR:
        raise NotAllowed("Only a supervisor does this.")
    person = uuid.UUID(_content(proposal)["person"])
    directory.withdraw(proposal)
    _record(principal, "person.proposal_withdrawn", person, now)


def _content(proposal: uuid.UUID) -> dict[str, Any]:
    for row in directory.proposals():
        if row.id == proposal:
            return directory.content_of(row)
    raise Conflict("This proposal was decided already.")


def _left(principal: Principal, account: Account, now: datetime) -> bool:
    _drop(account)
    _record(principal, "person.removed", account.id, now)
    return True


def _drop(account: Account) -> None:
    account.state = State.REMOVED
    proofs.forget(account)
    kept.forget(account.id)
    sessions.end_all(account.id)
    db.session.execute(delete(Invitation).where(Invitation.account_id == account.id))
    keys.forget(account.id)
    db.session.flush()


def _record(
    principal: Principal, act: str, person: uuid.UUID, now: datetime, role: Role | None = None
) -> None:
    detail = {"role": role.value} if role else {}
    audit.record(principal.site, act, now, actor=principal.person, object_id=person, detail=detail)
