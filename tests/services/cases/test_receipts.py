"""A receipt opens the worker's letters from any phone, and never the case."""

from uuid import UUID

import pytest

from crypto.receipts import Receipt
from helpline.cases.rules.kinds import EntryKind
from helpline.cases.service import assignment, joining, reading, receipts, writing
from helpline.errors import Conflict, NotFound
from helpline.keys.service import boxes, letterboxes
from helpline.keys.service.letterboxes import ReceiptKeys
from tests.services.cases.conftest import MONDAY, OTHER_NUMBER, Desk, later


def keys_of(desk: Desk, receipt: Receipt) -> ReceiptKeys:
    return letterboxes.stretch(desk.site, receipt)


def case_with(desk: Desk) -> tuple[UUID, ReceiptKeys]:
    case_id = desk.receive().case_id
    keys = keys_of(desk, Receipt.new())
    with desk.work():
        receipts.issue(desk.site, case_id, keys, MONDAY)
    with desk.work():
        assignment.claim(desk.ada, case_id, MONDAY)
    return case_id, keys


def write(desk: Desk, case_id: UUID, text: str, *, by_phone: bool = True) -> None:
    with desk.work():
        writing.letter(desk.ada, case_id, text, later(hours=1), by_phone=by_phone)


def test_the_worker_hears_what_is_unread_once(either_desk: Desk) -> None:
    desk = either_desk
    case_id, keys = case_with(desk)
    write(desk, case_id, "Your wages come on Friday.")
    write(desk, case_id, "Only on the web.", by_phone=False)
    with desk.work():
        heard = receipts.open_letters(desk.site, keys, later(hours=2))
    with desk.work():
        again = receipts.open_letters(desk.site, keys, later(hours=3))
        view = reading.read(desk.ada, case_id, later(hours=4))
    assert heard is not None
    assert again is not None
    assert heard.case_id == case_id
    assert [letter.text for letter in heard.letters] == ["Your wages come on Friday."]
    assert again.letters == ()
    assert len(again.everything) == 2
    assert list(view.read.values()) == [True, True]


def test_what_was_spoken_counts_as_read_only_when_it_was_heard(desk: Desk) -> None:
    case_id, keys = case_with(desk)
    write(desk, case_id, "Your wages come on Friday.")
    with desk.work():
        first = receipts.open_letters(desk.site, keys, later(hours=2), mark_read=False)
    assert first is not None
    with desk.work():
        second = receipts.open_letters(desk.site, keys, later(hours=2), mark_read=False)
        receipts.letters_heard(desk.site, first.box_id, first.upto, later(hours=2))
    with desk.work():
        third = receipts.open_letters(desk.site, keys, later(hours=3))
    assert second is not None
    assert third is not None
    assert len(second.letters) == 1
    assert third.letters == ()


def test_an_unknown_receipt_opens_nothing(desk: Desk) -> None:
    case_with(desk)
    with desk.work():
        assert receipts.open_letters(desk.site, keys_of(desk, Receipt.new()), MONDAY) is None


def test_the_workers_words_go_to_both_boxes(desk: Desk) -> None:
    case_id, keys = case_with(desk)
    desk.receive(
        OTHER_NUMBER, kind=EntryKind.SMS, content={"text": "still nothing"}, case_id=case_id
    )
    with desk.work():
        found = receipts.open_letters(desk.site, keys, later(hours=1))
        view = reading.read(desk.ada, case_id, later(hours=1))
    assert found is not None
    assert [(letter.from_us, letter.text) for letter in found.everything] == [
        (False, "still nothing")
    ]
    assert any(item.event.body.get("text") == "still nothing" for item in view.timeline)


def test_a_receipt_that_was_not_heard_is_replaced(desk: Desk) -> None:
    case_id = desk.receive().case_id
    first, second = keys_of(desk, Receipt.new()), keys_of(desk, Receipt.new())
    with desk.work():
        box_id = receipts.issue(desk.site, case_id, first, MONDAY)
    with desk.work():
        receipts.issue(desk.site, case_id, second, MONDAY, ends=box_id)
    with desk.work():
        assert receipts.open_letters(desk.site, first, MONDAY) is None
        assert receipts.open_letters(desk.site, second, MONDAY) is not None


def test_without_a_receipt_there_is_no_page_to_write_on(desk: Desk) -> None:
    case_id = desk.receive().case_id
    with desk.work():
        assignment.claim(desk.ada, case_id, MONDAY)
    with desk.work(), pytest.raises(Conflict):
        writing.letter(desk.ada, case_id, "hello", MONDAY, by_phone=True)


def test_nobody_of_the_staff_opens_a_letterbox(desk: Desk) -> None:
    case_id, _keys = case_with(desk)
    with desk.work():
        (box_id,) = receipts.letterboxes_of(case_id)
        for who in (desk.ada, desk.ben, desk.supervisor):
            with pytest.raises(NotFound):
                boxes.open_one(who, box_id)


def test_the_receipt_of_a_joined_case_leads_to_the_other(desk: Desk) -> None:
    older = desk.receive().case_id
    with desk.work():
        assignment.claim(desk.ada, older, MONDAY)
    newer, keys = case_with(desk)
    with desk.work():
        joining.join(desk.ada, newer, older, later(minutes=5))
    write(desk, older, "We rang the bank.")
    with desk.work():
        found = receipts.open_letters(desk.site, keys, later(hours=2))
    assert found is not None
    assert found.case_id == older
    assert [letter.text for letter in found.letters] == ["We rang the bank."]
    with desk.work():
        joining.separate(desk.ada, newer, later(hours=3))
    with desk.work():
        found = receipts.open_letters(desk.site, keys, later(hours=4))
    assert found is not None
    assert found.case_id == newer
