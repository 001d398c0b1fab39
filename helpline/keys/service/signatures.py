"""What people sign besides the directory: by their own box, checked against the directory."""

import uuid
from dataclasses import dataclass

from crypto.boxes import PublicBox
from crypto.boxes import verify as verify_signature
from crypto.errors import CryptoError
from helpline.keys.service import directory
from helpline.keys.service.principal import Principal
from helpline.keys.service.site import Site, Tampered


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signed, with which Ed25519 key (32 bytes), and the signature (64 bytes)."""

    by: uuid.UUID
    key: bytes
    signature: bytes


def sign(principal: Principal, message: bytes) -> Signature:
    """Sign as the principal. Anybody can check it who has the key."""
    key = principal.box.signing_public.signature
    return Signature(principal.person, key, principal.box.sign(message))


def check(site: Site, signature: Signature, message: bytes) -> None:
    """Raise `Tampered` unless the directory states this key for this person, and it signed."""
    entry = directory.read(site).state.people.get(signature.by)
    try:
        public = PublicBox.decode(entry.public) if entry else PublicBox(b"")
        public.verify(message, signature.signature)
    except CryptoError:
        raise Tampered("a signature does not hold") from None
    if public.signature != signature.key:
        raise Tampered("a signature is by another key")


def holds(signature: Signature, message: bytes) -> bool:
    """Whether the key signed the message, whoever may still be in the directory."""
    try:
        verify_signature(signature.key, message, signature.signature)
    except CryptoError:
        return False
    return True
