"""Coding moves clocks and facts; a case closes with an outcome, and what is missing is said."""

import json
from uuid import UUID

import pytest

from helpline.cases.models import Case, Fact
from helpline.cases.rules.clocks import FAR
from helpline.cases.rules.policy import Policy
from helpline.cases.rules.status import Accepted, Outcome, Status
from helpline.cases.service import assignment, closing, coding, facts, files, places, reaching
from helpline.cases.service.closing import Ending
from helpline.cases.service.coding import Coding
from helpline.errors import BadInput, Conflict, NotAllowed
from helpline.extensions import db
from helpline.keys.rules import Team
from helpline.keys.service import boxes
from helpline.register.models import Factory
from helpline.register.service import taxonomy
from tests.services.cases.conftest import MONDAY, Desk, later

WAGES = Coding(main="W1", severity=2, also=("W7",), factory="GD-0417")


@pytest.fixture
def coded(desk: Desk) -> Desk:
    """The desk with the taxonomy and one factory."""
    with desk.work():
        taxonomy.install(MONDAY.date())
        db.session.add(
            Factory(
                code="GD-0417",
                key_code="4170",
                name="Papercrane Toys",
                country="CN",
                province="Lampshire",
                workers=450,
            )
        )
    return desk


def taken(desk: Desk) -> UUID:
    case_id = desk.receive().case_id
    with desk.work():
        assignment.claim(desk.ada, case_id, MONDAY)
    return case_id


def code(desk: Desk, case_id: UUID, coding_: Coding = WAGES, revision: int | None = None) -> None:
    with desk.work():
        coding.code(desk.ada, case_id, coding_, later(minutes=5), revision)


def fact(desk: Desk, case_id: UUID) -> tuple[dict[str, object], dict[str, object]]:
    with desk.work():
        row = db.session.get_one(Fact, case_id)
        reporting = boxes.team_box(desk.supervisor, Team.REPORTING)
        opening = reporting.read(row.opening, places.opening_codes(case_id, row.opening_revision))
        ending = reporting.read(row.ending, places.ending_codes(case_id, row.ending_revision))
    return json.loads(opening), json.loads(ending)


def test_coding_sets_severity_status_and_the_case_row(coded: Desk) -> None:
    case_id = taken(coded)
    code(coded, case_id)
    with coded.work():
        case = db.session.get_one(Case, case_id)
        file = files.open_file(coded.ada, case_id)
    assert (case.status, case.severity) == ("triaged", 2)
    assert file.state.codes == ("W1", "W7")
    assert file.faults == []


def test_a_code_or_factory_that_does_not_exist_is_refused(coded: Desk) -> None:
    case_id = taken(coded)
    for wrong in (Coding("ZZ", 2), Coding("W1", 2, factory="NO-1"), Coding("", 2)):
        with pytest.raises(BadInput):
            code(coded, case_id, wrong)


def test_forced_labour_is_never_rated_low(coded: Desk) -> None:
    case_id = taken(coded)
    with pytest.raises(BadInput):
        code(coded, case_id, Coding("F08", 2))
    with pytest.raises(BadInput):
        code(coded, case_id, Coding("F08", 3, also=("F01",)))
    code(coded, case_id, Coding("F08", 3))


def test_only_a_supervisor_lowers_a_severity_and_says_why(coded: Desk) -> None:
    case_id = taken(coded)
    with coded.work():
        coding.rate(coded.ada, case_id, 3, MONDAY)
    with coded.work(), pytest.raises(NotAllowed):
        coding.rate(coded.ada, case_id, 1, MONDAY, "calmer")
    with coded.work(), pytest.raises(BadInput):
        coding.rate(coded.supervisor, case_id, 1, MONDAY)
    with coded.work():
        coding.rate(coded.supervisor, case_id, 1, MONDAY, "a misunderstanding")


def test_a_form_opened_before_another_edit_is_refused(coded: Desk) -> None:
    case_id = taken(coded)
    with coded.work():
        old = db.session.get_one(Case, case_id).revision
    code(coded, case_id, revision=old)
    with pytest.raises(Conflict):
        code(coded, case_id, revision=old)


def test_nothing_goes_to_the_factory_without_consent(coded: Desk) -> None:
    case_id = taken(coded)
    code(coded, case_id)
    for status in (Status.ADMISSIBLE, Status.AWAITING_CONSENT):
        with coded.work():
            coding.change_status(coded.ada, case_id, status, MONDAY)
    with coded.work(), pytest.raises(Conflict):
        coding.change_status(coded.ada, case_id, Status.WITH_FACTORY, MONDAY)


