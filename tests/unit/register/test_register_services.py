"""Entries of the directory: what is taken, what is refused, and files of them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpline.register.rules import csv_files
from helpline.register.rules.services import (
    COLUMNS,
    SHAPE,
    ServiceKind,
    ServiceValues,
    is_due,
    read,
)
from helpline.register.rules.values import Mistakes

LAMP = {
    "name": "Lamp Street Legal Aid",
    "kind": "legal_aid",
    "country": "cn",
    "region": "Lantern Coast",
    "languages": "zh-Hans| yue |zh-Hans",
    "hours": "Mon-Fri 9-17",
    "phone": "+86 (0000) 000-042",
    "web": "https://lamp.example/help",
    "checked_on": "2026-11-01",
    "active": "no",
}


def refused(**changes: str) -> dict[str, str]:
    with pytest.raises(Mistakes) as found:
        read({**LAMP, **changes})
    return {wrong.field: str(wrong.sentence) for wrong in found.value.mistakes}


def test_an_entry_is_read_with_everything_it_says() -> None:
    values = read(LAMP)
    assert (values.kind, values.country) == (ServiceKind.LEGAL_AID, "CN")
    assert values.languages == ("zh-Hans", "yue")
    assert (values.checked_on, values.active) == (date(2026, 11, 1), False)


def test_everything_that_is_wrong_is_told_at_once() -> None:
    found = refused(
        name=" ",
        kind="bank",
        country="China",
        languages="Mandarin!",
        phone="ring me",
        web="lamp.example",
        checked_on="yesterday",
        active="perhaps",
    )
    assert set(found) == {
        "name", "kind", "country", "languages", "phone", "web", "checked_on", "active",
    }  # fmt: skip
    assert "legal_aid, health, counselling" in found["kind"]


@pytest.mark.parametrize(
    "web", ["javascript:alert(1)", "https://a b.example", "ftp://lamp.example"]
)
def test_a_web_page_is_an_address_of_the_web(web: str) -> None:
    assert "web" in refused(web=web)


def test_an_entry_without_a_kind_says_so() -> None:
    assert refused(kind="") == {"kind": "The kind is missing."}


def test_an_entry_that_nobody_can_reach_is_refused() -> None:
    assert set(refused(phone="", web="", address=" ")) == {"phone"}
    assert read({**LAMP, "phone": "", "web": "", "address": "3 Lamp Street"}).address


def test_names_are_one_name_whatever_their_case_and_width() -> None:
    one, other = read(LAMP), read({**LAMP, "name": "ＬＡＭＰ street legal AID", "kind": "health"})
    assert one.known_as == other.known_as
    assert one.known_as != read({**LAMP, "region": "Paper Hills"}).known_as


def test_two_rows_with_one_name_in_one_region_are_told_by_row() -> None:
    rows = "A,health,CN,110\na,shelter,cn,120\nA,health,IN,112\n"
    found = csv_files.parse(SHAPE, f"name,kind,country,phone\n{rows}".encode())
    assert [(problem.row, str(problem.reason)) for problem in found.problems] == [
        (3, "name: a / CN stands in row 2 already.")
    ]


@pytest.mark.parametrize(
    ("checked", "due"),
    [
        (None, True),
        (date(2026, 5, 26), False),
        (date(2026, 5, 25), True),
        (date(2026, 11, 22), False),
    ],
)
def test_an_entry_is_due_when_its_days_are_over(checked: date | None, due: bool) -> None:
    assert is_due(checked, date(2026, 11, 22), 180) is due


WORDS = st.text(st.characters(categories=("L", "N", "P", "Zs")), min_size=1, max_size=40).filter(
    lambda text: text.strip() and not text.startswith("'")
)


@given(name=WORDS, notes=WORDS)
def test_what_is_written_to_a_file_is_read_again(name: str, notes: str) -> None:
    values = read({**LAMP, "name": name, "notes": notes})
    cells = dict.fromkeys(COLUMNS, "") | LAMP | {"name": values.name, "notes": values.notes}
    text = csv_files.write(COLUMNS, [[cells[column] for column in COLUMNS]])
    found = csv_files.parse(SHAPE, text.encode())
    assert found.problems == ()
    again: ServiceValues = found.records[0].values
    assert again == values
