"""Put and open: padded, bound to a place, of a stated version.

Sealed bytes are one version byte followed by

* through a slot: the encapsulated key (1,120 bytes), then the ciphertext with its tag;
* on a shelf: a random nonce (12 bytes), then the ciphertext with its tag.

The version stands in the binding as well, so that changing the byte opens nothing.
"""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final, Literal

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import (
    MLKEM768X25519PrivateKey,
    MLKEM768X25519PublicKey,
)

from crypto.errors import BadPublicKey, BadSecret, CannotOpen
from crypto.framing import frame
from crypto.suite import (
    ACCEPTED,
    ENCAPSULATION_BYTES,
    FRAME_BINDING,
    MLKEM_PUBLIC_BYTES,
    NONCE_BYTES,
    SECRET_BYTES,
    SLOT_PUBLIC_BYTES,
    SUITES,
    TAG_BYTES,
    VERSION,
)

PREFIX_BYTES: Final = 4
SMALL_SIZES: Final = (256, 1024, 4096, 16384)
LARGE_STEP: Final = 65536
SLOT_OVERHEAD: Final = 1 + ENCAPSULATION_BYTES + TAG_BYTES
SHELF_OVERHEAD: Final = 1 + NONCE_BYTES + TAG_BYTES


@dataclass(frozen=True, slots=True)
class Binding:
    """The place sealed bytes belong to; they open nowhere else.

    purpose: what it is ("entry", "grant"); table and row: where it lies; revision: which state of
    that row; box and generation: whose key, and which one of its keys.
    """

    purpose: str
    table: str
    row: str
    revision: int
    box: str
    generation: int

    def __post_init__(self) -> None:
        if not (0 <= self.revision < 1 << 64 and 0 <= self.generation < 1 << 64):
            raise ValueError("Revision and generation are numbers from 0 to 2^64 - 1.")

    def encode(self, version: int) -> bytes:
        """Return the one encoding of this place for sealed bytes of `version`."""
        return frame(
            FRAME_BINDING,
            (
                version.to_bytes(1, "big"),
                self.purpose.encode(),
                self.table.encode(),
                self.row.encode(),
                self.revision.to_bytes(8, "big"),
                self.box.encode(),
                self.generation.to_bytes(8, "big"),
            ),
        )


def padded_size(n: int) -> int:
    """Return the size to which a plaintext of `n` bytes is padded, its 4-byte length included.

    Sizes are 256 B, 1, 4 and 16 kB, then steps of 64 kB.
    """
    whole = n + PREFIX_BYTES
    for size in SMALL_SIZES:
        if whole <= size:
            return size
    return -(-whole // LARGE_STEP) * LARGE_STEP


def sealed_size(n: int, way: Literal["slot", "shelf"]) -> int:
    """Return how many bytes a plaintext of `n` bytes takes once sealed: what a reader sees."""
    return padded_size(n) + (SLOT_OVERHEAD if way == "slot" else SHELF_OVERHEAD)


def pad(plaintext: bytes) -> bytes:
    """Return length (4 bytes), plaintext and zeros up to the padded size."""
    size = padded_size(len(plaintext))
    return (len(plaintext).to_bytes(PREFIX_BYTES, "big") + plaintext).ljust(size, b"\0")


def unpad(padded: bytes) -> bytes:
    """Take the padding off again; raises CannotOpen unless it is exactly what `pad` makes."""
    if len(padded) < PREFIX_BYTES:
        raise CannotOpen
    end = PREFIX_BYTES + int.from_bytes(padded[:PREFIX_BYTES], "big")
    if len(padded) != padded_size(end - PREFIX_BYTES) or padded.count(0, end) != len(padded) - end:
        raise CannotOpen
    return padded[PREFIX_BYTES:end]


def load_slot_public(slot_public: bytes) -> MLKEM768X25519PublicKey:
    """Build the library's key from 1,184 + 32 raw bytes; raises BadPublicKey."""
    if len(slot_public) != SLOT_PUBLIC_BYTES:
        raise BadPublicKey("A slot's public key has 1,216 bytes.")
    try:
        return MLKEM768X25519PublicKey(
            MLKEM768PublicKey.from_public_bytes(slot_public[:MLKEM_PUBLIC_BYTES]),
            X25519PublicKey.from_public_bytes(slot_public[MLKEM_PUBLIC_BYTES:]),
        )
    except ValueError:
        raise BadPublicKey("These bytes are not a slot's public key.") from None


def put(slot_public: bytes, plaintext: bytes, binding: Binding) -> bytes:
    """Seal `plaintext` to whoever holds the box of this slot (1,216 bytes).

    Anybody may: it proves nothing about who wrote it. Raises BadPublicKey.
    """
    key = load_slot_public(slot_public)
    try:
        sealed = SUITES[VERSION].encrypt(pad(plaintext), key, binding.encode(VERSION))
    except ValueError:  # a point of small order gives no shared secret
        raise BadPublicKey("These bytes are not a slot's public key.") from None
    return bytes((VERSION,)) + sealed


def open_slot(
    private: MLKEM768X25519PrivateKey,
    sealed: bytes,
    binding: Binding,
    accept: Collection[int] = ACCEPTED,
) -> bytes:
    """Open what was put into the slot of `private`; raises CannotOpen."""
    version = _version_of(sealed, accept)
    try:
        padded = SUITES[version].decrypt(sealed[1:], private, binding.encode(version))
    except (InvalidTag, ValueError):
        raise CannotOpen from None
    return unpad(padded)


def seal_with_key(key: bytes, plaintext: bytes, binding: Binding) -> bytes:
    """Seal `plaintext` under a key of 32 bytes (AES-256-GCM, random nonce); raises BadSecret.

    For a box's shelf, and for keys that are no box: a password's, a session's, a backup's.
    """
    nonce = secrets.token_bytes(NONCE_BYTES)
    sealed = _cipher(key).encrypt(nonce, pad(plaintext), binding.encode(VERSION))
    return bytes((VERSION,)) + nonce + sealed


def open_with_key(
    key: bytes, sealed: bytes, binding: Binding, accept: Collection[int] = ACCEPTED
) -> bytes:
    """Open what `seal_with_key` sealed; raises CannotOpen, or BadSecret."""
    cipher = _cipher(key)
    version = _version_of(sealed, accept)
    nonce, body = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
    try:
        padded = cipher.decrypt(nonce, body, binding.encode(version))
    except (InvalidTag, ValueError):
        raise CannotOpen from None
    return unpad(padded)


def _cipher(key: bytes) -> AESGCM:
    if len(key) != SECRET_BYTES:
        raise BadSecret("A sealing key has 32 bytes.")
    return AESGCM(key)


def _version_of(sealed: bytes, accept: Collection[int]) -> int:
    version = sealed[0] if sealed else 0
    if version not in SUITES or version not in accept:
        raise CannotOpen
    return version
