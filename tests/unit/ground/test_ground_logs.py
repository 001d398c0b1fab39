"""Logs: no number, receipt or exception text ever goes out."""

import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpline.logs import HIDDEN, MaskingFormatter, mask


@pytest.mark.parametrize(
    "told",
    ["+860000000042", "+86 000 0000 0042", "1234 5678 9012 3456", "1234-5678", "(000) 000-0042"],
)
def test_numbers_and_receipts_are_masked(told: str) -> None:
    masked = mask(f"rang {told} twice")
    assert HIDDEN in masked
    assert not any(part in masked for part in told.split() if len(part) > 3)


def test_random_ids_stay_readable() -> None:
    text = "case 12345678-1234-4234-8234-123456789012 done"
    assert mask(text) == text


@given(st.text(alphabet="0123456789", min_size=6, max_size=20))
def test_no_run_of_six_digits_survives(digits: str) -> None:
    assert digits not in mask(f"a{digits}b")


def test_the_text_of_an_exception_stays_inside() -> None:
    try:
        raise ValueError("she said her name is Canary")
    except ValueError as error:
        record = logging.LogRecord(
            "x", 40, __file__, 1, "failed", (), (ValueError, error, error.__traceback__)
        )
    line = MaskingFormatter().format(record)
    assert "Canary" not in line
    assert "ValueError" in line


def test_a_line_that_cannot_be_masked_is_withheld() -> None:
    record = logging.LogRecord("x", 40, __file__, 1, "%d calls", ("Canary",), None)
    line = MaskingFormatter().format(record)
    assert "Canary" not in line
    assert "withheld" in line
