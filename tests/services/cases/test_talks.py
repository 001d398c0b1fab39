"""A talk is told in the worker's letterbox; what they answer with the receipt reaches the case."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from crypto.receipts import Receipt
from helpline.cases.models import Case
from helpline.cases.rules.agenda import Appointment, Held, Meeting
from helpline.cases.rules.clocks import ClockName
from helpline.cases.rules.kinds import EntryKind
from helpline.cases.rules.state import State
from helpline.cases.service import agenda, assignment, files, receipts, talks, writing
from helpline.cases.service.receipts import Letters
from helpline.extensions import db
from helpline.keys.service import letterboxes
from helpline.keys.service.letterboxes import ReceiptKeys
from telephony.flow import Wish
from tests.services.cases.conftest import MONDAY, Desk, later

AT = datetime.fromisoformat("2026-11-25T10:00:00+00:00")  # Wednesday, 18:00 in Shanghai
NEXT = AT + timedelta(days=1)


def taken(desk: Desk, *, receipt: bool = True) -> tuple[UUID, ReceiptKeys]:
    case_id = desk.receive().case_id
    keys = letterboxes.stretch(desk.site, Receipt.new())
    with desk.work():
        if receipt:
            receipts.issue(desk.site, case_id, keys, MONDAY)
        assignment.claim(desk.ada, case_id, MONDAY)
    with desk.work():
        writing.note(desk.ada, case_id, "Talked.", MONDAY)
    return case_id, keys


def arrange(desk: Desk, case_id: UUID, how: Meeting = Meeting.WORKER_RINGS) -> str:
    with desk.work():
        return agenda.arrange(desk.ada, case_id, Appointment("", AT, how), later(hours=1))


def opened(desk: Desk, keys: ReceiptKeys, now: datetime, *, read: bool = True) -> Letters:
    with desk.work():
        found = receipts.open_letters(desk.site, keys, now, mark_read=read)
    assert found is not None
    return found


def state_of(desk: Desk, case_id: UUID, who: UUID | None = None) -> State:
    with desk.work():
        principal = desk.organisation.principal(who or desk.counsellor)
        file = files.open_file(principal, case_id)
        assert file.faults == []
        return file.state


def asks(desk: Desk, case_id: UUID, talk_id: str, wish: Wish, now: datetime) -> None:
    with desk.work():
        talks.wish(desk.site, case_id, talk_id, wish, desk.line, now)


def due_of(desk: Desk, case_id: UUID) -> datetime | None:
    with desk.work():
        return db.session.get_one(Case, case_id).due


def test_a_talk_is_told_in_the_workers_language_by_the_lines_clock(either_desk: Desk) -> None:
    desk = either_desk
    case_id, keys = taken(desk)
    talk_id = arrange(desk, case_id)
    found = opened(desk, keys, later(hours=2))
    assert [letter.text for letter in found.letters] == [
        "我们约好11月25日星期三 18:00通话，请您打给我们。"
    ]
    assert found.talk is not None
    assert (found.talk.id, found.talk.at, found.talk.wish) == (talk_id, AT, "")
    again = opened(desk, keys, later(hours=3))
    assert (again.letters, again.talk) == ((), found.talk)
    assert opened(desk, keys, AT).talk is None


@pytest.mark.parametrize(
    ("how", "words"),
    [(Meeting.WORKER_RINGS, "请您打给我们"), (Meeting.VISIT, "见面")],
)
def test_it_says_who_rings_or_that_we_meet(desk: Desk, how: Meeting, words: str) -> None:
    case_id, keys = taken(desk)
    arrange(desk, case_id, how)
    assert words in opened(desk, keys, later(hours=2)).letters[0].text


def test_of_a_talk_that_was_moved_only_the_last_word_is_spoken(desk: Desk) -> None:
    case_id, keys = taken(desk)
    talk_id = arrange(desk, case_id)
    with desk.work():
        agenda.move(desk.ada, case_id, talk_id, NEXT, later(hours=2))
    found = opened(desk, keys, later(hours=3))
    assert [letter.text for letter in found.letters] == [
        "时间改了。 我们约好11月26日星期四 18:00通话，请您打给我们。"
    ]
    assert len(found.everything) == 2
    assert found.talk is not None
    assert found.talk.at == NEXT


def test_a_talk_that_we_cancel_is_told_and_is_not_to_come(desk: Desk) -> None:
    case_id, keys = taken(desk)
    talk_id = arrange(desk, case_id)
    with desk.work():
        agenda.end(desk.ada, case_id, talk_id, Held.CANCELLED, later(hours=2))
    found = opened(desk, keys, later(hours=3))
    assert [letter.text for letter in found.letters] == ["11月25日星期三 18:00的约定取消了。"]
    assert found.talk is None


def test_without_a_receipt_nobody_is_told(desk: Desk) -> None:
    case_id, _keys = taken(desk, receipt=False)
    with desk.work():
        talk = Appointment("", AT, Meeting.WORKER_RINGS)
        agenda.arrange(desk.ada, case_id, talk, later(hours=1))
    assert len(state_of(desk, case_id).appointments) == 1


def test_a_number_given_after_the_talk_was_agreed_tells_of_it_too(desk: Desk) -> None:
    case_id, first = taken(desk)
    talk_id = arrange(desk, case_id)
    keys = letterboxes.stretch(desk.site, Receipt.new())
    with desk.work():
        writing.give_receipt(desk.ada, case_id, keys, later(hours=2))
    found = opened(desk, keys, later(hours=3))
    assert found.talk is not None
    assert found.talk.id == talk_id
    assert len(opened(desk, first, later(hours=3)).letters) == 1


@pytest.mark.parametrize("wish", list(Wish))
def test_what_the_worker_asks_for_a_talk_makes_the_case_wait(either_desk: Desk, wish: Wish) -> None:
    desk = either_desk
    case_id, keys = taken(desk)
    talk_id = arrange(desk, case_id)
    asked = later(hours=5)
    asks(desk, case_id, talk_id, wish, asked)
    state = state_of(desk, case_id)
    assert [(talk.wish, talk.wished) for talk in state.appointments] == [(wish.value, asked)]
    assert state.waiting_since is not None
    found = opened(desk, keys, later(hours=6))
    assert found.talk is not None
    assert found.talk.wish == wish


def test_acting_on_the_wish_answers_it(desk: Desk) -> None:
    case_id, keys = taken(desk)
    talk_id = arrange(desk, case_id)
    answered(desk, case_id)
    asks(desk, case_id, talk_id, Wish.MOVE, later(hours=5))
    assert state_of(desk, case_id).waiting_since == later(hours=5)
    with desk.work():
        agenda.move(desk.ada, case_id, talk_id, NEXT, later(hours=6))
    state = state_of(desk, case_id)
    assert (state.waiting_since, state.appointments[0].wish) == (None, "")
    found = opened(desk, keys, later(hours=7)).talk
    assert found is not None
    assert (found.at, found.wish) == (NEXT, "")


def test_a_message_that_came_after_the_wish_still_waits(desk: Desk) -> None:
    case_id, _keys = taken(desk)
    talk_id = arrange(desk, case_id)
    answered(desk, case_id)
    asks(desk, case_id, talk_id, Wish.CANCEL, later(hours=5))
    desk.receive(now=later(hours=6), case_id=case_id, content={"text": "And my wages?"})
    with desk.work():
        agenda.end(desk.ada, case_id, talk_id, Held.CANCELLED, later(hours=7))
    assert state_of(desk, case_id).waiting_since is not None


def answered(desk: Desk, case_id: UUID) -> None:
    """The worker's first contact has been answered, so that nothing else waits."""
    with desk.work():
        writing.letter(desk.ada, case_id, "We look into it.", later(hours=2), by_phone=True)
    assert state_of(desk, case_id).waiting_since is None


