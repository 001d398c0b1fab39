"""One unambiguous way to turn several values into bytes."""

from collections.abc import Iterable
from typing import Final

LENGTH_BYTES: Final = 4


def frame(label: str, parts: Iterable[bytes]) -> bytes:
    """Join a label and parts, each preceded by its length in 4 bytes, most significant first.

    Two different lists never give the same bytes: ("ab", "c") is not ("a", "bc"), and a list of
    two parts is never the beginning of a list of three, for the number of parts comes first.
    """
    pieces = (label.encode(), *parts)
    return len(pieces).to_bytes(LENGTH_BYTES, "big") + b"".join(map(framed, pieces))


def framed(piece: bytes) -> bytes:
    """One part as it stands in a frame."""
    return len(piece).to_bytes(LENGTH_BYTES, "big") + piece
