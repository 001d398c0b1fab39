"""Lists are paged on the outer rows, opened in bulk, and search reads what one holds."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event, text

from helpline.cases.models import Case, Digest
from helpline.cases.rules.kinds import EntryKind
from helpline.cases.rules.status import Status
from helpline.cases.service import assignment, coding, intake, lists, receipts, writing
from helpline.cases.service.coding import Coding
from helpline.cases.service.lists import Which
from helpline.extensions import db
from helpline.keys.service import grants
from helpline.register.service import taxonomy
from tests.services.cases.conftest import MONDAY, Desk, later


def test_the_inbox_shows_the_most_urgent_first(desk: Desk) -> None:
    plain = desk.receive(None).case_id
    danger = desk.receive(None, now=later(hours=3), danger=True).case_id
    earlier = desk.receive(None, now=later(hours=-1)).case_id
    with desk.work():
        found = lists.listing(desk.ada, Which.INBOX, MONDAY)
    assert [row.case.id for row in found.rows] == [danger, earlier, plain]
    assert found.rows[0].state.severity == 4


def test_the_inbox_is_counted_up_to_a_bound(
    either_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        either_desk.receive(None)
    counted = []
    for bound in (2, 3, 9):
        monkeypatch.setattr(lists, "MANY", bound)
        with either_desk.work():
            counted.append(lists.inbox_count())
    assert counted == [2, 3, 3]


def test_pages_follow_each_other_without_gap_or_repetition(either_desk: Desk) -> None:
    desk = either_desk
    everything = {desk.receive(None).case_id for _ in range(7)}
    seen, after = [], ""
    with desk.work():
        while True:
            page = lists.listing(desk.ada, Which.INBOX, MONDAY, after, limit=3)
            seen += [row.case.id for row in page.rows]
            after = page.after
            if not after:
                break
    assert len(seen) == 7
    assert set(seen) == everything


@pytest.mark.parametrize("which", [Which.MINE, Which.ALL, Which.INBOX])
def test_an_index_gives_a_list_its_order(either_desk: Desk, which: Which) -> None:
    """Otherwise a page of 50 out of 100,000 sorts 100,000 rows."""
    desk = either_desk
    with desk.work():
        with _statements() as asked:
            lists.mark(desk.supervisor, which, MONDAY)
        plan = "\n".join(_plan(*asked[-1]))
    assert re.search("ix_cases_(desk|open)", plan), plan
    assert not re.search("TEMP B-TREE|Sort", plan), plan


def test_boxes_are_found_by_holder_and_box(either_desk: Desk) -> None:
    """Otherwise opening 50 cases reads every grant of the inbox."""
    desk = either_desk
    case_id = desk.receive(None).case_id
    with desk.work():
        with _statements() as asked:
            grants.of([case_id], desk.ada.holder_ids())
        plan = "\n".join(_plan(*asked[-1]))
    assert "ix_grants_held" in plan, plan


def _plan(statement: str, values: Any) -> list[str]:
    """How the database means to answer; on PostgreSQL as if there were many rows."""
    connection = db.session.connection()
    if connection.dialect.name == "sqlite":
        found = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
    else:
        for way in ("seqscan", "bitmapscan", "sort"):
            db.session.execute(text(f"SET LOCAL enable_{way} = off"))
        found = connection.exec_driver_sql(f"EXPLAIN {statement}", values)
    return [str(row[-1]) for row in found]


@contextmanager
def _statements() -> Iterator[list[tuple[str, Any]]]:
    """What is asked of the database meanwhile, with its values."""
    seen: list[tuple[str, Any]] = []

    def note(*arguments: Any) -> None:
        if arguments[2].startswith("SELECT"):
            seen.append(arguments[2:4])

    event.listen(db.engine, "before_cursor_execute", note)
    yield seen
    event.remove(db.engine, "before_cursor_execute", note)


def test_a_list_costs_the_same_queries_for_few_and_many(desk: Desk) -> None:
    for _ in range(3):
        desk.receive(None)
    few = _queries(desk)
    for _ in range(17):
        desk.receive(None)
    first = _queries(desk)
    again = _queries(desk)
    assert again <= few
    assert first < 120


def _queries(desk: Desk) -> int:
    with desk.work():
        principal = desk.ada
        with _statements() as seen:
            lists.listing(principal, Which.INBOX, MONDAY)
    return len(seen)


def test_a_row_says_whether_the_phone_has_contacted_before(desk: Desk) -> None:
    desk.receive()
    desk.receive()
    desk.receive(None)
    with desk.work():
        found = lists.listing(desk.ada, Which.INBOX, MONDAY)
    assert sorted(row.before for row in found.rows) == [0, 1, 1]


def test_a_case_waits_for_the_worker_until_the_worker_speaks(desk: Desk) -> None:
    case_id = desk.receive().case_id
    with desk.work():
        assignment.claim(desk.ada, case_id, MONDAY)
        taxonomy.install(MONDAY.date())
    steps = (Status.ADMISSIBLE, Status.AWAITING_CONSENT)
    with desk.work():
        coding.code(desk.ada, case_id, Coding("W1", 2), MONDAY)
        for status in steps:
            coding.change_status(desk.ada, case_id, status, MONDAY)
        writing.give_receipt(desk.ada, case_id, receipts.fresh(desk.site).keys, MONDAY)
        writing.letter(desk.ada, case_id, "May we write to them?", MONDAY, by_phone=True)
    for spoken, number in ((False, 1), (True, 0)):
        if spoken:
            with desk.work():
                words = {"text": "I must think about it.", "chars": 22}
                intake.add(desk.site, case_id, EntryKind.SMS, words, later(hours=1))
        with desk.work():
            found = lists.listing(desk.ada, Which.WAITING, later(hours=2))
            counted = lists.counts(desk.ada, later(hours=2))[Which.WAITING]
        assert (len(found.rows), counted) == (number, number), spoken


def test_the_desk_counts_what_waits(desk: Desk) -> None:
    case_id = desk.receive(None).case_id
    desk.receive(None)
    with desk.work():
        assignment.claim(desk.ada, case_id, MONDAY)
    with desk.work():
        counts = lists.counts(desk.ada, MONDAY)
        mine = lists.listing(desk.ada, Which.MINE, MONDAY)
    assert (counts[Which.INBOX], len(mine.rows)) == (1, 1)


def test_search_finds_only_what_one_holds(desk: Desk) -> None:
    case_id = desk.receive(None, kind=EntryKind.SMS, content={"text": "Ｗages NOT paid"}).case_id
    with desk.work():
        assignment.claim(desk.ada, case_id, MONDAY)
    with desk.work():
        mine = lists.search(desk.ada, "wages not")
        colleague = lists.search(desk.ben, "wages not")
        reference = lists.search(desk.ada, mine[0].case.reference.lower())
    assert [row.case.id for row in mine] == [case_id]
    assert colleague == ()
    assert len(reference) == 1


def test_search_finds_words_that_came_in_since_and_words_of_today(desk: Desk) -> None:
    case_id = desk.receive(None).case_id
    with desk.work():
        assignment.claim(desk.ada, case_id, MONDAY)
    with desk.work():
        writing.note(desk.ada, case_id, "工资没有发", MONDAY)
        intake.add(desk.site, case_id, EntryKind.SMS, {"text": "वेतन नहीं मिला"}, MONDAY)
    with desk.work():
        assert len(lists.search(desk.ada, "工资")) == 1
        assert len(lists.search(desk.ada, "वेतन")) == 1


def test_a_digest_is_padded_and_made_anew_when_it_is_broken(desk: Desk) -> None:
    case_id = desk.receive(None, kind=EntryKind.SMS, content={"text": "alpha"}).case_id
    with desk.work():
        lists.search(desk.ada, "alpha")
    with desk.work():
        row = db.session.get_one(Digest, case_id)
        assert len(row.sealed) > 4096
        row.sealed = row.sealed[:-10]
        row.upto = 0
    with desk.work():
        intake.add(desk.site, case_id, EntryKind.SMS, {"text": "beta"}, MONDAY)
    with desk.work():
        assert len(lists.search(desk.ada, "alpha beta")) == 1
        assert db.session.get_one(Case, case_id).entries == 2
