"""The clocks of a case on real calendars: shifts, feasts, summer time, holds, reopening."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpline.cases.rules import clocks
from helpline.cases.rules.clocks import Clock, ClockName
from helpline.cases.rules.folding import fold
from helpline.cases.rules.kinds import EntryKind
from helpline.cases.rules.state import Event, Hold, State
from helpline.cases.rules.working import Unit, moved_by_holds
from helpline.cases.service.calendars import ALWAYS_OPEN, LineTime
from helpline.register.rules.calendar import Calendar, Holiday, Span, is_open
from tests.unit.cases.test_cases_rules import kinds as any_event

SHANGHAI, KOLKATA, BERLIN = "Asia/Shanghai", "Asia/Kolkata", "Europe/Berlin"
SPLIT = (Span(9 * 60, 12 * 60), Span(14 * 60, 18 * 60))
WEEKDAYS = (SPLIT,) * 5 + ((), ())
DAILY = ((Span(9 * 60, 18 * 60),),) * 7
SPRING_FEAST = {
    date(2026, 2, 16) + timedelta(days=n): Holiday("Chinese New Year") for n in range(7)
}
LINE = LineTime(Calendar(SHANGHAI, WEEKDAYS))
BUSY = LineTime(Calendar(SHANGHAI, DAILY))


def at(text: str, zone: str = SHANGHAI) -> datetime:
    """A wall clock time, in UTC as the entries keep it."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def happened(kind: EntryKind, moment: datetime, /, **body: Any) -> Event:
    return Event(kind, moment, "p", body)


def folded(*events: Event, state: State | None = None) -> State:
    state = state or State()
    for event in events:
        state = fold(state, event)
    return state


def written(moment: datetime) -> Event:
    return happened(EntryKind.SMS, moment, text="x", chars=1)


def rated(moment: datetime, severity: int) -> Event:
    return happened(EntryKind.SEVERITY, moment, severity=severity)


def put_on_hold(moment: datetime, until: datetime) -> Event:
    return happened(EntryKind.STATUS, moment, status="on_hold", until=until.isoformat())


def went_on(moment: datetime) -> Event:
    return happened(EntryKind.STATUS, moment, status="triaged")


def all_of(state: State, line: LineTime = LINE) -> Mapping[ClockName, Clock]:
    return {clock.name: clock for clock in clocks.clocks(state, line)}


def due(state: State, name: ClockName, line: LineTime = LINE) -> datetime:
    return all_of(state, line)[name].due


# The calendar


@pytest.mark.parametrize(
    ("came", "wanted"),
    [
        ("2026-11-23T09:30", "2026-11-23T15:30"),  # over the lunch break
        ("2026-11-23T12:30", "2026-11-23T18:00"),  # within it; the day's hours are just enough
        ("2026-11-27T17:00", "2026-11-30T12:00"),  # over the weekend
        ("2026-11-28T03:00", "2026-11-30T15:00"),  # while it is closed
    ],
)
def test_four_hours_of_a_split_shift(came: str, wanted: str) -> None:
    state = folded(written(at(came)), rated(at(came), 3))
    assert due(state, ClockName.FIRST_ANSWER) == at(wanted)


def test_a_working_day_from_a_closed_night_is_not_over_in_the_minute_the_line_opens() -> None:
    saturday = at("2026-11-28T03:00")
    state = folded(written(saturday), rated(saturday, 2))
    assert due(state, ClockName.FIRST_ANSWER) == at("2026-12-01T09:00")


def test_chinese_new_year_stops_hours_and_working_days_but_neither_danger_nor_the_law() -> None:
    line = LineTime(Calendar(SHANGHAI, DAILY, SPRING_FEAST))
    came = at("2026-02-15T17:00")
    wanted = {3: "2026-02-23T12:00", 2: "2026-02-23T17:00", 4: "2026-02-15T18:00"}
    for severity, moment in wanted.items():
        state = folded(written(came), rated(came, severity))
        assert due(state, ClockName.FIRST_ANSWER, line) == at(moment)
    state = folded(written(at("2026-02-10T10:00")), rated(at("2026-02-10T10:00"), 2))
    acknowledge = all_of(state, line)[ClockName.ACKNOWLEDGE]
    assert acknowledge.due == at("2026-02-23T09:00")  # day 7 lies in the feast: the next opening


