"""A conflict of interest: named people alone hold the case, not every supervisor."""

from uuid import UUID

import pytest

from helpline.cases.rules.kinds import EntryKind
from helpline.cases.service import assignment, cards, files, intake, named
from helpline.errors import Conflict, NotAllowed, NotFound
from helpline.keys.rules import Role
from helpline.keys.service import boxes
from tests.services.cases.conftest import Desk, later


@pytest.fixture
def conflicted(either_desk: Desk) -> tuple[Desk, UUID, UUID]:
    """A case that Ada handles, about which one of two supervisors must not read on."""
    desk = either_desk
    with desk.work():
        other = desk.organisation.admit(Role.SUPERVISOR)
    received = desk.receive()
    with desk.work():
        assignment.claim(desk.ada, received.case_id, later(minutes=1))
    with desk.work():
        named.keep_to(desk.supervisor, received.case_id, [], later(minutes=5))
    return desk, received.case_id, other


def test_the_other_supervisor_and_the_team_are_shut_out_from_then_on(
    conflicted: tuple[Desk, UUID, UUID],
) -> None:
    desk, case_id, other = conflicted
    with desk.work():
        intake.add(desk.site, case_id, EntryKind.SMS, {"text": "said later"}, later(minutes=9))
    with desk.work():
        for principal in (desk.ada, desk.supervisor):
            assert files.open_file(principal, case_id).faults == []
        with pytest.raises(NotFound):
            files.open_file(desk.organisation.principal(other), case_id)
        people = frozenset({desk.counsellor, desk.organisation.first})
        assert named.people_of(desk.site, case_id) == boxes.holders_of(case_id) == people


def test_it_is_handed_on_among_people_and_never_back_to_the_inbox(
    conflicted: tuple[Desk, UUID, UUID],
) -> None:
    desk, case_id, _ = conflicted
    with desk.work(), pytest.raises(Conflict):
        assignment.release(desk.supervisor, case_id, later(minutes=10))
    with desk.work():
        assignment.assign(desk.supervisor, case_id, desk.colleague, later(minutes=11))
    with desk.work():
        assert boxes.holders_of(case_id) == {desk.colleague, desk.organisation.first}
        with pytest.raises(NotFound):
            files.open_file(desk.ada, case_id)


def test_a_caseload_moves_without_it_unless_a_named_supervisor_moves_it(
    conflicted: tuple[Desk, UUID, UUID],
) -> None:
    desk, case_id, other = conflicted
    second = desk.receive(None).case_id
    with desk.work():
        assignment.claim(desk.ada, second, later(minutes=12))
    with desk.work():
        supervisor = desk.organisation.principal(other)
        assert assignment.hand_over(supervisor, desk.counsellor, desk.colleague, later(days=1)) == 1
    with desk.work():
        assert (
            assignment.hand_over(desk.supervisor, desk.counsellor, desk.colleague, later(days=1))
            == 1
        )
        assert boxes.holders_of(case_id) == {desk.colleague, desk.organisation.first}


def test_its_card_holds_the_contact_policy_alone(conflicted: tuple[Desk, UUID, UUID]) -> None:
    desk, case_id, _ = conflicted
    with desk.work():
        file = files.open_file(desk.ada, case_id)
        cards.write(file, "everybody should know this")
        card = cards.own(file)
        assert card is not None
        assert card.must_know == ""


def test_a_counsellor_keeps_no_case_to_named_people(either_desk: Desk) -> None:
    desk = either_desk
    received = desk.receive()
    with desk.work(), pytest.raises(NotAllowed):
        named.keep_to(desk.ada, received.case_id, [], later(minutes=1))
