"""Who acts, with which unlocked boxes; and how a person's own box is wrapped and unwrapped."""

import secrets
import uuid
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from crypto import sealing, stretching
from crypto.boxes import Box, Fingerprint, PublicBox
from crypto.errors import CryptoError
from crypto.suite import LABEL_SESSION_ROW, LABEL_SESSION_WRAP, hkdf
from helpline.errors import NotFound
from helpline.extensions import db
from helpline.keys.models import PersonWrap
from helpline.keys.rules import Place, Role, Team
from helpline.keys.service import directory
from helpline.keys.service.site import Site, Tampered, binding

PersonBox: TypeAlias = Box
"""A person's own box, as rooms above this one name it."""

SALT_BYTES = 16
COOKIE_BYTES = 32


@dataclass(frozen=True, slots=True)
class Principal:
    """A logged-in person with their open box; role and teams are what the directory states."""

    site: Site
    person: uuid.UUID
    role: Role
    box: Box = field(repr=False)
    team_boxes: dict[Team, Box] = field(default_factory=dict, repr=False)

    @property
    def teams(self) -> tuple[Team, ...]:
        return directory.read(self.site).state.teams_of(self.person)

    def holder_ids(self) -> list[uuid.UUID]:
        """Box ids through which grants reach this person: their own and their teams'."""
        state = directory.read(self.site).state
        return [self.person, *(state.teams[name].box for name in state.teams_of(self.person))]

    def keep(self, plain: bytes, place: Place) -> bytes:
        """Seal something on the person's own shelf (drafts, second factor)."""
        return self.box.seal_shelf(plain, binding(place, str(self.person), 1))

    def kept(self, data: bytes, place: Place) -> bytes:
        """Open something from the person's own shelf; raises `Tampered`."""
        return open_own(self.box, self.person, data, place)


def principal_of(site: Site, person: uuid.UUID, box: Box) -> Principal | None:
    """The principal if the directory states this box for this person, else None."""
    entry = directory.read(site).state.people.get(person)
    if entry is None or not box.is_behind(PublicBox.read(entry.public).slot):
        return None
    return Principal(site, person, entry.role, box)


def new_person(site: Site, person: uuid.UUID, password: str) -> Box:
    """Make a person's box and wrap it with the password; an older wrap is replaced.

    The stretch is slow: call it before the first write of the request.
    """
    box = Box.new()
    wrap(site, person, box, password)
    return box


@dataclass(frozen=True, slots=True)
class Stretched:
    """A new password, stretched under a salt of its own, before the database is asked anything."""

    salt: bytes
    key: bytes = field(repr=False)


def stretch_new(site: Site, password: str) -> Stretched:
    """Stretch a password that is going to wrap a box: slow, and without the database."""
    salt = secrets.token_bytes(SALT_BYTES)
    return Stretched(salt, _stretched(site, password, salt))


def wrap(site: Site, person: uuid.UUID, box: Box, password: str) -> None:
    """Wrap `box` under `password` (again)."""
    wrap_stretched(person, box, stretch_new(site, password))


def wrap_stretched(person: uuid.UUID, box: Box, stretched: Stretched) -> None:
    """Wrap `box` under a password that is stretched already; an older wrap is replaced."""
    row = db.session.get(PersonWrap, person)
    revision = row.revision + 1 if row else 1
    sealed = sealing.seal_with_key(stretched.key, box.secret, _wrap_binding(person, revision))
    if row is None:
        row = PersonWrap(person_id=person)
        db.session.add(row)
    row.revision, row.salt, row.sealed = revision, stretched.salt, sealed


@dataclass(frozen=True, slots=True)
class WrapCopy:
    """What `unwrap` needs of a wrap, copied so that the transaction can end before stretching."""

    person: uuid.UUID
    revision: int
    salt: bytes
    sealed: bytes


def wrap_of(person: uuid.UUID | None) -> WrapCopy | None:
    """The wrap of this person, if there is one."""
    row = db.session.get(PersonWrap, person) if person else None
    return WrapCopy(row.person_id, row.revision, row.salt, row.sealed) if row else None


def unwrap(site: Site, copy: WrapCopy | None, password: str) -> Box | None:
    """The person's box if the password is right, else None.

    Does the same work without a wrap, so that unknown names cost what known ones do.
    """
    key = _stretched(site, password, copy.salt if copy else b"\0" * SALT_BYTES)
    if copy is None:
        return None
    try:
        bound = _wrap_binding(copy.person, copy.revision)
        return Box.from_secret(sealing.open_with_key(key, copy.sealed, bound))
    except CryptoError:
        return None


def forget(person: uuid.UUID) -> None:
    """Delete a person's wrap: nobody opens that box with a password again."""
    row = db.session.get(PersonWrap, person)
    if row is not None:
        db.session.delete(row)


def new_cookie() -> bytes:
    """32 random bytes for a session cookie."""
    return secrets.token_bytes(COOKIE_BYTES)


def session_row(cookie: bytes) -> bytes:
    """The id under which the database knows the session; it cannot be turned into the cookie."""
    return hkdf(cookie, LABEL_SESSION_ROW, 32)


def wrap_in_session(cookie: bytes, person: uuid.UUID, box: Box) -> bytes:
    """The person's secret under the key that only the cookie makes."""
    key = hkdf(cookie, LABEL_SESSION_WRAP, 32)
    return sealing.seal_with_key(key, box.secret, _session_binding(cookie, person))


def unwrap_from_session(cookie: bytes, person: uuid.UUID, sealed: bytes) -> Box:
    """Open what `wrap_in_session` sealed; raises `Tampered`."""
    key = hkdf(cookie, LABEL_SESSION_WRAP, 32)
    try:
        return Box.from_secret(sealing.open_with_key(key, sealed, _session_binding(cookie, person)))
    except CryptoError:
        raise Tampered("a session does not open") from None


def open_own(box: Box, person: uuid.UUID, data: bytes, place: Place) -> bytes:
    """Open something from a person's shelf with the box alone (before admission, at login)."""
    try:
        return box.open_shelf(data, binding(place, str(person), 1))
    except CryptoError:
        raise Tampered(f"a row of {place.table} does not open") from None


def seal_own(box: Box, person: uuid.UUID, plain: bytes, place: Place) -> bytes:
    """Seal something on a person's shelf with the box alone."""
    return box.seal_shelf(plain, binding(place, str(person), 1))


def fingerprint(public: bytes) -> Fingerprint:
    """The 24 digits of an encoded public key."""
    try:
        return PublicBox.decode(public).fingerprint()
    except CryptoError:
        raise NotFound from None


def _stretched(site: Site, password: str, salt: bytes) -> bytes:
    with site.stretch():
        return stretching.stretch_password(
            password, salt, site.key.password_pepper, site.costs.password
        )


def _wrap_binding(person: uuid.UUID, revision: int) -> sealing.Binding:
    return binding(Place("wrap", "person_wraps", str(person), revision), str(person), 1)


def _session_binding(cookie: bytes, person: uuid.UUID) -> sealing.Binding:
    row = session_row(cookie).hex()
    return binding(Place("session", "sessions", row), str(person), 1)


def as_statement(person: uuid.UUID, role: Role, public: bytes) -> dict[str, Any]:
    """The directory statement that admits a person."""
    return {"kind": "admit", "person": str(person), "role": role.value, "public": public.hex()}
