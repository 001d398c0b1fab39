"""Many things of one box are sealed and opened as each is alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto import many
from crypto.boxes import Box
from crypto.errors import CannotOpen
from crypto.many import Kin, Thing
from crypto.suite import VERSION

BOX = Box.new()
KIN = Kin("fact:opening", "facts", "team-1", 3)
words = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
numbers = st.integers(min_value=0, max_value=2**64 - 1)


@given(st.builds(Kin, words, words, words, numbers), words, numbers)
def test_a_place_is_encoded_as_its_binding(kin: Kin, row: str, revision: int) -> None:
    assert many._Places(kin, VERSION).encode(row, revision) == kin.at(row, revision).encode(VERSION)


def test_what_many_seals_one_opens_and_the_other_way_round() -> None:
    plains = [Thing(f"words {n}".encode() * n, f"row-{n}", n) for n in range(40)]
    sealed = many.seal_shelf(BOX, plains, KIN)
    for data, (plain, row, revision) in zip(sealed, plains, strict=True):
        assert BOX.open_shelf(data, KIN.at(row, revision)) == plain
    alone = [
        Thing(BOX.seal_shelf(plain, KIN.at(row, revision)), row, revision)
        for plain, row, revision in plains
    ]
    assert many.open_shelf(BOX, alone, KIN) == [plain for plain, _, _ in plains]


def test_a_process_opens_what_was_put_in() -> None:
    put = [Thing(BOX.public.put(b"%d" % n, KIN.at(f"row-{n}", 1)), f"row-{n}", 1) for n in range(3)]
    assert many.open_slot_of(BOX.secret, put, KIN) == [b"0", b"1", b"2"]
    with pytest.raises(CannotOpen):
        many.open_slot_of(BOX.secret, [put[0]._replace(row="row-1")], KIN)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda one: one._replace(row="row-9"),
        lambda one: one._replace(revision=2),
        lambda one: one._replace(data=one.data[:-1]),
        lambda one: one._replace(data=b""),
        lambda one: one._replace(data=b"\x09" + one.data[1:]),
        lambda one: one._replace(data=one.data[:5]),
    ],
)
def test_one_that_does_not_open_spoils_all(wrong: "object") -> None:
    things = [
        Thing(BOX.seal_shelf(b"words", KIN.at(f"row-{n}", 1)), f"row-{n}", 1) for n in range(3)
    ]
    with pytest.raises(CannotOpen):
        many.open_shelf(BOX, [things[0], wrong(things[1]), things[2]], KIN)  # type: ignore[operator]
    with pytest.raises(CannotOpen):
        many.open_shelf(BOX, things, Kin("fact:ending", "facts", "team-1", 3))
