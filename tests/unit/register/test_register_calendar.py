"""A line's calendar agrees, minute by minute, with somebody who looks at the wall clock."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpline.register.rules.calendar import (
    HORIZON,
    Calendar,
    Holiday,
    Span,
    add_working_days,
    add_working_time,
    holiday_at,
    is_open,
    next_opening,
    openings,
    working_minutes_between,
)
from helpline.register.rules.hours import parse_hours

MINUTE = timedelta(minutes=1)
OFFICE = (Span(9 * 60, 12 * 60), Span(13 * 60, 18 * 60))
WEEK = (OFFICE,) * 5 + ((), ())
SHANGHAI = Calendar("Asia/Shanghai", WEEK)

# Moments around which a clock is put forward or back, half-hour steps and midnights among them.
TURNS = {
    "Asia/Shanghai": datetime(2026, 3, 29, 1, tzinfo=UTC),
    "Asia/Kolkata": datetime(2026, 10, 25, 1, tzinfo=UTC),
    "Europe/Berlin": datetime(2026, 3, 29, 1, tzinfo=UTC),
    "Europe/London": datetime(2026, 10, 25, 1, tzinfo=UTC),
    "America/New_York": datetime(2026, 11, 1, 6, tzinfo=UTC),
    "Australia/Lord_Howe": datetime(2026, 4, 4, 15, tzinfo=UTC),
    "Asia/Beirut": datetime(2026, 3, 28, 22, tzinfo=UTC),
    "Africa/Casablanca": datetime(2026, 3, 22, 2, tzinfo=UTC),
}


def a_moment(text: str, zone: str = "Asia/Shanghai") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


@st.composite
def days(draw: st.DrawFn) -> tuple[Span, ...]:
    edges = sorted(draw(st.sets(st.integers(0, 1440), max_size=6)))
    return tuple(Span(a, b) for a, b in zip(edges[::2], edges[1::2], strict=False))


@st.composite
def situations(draw: st.DrawFn) -> tuple[Calendar, datetime]:
    zone = draw(st.sampled_from(sorted(TURNS)))
    turn = TURNS[zone]
    holidays = draw(
        st.dictionaries(
            st.integers(-2, 2).map(lambda n: (turn + timedelta(days=n)).date()),
            days().map(lambda spans: Holiday("Feast", spans)),
            max_size=2,
        )
    )
    week = draw(st.tuples(*[days()] * 7))
    start = turn + timedelta(seconds=draw(st.integers(-100_000, 100_000)))
    return Calendar(zone, week, holidays), start


def stepped(calendar: Calendar, start: datetime, end: datetime) -> list[datetime]:
    """Every whole minute of the wall clock that is open, by looking at each."""
    minutes = int((end - start) / MINUTE)
    return [start + n * MINUTE for n in range(minutes) if is_open(calendar, start + n * MINUTE)]


@settings(max_examples=60, deadline=None)
@given(situations())
def test_openings_are_the_minutes_at_which_the_wall_clock_shows_open_hours(
    situation: tuple[Calendar, datetime],
) -> None:
    calendar, start = situation
    start = start.replace(second=0)
    end = start + timedelta(days=2)
    found = [
        opens + n * MINUTE
        for opens, closes in openings(calendar, start, end)
        for n in range(int((closes - opens) / MINUTE))
    ]
    assert found == stepped(calendar, start, end)


@settings(max_examples=60, deadline=None)
@given(situations(), st.integers(0, 1500))
def test_adding_and_measuring_working_time_agree(
    situation: tuple[Calendar, datetime], minutes: int
) -> None:
    calendar, start = situation
    due = add_working_time(calendar, start, minutes)
    assert due >= start
    if working_minutes_between(calendar, start, start + HORIZON) >= minutes:
        assert working_minutes_between(calendar, start, due) == minutes
        assert minutes == 0 or is_open(calendar, due - timedelta(seconds=1))


def test_what_no_opening_is_found_for_runs_on_after_the_last_one() -> None:
    only = date(2026, 3, 22)
    calendar = Calendar("Asia/Shanghai", ((),) * 7, {only: Holiday("Fair", (Span(0, 120),))})
    before = datetime(2026, 3, 1, tzinfo=UTC)
    closes = datetime(2026, 3, 21, 18, tzinfo=UTC)
    assert add_working_time(calendar, before, 120) == closes
    assert add_working_time(calendar, before, 121) == closes + MINUTE


@settings(max_examples=60, deadline=None)
@given(situations())
def test_next_opening_is_the_first_open_moment(situation: tuple[Calendar, datetime]) -> None:
    calendar, start = situation
    found = next_opening(calendar, start)
    if found is None:
        assert not stepped(calendar, start.replace(second=0) + MINUTE, start + timedelta(days=9))
        return
    assert is_open(calendar, found)
    assert found == start or not is_open(calendar, found - timedelta(microseconds=1))
    assert not stepped(calendar, start, found)


@settings(max_examples=40, deadline=None)
@given(situations(), st.integers(0, 3000), st.integers(0, 3000))
def test_working_time_of_two_stretches_adds_up(
    situation: tuple[Calendar, datetime], first: int, second: int
) -> None:
    calendar, start = situation
    middle, end = start + first * MINUTE, start + (first + second) * MINUTE
    whole = working_minutes_between(calendar, start, end)
    parts = working_minutes_between(calendar, start, middle)
    parts += working_minutes_between(calendar, middle, end)
    assert whole == pytest.approx(parts)


def test_the_lunch_break_of_a_split_shift_is_closed() -> None:
    assert is_open(SHANGHAI, a_moment("2026-11-23T11:59:59"))
    assert not is_open(SHANGHAI, a_moment("2026-11-23T12:00"))
    due = add_working_time(SHANGHAI, a_moment("2026-11-23T11:30"), 60)
    assert due == a_moment("2026-11-23T13:30")


def test_time_over_a_weekend_and_a_holiday_does_not_count() -> None:
    monday = Holiday("Founding day")
    calendar = Calendar("Asia/Shanghai", WEEK, {date(2026, 11, 23): monday})
    friday = a_moment("2026-11-20T17:30")
    assert add_working_time(calendar, friday, 60) == a_moment("2026-11-24T09:30")
    assert holiday_at(calendar, a_moment("2026-11-23T10:00")) == monday
    assert working_minutes_between(calendar, friday, a_moment("2026-11-24T09:30")) == 60


def test_a_holiday_can_have_hours_of_its_own() -> None:
    calendar = Calendar(
        "Asia/Shanghai", WEEK, {date(2026, 11, 22): Holiday("Fair", parse_hours("10:00-11:00"))}
    )
    assert next_opening(calendar, a_moment("2026-11-21T12:00")) == a_moment("2026-11-22T10:00")


def test_an_hour_that_the_clock_skips_is_nobodys_and_a_repeated_one_counts_twice() -> None:
    night = ((Span(60, 240),),) * 7
    berlin = Calendar("Europe/Berlin", night)
    spring = a_moment("2026-03-29T00:00", "Europe/Berlin")
    autumn = a_moment("2026-10-25T00:00", "Europe/Berlin")
    noon = timedelta(hours=12)
    assert working_minutes_between(berlin, spring, spring + noon) == 120
    assert working_minutes_between(berlin, autumn, autumn + noon) == 240


def test_a_line_that_never_opens_lets_nobody_wait_for_ever() -> None:
    closed = Calendar("Asia/Shanghai", ((),) * 7)
    moment = a_moment("2026-11-23T10:00")
    assert next_opening(closed, moment) is None
    assert add_working_time(closed, moment, 30) == moment + timedelta(minutes=30)
    assert add_working_days(closed, moment, 2) == moment + timedelta(days=2)


@pytest.mark.parametrize(
    ("moment", "working_days", "due"),
    [
        ("2026-11-23T10:00", 1, "2026-11-24T10:00"),
        ("2026-11-20T10:00", 1, "2026-11-23T10:00"),
        ("2026-11-21T22:00", 1, "2026-11-23T18:00"),
        ("2026-11-22T03:00", 2, "2026-11-24T09:00"),
        ("2026-11-23T12:10", 1, "2026-11-24T12:00"),
    ],
)
def test_a_working_day_later_is_the_same_time_within_that_days_hours(
    moment: str, working_days: int, due: str
) -> None:
    assert add_working_days(SHANGHAI, a_moment(moment), working_days) == a_moment(due)


def test_hours_that_end_before_they_begin_are_refused() -> None:
    with pytest.raises(ValueError, match="begin before they end"):
        Span(600, 600)
