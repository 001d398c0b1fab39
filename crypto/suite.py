"""The algorithms, named once, and the labels under which keys are derived.

Sealing is HPKE (RFC 9180) with the hybrid KEM ML-KEM-768 + X25519, HKDF-SHA256 and AES-256-GCM.
A label is never reused for a second purpose and never changes its meaning: another algorithm gets
another label, so that everything sealed before still opens.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

SUITE: Final = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)

SUITES: Final[Mapping[int, Suite]] = MappingProxyType({1: SUITE})
"""Which suite opens which version of sealed bytes."""

VERSION: Final[int] = 1
"""The version that is written: always the newest."""

ACCEPTED: Final[frozenset[int]] = frozenset(SUITES)
"""The versions that an opener accepts unless it is told otherwise."""

PUBLIC_FORMAT: Final[int] = 1
"""First byte of an encoded public key. It is not `VERSION`: fingerprints must not change."""

SECRET_BYTES: Final = 32
MLKEM_SEED_BYTES: Final = 64
MLKEM_PUBLIC_BYTES: Final = 1184
X25519_BYTES: Final = 32
SLOT_PUBLIC_BYTES: Final = MLKEM_PUBLIC_BYTES + X25519_BYTES
SIGNATURE_PUBLIC_BYTES: Final = 32
ENCAPSULATION_BYTES: Final = 1088 + X25519_BYTES
TAG_BYTES: Final = 16
NONCE_BYTES: Final = 12

# A box's own keys.
LABEL_SLOT_MLKEM: Final = "helpline/1/box/slot/ml-kem-768"
LABEL_SLOT_X25519: Final = "helpline/1/box/slot/x25519"
LABEL_SHELF: Final = "helpline/1/box/shelf/aes-256-gcm"
LABEL_SIGNATURE: Final = "helpline/1/box/signature/ed25519"

# What the site key is made into.
LABEL_PASSWORDS_PEPPER: Final = "helpline/1/site/password-pepper"
LABEL_RECEIPTS_PEPPER: Final = "helpline/1/site/receipt-pepper"
LABEL_RECEIPTS_SALT: Final = "helpline/1/site/receipt-salt"
LABEL_HANDLES_PEPPER: Final = "helpline/1/site/handle-pepper"
LABEL_HANDLES_SALT: Final = "helpline/1/site/handle-salt"
LABEL_STAMP: Final = "helpline/1/site/stamp"
LABEL_COOKIE: Final = "helpline/1/site/cookie"
LABEL_EVENT: Final = "helpline/1/site/event"
LABEL_THROTTLE: Final = "helpline/1/site/throttle"
LABEL_ROSTER: Final = "helpline/1/site/roster"

# What a stretched receipt and the 32 bytes of a session cookie are split into.
LABEL_RECEIPT_LOOKUP: Final = "helpline/1/receipt/lookup"
LABEL_RECEIPT_WRAP: Final = "helpline/1/receipt/wrap"
LABEL_SESSION_ROW: Final = "helpline/1/session/row"
LABEL_SESSION_WRAP: Final = "helpline/1/session/wrap"

# The first part of whatever is framed, so that no two uses can be taken for each other.
FRAME_BINDING: Final = "helpline/binding"
FRAME_STAMP: Final = "helpline/1/stamp"
FRAME_KEYED_HASH: Final = "helpline/1/keyed-hash"
FRAME_HANDLE: Final = "helpline/1/handle"
FRAME_FINGERPRINT: Final = "helpline/1/fingerprint"

# Argon2id's associated data, one for each purpose of stretching.
STRETCH_PASSWORD: Final = b"helpline/1/stretch/password"
STRETCH_RECEIPT: Final = b"helpline/1/stretch/receipt"
STRETCH_NUMBER: Final = b"helpline/1/stretch/number"


def hkdf(secret: bytes, label: str, length: int) -> bytes:
    """Derive `length` bytes for the purpose `label` from `secret` (HKDF-SHA256, RFC 5869).

    No salt is used: every secret here is uniformly random or already stretched.
    """
    return HKDF(SHA256(), length, None, label.encode()).derive(secret)
