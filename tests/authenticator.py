"""A security key in software: it answers as a browser and a key on the ring do together."""

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

TOUCHED, VERIFIED, INTRODUCED = 0x01, 0x04, 0x40


def encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class Authenticator:
    """One key at one `origin`. `count` grows with each signature, unless the key does not count."""

    origin: str
    counts: bool = True
    count: int = 0
    flags: int = TOUCHED
    credential: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    private: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1()), repr=False
    )

    def make(self, options: dict[str, Any]) -> str:
        """The answer to `navigator.credentials.create`, with attestation "none"."""
        client = self._client("webauthn.create", options["challenge"])
        credential = len(self.credential).to_bytes(2, "big") + self.credential
        data = self._data(options["rp"]["id"], self.flags | INTRODUCED)
        data += b"\0" * 16 + credential + self.public()
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        return self._answer(client, {"attestationObject": encoded(attestation)})

    def sign(self, options: dict[str, Any]) -> str:
        """The answer to `navigator.credentials.get`."""
        allowed = [decoded(item["id"]) for item in options["allowCredentials"]]
        assert self.credential in allowed, "this key is not asked"
        client = self._client("webauthn.get", options["challenge"])
        self.count += self.counts
        data = self._data(options["rpId"], self.flags)
        signature = self.private.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        return self._answer(
            client, {"authenticatorData": encoded(data), "signature": encoded(signature)}
        )

    def public(self) -> bytes:
        """The COSE key: EC2, ES256, P-256."""
        numbers = self.private.public_key().public_numbers()
        return cbor2.dumps(
            {
                1: 2,
                3: -7,
                -1: 1,
                -2: numbers.x.to_bytes(32, "big"),
                -3: numbers.y.to_bytes(32, "big"),
            }
        )

    def _client(self, kind: str, challenge: str) -> bytes:
        said = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        return json.dumps(said).encode()

    def _data(self, party: str, flags: int) -> bytes:
        return (
            hashlib.sha256(party.encode()).digest() + bytes([flags]) + self.count.to_bytes(4, "big")
        )

    def _answer(self, client: bytes, said: dict[str, str]) -> str:
        return json.dumps(
            {
                "id": encoded(self.credential),
                "rawId": encoded(self.credential),
                "type": "public-key",
                "clientExtensionResults": {},
                "response": {"clientDataJSON": encoded(client), **said},
            }
        )