def test_diwali_with_hours_of_its_own() -> None:
    short = {date(2026, 11, 8): Holiday("Diwali", (Span(10 * 60, 12 * 60),))}
    line = LineTime(Calendar(KOLKATA, DAILY, short))
    for came, severity in (("2026-11-07T16:00", 3), ("2026-11-07T17:00", 2)):
        state = folded(written(at(came, KOLKATA)), rated(at(came, KOLKATA), severity))
        wanted = at("2026-11-08T12:00", KOLKATA)
        assert due(state, ClockName.FIRST_ANSWER, line) == wanted


@pytest.mark.parametrize(
    ("came", "wanted"),
    [
        ("2026-03-28T23:00", "2026-03-29T04:00"),  # the hour from 2 to 3 is nobody's
        ("2026-10-24T23:00", "2026-10-25T02:00"),  # the hour from 2 to 3 is worked twice
    ],
)
def test_four_hours_over_a_night_in_which_the_clock_is_put(came: str, wanted: str) -> None:
    line = LineTime(Calendar(BERLIN, ((Span(0, 1440),),) * 7))
    state = folded(written(at(came, BERLIN)), rated(at(came, BERLIN), 3))
    found = due(state, ClockName.FIRST_ANSWER, line)
    assert found - at(came, BERLIN) == timedelta(hours=4)
    assert found.astimezone(ZoneInfo(BERLIN)).strftime("%Y-%m-%dT%H:%M") == wanted


@pytest.mark.parametrize("came", ["2026-03-28T10:00", "2026-10-24T10:00"])
def test_a_working_day_is_the_same_time_of_day_when_the_clock_was_put(came: str) -> None:
    line = LineTime(Calendar(BERLIN, DAILY))
    state = folded(written(at(came, BERLIN)), rated(at(came, BERLIN), 2))
    found = due(state, ClockName.FIRST_ANSWER, line).astimezone(ZoneInfo(BERLIN))
    assert (found.hour, found.day) == (10, at(came, BERLIN).day + 1)


@pytest.mark.parametrize("came", ["2026-11-23T10:00", "2026-11-24T02:13", "2026-11-29T23:59"])
def test_danger_is_one_hour_by_day_and_by_night(came: str) -> None:
    state = folded(written(at(came)), happened(EntryKind.DANGER, at(came)))
    for name in (ClockName.FIRST_ANSWER, ClockName.REVIEW):
        assert due(state, name) == at(came) + timedelta(hours=1)


def test_a_line_without_hours_lets_nobody_wait_for_ever() -> None:
    never = LineTime(Calendar(SHANGHAI, ((),) * 7))
    came = at("2026-11-23T10:00")
    held = (written(came), rated(came, 3), put_on_hold(came + timedelta(hours=1), at("2026-11-25")))
    assert due(folded(*held[:2]), ClockName.FIRST_ANSWER, never) == came + timedelta(hours=4)
    assert due(folded(*held), ClockName.FIRST_ANSWER, never) == at("2026-11-25T03:00")


# What happens in one second, or is written down afterwards


def test_a_reply_and_a_change_of_status_in_the_same_second_both_count() -> None:
    came, then = at("2026-11-23T10:00"), at("2026-11-23T11:00")
    reply = happened(EntryKind.TEXT_OUT, then, text="x")
    for both in ((reply, went_on(then)), (went_on(then), reply)):
        state = folded(written(came), rated(came, 2), *both)
        found = all_of(state)
        assert found[ClockName.FIRST_ANSWER].met == then
        assert ClockName.ANSWER not in found
        assert found[ClockName.UPDATE].start == then
        assert state.status.value == "triaged"


def test_a_text_in_the_second_of_our_reply_still_waits() -> None:
    came, then = at("2026-11-23T10:00"), at("2026-11-23T11:00")
    reply = happened(EntryKind.TEXT_OUT, then, text="x")
    assert folded(written(came), reply, written(then)).waiting_since == then
    assert folded(written(came), written(then), reply).waiting_since is None


