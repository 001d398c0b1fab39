"""Talks agreed with the worker, and next steps."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from helpline.cases.rules.agenda import Appointment, Held, Meeting
from helpline.cases.rules.clocks import ClockName
from helpline.cases.rules.kinds import EntryKind
from helpline.cases.rules.policy import Policy, Reason, Word
from helpline.cases.rules.status import Outcome
from helpline.cases.service import agenda, assignment, closing, intake, reaching, reading, writing
from helpline.cases.service.closing import Ending
from helpline.cases.service.reaching import ContactRefused
from helpline.errors import BadInput, Conflict
from tests.services.cases.conftest import MONDAY, Desk, later
from tests.services.cases.ledger import state_of, taken

EVENINGS = Policy(ring=Word.YES, hours_from="19:00", hours_to="21:00")
AT_SEVEN = later(days=1, hours=8, minutes=30)  # 19:30 in Shanghai
AT_NOON = later(days=1, hours=1)


@pytest.fixture
def case(desk: Desk) -> UUID:
    case_id = taken(desk)
    with desk.work():
        reaching.save_policy(desk.ada, case_id, EVENINGS, "", later(minutes=6))
    return case_id


def arranged(
    desk: Desk,
    case_id: UUID,
    at: datetime = AT_SEVEN,
    how: Meeting = Meeting.WE_RING,
    override: str = "",
) -> str:
    with desk.work():
        talk = Appointment("chosen by a form", at, how, state=Held.HELD, wish="move", moved=3)
        return agenda.arrange(desk.ada, case_id, talk, later(minutes=10), override)


def talk_of(desk: Desk, case_id: UUID) -> Appointment:
    [talk] = state_of(desk, case_id).appointments
    return talk


def last_body(desk: Desk, case_id: UUID) -> dict[str, object]:
    with desk.work():
        return dict(reading.read(desk.ada, case_id, later(hours=1)).timeline[-1].event.body)


def test_a_talk_at_a_safe_hour_is_agreed_and_becomes_a_clock(desk: Desk, case: UUID) -> None:
    talk_id = arranged(desk, case)
    assert talk_of(desk, case) == Appointment(talk_id, AT_SEVEN)
    with desk.work():
        view = reading.read(desk.ada, case, later(hours=1))
    [clock] = [clock for clock in view.clocks if clock.name is ClockName.APPOINTMENT]
    assert clock.due == AT_SEVEN


def test_the_policy_counts_at_the_hour_of_the_talk_and_not_of_its_writing(
    desk: Desk, case: UUID
) -> None:
    with pytest.raises(ContactRefused) as refused:
        arranged(desk, case, AT_NOON)
    assert refused.value.decision.reason is Reason.OUTSIDE_HOURS
    assert state_of(desk, case).appointments == ()


def test_whoever_overrides_the_safe_hours_says_why_and_it_is_kept(desk: Desk, case: UUID) -> None:
    with pytest.raises(ContactRefused):
        arranged(desk, case, AT_NOON, override="  ")
    arranged(desk, case, AT_NOON, override=" The worker asked for noon. ")
    assert last_body(desk, case)["override"] == "The worker asked for noon."
    assert talk_of(desk, case).at == AT_NOON


@pytest.mark.parametrize("how", [Meeting.VISIT, Meeting.WORKER_RINGS])
def test_where_the_worker_comes_or_rings_any_hour_is_theirs_to_choose(
    desk: Desk, case: UUID, how: Meeting
) -> None:
    arranged(desk, case, AT_NOON, how)
    assert talk_of(desk, case).how is how


def test_nobody_arranges_to_ring_where_there_is_no_number(desk: Desk) -> None:
    case_id = desk.receive(None).case_id
    with desk.work():
        assignment.claim(desk.ada, case_id, MONDAY)
    with pytest.raises(ContactRefused) as refused:
        arranged(desk, case_id, override="The worker will be there.")
    assert refused.value.decision.reason is Reason.NO_NUMBER


def test_a_talk_is_moved_to_another_safe_hour_and_the_wish_is_done_with(
    desk: Desk, case: UUID
) -> None:
    talk_id = arranged(desk, case)
    with desk.work():
        wish = {"id": talk_id, "wish": "move"}
        intake.add(desk.site, case, EntryKind.APPOINTMENT_WISH, wish, later(hours=2))
    with desk.work(), pytest.raises(ContactRefused):
        agenda.move(desk.ada, case, talk_id, AT_NOON, later(hours=3))
    assert talk_of(desk, case).wish == "move"
    with desk.work():
        agenda.move(desk.ada, case, talk_id, AT_SEVEN + timedelta(days=1), later(hours=3))
    moved = Appointment(talk_id, AT_SEVEN + timedelta(days=1), moved=1)
    assert talk_of(desk, case) == moved


def test_a_wish_of_the_worker_makes_the_worker_wait_until_somebody_answers(
    desk: Desk, case: UUID
) -> None:
    talk_id = arranged(desk, case)
    with desk.work():
        reaching.record_call(desk.ada, case, reached=True, text="Talked.", now=later(minutes=11))
    with desk.work():
        wish = {"id": talk_id, "wish": "cancel"}
        intake.add(desk.site, case, EntryKind.APPOINTMENT_WISH, wish, later(hours=2))
    state = state_of(desk, case)
    assert (state.waiting_since, state.appointments[0].wish) == (later(hours=2), "cancel")
    with desk.work():
        view = reading.read(desk.ada, case, later(hours=3))
    assert ClockName.ANSWER in {clock.name for clock in view.clocks if clock.met is None}
    with desk.work():
        reason = "The worker asked for a text."
        writing.text_worker(desk.ada, case, "So be it.", later(hours=3), lambda *_: "SM1", reason)
    assert state_of(desk, case).waiting_since is None


def test_a_talk_is_held_or_missed_only_after_its_hour_and_cancelled_at_any(
    desk: Desk, case: UUID
) -> None:
    talk_id = arranged(desk, case)
    for too_early in (Held.HELD, Held.MISSED):
        with desk.work(), pytest.raises(BadInput, match="still to come"):
            agenda.end(desk.ada, case, talk_id, too_early, later(hours=1))
    with desk.work(), pytest.raises(BadInput):
        agenda.end(desk.ada, case, talk_id, Held.OPEN, later(days=2))
    with desk.work():
        agenda.end(desk.ada, case, talk_id, Held.MISSED, later(days=2))
    assert talk_of(desk, case).state is Held.MISSED
    with desk.work(), pytest.raises(Conflict):
        agenda.move(desk.ada, case, talk_id, AT_SEVEN + timedelta(days=3), later(days=2))
    other = arranged(desk, case)
    with desk.work():
        agenda.end(desk.ada, case, other, Held.CANCELLED, later(hours=1))
    assert [talk.state for talk in state_of(desk, case).appointments] == [
        Held.MISSED,
        Held.CANCELLED,
    ]


@pytest.mark.parametrize("at", [later(minutes=10), later(days=-1), later(days=400)])
def test_a_talk_lies_ahead_and_within_a_year(desk: Desk, case: UUID, at: datetime) -> None:
    with pytest.raises(BadInput):
        arranged(desk, case, at, Meeting.VISIT)


@pytest.mark.parametrize("minutes", [0, 4, 241])
def test_a_talk_has_a_sensible_length(desk: Desk, case: UUID, minutes: int) -> None:
    talk = Appointment("", AT_SEVEN, minutes=minutes)
    with desk.work(), pytest.raises(BadInput, match="between 5 minutes and 4 hours"):
        agenda.arrange(desk.ada, case, talk, later(minutes=10))


def test_a_case_holds_twenty_open_talks_and_steps_and_no_more(desk: Desk, case: UUID) -> None:
    visit = Appointment("", AT_SEVEN, Meeting.VISIT)
    with desk.work():
        for _ in range(agenda.MOST_OPEN):
            last = agenda.arrange(desk.ada, case, visit, later(minutes=10))
            step = agenda.plan_step(desk.ada, case, "Ask", later(days=2), later(minutes=10))
    with desk.work(), pytest.raises(BadInput, match="20 already"):
        agenda.arrange(desk.ada, case, visit, later(minutes=11))
    with desk.work(), pytest.raises(BadInput, match="20 already"):
        agenda.plan_step(desk.ada, case, "Ask", later(days=2), later(minutes=11))
    with desk.work():
        agenda.end(desk.ada, case, last, Held.CANCELLED, later(minutes=12))
        agenda.step_done(desk.ada, case, step, later(minutes=12))
        agenda.arrange(desk.ada, case, visit, later(minutes=13))
        agenda.plan_step(desk.ada, case, "Ask", later(days=2), later(minutes=13))


def test_a_step_is_done_once_and_counts_as_an_act(desk: Desk, case: UUID) -> None:
    with desk.work():
        step = agenda.plan_step(desk.ada, case, " Ask the clinic ", later(days=2), MONDAY)
    with desk.work():
        agenda.step_done(desk.ada, case, step, later(days=1))
    assert last_body(desk, case)["name"] == "Ask the clinic"
    state = state_of(desk, case)
    assert (state.steps[0].done, state.acted) == (later(days=1), later(days=1))
    with desk.work(), pytest.raises(Conflict):
        agenda.step_done(desk.ada, case, step, later(days=1))


@pytest.mark.parametrize(
    ("what", "due"), [(" ", later(days=1)), ("x" * 501, later(days=1)), ("Ask", MONDAY)]
)
def test_a_step_says_what_and_by_which_day_to_come(
    desk: Desk, case: UUID, what: str, due: datetime
) -> None:
    with desk.work(), pytest.raises(BadInput):
        agenda.plan_step(desk.ada, case, what, due, MONDAY)


def test_nobody_arranges_anything_in_a_case_that_nobody_has(desk: Desk) -> None:
    case_id = desk.receive().case_id
    with pytest.raises(Conflict, match="Take the case first"):
        arranged(desk, case_id, how=Meeting.VISIT)
    with desk.work(), pytest.raises(Conflict):
        agenda.plan_step(desk.ada, case_id, "Ask", later(days=1), MONDAY)


def test_nothing_is_arranged_in_a_closed_case_of_which_no_clock_would_tell(
    desk: Desk, case: UUID
) -> None:
    with desk.work():
        ending = Ending(Outcome.ADVICE_SUFFICIENT, summary="Advised.")
        closing.close(desk.ada, case, ending, later(minutes=7))
    with pytest.raises(Conflict, match="closed"):
        arranged(desk, case, how=Meeting.VISIT)
    with desk.work(), pytest.raises(Conflict, match="closed"):
        agenda.plan_step(desk.ada, case, "Ask", later(days=1), later(minutes=8))
