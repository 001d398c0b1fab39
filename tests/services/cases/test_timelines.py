"""What was opened once is shown again without opening it; never anything else."""

import uuid

from helpline.cases.models import Timeline
from helpline.cases.service import assignment, reading, timelines, writing
from helpline.cases.service.entries import Opened
from helpline.extensions import db
from tests.services.cases.conftest import MONDAY, Desk, later

Kept = tuple[bytes, int, int]


def taken(desk: Desk, note: str = "one note") -> uuid.UUID:
    case_id = desk.receive().case_id
    with desk.work():
        assignment.claim(desk.ada, case_id, MONDAY)
    with desk.work():
        writing.note(desk.ada, case_id, note, later(minutes=1))
    return case_id


def read(desk: Desk, case_id: uuid.UUID) -> tuple[Opened, ...]:
    with desk.work():
        view = reading.read(desk.ada, case_id, later(hours=1))
        assert view.faults == ()
    return view.timeline


def kept(desk: Desk, case_id: uuid.UUID) -> Kept | None:
    with desk.work():
        row = db.session.get(Timeline, case_id)
        return (row.sealed, row.generation, row.revision) if row else None


def put_back(desk: Desk, case_id: uuid.UUID, old: Kept) -> None:
    with desk.work():
        row = db.session.get_one(Timeline, case_id)
        row.sealed, row.generation, row.revision = old


def texts(found: tuple[Opened, ...]) -> list[str]:
    return [str(one.event.body["text"]) for one in found if "text" in one.event.body]


def test_a_case_looks_the_same_the_second_time(either_desk: Desk) -> None:
    desk = either_desk
    case_id = taken(desk)
    assert kept(desk, case_id) is None
    first = read(desk, case_id)
    before = kept(desk, case_id)
    assert before is not None
    assert read(desk, case_id) == first
    assert kept(desk, case_id) == before, "it is written once"


def test_a_new_entry_is_shown_and_kept(desk: Desk) -> None:
    case_id = taken(desk)
    read(desk, case_id)
    old = kept(desk, case_id)
    with desk.work():
        writing.note(desk.ada, case_id, "another", later(minutes=2))
    assert texts(read(desk, case_id)) == ["one note", "another"]
    assert kept(desk, case_id) != old


def test_an_older_one_or_another_cases_put_there_is_not_believed(desk: Desk) -> None:
    mine, other = taken(desk), taken(desk, "not mine")
    read(desk, mine)
    read(desk, other)
    old, foreign = kept(desk, mine), kept(desk, other)
    assert old
    assert foreign
    with desk.work():
        writing.note(desk.ada, mine, "another", later(minutes=2))
    read(desk, mine)
    for forged in (old, foreign, (b"\x01" + bytes(300), old[1], old[2])):
        put_back(desk, mine, forged)
        assert texts(read(desk, mine)) == ["one note", "another"]


def test_whoever_had_the_case_before_writes_no_history(desk: Desk) -> None:
    case_id = taken(desk)
    read(desk, case_id)
    old = kept(desk, case_id)
    with desk.work():
        assignment.assign(desk.supervisor, case_id, desk.colleague, later(minutes=5))
    with desk.work():
        assignment.assign(desk.supervisor, case_id, desk.counsellor, later(minutes=6))
    found = read(desk, case_id)
    new = kept(desk, case_id)
    assert old
    assert new
    assert new[1] > old[1]
    put_back(desk, case_id, old)
    assert read(desk, case_id) == found


def test_a_very_long_case_is_opened_entry_by_entry(desk: Desk) -> None:
    case_id = desk.receive().case_id
    with desk.work():
        assignment.claim(desk.ada, case_id, MONDAY)
    with desk.work():
        for n in range(timelines.MOST):
            writing.note(desk.ada, case_id, f"note {n}", later(seconds=n))
    assert len(texts(read(desk, case_id))) == timelines.MOST
    assert kept(desk, case_id) is None