def test_a_talk_written_down_afterwards_does_not_answer_what_was_texted_since() -> None:
    early, texted = at("2026-11-23T09:00"), at("2026-11-23T11:00")
    visit = happened(EntryKind.WALK_IN, at("2026-11-23T10:00"), talked=True, text="x")
    state = folded(written(early), written(texted))
    assert folded(visit, state=state).waiting_since == texted
    assert folded(visit, state=folded(written(texted))).waiting_since == texted
    rung = happened(EntryKind.CALLBACK_OUT, texted, reached=True)
    assert folded(rung, visit, state=state).waiting_since is None
    assert folded(rung, visit, state=state).last_update == texted


# Another severity


def test_a_case_that_becomes_serious_keeps_the_time_it_has_used() -> None:
    came = at("2026-11-23T09:00")
    state = folded(written(came), rated(came, 1))
    before = due(state, ClockName.FIRST_ANSWER)
    raised = folded(rated(at("2026-11-24T09:30"), 3), state=state)
    clock = all_of(raised)[ClockName.FIRST_ANSWER]
    assert (clock.start, clock.due) == (came, at("2026-11-23T15:00"))
    assert clock.due < before
    assert clock.is_late(at("2026-11-24T09:30"))


def test_on_a_line_of_short_hours_a_serious_case_is_not_later_than_an_ordinary_one() -> None:
    short = LineTime(Calendar(SHANGHAI, ((Span(9 * 60, 10 * 60),),) * 7))
    came = at("2026-11-23T09:00")
    ordinary = folded(written(came), rated(came, 2))
    serious = folded(rated(came, 3), state=ordinary)
    assert due(serious, ClockName.FIRST_ANSWER, short) == due(
        ordinary, ClockName.FIRST_ANSWER, short
    )
    assert clocks.first_clock(3, came, short).due == due(serious, ClockName.FIRST_ANSWER, short)


def test_a_question_that_turns_out_to_be_a_complaint_is_answered_as_soon_as_promised() -> None:
    came = at("2026-11-23T09:00")
    question = folded(written(came), rated(came, 0))
    complaint = folded(rated(at("2026-11-23T10:00"), 1), state=question)
    assert due(complaint, ClockName.FIRST_ANSWER) == at("2026-11-24T09:00")
    lowered = folded(rated(at("2026-11-23T11:00"), 0), rated(came, 1), state=complaint)
    assert due(lowered, ClockName.FIRST_ANSWER) <= at("2026-11-25T09:00")


def test_a_look_at_a_case_before_it_was_serious_is_no_look_at_the_serious_case() -> None:
    came, later = at("2026-11-23T09:00"), at("2026-11-26T09:00")
    state = folded(
        written(came), rated(came, 2), happened(EntryKind.ASSIGNED, came, to="p", how="assign")
    )
    found = all_of(folded(rated(later, 3), state=state))[ClockName.REVIEW]
    assert (found.start, found.met) == (later, None)


def test_alarms_come_at_four_fifths_but_for_what_is_agreed_for_a_moment() -> None:
    start = at("2026-11-23T10:00")
    for name in ClockName:
        clock = Clock(name, start, start + timedelta(hours=10))
        at_once = name in {ClockName.LOOK, ClockName.APPOINTMENT}
        assert clock.alarm == start + timedelta(hours=10 if at_once else 8)


# Holds


def test_what_was_left_runs_on_after_several_holds() -> None:
    came = at("2026-11-23T09:00")
    state = folded(
        written(came),
        rated(came, 3),
        put_on_hold(at("2026-11-23T10:00"), at("2026-11-24T10:00")),
        went_on(at("2026-11-24T10:00")),
        put_on_hold(at("2026-11-24T11:00"), at("2026-11-26T14:00")),
        went_on(at("2026-11-26T14:00")),
    )
    assert due(state, ClockName.FIRST_ANSWER) == at("2026-11-26T16:00")
    assert state.holds == (
        Hold(at("2026-11-23T10:00"), at("2026-11-24T10:00")),
        Hold(at("2026-11-24T11:00"), at("2026-11-26T14:00")),
    )


def test_a_hold_over_the_due_time_moves_it_and_one_that_ends_early_gives_less() -> None:
    came, until = at("2026-11-23T09:00"), at("2026-12-01T09:00")
    held = folded(written(came), rated(came, 3), put_on_hold(at("2026-11-23T11:00"), until))
    clock = all_of(held)[ClockName.FIRST_ANSWER]
    assert clock.due == at("2026-12-01T11:00")
    assert clock.is_paused(at("2026-11-30T09:00"))
    ended = folded(went_on(at("2026-11-23T11:30")), state=held)
    assert due(ended, ClockName.FIRST_ANSWER) == at("2026-11-23T15:30")


