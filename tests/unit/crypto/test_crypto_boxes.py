import base64
import copy
import pickle
import secrets
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crypto.boxes import Box, Fingerprint, PublicBox, accept_grant, grant
from crypto.errors import BadPublicKey, BadSecret, BadSignature, CannotOpen
from crypto.sealing import Binding

ENTRY = Binding("entry", "entries", "row-1", 1, "case-1", 1)
GRANT = Binding("grant", "grants", "row-1", 1, "case-1", 1)


# Keys made from a secret


def test_a_secret_always_yields_the_same_keys(vectors: Callable[[str], Any]) -> None:
    for vector in vectors("boxes"):
        box = Box.from_secret(bytes.fromhex(vector["secret"]))
        assert base64.b64encode(box.public.slot).decode() == vector["slot"]
        assert box.signing_public.signature.hex() == vector["signature_key"]
        assert box.public.fingerprint().digits == vector["fingerprint"]
        assert box.signing_public.fingerprint().digits == vector["signing_fingerprint"]
        assert box.sign(bytes.fromhex(vector["message"])).hex() == vector["signed"]


def test_every_new_box_is_another() -> None:
    assert len({Box.new().secret for _ in range(50)}) == 50


@pytest.mark.parametrize("length", [0, 31, 33, 64])
def test_a_box_needs_32_bytes(length: int) -> None:
    with pytest.raises(BadSecret):
        Box.from_secret(bytes(length))


def test_sizes_of_public_keys() -> None:
    box = Box.new()
    assert (len(box.public.slot), len(box.public.signature)) == (1216, 0)
    assert (len(box.signing_public.slot), len(box.signing_public.signature)) == (1216, 32)
    assert box.signing_public.slot == box.public.slot


def test_a_box_shows_nothing_of_itself() -> None:
    box = Box.new()
    box.sign(box.public.slot)
    for shown in (repr(box), str(box), f"{box}", f"{[box]}"):
        assert "Box(hidden)" in shown
        assert box.secret.hex() not in shown
        assert repr(box.secret) not in shown


def test_a_box_cannot_be_pickled_or_copied() -> None:
    for write in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError):
            write(Box.new())


def test_another_box_opens_nothing() -> None:
    box, other = Box.new(), Box.new()
    with pytest.raises(CannotOpen):
        other.open_slot(box.public.put(b"words", ENTRY), ENTRY)
    with pytest.raises(CannotOpen):
        other.open_shelf(box.seal_shelf(b"words", ENTRY), ENTRY)


# Public keys


def test_public_keys_survive_being_stored() -> None:
    box = Box.new()
    for public in (box.public, box.signing_public):
        assert PublicBox.decode(public.encode()) == public
    assert len(box.public.encode()) == 1217
    assert len(box.signing_public.encode()) == 1249


@pytest.mark.parametrize("length", [0, 1, 1216, 1218, 1248, 1250])
def test_bytes_of_another_length_are_no_public_key(length: int) -> None:
    encoded = Box.new().signing_public.encode()
    with pytest.raises(BadPublicKey):
        PublicBox.decode((encoded + b"\0")[:length])


def test_an_unknown_format_is_no_public_key() -> None:
    with pytest.raises(BadPublicKey):
        PublicBox.decode(b"\2" + Box.new().public.encode()[1:])


def test_bytes_that_only_have_the_length_are_no_public_key() -> None:
    with pytest.raises(BadPublicKey):
        PublicBox.decode(b"\1" + b"\xff" * 1216)


# Signatures


def test_a_signature_is_verified_by_the_signing_public_key() -> None:
    box = Box.new()
    box.signing_public.verify(b"statement", box.sign(b"statement"))


def test_a_forged_signature_is_refused() -> None:
    box, other = Box.new(), Box.new()
    signed = box.sign(b"statement")
    forged = bytes((signed[0] ^ 1,)) + signed[1:]
    for public, message, signature in (
        (box.signing_public, b"statement!", signed),
        (box.signing_public, b"statement", forged),
        (box.signing_public, b"statement", signed[:-1]),
        (box.signing_public, b"statement", b""),
        (other.signing_public, b"statement", signed),
        (box.public, b"statement", signed),
    ):
        with pytest.raises(BadSignature):
            public.verify(message, signature)


# Fingerprints


def test_a_fingerprint_is_24_digits_in_groups_of_four() -> None:
    fingerprint = Box.new().public.fingerprint()
    assert len(fingerprint.digits) == 24
    assert fingerprint.digits.isdigit()
    groups = fingerprint.spelled.split(" ")
    assert [len(group) for group in groups] == [4] * 6
    assert "".join(groups) == fingerprint.digits


def test_a_fingerprint_covers_the_signature_key_too() -> None:
    box, other = Box.new(), Box.new()
    swapped = replace(box.signing_public, signature=other.signing_public.signature)
    fingerprints = {
        public.fingerprint().digits for public in (box.public, box.signing_public, swapped)
    }
    assert len(fingerprints) == 3


def test_a_typed_fingerprint_may_have_spaces_and_other_digits() -> None:
    fingerprint = Fingerprint("012345678901234567890123")
    for typed in (
        fingerprint.digits,
        fingerprint.spelled,
        "  0123-4567-8901 2345\t6789 0123\n",
        "०१२३ ४५६७ ८९०१ २३४५ ६७८९ ०१२३",
    ):
        assert fingerprint.matches(typed)


