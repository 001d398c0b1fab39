"""Severity, status, contact policy, clocks and the folded state, as pure functions."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpline.cases.rules import clocks, policy, severity, status
from helpline.cases.rules.clocks import Clock, ClockName
from helpline.cases.rules.folding import fold
from helpline.cases.rules.kinds import EntryKind
from helpline.cases.rules.policy import Act, Flags, Policy, Reason, Word
from helpline.cases.rules.state import Event, State
from helpline.cases.rules.status import Accepted, Outcome, Status

NOW = datetime(2026, 11, 23, 3, 0, 17, tzinfo=UTC)
ZONE = "Asia/Shanghai"
YES = Policy(ring=Word.YES, text=Word.YES, message=Word.YES)


class Always:
    """A line that is always open."""

    def add_minutes(self, moment: datetime, minutes: float) -> datetime:
        return moment + timedelta(minutes=minutes)

    def add_days(self, moment: datetime, days: int) -> datetime:
        return moment + timedelta(days=days)

    def opening(self, moment: datetime) -> datetime:
        return moment

    def minutes_between(self, start: datetime, end: datetime) -> float:
        return (end - start) / timedelta(minutes=1)


def event(kind: EntryKind, minutes: int = 0, by: str | None = None, /, **body: Any) -> Event:
    return Event(kind, NOW + timedelta(minutes=minutes), by, body)


def folded(*events: Event) -> State:
    state = State()
    for item in events:
        state = fold(state, item)
    return state


@pytest.mark.parametrize(
    ("codes", "lowest"),
    [
        (["W1"], 0),
        (["G2"], 3),
        (["F08"], 3),
        (["F01", "F08"], 4),
        (["F03"], 4),
        (["F07", "W1"], 4),
    ],
)
def test_forced_labour_and_retaliation_force_a_severity(codes: list[str], lowest: int) -> None:
    assert severity.forced_by(codes) == lowest


def test_a_contact_nobody_has_rated_ranks_above_s1() -> None:
    ordered = sorted([0, 1, None, 2, 3, 4], key=severity.rank, reverse=True)
    assert ordered == [4, 3, 2, None, 1, 0]


def test_every_status_can_be_reached_and_left() -> None:
    reached = {after for ways in status.NEXT.values() for after in ways} | {Status.CLOSED}
    assert reached | {Status.NEW} == set(Status)
    assert all(status.NEXT[name] for name in Status)


def test_no_way_leads_to_the_factory_without_consent() -> None:
    for name in Status:
        assert Status.WITH_FACTORY not in status.ways_from(name, ())


def test_no_way_by_hand_leads_into_closed() -> None:
    assert all(Status.CLOSED not in ways for ways in status.NEXT.values())


@pytest.mark.parametrize("outcome", list(Outcome))
def test_every_outcome_can_end_a_case(outcome: Outcome) -> None:
    assert status.may_close(outcome, Accepted.YES, [], NOW).allowed


def test_three_tries_in_one_day_are_not_enough() -> None:
    tries = [NOW - timedelta(hours=n) for n in range(3)]
    assert not status.may_close(Outcome.UNREACHABLE, Accepted.NOT_REACHED, tries, NOW).allowed


@pytest.mark.parametrize("act", list(Act))
def test_no_answer_means_no(act: Act) -> None:
    decision = policy.decide(act, Policy(), [], Flags(), NOW, ZONE)
    assert (decision.allowed, decision.reason) == (False, Reason.NOT_ASKED)
    assert decision.overridable


def test_flags_and_colleagues_cannot_be_overridden() -> None:
    never = Policy(ring=Word.NO, text=Word.NO)
    for colleagues, flags in (([never], Flags()), ([], Flags(never_ring=True, never_text=True))):
        for act in Act:
            decision = policy.decide(act, YES, colleagues, flags, NOW, ZONE)
            assert decision.reason is Reason.COLLEAGUE_NEVER
            assert not decision.overridable


def test_a_message_needs_a_number_that_may_be_rung() -> None:
    said = Policy(ring=Word.NO, message=Word.YES)
    assert not policy.decide(Act.MESSAGE, said, [], Flags(), NOW, ZONE).allowed


@pytest.mark.parametrize(
    ("hours", "hour", "inside"),
    [
        (("19:00", "21:00"), 19, True),
        (("19:00", "21:00"), 21, False),
        (("19:00", "21:00"), 11, False),
        (("22:00", "02:00"), 23, True),
        (("22:00", "02:00"), 1, True),
        (("22:00", "02:00"), 2, False),
    ],
)
def test_safe_hours_run_on_the_workers_clock(
    hours: tuple[str, str], hour: int, inside: bool
) -> None:
    given_hours = Policy(Word.YES, Word.YES, Word.YES, *hours)
    local = datetime(2026, 11, 23, hour, 0, tzinfo=UTC) - timedelta(hours=8)
    assert policy.within_hours(given_hours, local, ZONE) is inside


words = st.sampled_from(list(Word))
policies = st.builds(Policy, ring=words, text=words, message=words)


@given(own=policies, colleagues=st.lists(policies, max_size=3), act=st.sampled_from(list(Act)))
def test_one_more_colleague_never_allows_more(
    own: Policy, colleagues: list[Policy], act: Act
) -> None:
    alone = policy.decide(act, own, [], Flags(), NOW, ZONE)
    together = policy.decide(act, own, colleagues, Flags(), NOW, ZONE)
    assert alone.allowed or not together.allowed


@given(policies)
def test_a_policy_survives_being_stored(given_policy: Policy) -> None:
    assert Policy.from_dict(json.loads(json.dumps(given_policy.to_dict()))) == given_policy


def test_what_is_wrong_with_typed_hours_is_said() -> None:
    assert policy.problem_with(Policy(hours_from="19:00")) is not None
    assert policy.problem_with(Policy(hours_from="7pm", hours_to="9pm")) is not None
    assert policy.problem_with(Policy(hours_from="19:00", hours_to="19:00")) is not None
    assert policy.problem_with(Policy(hours_from="19:00", hours_to="21:00")) is None


FACTORY_MAY_KNOW = {
    "id": "c",
    "purpose": "tell",
    "recipient": "factory",
    "given": True,
    "facts": {"what": "Wages of October are unpaid."},
    "words": "Yes, ask them.",
    "way": "talk",
}
kinds = st.sampled_from(
    [
        event(EntryKind.VOICE_IN, 0, line="l", language="yue", caller="+86 ··42"),
        event(EntryKind.SMS, 5, text="x", chars=1),
        event(EntryKind.DANGER, 6),
        event(EntryKind.SAFETY, 7, ring=True, message=False),
        event(EntryKind.CALLBACK_ASKED, 8),
        event(EntryKind.ASSIGNED, 9, "p", to="p"),
        event(EntryKind.NOTE, 10, "p", text="x"),
        event(EntryKind.CODING, 11, "p", main="W1", codes=["W1"], severity=2),
        event(EntryKind.TEXT_OUT, 12, "p", text="x"),
        event(EntryKind.CALLBACK_OUT, 13, "p", reached=False),
        event(EntryKind.STATUS, 14, "p", status="on_hold", until=NOW.isoformat()),
        event(EntryKind.CLOSING, 15, "p", outcome="advice_sufficient"),
        event(EntryKind.POLICY, 16, "p", policy=YES.to_dict()),
        event(EntryKind.CONSENT, 17, what="recording", given=True),
        event(EntryKind.CONSENT, 18, "p", **FACTORY_MAY_KNOW),
        event(EntryKind.CONSENT_WITHDRAWN, 19),
        event(EntryKind.PROTECTED, 20, "p", name="Mei", words=["bed 12"]),
        event(EntryKind.DISCLOSURE, 21, "p", id="d", recipient="factory", groups=["what"]),
        event(EntryKind.ANSWER, 22, None, disclosure="d", planned="pay", planned_for="2026-12-01"),
        event(EntryKind.PLAN, 23, "p", id="q", text="pay", due=NOW.isoformat()),
        event(EntryKind.PLAN_WORD, 24, "p", plan="q", agreed=True),
        event(EntryKind.SECOND_ASKED, 25, "p", id="s", act="close", body={"outcome": "mediated"}),
        event(EntryKind.SECOND_GIVEN, 26, "r", id="s", agreed=False),
        event(EntryKind.MINUTES, 27, "p", id="m", text="x"),
        event(EntryKind.MINUTES_WORD, 28, "p", minutes="m", agreed=True),
        event(EntryKind.APPOINTMENT, 29, "p", id="a", at=NOW.isoformat(), how="visit"),
        event(EntryKind.APPOINTMENT_WISH, 30, None, id="a", wish="move"),
        event(EntryKind.APPOINTMENT_CHANGED, 31, "p", id="a", at=NOW.isoformat()),
        event(EntryKind.APPOINTMENT_CHANGED, 32, "p", id="a", state="cancelled"),
        event(EntryKind.STEP, 33, "p", id="n", what="ask", due=NOW.isoformat()),
        event(EntryKind.STEP_DONE, 34, "p", step="n"),
        event(EntryKind.OPENED_WITH_REASON, 35, "r", reason="x"),
        event(EntryKind.WATCH, 36, "p", days=30),
    ]
)


@given(st.lists(kinds, max_size=12), st.integers(0, 12))
def test_a_state_stored_half_way_and_folded_on_is_the_same(events: list[Event], cut: int) -> None:
    first = State.from_dict(json.loads(json.dumps(folded(*events[:cut]).to_dict())))
    for item in events[cut:]:
        first = fold(first, item)
    assert first == folded(*events)


def test_a_contact_of_a_closed_case_opens_it_again() -> None:
    state = folded(
        event(EntryKind.VOICE_IN), event(EntryKind.CLOSING, 5, "p"), event(EntryKind.SMS, 9)
    )
    assert state.status is Status.REOPENED
    assert state.waiting_since == NOW + timedelta(minutes=9)


def test_a_case_has_passed_only_what_it_stood_in() -> None:
    state = folded(
        event(EntryKind.VOICE_IN),
        event(EntryKind.CODING, 3, "p", severity=2, main="W1", codes=["W1"]),
        event(EntryKind.CLOSING, 5, "p"),
        event(EntryKind.SMS, 9),
        event(EntryKind.CLOSING, 12, "p"),
    )
    assert state.passed == ("new", "triaged", "closed", "reopened")
    assert State.from_dict(state.to_dict()) == state


def test_asking_to_be_rung_makes_ringing_safe_and_nothing_else() -> None:
    state = folded(event(EntryKind.MISSED_CALL), event(EntryKind.CALLBACK_ASKED, 1))
    assert (state.policy.ring, state.policy.text) == (Word.YES, Word.UNKNOWN)


def test_an_unrated_contact_is_looked_at_within_half_an_hour() -> None:
    clock = clocks.first_clock(None, NOW, Always())
    assert (clock.name, clock.due - NOW) == (ClockName.LOOK, timedelta(minutes=30))
    assert clock.alarm == clock.due


def test_a_visit_that_nobody_has_rated_is_looked_at_too() -> None:
    visit = folded(event(EntryKind.WALK_IN))
    clock = clocks.next_clock(visit, Always())
    assert clock
    assert (clock.name, clock.due - NOW) == (ClockName.LOOK, timedelta(minutes=30))
    taken = fold(visit, event(EntryKind.ASSIGNED, 5, to="ada"))
    assert clocks.next_clock(taken, Always()) is None
    back = fold(taken, event(EntryKind.ASSIGNED, 90, to=None))
    clock = clocks.next_clock(back, Always())
    assert clock
    assert (clock.name, clock.due - NOW) == (ClockName.LOOK, timedelta(minutes=120))
    rated = fold(back, event(EntryKind.CODING, 95, main="W1", severity=2))
    clock = clocks.next_clock(rated, Always())
    assert clock
    assert clock.name is ClockName.ACT


def test_danger_runs_on_the_wall_clock() -> None:
    assert clocks.first_clock(4, NOW, Always()).due == NOW + timedelta(hours=1)


def test_a_taken_case_that_nobody_rated_still_waits_for_an_answer() -> None:
    state = folded(event(EntryKind.SMS), event(EntryKind.ASSIGNED, 5, "p", to="p"))
    clock = clocks.next_clock(state, Always())
    assert clock is not None
    assert clock.name is ClockName.FIRST_ANSWER


def test_an_answer_starts_the_clock_of_the_next_update() -> None:
    state = folded(
        event(EntryKind.SMS),
        event(EntryKind.CODING, 5, "p", main="W1", codes=["W1"], severity=2),
        event(EntryKind.TEXT_OUT, 60, "p", text="x"),
    )
    found = {clock.name: clock for clock in clocks.clocks(state, Always())}
    assert found[ClockName.FIRST_ANSWER].met == NOW + timedelta(minutes=60)
    assert found[ClockName.ACKNOWLEDGE].met == NOW + timedelta(minutes=60)
    assert found[ClockName.UPDATE].due == NOW + timedelta(minutes=60, days=7)


def test_a_closed_case_has_no_running_clock() -> None:
    state = folded(event(EntryKind.SMS), event(EntryKind.CLOSING, 5, "p"))
    assert clocks.next_clock(state, Always()) is None


@given(st.datetimes(min_value=datetime(2020, 1, 1), max_value=datetime(2040, 1, 1)))  # noqa: DTZ001
def test_outer_times_are_rounded_down_by_less_than_their_step(naive: datetime) -> None:
    moment = naive.replace(tzinfo=UTC)
    clock = Clock(ClockName.CLOSE, moment - timedelta(days=1), moment)
    for level, step in ((2, timedelta(hours=1)), (4, timedelta(minutes=15))):
        due, _alarm = clocks.shell_times(clock, level)
        assert due is not None
        assert timedelta(0) <= moment - due < step
        assert (due.minute % (step.seconds // 60), due.second, due.microsecond) == (0, 0, 0)
