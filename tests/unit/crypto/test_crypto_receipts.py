from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto.errors import BadReceipt, NotDigits, WrongCheckDigit, WrongLength
from crypto.receipts import Receipt, check_digit

bodies = st.text("0123456789", min_size=15, max_size=15)
receipts = bodies.map(lambda body: Receipt(body + check_digit(body)))


def test_the_check_digit_of_the_published_example() -> None:
    # Damm, "Total anti-symmetrische Quasigruppen" (2004): 572 is followed by 4.
    assert check_digit("572") == "4"
    assert check_digit("5724") == "0"


def test_receipts_printed_in_the_past_are_read(vectors: Callable[[str], Any]) -> None:
    for vector in vectors("receipts"):
        for typed in vector["typed"]:
            assert Receipt.parse(typed).digits == vector["digits"]


def test_new_receipts_are_well_formed_and_differ() -> None:
    made = [Receipt.new() for _ in range(500)]
    assert all(Receipt.parse(receipt.digits) == receipt for receipt in made)
    assert len(set(made)) == 500
    assert {receipt.digits[0] for receipt in made} == set("0123456789")


@given(receipts)
def test_a_receipt_read_aloud_in_groups_is_the_same_receipt(receipt: Receipt) -> None:
    assert [len(group) for group in receipt.groups] == [4, 4, 4, 4]
    assert "".join(receipt.groups) == receipt.digits
    for separator in (" ", "-", " - ", "\u3000", "\u2009", "\n"):
        assert Receipt.parse(separator.join(receipt.groups)) == receipt


@given(receipts)
def test_every_single_wrong_digit_is_caught(receipt: Receipt) -> None:
    for place in range(16):
        for digit in set("0123456789") - {receipt.digits[place]}:
            with pytest.raises(WrongCheckDigit):
                Receipt.parse(receipt.digits[:place] + digit + receipt.digits[place + 1 :])


@given(receipts)
def test_every_swap_of_neighbours_is_caught(receipt: Receipt) -> None:
    digits = receipt.digits
    for place in range(15):
        if digits[place] != digits[place + 1]:
            swapped = digits[:place] + digits[place + 1] + digits[place] + digits[place + 2 :]
            with pytest.raises(WrongCheckDigit):
                Receipt.parse(swapped)


@pytest.mark.parametrize("typed", ["", " ", "1", "123456789012345", "12345678901234567"])
def test_too_few_or_too_many_digits_are_refused(typed: str) -> None:
    with pytest.raises(WrongLength):
        Receipt.parse(typed)


@pytest.mark.parametrize("typed", ["hello", "1234 5678 9012 345O", "1234.5678.9012.3456"])
def test_other_characters_are_refused(typed: str) -> None:
    with pytest.raises(NotDigits):
        Receipt.parse(typed)


@pytest.mark.parametrize("digits", ["०" * 16, "0000 0000 0000 0000", "", "²" * 16])
def test_a_receipt_itself_holds_16_ascii_digits(digits: str) -> None:
    with pytest.raises(BadReceipt):
        Receipt(digits)


@given(st.text(st.characters(categories=["Nd", "Zs", "Pd", "Lo"]), max_size=24))
def test_whatever_is_typed_gives_a_receipt_or_an_error_without_digits(typed: str) -> None:
    said = ""
    try:
        Receipt.parse(typed)
    except BadReceipt as error:
        said = str(error)
    assert not any(character.isdigit() for character in said)
    assert said == "" or said.endswith(".")


def test_a_receipt_shows_nothing_of_itself() -> None:
    receipt = Receipt.new()
    for shown in (repr(receipt), str(receipt), f"{receipt}", f"{[receipt]}"):
        assert "Receipt(hidden)" in shown
        assert not any(group in shown for group in receipt.groups)