def test_the_outer_row_shows_it_before_anybody_opens_the_case(desk: Desk) -> None:
    case_id, _keys = taken(desk)
    talk_id = arrange(desk, case_id)
    answered(desk, case_id)
    before = due_of(desk, case_id)
    asks(desk, case_id, talk_id, Wish.CANCEL, later(hours=3))
    after = due_of(desk, case_id)
    assert before is not None
    assert after is not None
    assert after < before, "the case is not due sooner"
    assert after <= later(hours=4)


def test_a_wish_in_a_closed_case_opens_it_again(desk: Desk) -> None:
    case_id, _keys = taken(desk)
    talk_id = arrange(desk, case_id)
    close(desk, case_id)
    asks(desk, case_id, talk_id, Wish.MOVE, later(hours=9))
    state = state_of(desk, case_id)
    assert state.status.value == "reopened"
    with desk.work():
        assert db.session.get_one(Case, case_id).status == "reopened"


def close(desk: Desk, case_id: UUID) -> None:
    with desk.work():
        file = files.open_file(desk.ada, case_id)
        file.append(EntryKind.CLOSING, {"outcome": "information", "through": "info_only"}, MONDAY)
        file.save()
    assert state_of(desk, case_id).status.value == "closed"


def test_a_hand_over_keeps_the_talks_and_who_takes_over_may_move_them(either_desk: Desk) -> None:
    desk = either_desk
    case_id, keys = taken(desk)
    talk_id = arrange(desk, case_id)
    asks(desk, case_id, talk_id, Wish.MOVE, later(hours=2))
    with desk.work():
        moved = assignment.hand_over(
            desk.supervisor, desk.counsellor, desk.colleague, later(hours=3)
        )
    assert moved == 1
    state = state_of(desk, case_id, desk.colleague)
    assert [(talk.id, talk.at, talk.wish) for talk in state.appointments] == [(talk_id, AT, "move")]
    with desk.work():
        agenda.move(desk.ben, case_id, talk_id, NEXT, later(hours=4))
    found = opened(desk, keys, later(hours=5)).talk
    assert found is not None
    assert found.at == NEXT


def test_the_talk_is_a_clock_of_whoever_holds_the_case(desk: Desk) -> None:
    case_id, _keys = taken(desk)
    arrange(desk, case_id)
    answered(desk, case_id)
    with desk.work():
        assignment.hand_over(desk.supervisor, desk.counsellor, desk.colleague, later(hours=3))
    with desk.work():
        file = files.open_file(desk.ben, case_id)
        file.refresh_clock()
        assert file.clock is not None
        assert (file.clock.name, file.clock.due) == (ClockName.APPOINTMENT, AT)
