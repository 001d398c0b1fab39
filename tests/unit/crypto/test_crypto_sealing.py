import base64
import hashlib
import hmac
import secrets
from collections.abc import Callable, Collection
from dataclasses import replace
from functools import partial
from typing import Any, Protocol

import pytest
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given, settings
from hypothesis import strategies as st

from crypto import sealing
from crypto.boxes import Box
from crypto.errors import BadPublicKey, BadSecret, CannotOpen
from crypto.sealing import (
    Binding,
    open_with_key,
    pad,
    padded_size,
    put,
    seal_with_key,
    sealed_size,
    unpad,
)
from crypto.suite import (
    ACCEPTED,
    LABEL_SLOT_MLKEM,
    LABEL_SLOT_X25519,
    SUITE,
    VERSION,
    hkdf,
)

BOX = Box.new()
KEY = secrets.token_bytes(32)
HERE = Binding("entry", "entries", "row-1", revision=3, box="case-1", generation=2)

numbers = st.integers(min_value=0, max_value=2**64 - 1)
words = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
bindings = st.builds(Binding, words, words, words, numbers, words, numbers)


class Seal(Protocol):
    def __call__(self, plaintext: bytes, binding: Binding, /) -> bytes: ...


class Open(Protocol):
    def __call__(
        self, sealed: bytes, binding: Binding, /, accept: Collection[int] = ...
    ) -> bytes: ...


WAYS: dict[str, tuple[Seal, Open]] = {
    "slot": (BOX.public.put, BOX.open_slot),
    "shelf": (BOX.seal_shelf, BOX.open_shelf),
    "key": (partial(seal_with_key, KEY), partial(open_with_key, KEY)),
}
every_way = pytest.mark.parametrize("way", WAYS)
ELSEWHERE = {
    "purpose": replace(HERE, purpose="letter"),
    "table": replace(HERE, table="letters"),
    "row": replace(HERE, row="row-2"),
    "revision": replace(HERE, revision=2),
    "box": replace(HERE, box="case-2"),
    "generation": replace(HERE, generation=1),
}


# Padding


@pytest.mark.parametrize(
    ("length", "size"),
    [
        (0, 256),
        (252, 256),
        (253, 1024),
        (1020, 1024),
        (1021, 4096),
        (4092, 4096),
        (4093, 16384),
        (16380, 16384),
        (16381, 65536),
        (65532, 65536),
        (65533, 131072),
        (131068, 131072),
        (131069, 196608),
        (10_000_000, 10_027_008),
    ],
)
def test_lengths_are_padded_to_few_sizes(length: int, size: int) -> None:
    assert padded_size(length) == size


@given(st.integers(min_value=0, max_value=1 << 32))
def test_padding_is_never_shorter_and_at_most_one_step_longer(length: int) -> None:
    size = padded_size(length)
    assert length + 4 <= size
    assert size in {256, 1024, 4096, 16384} or (size % 65536 == 0 and size - length - 4 < 65536)


@given(st.binary(max_size=5000))
def test_padding_comes_off_again(plaintext: bytes) -> None:
    padded = pad(plaintext)
    assert len(padded) == padded_size(len(plaintext))
    assert unpad(padded) == plaintext


@pytest.mark.parametrize(
    "padded",
    [
        b"",
        b"\0\0\0",
        pad(b"text")[:-1],
        pad(b"text") + b"\0",
        pad(b"text")[:-1] + b"\1",
        b"\0\0\0\xfd".ljust(256, b"\0"),  # claims more than fits
        b"\0\0\0\x01".ljust(1024, b"\0"),  # padded further than the rule says
        b"\xff\xff\xff\xff".ljust(256, b"\0"),
    ],
)
def test_any_other_padding_is_refused(padded: bytes) -> None:
    with pytest.raises(CannotOpen):
        unpad(padded)


@pytest.mark.parametrize("length", [0, 1, 252, 253, 5000, 70_000])
def test_the_size_that_a_reader_sees_is_known_before(length: int) -> None:
    plain = bytes(length)
    assert len(BOX.public.put(plain, HERE)) == sealed_size(length, "slot")
    assert len(BOX.seal_shelf(plain, HERE)) == sealed_size(length, "shelf")


@every_way
def test_texts_of_one_step_cannot_be_told_apart_by_size(way: str) -> None:
    seal, _ = WAYS[way]
    assert len({len(seal(bytes(length), HERE)) for length in (0, 1, 100, 252)}) == 1


# Binding


def test_bindings_are_encoded_as_they_always_were(vectors: Callable[[str], Any]) -> None:
    for vector in vectors("bindings"):
        binding = Binding(**vector["binding"])
        assert binding.encode(vector["version"]).hex() == vector["encoded"]


