"""Numbers: who can be rung, who withholds, what is shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony.numbers import CallerNumber, NumberWithheld


@pytest.mark.parametrize(
    ("raw", "masked"),
    [
        ("+860000000042", "+86 ··· ···· ··42"),
        ("+910000000042", "+91 ··· ···· ··42"),
        ("+14155552671", "+1 ··· ···· ··71"),
        (" +86 000 000 0042 ", "+86 ··· ···· ··42"),
    ],
)
def test_a_number_shows_its_country_and_two_digits(raw: str, masked: str) -> None:
    number = CallerNumber.parse(raw)
    assert number.masked() == masked
    assert number.reveal() == "+" + "".join(c for c in raw if c.isdigit())
    assert number.reveal()[1:] not in repr(number) + str(number) + f"{number}" + f"{[number]}"


@pytest.mark.parametrize(
    "raw",
    [
        *("anonymous", "Anonymous", "Restricted", "unknown", "", " "),
        *("+266696687", "+7378742833", "+2562533", "+8656696", "+86282452253", "266696687"),
        *("client:ada", "sip:a@b.example", "12345", "+", "+0", "*67", "+1", "0000000"),
        "+999999999999999999",
    ],
)
def test_withheld_and_placeholder_callers_have_no_number(raw: str) -> None:
    number = CallerNumber.parse(raw)
    assert number.withheld
    assert number.masked() == number.calling_code() == ""
    with pytest.raises(NumberWithheld):
        number.reveal()


def test_a_national_spelling_needs_its_region() -> None:
    assert CallerNumber.parse("09876543210", "IN").reveal() == "+919876543210"
    assert CallerNumber.parse("9876543210").withheld
    assert CallerNumber.parse("+910000000042").calling_code() == "+91"


@given(st.text(max_size=40))
def test_junk_is_withheld_or_a_number_and_never_a_crash(raw: str) -> None:
    number = CallerNumber.parse(raw)
    assert number.withheld or number.reveal().startswith("+")


@pytest.mark.parametrize(
    "written",
    ["+860000000042", "+910000000042", "+8610000000042", "+442079460000", "+390612345678"],
)
def test_reading_a_number_again_never_changes_it(written: str) -> None:
    assert CallerNumber.parse(written).reveal() == written


def test_a_trunk_zero_before_a_real_number_is_dropped() -> None:
    assert CallerNumber.parse("+44 (0)20 7946 0000").reveal() == "+442079460000"
