"""What the server can do with nobody logged in: put in, stamp, recognise; never open a case."""

import hashlib
import logging
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from crypto import boxes, sealing, stamps, stretching
from crypto.errors import BadStamp, Busy, CannotOpen
from crypto.sitekey import SiteKey
from helpline.config import Security
from helpline.errors import HelplineError, Unavailable
from helpline.keys.rules import DirectoryState, Place, Sealed, Statement

log = logging.getLogger(__name__)


class Tampered(HelplineError):
    """Something in the database was not written by us: it is not used, and the alarm is raised."""

    status = 500

    def __init__(self, what: str) -> None:
        super().__init__("This was changed from outside and is not used. Tell a supervisor.")
        log.error("tampered: %s", what)


@dataclass(frozen=True, slots=True)
class Costs:
    """What stretching costs; injected, so that tests are quick."""

    password: stretching.Cost = stretching.PASSWORD
    receipt: stretching.Cost = stretching.RECEIPT
    handle: stretching.Cost = stretching.HANDLE

    @classmethod
    def of(cls, security: Security) -> "Costs":
        handle = stretching.Cost(security.handle_memory_kib, security.handle_passes)
        password = stretching.Cost(security.password_memory_kib, security.password_passes)
        return cls(password=password, receipt=handle, handle=handle)


@dataclass(slots=True)
class Verified:
    """The directory as this process has verified it: derived, never the only copy."""

    statements: list[Statement] = field(default_factory=list)
    state: DirectoryState = field(default_factory=DirectoryState)
    alarm: bool = False
    lock: threading.RLock = field(default_factory=threading.RLock)


@dataclass(frozen=True, slots=True)
class Site:
    """The installation with nobody logged in.

    `key` is the site key from outside the database; `state_folder` belongs to this node and keeps
    the last good directory; `root` is the pinned fingerprint of recovery; `gate` lets as many
    stretches run at once as this process has cores to itself.
    """

    key: SiteKey
    state_folder: Path
    root: str
    costs: Costs = field(default_factory=Costs)
    gate: stretching.StretchGate = field(default_factory=lambda: stretching.StretchGate(1))
    verified: Verified = field(default_factory=Verified, repr=False)

    @property
    def mode(self) -> str:
        """`demo` or `production`, as the site key file's header says."""
        return self.key.mode

    def stamp(self, place: tuple[str, ...], data: bytes) -> bytes:
        """Say that the server wrote `data` in `place`."""
        return stamps.stamp(self.key.stamp_key, place, data)

    def check(self, place: tuple[str, ...], data: bytes, stamp: bytes | None) -> None:
        """Raise `Tampered` unless `stamp` is ours for `data` in `place`."""
        try:
            stamps.check(self.key.stamp_key, place, data, stamp or b"")
        except BadStamp:
            raise Tampered(f"a stamp in {place[0]} does not hold") from None

    def event_hash(self, *parts: str) -> bytes:
        """What stays of a provider's id: 32 bytes that nobody can join to the carrier's log."""
        return stamps.keyed_hash(self.key.event_key, *parts)

    def throttle_hash(self, *parts: str) -> bytes:
        """A name or number as the throttles know it: 32 bytes."""
        return stamps.keyed_hash(self.key.throttle_key, *parts)

    def handle(self, number: str) -> bytes:
        """What the database knows of an E.164 number: 32 bytes, about 25 ms of one core."""
        with self.stretch():
            return stretching.stretch_number(
                number, self.key.handle_salt, self.key.handle_pepper, self.costs.handle
            )

    @contextmanager
    def stretch(self) -> Iterator[None]:
        """At most one stretch per core at a time; who waits too long is told to come again."""
        try:
            with self.gate.turn():
                yield
        except Busy:
            raise Unavailable("The server is busy. Try again in a few seconds.") from None

    def put(
        self, public: boxes.PublicBox, box: str, generation: int, plain: bytes, place: Place
    ) -> Sealed:
        """Seal `plain` to the holders of a box, with the server's stamp."""
        data = public.put(plain, binding(place, box, generation))
        return Sealed(data, generation, self.stamp(_stamped(place, box, generation), data))

    def check_sealed(self, sealed: Sealed, box: str, place: Place) -> None:
        """Raise `Tampered` unless what lies in a slot was put there by us."""
        self.check(_stamped(place, box, sealed.generation), sealed.data, sealed.stamp)

    def seal_for_site(self, plain: bytes, place: Place) -> bytes:
        """Seal something the server itself must read with nobody logged in (a duty phone)."""
        return sealing.seal_with_key(self.key.roster_key, plain, binding(place, "site", 1))

    def open_for_site(self, data: bytes, place: Place) -> bytes:
        """Open what `seal_for_site` sealed; raises `Tampered`."""
        try:
            return sealing.open_with_key(self.key.roster_key, data, binding(place, "site", 1))
        except CannotOpen:
            raise Tampered(f"a row of {place.table} does not open") from None


def binding(place: Place, box: str, generation: int) -> sealing.Binding:
    """The binding of something sealed at `place` in `generation` of `box`."""
    return sealing.Binding(place.purpose, place.table, place.row, place.revision, box, generation)


def open_site(
    key_file: Path, state_folder: Path, root: str, security: Security, processes: int
) -> Site:
    """Read the site key and make the `Site` of one of `processes`; raises BadSiteKey or OSError."""
    key = SiteKey.parse(key_file.read_text(encoding="ascii"))
    state_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    gate = stretching.StretchGate(max(1, _cores() // processes))
    return Site(key, state_folder, root, Costs.of(security), gate)


def digest(*parts: bytes) -> bytes:
    """SHA-256 over length-prefixed parts; for running hashes that lie on a shelf."""
    running = hashlib.sha256()
    for part in parts:
        running.update(len(part).to_bytes(8, "big") + part)
    return running.digest()


def _stamped(place: Place, box: str, generation: int) -> tuple[str, ...]:
    return (place.table, place.purpose, place.row, str(place.revision), box, str(generation))


def _cores() -> int:
    return len(os.sched_getaffinity(0))
