"""How the trail hangs together: a link's hash runs over the link before and over its row. Pure."""

import hashlib
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

BEGINNING = b"\0" * 32


@dataclass(frozen=True, slots=True)
class Verdict:
    """What `verify` found: how much is linked, how much is not yet, and every fault, in words."""

    linked: int
    unlinked: int
    oldest_unlinked: date | None
    faults: tuple[str, ...]

    @property
    def sound(self) -> bool:
        return not self.faults


@dataclass(frozen=True, slots=True)
class Event:
    """One act as a supervisor reads it; `at` and `detail` were sealed to supervision."""

    at: datetime
    act: str
    actor: str
    object: str
    detail: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Done:
    """That somebody did something, on which day."""

    day: date
    actor: uuid.UUID


def digest(*parts: bytes) -> bytes:
    """SHA-256 over length-prefixed parts."""
    running = hashlib.sha256()
    for part in parts:
        running.update(len(part).to_bytes(8, "big") + part)
    return running.digest()


def chained(previous: bytes, sequence: int, row: bytes) -> bytes:
    """The hash of link `sequence`, over the link before and the digest of its row."""
    return digest(b"helpline audit link", previous, sequence.to_bytes(8, "big"), row)
