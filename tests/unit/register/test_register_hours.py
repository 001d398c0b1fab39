"""Hours and holidays are read as people write them, and refused with a sentence."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpline.register.rules.calendar import Holiday, Span
from helpline.register.rules.hours import (
    NotReadable,
    parse_holidays,
    parse_hours,
    show_holidays,
    show_hours,
)


@st.composite
def days(draw: st.DrawFn) -> tuple[Span, ...]:
    edges = sorted(draw(st.sets(st.integers(0, 1440), max_size=8)))
    return tuple(Span(a, b) for a, b in zip(edges[::2], edges[1::2], strict=False))


@given(days())
def test_hours_are_read_as_they_were_shown(spans: tuple[Span, ...]) -> None:
    assert parse_hours(show_hours(spans)) == spans


@given(
    st.dictionaries(
        st.dates(date(2025, 1, 1), date(2030, 1, 1)),
        st.builds(Holiday, st.sampled_from(["Diwali", "春节", "Founding day"]), days()),
        max_size=12,
    )
)
def test_holidays_are_read_as_they_were_shown(holidays: dict[date, Holiday]) -> None:
    assert parse_holidays(show_holidays(holidays)) == holidays


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("9:00-12:00,13:00-18:00", "09:00-12:00, 13:00-18:00"),
        ("13:00 - 18:00 , 09:00 – 12:00", "09:00-12:00, 13:00-18:00"),
        ("９：00－12：00，13：00～18：00", "09:00-12:00, 13:00-18:00"),
        ("00:00-24:00", "00:00-24:00"),
        ("closed", ""),
        ("", ""),
    ],
)
def test_hours_are_understood_however_a_keyboard_writes_them(typed: str, shown: str) -> None:
    assert show_hours(parse_hours(typed)) == shown


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("9-12", "not written like 09:00-12:00"),
        ("09:00-12:60", "no time of day"),
        ("22:00-25:00", "no time of day"),
        ("22:00-02:00", "24:00"),
        ("09:00-12:00, 11:00-13:00", "09:00-12:00 and 11:00-13:00 overlap"),
        ("09:00-09:00", "ends before it begins"),
    ],
)
def test_wrong_hours_are_refused_with_a_sentence(typed: str, sentence: str) -> None:
    with pytest.raises(NotReadable, match=sentence):
        parse_hours(typed)


def test_a_range_of_days_and_own_hours_can_be_entered() -> None:
    found = parse_holidays("2027-02-06 to 2027-02-08; 春节\n\n2027-02-10；Fair；10:00-12:00\n")
    assert found == {
        date(2027, 2, 6): Holiday("春节"),
        date(2027, 2, 7): Holiday("春节"),
        date(2027, 2, 8): Holiday("春节"),
        date(2027, 2, 10): Holiday("Fair", (Span(600, 720),)),
    }


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("2027-02-06", "Line 1: write a date, a semicolon and a name"),
        ("2027-02-06; A\n2027-02-30; B", "Line 2: 2027-02-30 is not in the calendar"),
        ("2027-02-06; A\n2027-02-06; B", "Line 2: 2027-02-06 stands twice"),
        ("2027-02-06 to 2027-02-01; A", "Line 1: the days must be"),
        ("2027-01-01 to 2027-12-31; A", "Line 1: the days must be"),
        ("2027-02-06; A; 9-12", "Line 1: "),
        (f"2027-02-06; {'A' * 81}", "Line 1: the name is longer"),
    ],
)
def test_a_wrong_holiday_is_refused_with_its_line(typed: str, sentence: str) -> None:
    with pytest.raises(NotReadable, match=sentence):
        parse_holidays(typed)
