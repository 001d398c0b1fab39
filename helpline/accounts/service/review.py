"""The access review: who may enter, as the directory states it, looked through by a supervisor.

That it was done is an act in the audit trail and stands nowhere else.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from helpline.accounts import rules
from helpline.accounts.models import Account
from helpline.accounts.rules import State
from helpline.accounts.service import people, security_keys
from helpline.audit import service as audit
from helpline.errors import Conflict, NotAllowed
from helpline.extensions import db
from helpline.keys.rules import Role, Team
from helpline.keys.service import directory
from helpline.keys.service.principal import Principal
from helpline.keys.service.site import Site

ACT = "access.reviewed"
_ADMITTED = ("person.admitted", "recovery.admitted", "organisation.founded")
_LOGGED_IN = ("login.succeeded",)


@dataclass(frozen=True, slots=True)
class Row:
    """Somebody whom the directory states; days, never times.

    `since`, `last_login`: None when the trail does not say. `replaced`: they were invited anew and
    this key waits to be removed. `account` is False if the directory states somebody whom no
    account belongs to.
    """

    id: uuid.UUID
    name: str
    login_name: str
    role: Role
    teams: tuple[Team, ...]
    since: date | None
    last_login: date | None
    has_key: bool
    has_app: bool
    replaced: bool
    account: bool


@dataclass(frozen=True, slots=True)
class Review:
    """The last review, when the next one is due, and whether that is today or was before.

    `head` names the state of the directory that a supervisor is shown.
    """

    day: date | None
    by: str
    due: date | None
    is_due: bool
    head: str


def rows(site: Site) -> Sequence[Row]:
    """Everybody whom the directory states, by role and name."""
    state = directory.read(site).state
    ids = list(state.people)
    accounts = {
        row.id: row for row in db.session.scalars(select(Account).where(Account.id.in_(ids)))
    }
    since = audit.last_days(_ADMITTED, objects=ids)
    logged_in = audit.last_days(_LOGGED_IN, actors=ids)
    keyed = security_keys.owners(ids)
    found = []
    for person, entry in state.people.items():
        account = accounts.get(person)
        login_name = account.login_name if account else ""
        found.append(
            Row(
                person,
                rules.display_name(login_name),
                login_name,
                entry.role,
                state.teams_of(person),
                since.get(person),
                logged_in.get(person),
                person in keyed,
                account is not None and account.second_factor is not None,
                account is not None and account.state == State.REPLACED,
                account is not None,
            )
        )
    return sorted(found, key=lambda row: (list(Role).index(row.role), row.login_name))


def standing(site: Site, days: int, today: date) -> Review:
    """How the review stands, if it is due every `days`."""
    state = directory.read(site).state
    done = audit.last(site, ACT, _object(site))
    since = audit.last_days(_ADMITTED, objects=list(state.people)).values()
    due = rules.review_due(done.day if done else None, min(since, default=None), days)
    return Review(
        day=done.day if done else None,
        by=people.display_name(done.actor) if done else "",
        due=due,
        is_due=due is None or today >= due,
        head=state.head.hex(),
    )


def confirm(principal: Principal, head: str, now: datetime) -> None:
    """Say that the team was looked through as it stood at `head`; Conflict if it changed."""
    if principal.role is not Role.SUPERVISOR:
        raise NotAllowed("Only a supervisor does this.")
    state = directory.read(principal.site).state
    if head != state.head.hex():
        raise Conflict("The team has changed meanwhile. Look again, then confirm.")
    audit.record(
        principal.site,
        ACT,
        now,
        actor=principal.person,
        object_id=_object(principal.site),
        detail={"people": str(len(state.people)), "directory": head},
    )


def _object(site: Site) -> uuid.UUID:
    """What the act is done to, in the trail: the team that answers for who may enter."""
    return directory.read(site).state.teams[Team.SUPERVISION].box