def test_a_hold_that_ran_out_stops_nothing_any_more() -> None:
    came, until = at("2026-11-23T09:00"), at("2026-11-24T09:00")
    held = folded(written(came), rated(came, 3), put_on_hold(at("2026-11-23T11:00"), until))
    clock = all_of(held)[ClockName.FIRST_ANSWER]
    assert not clock.is_paused(until)
    assert clock.is_late(at("2026-11-24T11:01"))
    late = folded(went_on(at("2026-11-30T09:00")), state=held)
    assert due(late, ClockName.FIRST_ANSWER) == clock.due == at("2026-11-24T11:00")


def test_what_is_late_stays_late_on_hold() -> None:
    came = at("2026-11-23T09:00")
    held = folded(
        written(came),
        rated(came, 3),
        put_on_hold(at("2026-11-25T09:00"), at("2026-12-20T09:00")),
    )
    clock = clocks.next_clock(held, LINE)
    assert clock is not None
    assert (clock.name, clock.due) == (ClockName.FIRST_ANSWER, at("2026-11-23T15:00"))
    assert clock.is_late(at("2026-11-26T09:00"))
    assert clocks.shell_times(clock, 3)[0] == at("2026-11-23T15:00")


def test_the_law_knows_no_hold() -> None:
    came = at("2026-11-23T09:00")
    running = folded(written(came), rated(came, 2))
    held = folded(put_on_hold(at("2026-11-24T09:00"), at("2027-06-01T09:00")), state=running)
    for name in (ClockName.ACKNOWLEDGE, ClockName.FEEDBACK):
        assert all_of(held)[name] == all_of(running)[name]
        assert all_of(held)[name].paused_until is None
    assert due(held, ClockName.CLOSE) > at("2027-06-01T09:00")


def test_danger_and_words_of_the_worker_during_a_hold_do_not_wait_for_its_end() -> None:
    came, then = at("2026-11-23T09:00"), at("2026-11-26T22:00")
    held = folded(
        written(came),
        rated(came, 2),
        happened(EntryKind.TEXT_OUT, at("2026-11-23T10:00"), text="x"),
        put_on_hold(at("2026-11-24T09:00"), at("2027-01-20T09:00")),
        written(then),
        happened(EntryKind.DANGER, then),
    )
    found = all_of(held)
    for name in (ClockName.ANSWER, ClockName.REVIEW):
        assert (found[name].due, found[name].paused_until) == (then + timedelta(hours=1), None)


def test_a_hold_of_seconds_makes_nothing_due_earlier() -> None:
    start, until = at("2026-11-23T09:00:00"), at("2026-11-23T13:00:00")
    hold = Hold(at("2026-11-23T09:00:10"), at("2026-11-23T09:00:12"))
    moved = moved_by_holds(start, until, Unit.WORKING_MINUTES, [hold], BUSY)
    assert moved == until + timedelta(seconds=2)


# The end, and after it


def test_a_reopened_case_begins_again_and_owes_no_word_from_before() -> None:
    came, ended, again = at("2026-03-02T09:00"), at("2026-03-20T09:00"), at("2026-11-23T09:00")
    state = folded(
        written(came),
        rated(came, 2),
        happened(EntryKind.TEXT_OUT, at("2026-03-02T10:00"), text="x"),
        happened(EntryKind.CLOSING, ended, outcome="advice_sufficient"),
        written(again),
    )
    found = all_of(state)
    assert found[ClockName.CLOSE].start == found[ClockName.UPDATE].start == again
    assert found[ClockName.ANSWER].due == at("2026-11-24T09:00")
    running = [clock for clock in found.values() if clock.met is None]
    assert all(clock.due > again for clock in running)