@given(bindings, bindings, st.integers(0, 255), st.integers(0, 255))
def test_two_places_never_have_one_encoding(
    one: Binding, other: Binding, version: int, version_of_other: int
) -> None:
    same = (one, version) == (other, version_of_other)
    assert (one.encode(version) == other.encode(version_of_other)) == same


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=9), st.data())
def test_text_cannot_slip_from_one_field_into_the_next(text: str, data: st.DataObject) -> None:
    cuts = st.integers(0, len(text))
    one, other = data.draw(cuts), data.draw(cuts)
    encodings = {Binding(text[:cut], text[cut:], "", 0, "", 0).encode(1) for cut in (one, other)}
    assert len(encodings) == len({one, other})


@pytest.mark.parametrize("number", [-1, 2**64])
def test_numbers_of_a_binding_must_fit(number: int) -> None:
    with pytest.raises(ValueError, match="from 0"):
        replace(HERE, revision=number)
    with pytest.raises(ValueError, match="from 0"):
        replace(HERE, generation=number)


# Seal and open


@every_way
@settings(deadline=None, max_examples=40)
@given(plaintext=st.binary(max_size=2000), binding=bindings)
def test_what_is_sealed_opens(way: str, plaintext: bytes, binding: Binding) -> None:
    seal, open_ = WAYS[way]
    assert open_(seal(plaintext, binding), binding) == plaintext


@every_way
def test_large_recordings_open(way: str) -> None:
    seal, open_ = WAYS[way]
    recording = secrets.token_bytes(700_001)
    assert open_(seal(recording, HERE), HERE) == recording


@every_way
def test_sealing_twice_gives_different_bytes(way: str) -> None:
    seal, _ = WAYS[way]
    assert seal(b"the same words", HERE) != seal(b"the same words", HERE)


@every_way
def test_any_flipped_byte_is_refused(way: str) -> None:
    seal, open_ = WAYS[way]
    sealed = seal(b"The exits are locked.", HERE)
    for place in range(len(sealed)):
        flipped = bytearray(sealed)
        flipped[place] ^= 1 << (place % 8)
        with pytest.raises(CannotOpen):
            open_(bytes(flipped), HERE)


@every_way
def test_truncated_and_lengthened_bytes_are_refused(way: str) -> None:
    seal, open_ = WAYS[way]
    sealed = seal(b"The exits are locked.", HERE)
    lengths = {*range(40), *range(1110, 1145), len(sealed) - 256, len(sealed) - 1}
    for length in lengths & set(range(len(sealed))):
        with pytest.raises(CannotOpen):
            open_(sealed[:length], HERE)
    with pytest.raises(CannotOpen):
        open_(sealed + b"\0", HERE)


@every_way
@pytest.mark.parametrize("field", ELSEWHERE)
def test_bytes_moved_to_another_place_are_refused(way: str, field: str) -> None:
    seal, open_ = WAYS[way]
    with pytest.raises(CannotOpen):
        open_(seal(b"words", HERE), ELSEWHERE[field])


@every_way
@settings(deadline=None, max_examples=40)
@given(one=bindings, other=bindings)
def test_bytes_open_in_their_own_place_only(way: str, one: Binding, other: Binding) -> None:
    seal, open_ = WAYS[way]
    sealed = seal(b"words", one)
    if one == other:
        assert open_(sealed, other) == b"words"
    else:
        with pytest.raises(CannotOpen):
            open_(sealed, other)


@every_way
def test_another_version_byte_is_refused(way: str) -> None:
    seal, open_ = WAYS[way]
    sealed = seal(b"words", HERE)
    assert sealed[0] == VERSION
    for version in set(range(256)) - {sealed[0]}:
        changed = bytes((version,)) + sealed[1:]
        for accept in (ACCEPTED, {version}, range(256)):
            with pytest.raises(CannotOpen):
                open_(changed, HERE, accept=accept)


@every_way
def test_a_version_the_opener_does_not_accept_is_refused(way: str) -> None:
    seal, open_ = WAYS[way]
    sealed = seal(b"words", HERE)
    assert open_(sealed, HERE, accept={1}) == b"words"
    for accept in ((), {2}, frozenset({0, 2, 3})):
        with pytest.raises(CannotOpen):
            open_(sealed, HERE, accept=accept)


def test_the_version_is_inside_what_is_sealed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Were version 2 the same algorithms, version 1's bytes would still not pass for it."""
    monkeypatch.setattr(sealing, "SUITES", {1: SUITE, 2: SUITE})
    for seal, open_ in WAYS.values():
        sealed = seal(b"words", HERE)
        with pytest.raises(CannotOpen):
            open_(b"\2" + sealed[1:], HERE, accept={1, 2})


