"""Security keys as second factor: registered, listed and removed by their owner, shown at login.

A challenge belongs to one session, is signed once and lives two minutes. What a row says of a key
counts only as far as its owner's shelf says the same.
"""

import base64
import ipaddress
import json
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias
from urllib.parse import urlsplit

from sqlalchemy import delete, select, update

from crypto import passkeys
from crypto.errors import BadAnswer
from helpline.accounts import rules
from helpline.accounts.models import SecurityKey
from helpline.accounts.service import sessions
from helpline.accounts.service.sessions import Opened
from helpline.audit import service as audit
from helpline.columns import new_id
from helpline.errors import BadInput, Conflict
from helpline.extensions import db
from helpline.keys.rules import Place
from helpline.keys.service.principal import open_own, seal_own
from helpline.keys.service.site import Site, Tampered

RelyingParty: TypeAlias = passkeys.RelyingParty


@dataclass(frozen=True, slots=True)
class Listed:
    """A security key in its owner's list; not `sound`: somebody else changed or added the row."""

    id: uuid.UUID
    name: str
    sound: bool


def relying_party(public_url: str, name: str) -> RelyingParty | None:
    """Who asks, by the configured address; None at a bare IP address, which no key answers to."""
    url = urlsplit(public_url)
    host = url.hostname or ""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return RelyingParty(host, f"{url.scheme}://{url.netloc}".lower(), name)
    return None


def listed(opened: Opened) -> Sequence[Listed]:
    """The person's keys, by name."""
    return sorted(
        (_listed(opened, row) for row in _rows(opened.person)), key=lambda item: item.name
    )


def has_any(person: uuid.UUID) -> bool:
    """Whether the person has a security key."""
    return bool(owners([person]))


def owners(people: Collection[uuid.UUID]) -> frozenset[uuid.UUID]:
    """Who of these has a security key."""
    query = select(SecurityKey.person_id).where(SecurityKey.person_id.in_(people)).distinct()
    return frozenset(db.session.scalars(query))


def ask_to_make(opened: Opened, party: RelyingParty, now: datetime) -> dict[str, Any]:
    """What the browser asks a new key; one that is registered already is refused by the browser."""
    return passkeys.creation_options(
        party,
        sessions.new_challenge(opened.row, now),
        opened.person.bytes,
        opened.login_name,
        [row.credential for row in _rows(opened.person)],
    )


def register(
    site: Site, opened: Opened, party: RelyingParty, answer: str, name: str, now: datetime
) -> None:
    """Keep a new key under a name of its owner's; raises BadInput or Conflict."""
    challenge = sessions.take_challenge(opened.row, now)
    name = name.strip()[: rules.KEY_NAME_LENGTH]
    if not name:
        raise BadInput("Give the key a name by which you know it.", "name")
    try:
        made = passkeys.made(party, challenge, answer)
    except BadAnswer:
        raise BadInput("The security key's answer was not accepted. Try again.") from None
    if db.session.scalar(select(SecurityKey.id).where(SecurityKey.credential == made.credential)):
        raise Conflict("This security key is registered already.")
    row = SecurityKey(
        id=new_id(),
        person_id=opened.person,
        credential=made.credential,
        public=made.public,
        count=made.count,
    )
    sealed = json.dumps({"name": name, **_said(row)}).encode()
    row.sealed = seal_own(opened.box, opened.person, sealed, _place(row.id))
    db.session.add(row)
    db.session.flush()
    audit.record(site, "security_key.added", now, actor=opened.person)


def remove(site: Site, opened: Opened, key: uuid.UUID, now: datetime) -> None:
    """Delete one of the person's own keys: from now on it opens nothing."""
    gone = db.session.scalar(
        delete(SecurityKey)
        .where(SecurityKey.id == key, SecurityKey.person_id == opened.person)
        .returning(SecurityKey.id)
    )
    if gone is not None:
        audit.record(site, "security_key.removed", now, actor=opened.person)


def ask_to_sign(opened: Opened, party: RelyingParty, now: datetime) -> dict[str, Any]:
    """What the browser asks one of the person's keys."""
    known = [row.credential for row in _rows(opened.person) if _listed(opened, row).sound]
    return passkeys.request_options(party, sessions.new_challenge(opened.row, now), known)


def use(site: Site, opened: Opened, party: RelyingParty | None, answer: str, now: datetime) -> bool:
    """Whether one of the person's keys has signed this session's challenge, now and once.

    A count that does not grow means that the key was copied: it is refused and written down.
    """
    challenge = sessions.take_challenge(opened.row, now)
    if party is None or not challenge:
        return False
    try:
        row = _row(opened.person, passkeys.credential_of(answer))
        if row is None or not _listed(opened, row).sound:
            return False
        count = passkeys.signed(party, challenge, answer, row.public)
    except BadAnswer:
        return False
    grown = SecurityKey.count < count if count else SecurityKey.count == 0
    won = db.session.scalar(
        update(SecurityKey)
        .where(SecurityKey.id == row.id, grown)
        .values(count=count)
        .returning(SecurityKey.id)
    )
    if won is None:
        audit.record(site, "security_key.count_went_back", now, object_id=opened.person)
    return won is not None


def forget(person: uuid.UUID) -> None:
    """Delete every key of somebody who leaves."""
    db.session.execute(delete(SecurityKey).where(SecurityKey.person_id == person))


def _rows(person: uuid.UUID) -> Sequence[SecurityKey]:
    return db.session.scalars(select(SecurityKey).where(SecurityKey.person_id == person)).all()


def _row(person: uuid.UUID, credential: bytes) -> SecurityKey | None:
    return db.session.scalar(
        select(SecurityKey).where(
            SecurityKey.person_id == person, SecurityKey.credential == credential
        )
    )


def _listed(opened: Opened, row: SecurityKey) -> Listed:
    try:
        plain = open_own(opened.box, opened.person, row.sealed, _place(row.id))
    except Tampered:
        return Listed(row.id, "", sound=False)
    content = json.loads(plain)
    name = content.pop("name")
    return Listed(row.id, name, sound=content == _said(row))


def _said(row: SecurityKey) -> dict[str, str]:
    """What the row says of the key, as the shelf repeats it."""
    return {
        "credential": base64.b64encode(row.credential).decode(),
        "public": base64.b64encode(row.public).decode(),
    }


def _place(key: uuid.UUID) -> Place:
    return Place("security key", "security_keys", str(key))
