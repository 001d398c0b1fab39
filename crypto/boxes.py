"""A box: 32 random bytes from which all keys of one holder are made.

* **slot**: an HPKE pair; anybody may put something in, only holders of the box open it.
* **shelf**: an AES-256-GCM key; holders write and read again.
* **signature**: an Ed25519 pair, for people and for recovery.

A **grant** is the secret of one box put into another. Teams, cases and workers show their `public`
(no signature key); people and recovery show their `signing_public`. Python cannot wipe memory: keep
a box only as long as it is needed.
"""

import hashlib
import hmac
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from typing import NoReturn, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import MLKEM768X25519PrivateKey

from crypto import sealing
from crypto.digits import fold_digits, in_fours
from crypto.errors import BadPublicKey, BadSecret, BadSignature, CannotOpen
from crypto.framing import frame
from crypto.sealing import Binding
from crypto.suite import (
    ACCEPTED,
    FRAME_FINGERPRINT,
    LABEL_SHELF,
    LABEL_SIGNATURE,
    LABEL_SLOT_MLKEM,
    LABEL_SLOT_X25519,
    MLKEM_PUBLIC_BYTES,
    MLKEM_SEED_BYTES,
    PUBLIC_FORMAT,
    SECRET_BYTES,
    SIGNATURE_PUBLIC_BYTES,
    SLOT_PUBLIC_BYTES,
    X25519_BYTES,
    hkdf,
)

FINGERPRINT_DIGITS = 24


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """24 digits of the hash of a public key: read aloud by its owner, typed by who admits them."""

    digits: str

    @property
    def spelled(self) -> str:
        """The digits in six groups of four."""
        return " ".join(in_fours(self.digits))

    def matches(self, typed: str) -> bool:
        """Say whether `typed` is this fingerprint; spaces, dashes and other scripts' digits do."""
        folded = fold_digits(typed)
        return folded is not None and hmac.compare_digest(folded, self.digits)


@dataclass(frozen=True, slots=True)
class PublicBox:
    """What others know of a box.

    slot: 1,216 bytes (ML-KEM-768, then X25519). signature: 32 bytes (Ed25519), or empty for a box
    that signs nothing. Raises BadPublicKey for other lengths.
    """

    slot: bytes
    signature: bytes = b""

    def __post_init__(self) -> None:
        if len(self.slot) != SLOT_PUBLIC_BYTES:
            raise BadPublicKey("A slot's public key has 1,216 bytes.")
        if len(self.signature) not in {0, SIGNATURE_PUBLIC_BYTES}:
            raise BadPublicKey("A signature's public key has 32 bytes.")

    def encode(self) -> bytes:
        """Return one format byte, the slot and, where there is one, the signature key."""
        return bytes((PUBLIC_FORMAT,)) + self.slot + self.signature

    @classmethod
    def read(cls, encoded: bytes) -> Self:
        """Read what `encode` wrote, to compare it; raises BadPublicKey for another format."""
        if encoded[:1] != bytes((PUBLIC_FORMAT,)):
            raise BadPublicKey("This is not a public key in a known format.")
        return cls(encoded[1 : 1 + SLOT_PUBLIC_BYTES], encoded[1 + SLOT_PUBLIC_BYTES :])

    @classmethod
    def decode(cls, encoded: bytes) -> Self:
        """The same, and check that it is a usable key; raises BadPublicKey."""
        public = cls.read(encoded)
        sealing.load_slot_public(public.slot)
        return public

    def put(self, plaintext: bytes, binding: Binding) -> bytes:
        """Seal `plaintext` to the holders of this box; raises BadPublicKey."""
        return sealing.put(self.slot, plaintext, binding)

    def verify(self, message: bytes, signature: bytes) -> None:
        """Return if this box signed `message`; raises BadSignature otherwise."""
        verify(self.signature, message, signature)

    def fingerprint(self) -> Fingerprint:
        """Return 24 digits (79.7 bits) of the SHA-256 of format, slot and signature key."""
        digest = hashlib.sha256(frame(FRAME_FINGERPRINT, (self.encode(),))).digest()
        number = int.from_bytes(digest, "big") % 10**FINGERPRINT_DIGITS
        return Fingerprint(f"{number:0{FINGERPRINT_DIGITS}d}")


def verify(key: bytes, message: bytes, signature: bytes) -> None:
    """Return if the signature key (32 bytes) signed `message`; raises BadSignature otherwise."""
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
    except (InvalidSignature, ValueError):
        raise BadSignature("This signature is not by this key over these bytes.") from None