def test_slot_shelf_and_key_do_not_open_each_other() -> None:
    for sealed_by, (seal, _) in WAYS.items():
        sealed = seal(b"words", HERE)
        for opened_by, (_, open_) in WAYS.items():
            if opened_by != sealed_by:
                with pytest.raises(CannotOpen):
                    open_(sealed, HERE)


@every_way
def test_a_refusal_says_nothing(way: str) -> None:
    seal, open_ = WAYS[way]
    sealed = seal(b"words", HERE)
    said = set()
    for broken, place in ((sealed[:9], HERE), (b"", HERE), (sealed, ELSEWHERE["row"])):
        with pytest.raises(CannotOpen) as caught:
            open_(broken, place)
        assert caught.value.__cause__ is None
        assert caught.value.__suppress_context__ or caught.value.__context__ is None
        said.add(str(caught.value))
    assert len(said) == 1


# Keys


@pytest.mark.parametrize("public", [b"", bytes(1215), bytes(1216), bytes(1217), b"\xff" * 1216])
def test_nothing_is_put_into_what_is_no_slot(public: bytes) -> None:
    with pytest.raises(BadPublicKey):
        put(public, b"words", HERE)


def test_a_point_of_small_order_is_no_slot() -> None:
    with pytest.raises(BadPublicKey):
        put(BOX.public.slot[:1184] + bytes(32), b"words", HERE)


@pytest.mark.parametrize("length", [0, 16, 31, 33])
def test_keys_of_another_length_are_refused(length: int) -> None:
    with pytest.raises(BadSecret):
        seal_with_key(bytes(length), b"words", HERE)
    with pytest.raises(BadSecret):
        open_with_key(bytes(length), b"words", HERE)


def test_another_key_opens_nothing() -> None:
    with pytest.raises(CannotOpen):
        open_with_key(bytes(32), seal_with_key(KEY, b"words", HERE), HERE)


# For ever


def test_what_was_once_sealed_opens_for_ever(vectors: Callable[[str], Any]) -> None:
    sealed_then = vectors("sealed")
    assert {vector["way"] for vector in sealed_then} == {"slot", "shelf", "key"}
    for vector in sealed_then:
        secret = bytes.fromhex(vector["secret"])
        box = Box(secret)
        sealed, binding = base64.b64decode(vector["sealed"]), Binding(**vector["binding"])
        openers: dict[str, Open] = {
            "slot": box.open_slot,
            "shelf": box.open_shelf,
            "key": partial(open_with_key, secret),
        }
        opened = openers[vector["way"]](sealed, binding)
        assert sealed[0] == vector["version"]
        assert opened.hex() == vector["plaintext"]


def test_a_slot_can_be_read_without_the_library_s_hpke() -> None:
    """RFC 9180 in base mode with X-Wing as its KEM (0x647a), written out a second time."""
    secret = secrets.token_bytes(32)
    mlkem = MLKEM768PrivateKey.from_seed_bytes(hkdf(secret, LABEL_SLOT_MLKEM, 64))
    x25519 = X25519PrivateKey.from_private_bytes(hkdf(secret, LABEL_SLOT_X25519, 32))
    sealed = Box(secret).public.put(b"The exits are locked.", HERE)
    post, point, body = sealed[1:1089], sealed[1089:1121], sealed[1121:]

    own_point = x25519.public_key().public_bytes_raw()
    shared = hashlib.sha3_256(
        mlkem.decapsulate(post)
        + x25519.exchange(X25519PublicKey.from_public_bytes(point))
        + point
        + own_point
        + rb"\.//^\ "[:-1]
    ).digest()
    key, nonce = _hpke_key_schedule(shared, HERE.encode(1))
    assert unpad(AESGCM(key).decrypt(nonce, body, b"")) == b"The exits are locked."


def _hpke_key_schedule(shared: bytes, info: bytes) -> tuple[bytes, bytes]:
    suite_id = b"HPKE" + bytes.fromhex("647a 0001 0002")

    def extract(salt: bytes, label: bytes, material: bytes) -> bytes:
        return hmac.digest(salt or bytes(32), b"HPKE-v1" + suite_id + label + material, "sha256")

    def expand(key: bytes, label: bytes, context: bytes, length: int) -> bytes:
        labelled = length.to_bytes(2, "big") + b"HPKE-v1" + suite_id + label + context
        return hmac.digest(key, labelled + b"\1", "sha256")[:length]

    context = b"\0" + extract(b"", b"psk_id_hash", b"") + extract(b"", b"info_hash", info)
    secret = extract(shared, b"secret", b"")
    return expand(secret, b"key", context, 32), expand(secret, b"base_nonce", context, 12)