def test_a_case_on_hold_waits_until_its_day(coded: Desk) -> None:
    case_id = taken(coded)
    code(coded, case_id)
    with coded.work(), pytest.raises(BadInput):
        coding.change_status(coded.ada, case_id, Status.ON_HOLD, MONDAY, reason="away")
    until = later(days=7)
    with coded.work():
        coding.change_status(coded.ada, case_id, Status.ON_HOLD, MONDAY, reason="away", until=until)
    with coded.work():
        due = db.session.get_one(Case, case_id).due
    assert due is not None
    assert due.date() == until.date()


def test_closing_asks_for_the_code_first(coded: Desk) -> None:
    case_id = taken(coded)
    with coded.work(), pytest.raises(BadInput):
        closing.close(coded.ada, case_id, Ending(Outcome.ADVICE_SUFFICIENT), MONDAY)


def test_a_closed_case_has_an_outcome_no_clock_and_a_last_day(coded: Desk) -> None:
    case_id = taken(coded)
    code(coded, case_id)
    with coded.work():
        closing.close(coded.ada, case_id, Ending(Outcome.ADVICE_SUFFICIENT), later(hours=1))
    with coded.work():
        case = db.session.get_one(Case, case_id)
        file = files.open_file(coded.ada, case_id)
    assert (case.status, case.due, case.alarm) == ("closed", FAR, None)
    assert case.retain_until is not None
    assert case.retain_until.year == 2029
    assert file.state.outcome == "advice_sufficient"
    assert file.faults == []


def test_a_remedy_waits_for_the_workers_word(coded: Desk) -> None:
    case_id = taken(coded)
    code(coded, case_id)
    with coded.work(), pytest.raises(BadInput):
        closing.close(coded.ada, case_id, Ending(Outcome.REMEDIED_FULL), later(hours=1))
    with coded.work():
        ending = Ending(Outcome.REMEDIED_FULL, accepted=Accepted.YES)
        closing.close(coded.ada, case_id, ending, later(hours=1))


def test_a_worker_counts_as_unreachable_after_three_tries_over_a_month(coded: Desk) -> None:
    case_id = taken(coded)
    code(coded, case_id)
    ending = Ending(Outcome.UNREACHABLE, accepted=Accepted.NOT_REACHED)
    for day in (1, 15):
        with coded.work():
            reaching.record_call(coded.ada, case_id, reached=False, text="", now=later(days=day))
    with coded.work(), pytest.raises(BadInput):
        closing.close(coded.ada, case_id, ending, later(days=32))
    with coded.work():
        reaching.record_call(coded.ada, case_id, reached=False, text="", now=later(days=32))
    with coded.work():
        closing.close(coded.ada, case_id, ending, later(days=32))


def test_a_serious_case_closes_only_with_its_card(coded: Desk) -> None:
    case_id = taken(coded)
    code(coded, case_id, Coding("V2", 3))
    with coded.work(), pytest.raises(BadInput):
        closing.close(coded.ada, case_id, Ending(Outcome.ADVICE_SUFFICIENT), MONDAY)
    with coded.work():
        reaching.save_policy(coded.ada, case_id, Policy(), "Speak to nobody else.", MONDAY)
    with coded.work():
        closing.close(coded.ada, case_id, Ending(Outcome.ADVICE_SUFFICIENT), later(days=1))


def test_facts_follow_every_coding_and_the_end(coded: Desk) -> None:
    case_id = taken(coded)
    code(coded, case_id)
    opening, ending = fact(coded, case_id)
    assert (opening["factory"], opening["main"], opening["opened"]) == (
        "GD-0417",
        "W1",
        "2026-11-23",
    )
    assert ending["outcome"] == facts.STILL_OPEN
    with coded.work():
        closing.close(coded.ada, case_id, Ending(Outcome.ADVICE_SUFFICIENT), later(hours=1))
    assert fact(coded, case_id)[1]["outcome"] == "advice_sufficient"


def test_a_closed_period_keeps_its_facts(coded: Desk) -> None:
    case_id = taken(coded)
    code(coded, case_id)
    with coded.work():
        db.session.get_one(Fact, case_id).opening_closed_in = "2026Q4"
    code(coded, case_id, Coding("H1", 2))
    assert fact(coded, case_id)[0]["main"] == "W1"