class Box:
    """The secret side of a box. It shows nothing of itself and cannot be pickled or copied."""

    def __init__(self, secret: bytes) -> None:
        if len(secret) != SECRET_BYTES:
            raise BadSecret("A box is made from 32 bytes.")
        self._secret = bytes(secret)

    @classmethod
    def new(cls) -> Self:
        """Make a box from fresh random bytes."""
        return cls(secrets.token_bytes(SECRET_BYTES))

    @classmethod
    def from_secret(cls, secret: bytes) -> Self:
        """Make the box of this secret (32 bytes); raises BadSecret."""
        return cls(secret)

    @property
    def secret(self) -> bytes:
        """The 32 bytes everything is derived from: to be sealed, never to be stored or shown."""
        return self._secret

    @cached_property
    def public(self) -> PublicBox:
        """The slot's public key alone: for teams, cases and workers."""
        mlkem = self._mlkem.public_key().public_bytes_raw()
        return PublicBox(mlkem + self._x25519.public_key().public_bytes_raw())

    def is_behind(self, slot: bytes) -> bool:
        """Whether this box has the slot of this public key (1,216 bytes).

        Its X25519 half is compared, which takes a third of the time: another secret with the same
        half would be a second preimage of HKDF-SHA256.
        """
        half = self._x25519.public_key().public_bytes_raw()
        return hmac.compare_digest(half, slot[MLKEM_PUBLIC_BYTES:])

    @cached_property
    def signing_public(self) -> PublicBox:
        """The slot's and the signature's public key: for people and recovery."""
        return PublicBox(self.public.slot, self._signer.public_key().public_bytes_raw())

    def open_slot(
        self, sealed: bytes, binding: Binding, accept: Collection[int] = ACCEPTED
    ) -> bytes:
        """Open what was put into this box; raises CannotOpen."""
        return sealing.open_slot(self._slot, sealed, binding, accept)

    def seal_shelf(self, plaintext: bytes, binding: Binding) -> bytes:
        """Lay `plaintext` on the shelf: only holders of this box can write or read there."""
        return sealing.seal_with_key(self._shelf, plaintext, binding)

    def open_shelf(
        self, sealed: bytes, binding: Binding, accept: Collection[int] = ACCEPTED
    ) -> bytes:
        """Open what lies on the shelf; raises CannotOpen."""
        return sealing.open_with_key(self._shelf, sealed, binding, accept)

    def sign(self, message: bytes) -> bytes:
        """Return the Ed25519 signature (64 bytes); `signing_public` verifies it."""
        return self._signer.sign(message)

    @cached_property
    def shelf(self) -> AESGCM:
        """The cipher of the shelf, for `many`."""
        return AESGCM(self._shelf)

    @cached_property
    def _mlkem(self) -> MLKEM768PrivateKey:
        seed = hkdf(self._secret, LABEL_SLOT_MLKEM, MLKEM_SEED_BYTES)
        return MLKEM768PrivateKey.from_seed_bytes(seed)

    @cached_property
    def _x25519(self) -> X25519PrivateKey:
        raw = hkdf(self._secret, LABEL_SLOT_X25519, X25519_BYTES)
        return X25519PrivateKey.from_private_bytes(raw)

    @cached_property
    def _slot(self) -> MLKEM768X25519PrivateKey:
        return MLKEM768X25519PrivateKey(self._mlkem, self._x25519)

    @cached_property
    def _shelf(self) -> bytes:
        return hkdf(self._secret, LABEL_SHELF, SECRET_BYTES)

    @cached_property
    def _signer(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(hkdf(self._secret, LABEL_SIGNATURE, 32))

    def __repr__(self) -> str:
        return "Box(hidden)"

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("A box is not written anywhere.")


def grant(box: Box, to: PublicBox, binding: Binding) -> bytes:
    """Put the secret of `box` into the box `to`, whose holders then hold `box` as well."""
    return to.put(box.secret, binding)


def accept_grant(
    sealed: bytes,
    holder: Box,
    binding: Binding,
    expected_slot: bytes,
    accept: Collection[int] = ACCEPTED,
) -> Box:
    """Open a grant put into `holder`; raises CannotOpen.

    Anybody can put a secret of their own into a slot, so a grant counts only if its secret yields
    the slot that the box is known to have (`expected_slot`, from the directory or stamped).
    """
    secret = holder.open_slot(sealed, binding, accept)
    if len(secret) != SECRET_BYTES:
        raise CannotOpen
    box = Box.from_secret(secret)
    if not box.is_behind(expected_slot):
        raise CannotOpen
    return box
