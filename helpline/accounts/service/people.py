"""Who is here: inviting, activating, and what other rooms ask about people."""

import base64
import binascii
import secrets
import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, select

from crypto import totp
from helpline.accounts import rules
from helpline.accounts.models import Account, Invitation
from helpline.accounts.rules import LANGUAGES, LIVE, State
from helpline.accounts.service import factors, kept, proofs, sessions
from helpline.audit import service as audit
from helpline.columns import new_id
from helpline.errors import BadInput, Conflict, NotFound
from helpline.extensions import db
from helpline.keys.rules import Role
from helpline.keys.service import directory, teams
from helpline.keys.service import principal as keys
from helpline.keys.service.principal import PersonBox, Stretched
from helpline.keys.service.site import Site

_TOKEN_BYTES = 32
_NAMES = select(Account.id, Account.login_name).where(
    Account.id.in_(bindparam("people", expanding=True))
)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody whom the directory states."""

    id: uuid.UUID
    name: str
    login_name: str
    role: Role
    languages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Invited:
    """An invitation; `token` is shown once and stored nowhere."""

    account: uuid.UUID
    token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Established:
    """A person made without an invitation (set-up, demo), with their open box."""

    account: uuid.UUID
    box: PersonBox = field(repr=False)
    factor: bytes = field(repr=False)


def display_name(person: uuid.UUID) -> str:
    """How a person is shown; a person whom nobody knows any more is "Somebody who left"."""
    return display_names([person]).get(person, "Somebody who left")


def display_names(people: Iterable[uuid.UUID]) -> dict[uuid.UUID, str]:
    """The names of several people in one query; who left keeps theirs."""
    wanted = set(people)
    if not wanted:
        return {}
    rows = db.session.execute(_NAMES, {"people": list(wanted)})
    return {row.id: rules.display_name(row.login_name) for row in rows}


def languages_of(person: uuid.UUID) -> tuple[str, ...]:
    """The languages in which a person answers, as codes, in their order."""
    found = db.session.scalar(select(Account.languages).where(Account.id == person))
    return tuple(found or ())


def people_with_role(site: Site, *roles: Role) -> Sequence[Person]:
    """Everybody to whom the directory gives one of `roles`, by name."""
    stated = {
        ident: entry.role
        for ident, entry in directory.read(site).state.people.items()
        if entry.role in roles
    }
    rows = db.session.scalars(
        select(Account).where(Account.id.in_(stated)).order_by(Account.login_name)
    )
    return [_person(row, stated[row.id]) for row in rows]


def by_login_name(typed: str) -> uuid.UUID:
    """The id of a living account; raises NotFound."""
    name = rules.folded_name(typed)
    found = db.session.scalar(
        select(Account.id).where(Account.login_name == name, Account.state.in_(LIVE))
    )
    if found is None:
        raise NotFound("Nobody has this login name.")
    return found


def invite(
    site: Site,
    login_name: str,
    role: Role,
    languages: Collection[str],
    now: datetime,
    valid: timedelta,
    actor: uuid.UUID | None = None,
) -> Invited:
    """Make an account and a link with which its owner sets a password; raises BadInput."""
    account = _new_account(login_name, role, languages)
    audit.record(site, "person.invited", now, actor=actor, object_id=account.id)
    return Invited(account.id, _new_token(site, account.id, now, valid))


def invite_again(
    site: Site, person: uuid.UUID, now: datetime, valid: timedelta, actor: uuid.UUID | None = None
) -> Invited:
    """A new link: for an invitation that ran out, or for somebody who lost password or device.

    A lost password opens nothing ever again: its owner gets a new box and is admitted again. The
    old one stays until a supervisor has handed over its cases and removed it.
    """
    old = living(person)
    if old.public is None:
        db.session.execute(delete(Invitation).where(Invitation.account_id == person))
        audit.record(site, "person.invited", now, actor=actor, object_id=person)
        return Invited(person, _new_token(site, person, now, valid))
    role = directory.read(site).state.role_of(person) or Role(old.role)
    old.state = State.REPLACED
    db.session.flush()
    sessions.end_all(person)
    keys.forget(person)
    proofs.forget(old)
    kept.forget(person)
    audit.record(site, "person.replaced", now, actor=actor, object_id=person)
    return invite(site, old.login_name, role, old.languages, now, valid, actor)


def invited(site: Site, token: str, now: datetime) -> Account:
    """Whom a link invites; raises NotFound when it is used, too old or none of ours."""
    found = db.session.get(Invitation, _token_hash(site, token))
    if found is None or found.expires_at <= now:
        raise NotFound("This link has been used, or it is too old. Ask for a new one.")
    account = db.session.get(Account, found.account_id)
    if account is None or account.state != State.INVITED:
        raise NotFound("This link has been used, or it is too old. Ask for a new one.")
    return account


def accept(site: Site, token: str, stretched: Stretched, device: str, now: datetime) -> bytes:
    """Use a link up: the owner's box is made and wrapped; returns the cookie of a half session."""
    account = invited(site, token, now)
    db.session.execute(delete(Invitation).where(Invitation.account_id == account.id))
    box = PersonBox.new()
    keys.wrap_stretched(account.id, box, stretched)
    account.public = box.signing_public.encode()
    audit.record(site, "person.activated", now, actor=account.id)
    return sessions.begin(account.id, box, device, now, half=True)


