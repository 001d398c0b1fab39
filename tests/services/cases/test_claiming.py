"""One counsellor gets a case; everybody else is shut out from then on."""

import threading
from uuid import uuid4

import pytest
from sqlalchemy import select

from helpline.cases.models import Case
from helpline.cases.service import assignment, files
from helpline.errors import Conflict, NotAllowed, NotFound
from helpline.extensions import db
from helpline.keys.models import Grant
from helpline.keys.rules import Role
from helpline.keys.service import boxes
from helpline.unit_of_work import in_unit_of_work
from tests.services.cases.conftest import MONDAY, Desk, later


def test_claiming_gives_the_case_to_the_counsellor_and_supervision_alone(desk: Desk) -> None:
    received = desk.receive()
    with desk.work():
        assignment.claim(desk.ada, received.case_id, later(minutes=1))
    with desk.work():
        mine = files.open_file(desk.ada, received.case_id)
        supervised = files.open_file(desk.supervisor, received.case_id)
    with desk.work(), pytest.raises(NotFound):
        files.open_file(desk.ben, received.case_id)
    assert mine.faults == supervised.faults == []
    assert mine.opened.generation == 2
    assert mine.state.assignee == str(desk.counsellor)


def test_the_loser_of_a_race_is_told_so(desk: Desk) -> None:
    received = desk.receive()
    with desk.work():
        assignment.claim(desk.ada, received.case_id, MONDAY)
    with desk.work(), pytest.raises(Conflict):
        assignment.claim(desk.ben, received.case_id, MONDAY)


def test_a_case_that_does_not_exist_cannot_be_claimed(desk: Desk) -> None:
    with desk.work(), pytest.raises(NotFound):
        assignment.claim(desk.ada, uuid4(), MONDAY)


def test_of_many_racers_exactly_one_gets_the_case(either_desk: Desk) -> None:
    desk = either_desk
    received = desk.receive()
    with desk.work():
        people = [desk.ada, desk.ben, desk.supervisor] * 3
    start = threading.Barrier(len(people))
    outcomes: list[str] = []

    def race(index: int) -> None:
        with desk.organisation.app.app_context():
            start.wait()
            try:
                in_unit_of_work(lambda: assignment.claim(people[index], received.case_id, MONDAY))
                outcomes.append("won")
            except Conflict:
                outcomes.append("lost")
            finally:
                db.session.remove()

    threads = [threading.Thread(target=race, args=(n,)) for n in range(len(people))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with desk.work():
        case = db.session.get_one(Case, received.case_id)
        holders = set(
            db.session.scalars(select(Grant.holder_id).where(Grant.box_id == received.case_id))
        )
    assert sorted(outcomes) == ["lost"] * (len(people) - 1) + ["won"]
    assert case.assignee in holders
    assert len(holders) == 2


def test_who_answered_the_call_completes_the_claim_later(desk: Desk) -> None:
    received = desk.receive()
    with desk.work():
        assert assignment.reserve(received.case_id, desk.counsellor, MONDAY)
    with desk.work():
        assert not assignment.reserve(received.case_id, desk.colleague, MONDAY)
    with desk.work(), pytest.raises(Conflict):
        assignment.claim(desk.ben, received.case_id, MONDAY)
    with desk.work():
        assert assignment.complete_reserved(desk.ada, MONDAY) == [received.case_id]
    with desk.work():
        case = db.session.get_one(Case, received.case_id)
    assert (case.assignee, case.reserved) == (desk.counsellor, None)


def test_a_supervisor_assigns_and_the_assignee_gives_back(desk: Desk) -> None:
    received = desk.receive()
    with desk.work():
        assignment.assign(desk.supervisor, received.case_id, desk.colleague, MONDAY)
    with desk.work():
        files.open_file(desk.ben, received.case_id)
    with desk.work(), pytest.raises(NotFound):
        files.open_file(desk.ada, received.case_id)
    with desk.work():
        assignment.release(desk.ben, received.case_id, later(hours=1))
    with desk.work():
        file = files.open_file(desk.ada, received.case_id)
    assert file.faults == []
    assert file.case.assignee is None


def test_a_counsellor_assigns_nobody(desk: Desk) -> None:
    received = desk.receive()
    with desk.work(), pytest.raises(NotAllowed):
        assignment.assign(desk.ada, received.case_id, desk.colleague, MONDAY)


def test_a_caseload_is_handed_over_whole(either_desk: Desk) -> None:
    desk = either_desk
    cases = [desk.receive(None).case_id for _ in range(5)]
    for case_id in cases:
        with desk.work():
            assignment.claim(desk.ada, case_id, MONDAY)
    with desk.work():
        moved = assignment.hand_over(
            desk.supervisor, desk.counsellor, desk.colleague, later(days=1)
        )
    with desk.work():
        assert assignment.caseload(desk.colleague) == moved == 5
        assert all(files.open_file(desk.ben, case_id).faults == [] for case_id in cases)
    with desk.work(), pytest.raises(NotFound):
        files.open_file(desk.ada, cases[0])


def test_administrators_hold_nothing(desk: Desk) -> None:
    received = desk.receive()
    with desk.work():
        admin = desk.organisation.admit(Role.ADMINISTRATOR)
    with desk.work():
        principal = desk.organisation.principal(admin)
        assert list(boxes.held(principal)) == []
        with pytest.raises(NotFound):
            files.open_file(principal, received.case_id)
    with desk.work(), pytest.raises(NotAllowed):
        assignment.claim(desk.organisation.principal(admin), received.case_id, MONDAY)
