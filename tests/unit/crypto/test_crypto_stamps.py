import hmac
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto.errors import BadStamp
from crypto.stamps import check, keyed_hash, stamp

KEY, OTHER_KEY = b"k" * 32, b"o" * 32
places = st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=5), max_size=3).map(
    tuple
)


def test_stamps_made_in_the_past_still_hold(vectors: Callable[[str], Any]) -> None:
    for vector in vectors("stamps")["stamps"]:
        key, data = bytes.fromhex(vector["key"]), bytes.fromhex(vector["data"])
        check(key, tuple(vector["place"]), data, bytes.fromhex(vector["stamp"]))


def test_keyed_hashes_made_in_the_past_are_made_again(vectors: Callable[[str], Any]) -> None:
    for vector in vectors("stamps")["keyed_hashes"]:
        key = bytes.fromhex(vector["key"])
        assert keyed_hash(key, *vector["parts"]).hex() == vector["hash"]


def test_a_stamp_is_an_hmac_over_lengths_and_parts() -> None:
    def sized(part: bytes) -> bytes:
        return len(part).to_bytes(4, "big") + part

    pieces = (b"helpline/1/stamp", b"\0\0\0\2", b"entries", b"row-1", b"sealed")
    message = b"\0\0\0\5" + b"".join(sized(piece) for piece in pieces)
    expected = hmac.digest(KEY, message, "sha256")
    assert stamp(KEY, ("entries", "row-1"), b"sealed") == expected


@given(places, st.binary(max_size=50))
def test_a_stamp_holds_where_it_was_made(place: tuple[str, ...], data: bytes) -> None:
    check(KEY, place, data, stamp(KEY, place, data))


@given(places, st.binary(max_size=9), places, st.binary(max_size=9))
def test_a_stamp_holds_nowhere_else(
    place: tuple[str, ...], data: bytes, other_place: tuple[str, ...], other_data: bytes
) -> None:
    same = (place, data) == (other_place, other_data)
    assert (stamp(KEY, place, data) == stamp(KEY, other_place, other_data)) == same


@pytest.mark.parametrize(
    ("key", "place", "data"),
    [
        (OTHER_KEY, ("entries", "1"), b"sealed"),
        (KEY, ("entries", "2"), b"sealed"),
        (KEY, ("letters", "1"), b"sealed"),
        (KEY, ("entries1",), b"sealed"),
        (KEY, ("entries", "1", ""), b"sealed"),
        (KEY, ("entries", "1", "sealed"), b""),
        (KEY, ("entries", "1"), b"sealed!"),
        (KEY, ("entries", "1"), b""),
    ],
)
def test_a_forged_stamp_is_refused(key: bytes, place: tuple[str, ...], data: bytes) -> None:
    stamped = stamp(KEY, ("entries", "1"), b"sealed")
    with pytest.raises(BadStamp):
        check(key, place, data, stamped)


@pytest.mark.parametrize("length", [0, 16, 31])
def test_a_piece_of_a_stamp_is_refused(length: int) -> None:
    stamped = stamp(KEY, ("entries", "1"), b"sealed")
    with pytest.raises(BadStamp):
        check(KEY, ("entries", "1"), b"sealed", stamped[:length])


@given(places, places)
def test_keyed_hashes_are_equal_for_equal_parts_only(
    one: tuple[str, ...], other: tuple[str, ...]
) -> None:
    assert (keyed_hash(KEY, *one) == keyed_hash(KEY, *other)) == (one == other)
    assert keyed_hash(KEY, *one) != keyed_hash(OTHER_KEY, *one)


def test_a_keyed_hash_is_no_stamp() -> None:
    assert keyed_hash(KEY, "entries", "1") != stamp(KEY, ("entries", "1"), b"")
    assert keyed_hash(KEY, "entries", "") != stamp(KEY, ("entries",), b"")
