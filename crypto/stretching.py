"""Stretching: Argon2id (RFC 9106) over passwords, receipts and telephone numbers.

The pepper goes in as Argon2id's secret, the purpose as its associated data, so that one value
stretched for one purpose is of no use for another. Costs are arguments: tests pass small ones.
"""

import hmac
import re
import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from crypto.errors import BadNumber, Busy
from crypto.framing import frame
from crypto.receipts import Receipt
from crypto.suite import (
    FRAME_HANDLE,
    SECRET_BYTES,
    STRETCH_NUMBER,
    STRETCH_PASSWORD,
    STRETCH_RECEIPT,
)

_E164: Final = re.compile(r"\+[1-9][0-9]{6,14}")


@dataclass(frozen=True, slots=True)
class Cost:
    """What one stretch costs: memory in KiB, passes over it, lanes (threads)."""

    memory_kib: int
    passes: int
    lanes: int = 1


PASSWORD: Final = Cost(memory_kib=64 * 1024, passes=3)
"""About 190 ms of one core."""

RECEIPT: Final = Cost(memory_kib=19 * 1024, passes=2)
"""About 25 ms of one core."""

HANDLE: Final = Cost(memory_kib=19 * 1024, passes=2)
"""About 25 ms of one core; higher, it would not let 50 first contacts a second through."""


class StretchGate:
    """Lets at most `limit` stretches run at once, one per core that this process may use.

    Whoever has waited `timeout` seconds is told Busy, to answer with a hold prompt or "retry".
    """

    def __init__(self, limit: int, timeout: float = 10.0) -> None:
        if limit < 1:
            raise ValueError("At least one stretch must be allowed.")
        self._places = threading.BoundedSemaphore(limit)
        self._timeout = timeout

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for a place and hold it inside the `with` block; raises Busy."""
        if not self._places.acquire(timeout=self._timeout):
            raise Busy("Too many requests are waiting to be checked.")
        try:
            yield
        finally:
            self._places.release()


def stretch_password(password: str, salt: bytes, pepper: bytes, cost: Cost = PASSWORD) -> bytes:
    """Return 32 bytes that wrap a person's secret.

    The password is normalised (Unicode NFKC), so that every keyboard gives the same bytes. The
    salt (at least 8 bytes, better 16) is the person's own.
    """
    material = unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")
    return argon2id(material, salt, pepper, STRETCH_PASSWORD, cost)


def stretch_receipt(receipt: Receipt, salt: bytes, pepper: bytes, cost: Cost = RECEIPT) -> bytes:
    """Return 32 bytes from which HKDF makes the look-up value and the wrapping key of a receipt.

    The salt is the installation's, not the row's: a receipt is stretched before it is looked up.
    """
    return argon2id(receipt.digits.encode(), salt, pepper, STRETCH_RECEIPT, cost)


def stretch_number(e164: str, salt: bytes, pepper: bytes, cost: Cost = HANDLE) -> bytes:
    """Return the handle (32 bytes) of a telephone number in E.164 form; raises BadNumber.

    The pepper protects it, not the cost: who has the site key can test a list of numbers.
    """
    if not _E164.fullmatch(e164):
        raise BadNumber("A telephone number is a plus sign and 7 to 15 digits.")
    return argon2id(e164.encode(), salt, pepper, STRETCH_NUMBER, cost)


def nest_handle(handle: bytes, pepper: bytes) -> bytes:
    """Return the handle under a newer pepper, made from the older handle: no number is needed.

    Stored handles and fresh ones go through the same steps in the same order, so they still match.
    """
    return hmac.digest(pepper, frame(FRAME_HANDLE, (handle,)), "sha256")


def argon2id(material: bytes, salt: bytes, pepper: bytes, purpose: bytes, cost: Cost) -> bytes:
    """Run Argon2id (RFC 9106) with the pepper as secret and the purpose as associated data."""
    return Argon2id(
        salt=salt,
        length=SECRET_BYTES,
        iterations=cost.passes,
        lanes=cost.lanes,
        memory_cost=cost.memory_kib,
        ad=purpose,
        secret=pepper,
    ).derive(material)