@given(st.text(st.characters(categories=["Nd", "Zs", "Ll"]), max_size=30))
def test_anything_else_is_not_the_fingerprint(typed: str) -> None:
    assert not Fingerprint("012345678901234567890123").matches("9" + typed)


@given(st.integers(0, 23), st.integers(1, 9))
def test_one_wrong_digit_is_not_the_fingerprint(place: int, change: int) -> None:
    digits = "012345678901234567890123"
    wrong = str((int(digits[place]) + change) % 10)
    assert not Fingerprint(digits).matches(digits[:place] + wrong + digits[place + 1 :])


# Grants


def test_a_grant_gives_the_box() -> None:
    case, counsellor = Box.new(), Box.new()
    sealed = grant(case, counsellor.public, GRANT)
    held = accept_grant(sealed, counsellor, GRANT, case.public.slot)
    assert held.secret == case.secret
    assert held.open_slot(case.public.put(b"words", ENTRY), ENTRY) == b"words"


def test_grants_given_in_the_past_still_count(vectors: Callable[[str], Any]) -> None:
    for vector in vectors("grants"):
        holder, box = (Box(bytes.fromhex(vector[name])) for name in ("holder", "secret"))
        sealed = base64.b64decode(vector["sealed"])
        held = accept_grant(sealed, holder, Binding(**vector["binding"]), box.public.slot)
        assert held.secret == box.secret


def test_a_grant_of_a_secret_of_the_thief_s_own_is_refused() -> None:
    """Anybody can put a secret into a slot: it must yield the case's known public key."""
    case, thief, counsellor = Box.new(), Box.new(), Box.new()
    swapped = grant(thief, counsellor.public, GRANT)
    with pytest.raises(CannotOpen):
        accept_grant(swapped, counsellor, GRANT, case.public.slot)


def test_a_grant_of_half_the_right_key_is_refused() -> None:
    case, other, counsellor = Box.new(), Box.new(), Box.new()
    sealed = grant(case, counsellor.public, GRANT)
    mixed = case.public.slot[:1184] + other.public.slot[1184:]
    for expected in (mixed, case.public.slot[:-1], b""):
        with pytest.raises(CannotOpen):
            accept_grant(sealed, counsellor, GRANT, expected)


@pytest.mark.parametrize("length", [0, 31, 33])
def test_a_grant_that_holds_no_secret_is_refused(length: int) -> None:
    case, counsellor = Box.new(), Box.new()
    sealed = counsellor.public.put(bytes(length), GRANT)
    with pytest.raises(CannotOpen):
        accept_grant(sealed, counsellor, GRANT, case.public.slot)


@settings(deadline=None, max_examples=20)
@given(
    st.sampled_from(["purpose", "table", "row", "box", "revision", "generation"]),
    st.integers(min_value=2, max_value=99),
)
def test_a_grant_moved_to_another_place_is_refused(field: str, number: int) -> None:
    case, counsellor = Box.new(), Box.new()
    sealed = grant(case, counsellor.public, GRANT)
    value: Any = number if field in {"revision", "generation"} else str(number)
    with pytest.raises(CannotOpen):
        accept_grant(sealed, counsellor, replace(GRANT, **{field: value}), case.public.slot)


def test_grants_of_two_cases_swapped_are_refused() -> None:
    counsellor, cases = Box.new(), [Box.new(), Box.new()]
    places = [replace(GRANT, row=row, box=row) for row in ("case-1", "case-2")]
    sealed = [
        grant(case, counsellor.public, place) for case, place in zip(cases, places, strict=True)
    ]
    for one, other in ((0, 1), (1, 0)):
        with pytest.raises(CannotOpen):
            accept_grant(sealed[other], counsellor, places[one], cases[one].public.slot)


def test_a_grant_to_somebody_else_is_refused() -> None:
    case, counsellor, colleague = Box.new(), Box.new(), Box.new()
    sealed = grant(case, colleague.public, GRANT)
    with pytest.raises(CannotOpen):
        accept_grant(sealed, counsellor, GRANT, case.public.slot)


# Generations


def test_the_new_generation_opens_the_old_and_never_the_reverse() -> None:
    first, second = Box.new(), Box.new()
    link = Binding("generation", "boxes", "case-1", 1, "case-1", 2)
    old_secret = second.seal_shelf(first.secret, link)
    entry_before = first.public.put(b"before", ENTRY)
    entry_after = second.public.put(b"after", replace(ENTRY, generation=2))

    reached = Box.from_secret(second.open_shelf(old_secret, link))
    assert reached.open_slot(entry_before, ENTRY) == b"before"
    for generation in (1, 2):
        with pytest.raises(CannotOpen):
            first.open_slot(entry_after, replace(ENTRY, generation=generation))
    with pytest.raises(CannotOpen):
        first.open_shelf(old_secret, link)


def test_an_entry_replayed_at_another_revision_is_refused() -> None:
    box = Box.new()
    old = box.seal_shelf(secrets.token_bytes(9), ENTRY)
    with pytest.raises(CannotOpen):
        box.open_shelf(old, replace(ENTRY, revision=2))
