"""Security keys (WebAuthn): what a browser is asked, and whether its answer holds.

The only user of the library `webauthn`, which is loaded when the first security key is used: most
processes never need it. Counts of signatures are returned, not judged: the caller compares them
with what it has stored, in the update that stores the new one.
"""

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Final

from crypto.errors import BadAnswer

CHALLENGE_BYTES: Final = 32
LONGEST_ANSWER: Final = 16_384  # characters; real ones have about a thousand
TIMEOUT_MILLISECONDS: Final = 120_000
ALGORITHMS: Final = (-7, -8, -257)  # ES256, EdDSA, RS256 (COSE)

# What the library and what it stands upon raise for bytes that no authenticator sends.
_MALFORMED = (ValueError, KeyError, TypeError, IndexError, AttributeError, OverflowError)


@dataclass(frozen=True, slots=True)
class RelyingParty:
    """Who asks: `id` is the host's name, `origin` scheme, host and port as browsers see them."""

    id: str
    origin: str
    name: str


@dataclass(frozen=True, slots=True)
class NewKey:
    """A security key as it introduced itself; `public` is its COSE public key."""

    credential: bytes
    public: bytes
    count: int


def new_challenge() -> bytes:
    """32 random bytes, to be signed once."""
    return secrets.token_bytes(CHALLENGE_BYTES)


def creation_options(
    party: RelyingParty,
    challenge: bytes,
    user: bytes,
    user_name: str,
    known: Sequence[bytes],
) -> dict[str, Any]:
    """What `navigator.credentials.create` is given, as JSON; keys in `known` refuse a second time.

    `user`: up to 64 bytes that name the account to the key and to nobody else. No attestation is
    asked for: which maker's key somebody carries is not our business.
    """
    structs = import_module("webauthn.helpers.structs")
    options = import_module("webauthn").generate_registration_options(
        rp_id=party.id,
        rp_name=party.name,
        user_id=user,
        user_name=user_name,
        challenge=challenge,
        timeout=TIMEOUT_MILLISECONDS,
        attestation=structs.AttestationConveyancePreference.NONE,
        authenticator_selection=structs.AuthenticatorSelectionCriteria(
            resident_key=structs.ResidentKeyRequirement.DISCOURAGED,
            user_verification=structs.UserVerificationRequirement.PREFERRED,
        ),
        exclude_credentials=_descriptors(known),
        supported_pub_key_algs=_algorithms(),
    )
    return _as_json(options)


def request_options(
    party: RelyingParty, challenge: bytes, known: Sequence[bytes]
) -> dict[str, Any]:
    """What `navigator.credentials.get` is given, as JSON: one of the keys in `known` must sign."""
    structs = import_module("webauthn.helpers.structs")
    options = import_module("webauthn").generate_authentication_options(
        rp_id=party.id,
        challenge=challenge,
        timeout=TIMEOUT_MILLISECONDS,
        allow_credentials=_descriptors(known),
        user_verification=structs.UserVerificationRequirement.PREFERRED,
    )
    return _as_json(options)


def credential_of(answer: str) -> bytes:
    """The id of the key that answered; unproved. Raises `BadAnswer`."""
    helpers = import_module("webauthn.helpers")
    try:
        identity = _parsed(answer)["id"]
        credential: bytes = helpers.base64url_to_bytes(identity)
    except _MALFORMED:
        raise BadAnswer from None
    return credential


def made(party: RelyingParty, challenge: bytes, answer: str) -> NewKey:
    """The new key, if it was made for us now; raises `BadAnswer`."""
    library = import_module("webauthn")
    try:
        found = library.verify_registration_response(
            credential=_parsed(answer),
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=party.origin,
            supported_pub_key_algs=_algorithms(),
        )
    except (*_MALFORMED, _library_error()):
        raise BadAnswer from None
    return NewKey(found.credential_id, found.credential_public_key, found.sign_count)


def signed(party: RelyingParty, challenge: bytes, answer: str, public: bytes) -> int:
    """The count of signatures of the key that signed `challenge`; raises `BadAnswer`.

    0 for keys that do not count. The finger on the key is demanded, its PIN is not.
    """
    library = import_module("webauthn")
    try:
        found = library.verify_authentication_response(
            credential=_parsed(answer),
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=party.origin,
            credential_public_key=public,
            credential_current_sign_count=0,
        )
    except (*_MALFORMED, _library_error()):
        raise BadAnswer from None
    count: int = found.new_sign_count
    return count


def _parsed(answer: str) -> dict[str, Any]:
    if len(answer) > LONGEST_ANSWER:
        raise ValueError
    try:
        found = json.loads(answer)
    except RecursionError:
        raise ValueError from None
    if not isinstance(found, dict):
        raise TypeError
    return found


def _descriptors(known: Sequence[bytes]) -> list[Any]:
    structs = import_module("webauthn.helpers.structs")
    return [structs.PublicKeyCredentialDescriptor(id=credential) for credential in known]


def _algorithms() -> list[Any]:
    cose = import_module("webauthn.helpers.cose")
    return [cose.COSEAlgorithmIdentifier(number) for number in ALGORITHMS]


def _as_json(options: object) -> dict[str, Any]:
    text: str = import_module("webauthn").options_to_json(options)
    made: dict[str, Any] = json.loads(text)
    return made


def _library_error() -> type[Exception]:
    found: type[Exception] = import_module("webauthn.helpers.exceptions").WebAuthnException
    return found
