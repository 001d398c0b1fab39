"""A security key's answer holds or is refused; nothing that a browser may send does otherwise."""

import base64
import contextlib
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crypto import passkeys
from crypto.errors import BadAnswer
from crypto.passkeys import RelyingParty
from tests.authenticator import TOUCHED, VERIFIED, Authenticator, decoded, encoded

PARTY = RelyingParty("helpline.example", "https://helpline.example", "Helpline")
KEY = Authenticator(PARTY.origin, counts=False)
CHALLENGE = passkeys.new_challenge()
TO_MAKE = passkeys.creation_options(PARTY, CHALLENGE, b"u" * 16, "ada.lantern", [])
TO_SIGN = passkeys.request_options(PARTY, CHALLENGE, [KEY.credential])
MADE, SIGNED = KEY.make(TO_MAKE), KEY.sign(TO_SIGN)

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=8,
)


def test_a_key_is_made_and_signs() -> None:
    made = passkeys.made(PARTY, CHALLENGE, MADE)
    assert (made.credential, made.public, made.count) == (KEY.credential, KEY.public(), 0)
    assert passkeys.credential_of(SIGNED) == KEY.credential
    assert passkeys.signed(PARTY, CHALLENGE, SIGNED, made.public) == 0
    counting = Authenticator(PARTY.origin, count=41, flags=TOUCHED | VERIFIED)
    asked = passkeys.request_options(PARTY, CHALLENGE, [counting.credential])
    assert passkeys.signed(PARTY, CHALLENGE, counting.sign(asked), counting.public()) == 42


def test_what_is_asked_names_us_prefers_a_pin_and_wants_no_makers_certificate() -> None:
    assert TO_MAKE["rp"] == {"id": PARTY.id, "name": PARTY.name}
    assert TO_MAKE["attestation"] == "none"
    assert TO_MAKE["authenticatorSelection"]["userVerification"] == "preferred"
    assert TO_SIGN["userVerification"] == "preferred"
    assert TO_SIGN["rpId"] == PARTY.id
    assert decoded(TO_SIGN["challenge"]) == CHALLENGE
    assert len({passkeys.new_challenge() for _ in range(50)}) == 50


def refused(answer: str) -> None:
    with pytest.raises(BadAnswer):
        passkeys.made(PARTY, CHALLENGE, answer)
    with pytest.raises(BadAnswer):
        passkeys.signed(PARTY, CHALLENGE, answer, KEY.public())


@given(st.text(max_size=200) | JSON.map(json.dumps))
def test_anything_is_refused_in_one_way(answer: str) -> None:
    refused(answer)


@pytest.mark.parametrize("answer", ["[" * 16_000, "{" * 16_000, " " * 20_000, '{"id":"\ud800"}'])
def test_deep_and_long_answers_are_refused(answer: str) -> None:
    refused(answer)


def _with(answer: str, part: str, data: object) -> str:
    changed: dict[str, Any] = json.loads(answer)
    changed["response"][part] = data
    return json.dumps(changed)


@settings(max_examples=200)
@given(
    st.sampled_from(["attestationObject", "clientDataJSON", "authenticatorData", "signature"]),
    st.binary(max_size=300).map(lambda data: base64.urlsafe_b64encode(data).decode()) | JSON,
)
def test_any_other_part_is_refused(part: str, data: object) -> None:
    for answer in (MADE, SIGNED):
        if part in json.loads(answer)["response"]:
            refused(_with(answer, part, data))


@settings(max_examples=150)
@given(st.data())
def test_any_flipped_byte_of_what_is_signed_is_refused(data: st.DataObject) -> None:
    part = data.draw(st.sampled_from(["authenticatorData", "signature", "clientDataJSON"]))
    raw = bytearray(decoded(json.loads(SIGNED)["response"][part]))
    place = data.draw(st.integers(0, len(raw) - 1))
    raw[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises(BadAnswer):
        passkeys.signed(PARTY, CHALLENGE, _with(SIGNED, part, encoded(bytes(raw))), KEY.public())


@settings(max_examples=150)
@given(st.data())
def test_a_bent_introduction_is_refused_or_harmless(data: st.DataObject) -> None:
    """Nothing signs an introduction without attestation: a bent one may be taken, never crash."""
    raw = bytearray(decoded(json.loads(MADE)["response"]["attestationObject"]))
    place = data.draw(st.integers(0, len(raw) - 1))
    raw[place] ^= data.draw(st.integers(1, 255))
    with contextlib.suppress(BadAnswer):
        passkeys.made(PARTY, CHALLENGE, _with(MADE, "attestationObject", encoded(bytes(raw))))


@pytest.mark.parametrize("public", [b"", b"\xa0", b"x" * 77, b"\xff" * 40])
def test_a_public_key_that_is_none_is_refused(public: bytes) -> None:
    with pytest.raises(BadAnswer):
        passkeys.signed(PARTY, CHALLENGE, SIGNED, public)
