import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto.digits import fold_digits, in_fours


@pytest.mark.parametrize(
    ("typed", "digits"),
    [
        ("", ""),
        ("0123 4567", "01234567"),
        ("0123-4567", "01234567"),
        ("0123–4567—8", "012345678"),
        ("０１２３　４５６７", "01234567"),
        ("०१२३४५६७८९", "0123456789"),
        ("௦௧௨௩௪௫௬௭௮௯", "0123456789"),
        ("\ufeff12\u200b34\u200e", "1234"),
    ],
)
def test_digits_are_read_as_people_type_them(typed: str, digits: str) -> None:
    assert fold_digits(typed) == digits


@pytest.mark.parametrize("typed", ["12a4", "1.5", "+86", "²", "Ⅳ", "一二三", "12/34", "½"])
def test_anything_else_is_not_read_as_digits(typed: str) -> None:
    assert fold_digits(typed) is None


@given(st.text(max_size=40))
def test_what_is_read_is_ascii_digits_or_nothing(typed: str) -> None:
    folded = fold_digits(typed)
    assert folded is None or folded == "" or (folded.isascii() and folded.isdigit())


@given(st.text("0123456789", max_size=30))
def test_groups_of_four_hold_all_digits(digits: str) -> None:
    groups = in_fours(digits)
    assert "".join(groups) == digits
    assert all(len(group) == 4 for group in groups[:-1])