def test_a_case_closed_without_an_answer_and_opened_again_waits_since_then() -> None:
    came, again = at("2026-03-02T09:00"), at("2026-11-23T09:00")
    state = folded(
        happened(EntryKind.MISSED_CALL, came),
        rated(came, 2),
        happened(EntryKind.CLOSING, at("2026-03-20T09:00"), outcome="insufficient_information"),
        written(again),
    )
    assert due(state, ClockName.FIRST_ANSWER) == at("2026-11-24T09:00")
    assert due(state, ClockName.ACKNOWLEDGE) == at("2026-11-30T09:00")


def test_after_the_end_the_watch_runs_at_30_and_90_days_and_nothing_else() -> None:
    came, ended = at("2026-11-02T09:00"), at("2026-11-23T10:00")
    state = folded(
        written(came),
        rated(came, 3),
        happened(EntryKind.APPOINTMENT, came, id="a", at=at("2026-12-24T10:00").isoformat()),
        happened(EntryKind.STEP, came, id="n", what="x", due=at("2026-12-24T10:00").isoformat()),
        happened(EntryKind.CLOSING, ended, outcome="mediated", watch=True),
    )
    running = [clock for clock in clocks.clocks(state, LINE) if clock.met is None]
    assert [(clock.name, clock.due) for clock in running] == [
        (ClockName.WATCH, at("2026-12-23T10:00")),
        (ClockName.WATCH, at("2027-02-22T09:00")),  # day 90 is a Sunday
    ]
    after = folded(happened(EntryKind.WATCH, at("2026-12-24T10:00"), days=30), state=state)
    clock = clocks.next_clock(after, LINE)
    assert clock is not None
    assert clock.due == at("2027-02-22T09:00")
    done = folded(happened(EntryKind.WATCH, at("2027-02-22T10:00"), days=90), state=after)
    assert clocks.next_clock(done, LINE) is None


def test_talks_and_steps_are_clocks_until_they_are_over() -> None:
    came = at("2026-11-23T09:00")
    talk, step = at("2026-11-24T19:00"), at("2026-11-25T18:00")
    state = folded(
        written(came),
        happened(EntryKind.TEXT_OUT, came, text="x"),
        rated(came, 1),
        happened(EntryKind.APPOINTMENT, came, id="a", at=talk.isoformat()),
        happened(EntryKind.STEP, came, id="n", what="ask", due=step.isoformat()),
    )
    first = clocks.next_clock(state, LINE)
    assert first is not None
    assert (first.name, first.due, first.alarm) == (ClockName.APPOINTMENT, talk, talk)
    over = happened(EntryKind.APPOINTMENT_CHANGED, came, id="a", state="held")
    second = clocks.next_clock(folded(over, state=state), LINE)
    assert second is not None
    assert (second.name, second.due) == (ClockName.STEP, step)
    done = folded(over, happened(EntryKind.STEP_DONE, came, step="n"), state=state)
    assert {ClockName.STEP, ClockName.APPOINTMENT}.isdisjoint(all_of(done))


@pytest.mark.parametrize(
    ("severity", "shown"), [(4, "10:45"), (3, "10:45"), (None, "10:45"), (2, "10:00"), (0, "10:00")]
)
def test_the_outer_row_shows_a_time_rounded_down(severity: int | None, shown: str) -> None:
    start = at("2026-11-20T10:59:59")
    clock = Clock(ClockName.CLOSE, start, at("2026-11-23T10:59:59"))
    assert clocks.shell_times(clock, severity)[0] == at(f"2026-11-23T{shown}")


# Whatever happens, on whatever line


@st.composite
def lines(draw: st.DrawFn) -> LineTime:
    spans = draw(
        st.sampled_from(
            [SPLIT, (Span(0, 1440),), (Span(540, 560),), (Span(0, 60), Span(1380, 1440)), ()]
        )
    )
    closed = draw(st.sets(st.integers(0, 6), max_size=5))
    week = tuple(() if day in closed else spans for day in range(7))
    feast = draw(st.integers(0, 10))
    holidays = {date(2026, 11, 23) + timedelta(days=n): Holiday("Feast") for n in range(feast)}
    return LineTime(Calendar(draw(st.sampled_from([SHANGHAI, KOLKATA, BERLIN])), week, holidays))


