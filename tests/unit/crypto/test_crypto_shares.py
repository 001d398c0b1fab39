import secrets
from collections.abc import Callable
from itertools import combinations, permutations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crypto.errors import BadSecret, BadShares
from crypto.shares import combine, split


def test_shares_printed_in_the_past_still_give_the_secret(vectors: Callable[[str], Any]) -> None:
    for vector in vectors("shares"):
        for chosen in combinations(vector["shares"], vector["threshold"]):
            assert combine(chosen).hex() == vector["secret"]


@settings(deadline=None, max_examples=10)
@given(st.binary(min_size=32, max_size=32))
def test_any_two_of_three_give_the_secret(secret: bytes) -> None:
    shares = split(secret)
    assert [len(share.split()) for share in shares] == [33, 33, 33]
    for chosen in permutations(shares, 2):
        assert combine(chosen) == secret


def test_all_shares_and_a_share_given_twice_are_no_obstacle() -> None:
    secret = secrets.token_bytes(32)
    first, second, third = split(secret)
    assert combine([first, second, third]) == secret
    assert combine([first, first, second]) == secret
    assert combine(share for share in (third, first)) == secret


def test_case_and_spacing_do_not_matter() -> None:
    secret = secrets.token_bytes(32)
    first, second, _ = split(secret)
    assert combine(["  " + first.upper().replace(" ", "\n "), second.title()]) == secret


def test_other_thresholds() -> None:
    secret = secrets.token_bytes(32)
    shares = split(secret, threshold=3, count=5)
    assert combine(shares[2:]) == secret
    with pytest.raises(BadShares, match="3 different recovery shares are needed, not 2"):
        combine(shares[:2])


def test_one_share_alone_gives_nothing() -> None:
    first, _, _ = split(secrets.token_bytes(32))
    for given_ in ([first], [first, first]):
        with pytest.raises(BadShares, match="2 different recovery shares are needed, not 1"):
            combine(given_)


def test_no_share_at_all_is_said_so() -> None:
    with pytest.raises(BadShares, match="No recovery share"):
        combine([])


def test_shares_of_two_sets_are_refused() -> None:
    one, other = split(secrets.token_bytes(32)), split(secrets.token_bytes(32))
    with pytest.raises(BadShares, match="same set"):
        combine([one[0], other[1]])


def test_a_mistyped_share_is_named_by_its_place_and_not_repeated() -> None:
    first, second, _ = split(secrets.token_bytes(32))
    words = second.split()
    swapped = [words[1], words[0], *words[2:]]
    misspelled = ["zzzz", *words[1:]]
    for wrong in (swapped, misspelled, words[:-1], [*words, words[0]], []):
        with pytest.raises(BadShares) as caught:
            combine([first, " ".join(wrong)])
        assert str(caught.value) == "Recovery share 2 is mistyped or incomplete."
        assert caught.value.__suppress_context__


@pytest.mark.parametrize("length", [0, 16, 31, 33])
def test_only_secrets_of_32_bytes_are_split(length: int) -> None:
    with pytest.raises(BadSecret):
        split(bytes(length))


@pytest.mark.parametrize(("threshold", "count"), [(1, 3), (0, 3), (4, 3), (2, 17)])
def test_thresholds_that_protect_nothing_are_refused(threshold: int, count: int) -> None:
    with pytest.raises(ValueError, match="threshold"):
        split(bytes(32), threshold, count)
