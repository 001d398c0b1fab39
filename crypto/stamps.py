"""Stamps: what the server writes with nobody logged in, and keyed hashes for look-up.

A stamp is an HMAC-SHA256 under the site key over a place and its bytes. It shows that the server
wrote these bytes there, not who is right: whoever has the site key can make one.
"""

import hmac

from crypto.errors import BadStamp
from crypto.framing import frame
from crypto.suite import FRAME_KEYED_HASH, FRAME_STAMP


def stamp(key: bytes, place: tuple[str, ...], data: bytes) -> bytes:
    """Return the stamp (32 bytes) of `data` at `place`, for example ("entries", row id)."""
    parts = (len(place).to_bytes(4, "big"), *(part.encode() for part in place), data)
    return hmac.digest(key, frame(FRAME_STAMP, parts), "sha256")


def check(key: bytes, place: tuple[str, ...], data: bytes, stamped: bytes) -> None:
    """Return if `stamped` is the stamp of `data` at `place`; raises BadStamp otherwise."""
    if not hmac.compare_digest(stamp(key, place, data), stamped):
        raise BadStamp("These bytes do not carry the stamp of this place.")


def keyed_hash(key: bytes, *parts: str) -> bytes:
    """Return 32 bytes that stand for `parts` and can be compared, but not made without `key`."""
    return hmac.digest(key, frame(FRAME_KEYED_HASH, (part.encode() for part in parts)), "sha256")