@st.composite
def histories(draw: st.DrawFn) -> list[Event]:
    """A contact, then anything, minutes or days apart; holds that end in time or do not."""
    moment = at("2026-11-23T11:00:17") + timedelta(minutes=draw(st.integers(0, 40_000)))
    events = [written(moment)]
    gaps = st.one_of(st.integers(0, 90), st.integers(0, 20_000))
    others = st.one_of(
        any_event,
        st.integers(0, 4).map(lambda level: rated(moment, level)),
        st.just(went_on(moment)),
    )
    for event in draw(st.lists(others, max_size=8)):
        moment += timedelta(minutes=draw(gaps), seconds=draw(st.integers(0, 59)))
        body = dict(event.body)
        for name in ("until", "due") + (("at",) if "appointment" in event.kind.value else ()):
            if name in body:
                body[name] = (moment + timedelta(hours=draw(st.integers(1, 500)))).isoformat()
        events.append(replace(event, at=moment, body=body))
    return events


AGREED = {ClockName.STEP, ClockName.APPOINTMENT, ClockName.REMEDY}
TIDY = settings(deadline=None, max_examples=60)


@TIDY
@given(histories(), lines())
def test_no_clock_is_due_before_it_starts_and_the_next_one_is_the_earliest(
    events: list[Event], line: LineTime
) -> None:
    state = folded(*events)
    found = clocks.clocks(state, line)
    assert all(clock.start <= clock.due for clock in found if clock.met is None)
    running = [clock for clock in found if clock.met is None]
    first = clocks.next_clock(state, line)
    assert first == min(running, key=lambda clock: clock.due, default=None)
    if state.closed is not None:
        assert {clock.name for clock in running} <= {ClockName.WATCH}
    for clock in running:
        shown, alarm = clocks.shell_times(clock, state.severity)
        assert shown is not None
        assert alarm is not None
        assert alarm <= shown <= clock.due


@TIDY
@given(histories(), lines(), st.integers(0, 4), st.integers(0, 5_000))
def test_a_higher_severity_never_gives_more_time_for_an_answer(
    events: list[Event], line: LineTime, severity: int, minutes: int
) -> None:
    state = folded(*events)
    if state.severity is not None and severity < state.severity:
        return
    if state.severity is None and severity < 2:
        return  # what nobody has rated counts as S2
    before = all_of(state, line)
    moment = events[-1].at + timedelta(minutes=minutes)
    after = all_of(folded(rated(moment, severity), state=state), line)
    for name in (ClockName.FIRST_ANSWER, ClockName.ANSWER):
        if name in before and name in after and before[name].met is None:
            assert after[name].due <= before[name].due


@TIDY
@given(histories(), lines(), st.integers(1, 5_000), st.integers(1, 20_000), st.integers(0, 59))
def test_a_hold_never_makes_anything_due_earlier(
    events: list[Event], line: LineTime, after: int, length: int, seconds: int
) -> None:
    state = folded(*events)
    if state.closed is not None or state.held_since is not None:
        return
    begun = events[-1].at + timedelta(minutes=after, seconds=seconds)
    held = folded(put_on_hold(begun, begun + timedelta(minutes=length)), state=state)
    before, during = all_of(state, line), all_of(held, line)
    for name, clock in during.items():
        if name in before:
            assert clock.due >= before[name].due
    ended = folded(went_on(begun + timedelta(minutes=length // 2)), state=held)
    for name, clock in all_of(ended, line).items():
        if name in during:
            assert clock.due <= during[name].due


@TIDY
@given(histories(), lines())
def test_clocks_in_days_end_while_the_line_is_open(events: list[Event], line: LineTime) -> None:
    found = all_of(folded(*events), line)
    days = {ClockName.CLOSE, ClockName.FEEDBACK, ClockName.WATCH, ClockName.UPDATE}
    if any(line.calendar.week):
        state = folded(*events)
        for name in days & set(found):
            if state.severity not in {0, 4, None}:
                assert is_open(line.calendar, found[name].due)


def test_the_clocks_of_a_stored_state_are_the_same() -> None:
    came = at("2026-11-23T09:00")
    state = folded(written(came), rated(came, 0), rated(came + timedelta(hours=1), 1))
    stored = State.from_dict(json.loads(json.dumps(state.to_dict())))
    assert clocks.clocks(stored, LINE) == clocks.clocks(state, LINE)
    assert clocks.clocks(State(), LineTime(ALWAYS_OPEN)) == ()
