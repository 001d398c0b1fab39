"""A contact taken on an ordinary phone or at the door is kept; joined cases come apart again."""

from dataclasses import replace

import pytest

from helpline.cases.rules.kinds import EntryKind
from helpline.cases.rules.policy import Policy, Word
from helpline.cases.service import assignment, by_hand, files, joining, outreach, reading, receipts
from helpline.cases.service.by_hand import RecordedContact
from helpline.errors import BadInput, NotAllowed
from tests.services.cases.conftest import MONDAY, NUMBER, Desk, later


def contact(desk: Desk) -> RecordedContact:
    return RecordedContact(
        kind=EntryKind.WALK_IN,
        at=later(hours=-2),
        line_id=desk.line,
        language="yue",
        text="A visit about the canteen.",
        number=NUMBER,
        handle=desk.handle(NUMBER),
        policy=Policy(ring=Word.NO, text=Word.NO, message=Word.NO),
    )


def test_a_recorded_contact_is_the_counsellors_own_case_with_a_receipt(desk: Desk) -> None:
    fresh = receipts.fresh(desk.site)
    with desk.work():
        case_id = by_hand.record_contact(desk.ada, contact(desk), fresh.keys, MONDAY)
    with desk.work():
        view = reading.read(desk.ada, case_id, MONDAY)
        flags = outreach.policy_flags(desk.handle(NUMBER))
        letters = receipts.open_letters(desk.site, fresh.keys, MONDAY)
    assert view.faults == ()
    assert view.state.assignee == str(desk.counsellor)
    assert view.state.opened == later(hours=-2)
    assert view.state.first_answer == later(hours=-2)
    assert flags.never_ring
    assert letters is not None


@pytest.mark.parametrize(
    "wrong",
    [
        {"text": " "},
        {"at": later(hours=1)},
        {"at": later(days=-60)},
        {"factory": "NO-SUCH"},
        {"kind": EntryKind.NOTE},
        {"kind": EntryKind.CALLBACK_OUT},
    ],
)
def test_a_wrong_recorded_contact_is_refused(desk: Desk, wrong: dict[str, object]) -> None:
    with desk.work(), pytest.raises(BadInput):
        by_hand.record_contact(desk.ada, replace(contact(desk), **wrong), None, MONDAY)  # type: ignore[arg-type]


def test_a_second_contact_is_added_to_ones_own_case(desk: Desk) -> None:
    with desk.work():
        case_id = by_hand.record_contact(desk.ada, contact(desk), None, MONDAY)
    with desk.work():
        again = replace(contact(desk), case_id=case_id, at=MONDAY)
        assert by_hand.record_contact(desk.ada, again, None, MONDAY) == case_id
    with desk.work():
        assert files.open_file(desk.ada, case_id).state.contacts == 2


def test_only_ones_own_cases_of_one_phone_are_joined(desk: Desk) -> None:
    mine, theirs, elsewhere = desk.receive(), desk.receive(), desk.receive(None)
    with desk.work():
        assignment.claim(desk.ada, mine.case_id, MONDAY)
        assignment.claim(desk.ada, elsewhere.case_id, MONDAY)
    with desk.work(), pytest.raises(NotAllowed):
        joining.join(desk.ada, theirs.case_id, mine.case_id, MONDAY)
    with desk.work(), pytest.raises(BadInput):
        joining.join(desk.ada, elsewhere.case_id, mine.case_id, MONDAY)


def test_what_was_said_stands_in_the_joined_case_and_both_still_hold(desk: Desk) -> None:
    older = desk.receive().case_id
    newer = desk.receive(kind=EntryKind.VOICE_IN, danger=True).case_id
    for case_id in (older, newer):
        with desk.work():
            assignment.claim(desk.ada, case_id, MONDAY)
    with desk.work():
        joining.join(desk.ada, newer, older, MONDAY)
    with desk.work():
        into = reading.read(desk.ada, older, MONDAY)
        joined = reading.read(desk.ada, newer, MONDAY)
    assert into.faults == joined.faults == ()
    assert into.state.contacts == 2
    assert into.state.severity == 4
    assert joined.state.outcome == "duplicate"
