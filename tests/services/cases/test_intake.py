"""What comes in with nobody logged in is sealed, threaded and given a clock."""

from datetime import UTC, datetime

from sqlalchemy import select

from helpline.cases.models import Case, Entry, Link
from helpline.cases.rules.kinds import EntryKind
from helpline.cases.rules.status import Status
from helpline.cases.service import assignment, files, intake, numbers
from helpline.extensions import db
from tests.services.cases.conftest import MONDAY, NUMBER, OTHER_NUMBER, Desk, later


def test_a_contact_opens_a_case_that_a_counsellor_of_the_intake_can_read(either_desk: Desk) -> None:
    desk = either_desk
    received = desk.receive(kind=EntryKind.SMS, content={"text": "工资没有发"})
    with desk.work():
        file = files.open_file(desk.ada, received.case_id)
    assert received.opened
    assert file.faults == []
    assert file.state.caller == "+86 ··· ···· ··42"
    assert file.state.about == {"chars": 5}
    assert file.state.line == str(desk.line)
    assert file.state.opened == MONDAY


def test_the_outer_row_holds_no_exact_time(desk: Desk) -> None:
    received = desk.receive()
    with desk.work():
        case = db.session.get_one(Case, received.case_id)
    assert case.opened_on == MONDAY.date()
    assert case.due == datetime(2026, 11, 23, 3, 30, tzinfo=UTC)
    assert case.alarm == case.due


def test_the_number_is_sealed_in_the_case_and_masked_in_its_entry(desk: Desk) -> None:
    received = desk.receive()
    with desk.work():
        file = files.open_file(desk.ada, received.case_id)
        number = numbers.current(file.opened, None)
    assert number is not None
    assert number.caller.reveal() == NUMBER
    assert NUMBER not in repr(number)


def test_a_text_joins_the_one_open_case_of_its_number(desk: Desk) -> None:
    first = desk.receive()
    second = desk.receive(kind=EntryKind.SMS, content={"text": "again"}, thread="text")
    assert second.case_id == first.case_id
    assert not second.opened


def test_a_call_of_a_known_number_opens_a_case_linked_by_the_phone(desk: Desk) -> None:
    first = desk.receive()
    second = desk.receive()
    with desk.work():
        link = db.session.scalars(select(Link)).one()
    assert second.opened
    assert (link.case_id, link.other_id, link.kind) == (
        second.case_id,
        first.case_id,
        "same_phone",
    )


def test_a_text_of_a_number_with_two_open_cases_opens_a_third(desk: Desk) -> None:
    desk.receive()
    desk.receive()
    third = desk.receive(kind=EntryKind.SMS, content={"text": "which?"}, thread="text")
    assert third.opened


def test_a_withheld_number_never_finds_a_case(desk: Desk) -> None:
    desk.receive(None, kind=EntryKind.SMS, content={"text": "one"}, thread="text")
    second = desk.receive(None, kind=EntryKind.SMS, content={"text": "two"}, thread="text")
    with desk.work():
        file = files.open_file(desk.ada, second.case_id)
    assert second.opened
    assert file.state.withheld


def test_key_nine_makes_danger_now_at_once(desk: Desk) -> None:
    received = desk.receive()
    with desk.work():
        intake.raise_danger(desk.site, received.case_id, later(minutes=1))
    with desk.work():
        intake.raise_danger(desk.site, received.case_id, later(minutes=2))
    with desk.work():
        case = db.session.get_one(Case, received.case_id)
        kinds = list(db.session.scalars(select(Entry.kind).order_by(Entry.sequence)))
        file = files.open_file(desk.ada, received.case_id)
    assert case.severity == 4
    assert case.due == datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
    assert kinds == ["voice_in", "danger"]
    assert file.faults == []


def test_a_contact_with_a_receipt_opens_its_closed_case_again(desk: Desk) -> None:
    received = desk.receive()
    with desk.work():
        assignment.claim(desk.ada, received.case_id, later(minutes=1))
    with desk.work():
        file = files.open_file(desk.ada, received.case_id)
        file.append(EntryKind.CLOSING, {"outcome": "advice_sufficient"}, later(minutes=2))
        file.save()
    desk.receive(OTHER_NUMBER, now=later(days=3), case_id=received.case_id)
    with desk.work():
        file = files.open_file(desk.ada, received.case_id)
        known = numbers.of_case(file.opened)
        current = numbers.current(file.opened, None)
    assert file.state.status is Status.REOPENED
    assert file.faults == []
    assert [number.caller.reveal() for number in known] == [NUMBER, OTHER_NUMBER]
    assert current == known[0]


def test_a_number_is_recognised_without_any_key(desk: Desk) -> None:
    received = desk.receive()
    with desk.work():
        known = intake.recognise(desk.handle(NUMBER))
        unknown = intake.recognise(desk.handle(OTHER_NUMBER))
    assert known.contacts_before
    assert known.open_cases == ((received.case_id, None),)
    assert known.language == "zh-Hans"
    assert not unknown.contacts_before
