"""What a fact of reach must look like, and what it leaves to be done."""

from datetime import date

import pytest

from helpline.register.rules import csv_files
from helpline.register.rules.reach import (
    Reached,
    ReachKind,
    ReachValues,
    Todo,
    months_between,
    outstanding,
    read,
    shape,
)
from helpline.register.rules.values import Mistakes

TODAY = date(2026, 11, 23)
HEADER = "factory,kind,day,number,expected,todo,reached,inside\n"


def wrong(cells: dict[str, str]) -> list[str]:
    with pytest.raises(Mistakes) as refused:
        read(cells, TODAY)
    return [mistake.field for mistake in refused.value.mistakes]


def test_each_kind_holds_what_belongs_to_it() -> None:
    day = {"day": "2026-09-02"}
    posters = {"kind": "posters", "number": "14", "expected": "15", "todo": "digits|hang"}
    assert read(posters | day, TODAY) == ReachValues(
        ReachKind.POSTERS, date(2026, 9, 2), 14, 15, (Todo.HANG, Todo.DIGITS)
    )
    call = {"kind": "Test_Call", "reached": "voicemail", "inside": "No"}
    assert read(call | day, TODAY) == ReachValues(
        ReachKind.TEST_CALL, date(2026, 9, 2), reached=Reached.VOICEMAIL, inside=False
    )
    cards = read({"kind": "cards", "number": "2,950"} | day, TODAY)
    assert (cards.number, cards.expected, cards.inside) == (2950, None, None)


def test_what_is_missing_or_belongs_to_another_kind_is_told_all_at_once() -> None:
    assert wrong({"kind": "posters"}) == ["day", "number", "expected"]
    assert wrong({"kind": "cards", "day": "2026-09-02", "inside": "yes"}) == ["number", "inside"]
    assert wrong({"kind": "leaflets", "day": "2026-09-02", "number": "7"}) == ["kind"]
    assert wrong({"kind": "test_call", "day": "2026-09-02"}) == ["reached", "inside"]
    typed = {"kind": "posters", "day": "2026-09-02", "number": "-1", "expected": "x", "todo": "no"}
    assert wrong(typed) == ["number", "expected", "todo"]


@pytest.mark.parametrize("day", ["", "yesterday", "2026-13-01", "2026-11-25", "1999-12-31"])
def test_a_day_that_cannot_be_is_refused(day: str) -> None:
    assert wrong({"kind": "training", "number": "40", "day": day}) == ["day"]


def test_where_the_factory_is_it_may_be_tomorrow_already() -> None:
    found = read({"kind": "training", "number": "40", "day": "2026-11-24"}, TODAY)
    assert months_between(found.day, TODAY) == 0


def test_months_are_counted_whole() -> None:
    assert months_between(date(2025, 10, 24), TODAY) == 12
    assert months_between(date(2025, 10, 23), TODAY) == 13
    assert months_between(TODAY, TODAY) == 0


def test_everything_is_to_do_where_nothing_was_done() -> None:
    assert outstanding({}, TODAY) == (
        "No poster check is recorded.",
        "No test call is recorded.",
        "No cards are recorded.",
        "No training is recorded.",
    )


def test_what_is_left_follows_from_the_newest_facts() -> None:
    posters = ReachValues(ReachKind.POSTERS, date(2026, 9, 2), 5, 8, (Todo.MOVE,))
    call = ReachValues(
        ReachKind.TEST_CALL, date(2025, 10, 23), reached=Reached.NOBODY, inside=False
    )
    cards = ReachValues(ReachKind.CARDS, date(2025, 11, 23), 90)
    training = ReachValues(ReachKind.TRAINING, date(2025, 11, 24), 90)
    latest = {one.kind: one for one in (posters, call, cards, training)}
    assert outstanding(latest, TODAY) == (
        "Posters: 3 of 8 missing at the last check.",
        "Move posters to where nobody is watched while reading.",
        "No test call for 13 months.",
        "The last test call reached nobody.",
        "The last test call was not made from inside the factory.",
        "No cards were handed out for 12 months.",
    )


def test_a_factory_in_order_leaves_nothing() -> None:
    day = date(2026, 9, 2)
    latest = {
        ReachKind.POSTERS: ReachValues(ReachKind.POSTERS, day, 9, 8),
        ReachKind.TEST_CALL: ReachValues(
            ReachKind.TEST_CALL, day, reached=Reached.VOICEMAIL, inside=True
        ),
        ReachKind.CARDS: ReachValues(ReachKind.CARDS, day, 1),
        ReachKind.TRAINING: ReachValues(ReachKind.TRAINING, day, 0),
    }
    assert outstanding(latest, TODAY) == ()


def test_a_file_names_every_wrong_row_and_what_stands_twice() -> None:
    data = HEADER + (
        "gd-1,posters,2026-09-02,5,8,hang,,\n"
        ",cards,2026-09-02,x,,,,\n"
        "GD-1,posters,2026-09-02,6,8,,,\n"
    )
    table = csv_files.parse(shape(TODAY), data.encode())
    assert [(one.row, one.reason.partition(":")[0]) for one in table.problems] == [
        (3, "factory"),
        (3, "number"),
        (4, "day"),
    ]
    assert table.records[0].values.factory == "GD-1"