def activated(account_id: uuid.UUID) -> None:
    """The second factor stands: the person may wait for admission."""
    account = db.session.get_one(Account, account_id)
    if account.state == State.INVITED:
        account.state = State.ACTIVATED
        db.session.flush()


def change_password(
    site: Site, person: uuid.UUID, box: PersonBox, stretched: Stretched, now: datetime
) -> None:
    """Wrap the same box under a new password."""
    keys.wrap_stretched(person, box, stretched)
    audit.record(site, "password.changed", now, actor=person)


def set_languages(
    site: Site, person: uuid.UUID, languages: Collection[str], now: datetime, actor: uuid.UUID
) -> None:
    """Set the languages in which a person answers."""
    living(person).languages = _languages(languages)
    audit.record(site, "person.languages", now, actor=actor, object_id=person)


def end_sessions(site: Site, person: uuid.UUID, now: datetime, actor: uuid.UUID) -> None:
    """Log somebody out everywhere (a lost device)."""
    living(person)
    sessions.end_all(person)
    audit.record(site, "session.revoked", now, actor=actor, object_id=person)


def establish(
    site: Site,
    login_name: str,
    role: Role,
    languages: Collection[str],
    stretched: Stretched,
    now: datetime,
) -> Established:
    """Make an activated person at once: for the demo and for commands on the server."""
    made = _establish(login_name, role, languages, stretched)
    audit.record(site, "person.activated", now, actor=made.account)
    return made


def found(
    site: Site,
    recovery: PersonBox,
    login_name: str,
    languages: Collection[str],
    stretched: Stretched,
    now: datetime,
) -> Established:
    """Begin an organisation with its first supervisor, signed by recovery."""
    made = _establish(login_name, Role.SUPERVISOR, languages, stretched)
    teams.found(site, recovery, made.account, made.box)
    db.session.get_one(Account, made.account).state = State.ADMITTED
    audit.record(site, "organisation.founded", now, object_id=made.account)
    return made


def living(person: uuid.UUID) -> Account:
    """The account of somebody who has not left; raises NotFound."""
    account = db.session.get(Account, person)
    if account is None or account.state not in LIVE:
        raise NotFound
    return account


def _establish(
    login_name: str, role: Role, languages: Collection[str], stretched: Stretched
) -> Established:
    account = _new_account(login_name, role, languages)
    box, secret = PersonBox.new(), totp.new_secret()
    keys.wrap_stretched(account.id, box, stretched)
    account.public = box.signing_public.encode()
    account.state = State.ACTIVATED
    factors.set_factor(account, box, secret)
    db.session.flush()
    return Established(account.id, box, secret)


def _new_account(login_name: str, role: Role, languages: Collection[str]) -> Account:
    name = rules.folded_name(login_name)
    if not rules.is_login_name(name):
        raise BadInput(
            "A login name has small letters and digits, with dots or dashes between: ada.lantern.",
            "login_name",
        )
    taken = select(Account.id).where(Account.login_name == name, Account.state.in_(LIVE))
    if db.session.scalar(taken) is not None:
        raise Conflict("This login name is taken.")
    account = Account(
        id=new_id(),
        login_name=name,
        role=role.value,
        state=State.INVITED,
        languages=_languages(languages),
    )
    db.session.add(account)
    db.session.flush()
    return account


def _languages(chosen: Collection[str]) -> list[str]:
    if not set(chosen) <= set(LANGUAGES):
        raise BadInput("Choose from the languages of the list.", "languages")
    return list(dict.fromkeys(chosen))


def _new_token(site: Site, account: uuid.UUID, now: datetime, valid: timedelta) -> str:
    raw = secrets.token_bytes(_TOKEN_BYTES)
    token = base64.urlsafe_b64encode(raw).decode().rstrip("=")
    db.session.add(
        Invitation(token=_token_hash(site, token), account_id=account, expires_at=now + valid)
    )
    db.session.flush()
    return token


def _token_hash(site: Site, token: str) -> bytes:
    try:
        base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except (ValueError, binascii.Error):
        raise NotFound("This link has been used, or it is too old. Ask for a new one.") from None
    return site.throttle_hash("invitation", token)


def _person(row: Account, role: Role) -> Person:
    return Person(
        row.id, rules.display_name(row.login_name), row.login_name, role, tuple(row.languages)
    )
