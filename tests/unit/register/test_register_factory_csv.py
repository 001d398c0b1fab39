"""A factory file is read whole, every wrong row named; a written one runs in no spreadsheet."""

import csv
import io
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpline.register.rules import csv_files
from helpline.register.rules.csv_files import (
    LARGEST,
    MOST_ROWS,
    Table,
    shield,
    unshield,
)
from helpline.register.rules.factories import COLUMNS, FactoryValues
from helpline.register.rules.factory_csv import SHAPE

HEADER = "code,name,country,province,workers"


def parse(data: bytes) -> Table[FactoryValues]:
    return csv_files.parse(SHAPE, data)


def problems(text: str) -> list[tuple[int, str]]:
    return [(found.row, found.reason) for found in parse(text.encode()).problems]


def test_all_columns_are_read_with_or_without_a_byte_order_mark() -> None:
    text = (
        "Code,Key_Code,Name,Country,Province,Region,Workers,Certified_Until,Brands,Active\n"
        'bl-01,4711,"Blue Lantern, Toys",cn,Lantern Province,North,"1,200",2027-03-31,A|B,yes\n'
    )
    for data in (text.encode(), text.encode("utf-8-sig"), text.replace("\n", "\r\n").encode()):
        table = parse(data)
        assert not table.problems
        values = table.records[0].values
        assert (values.code, values.key_code, values.name) == (
            "BL-01",
            "4711",
            "Blue Lantern, Toys",
        )
        assert (values.workers, values.certified_until) == (1200, date(2027, 3, 31))
        assert (values.brands, values.active) == (("A", "B"), True)


def test_semicolons_and_missing_optional_columns_are_accepted() -> None:
    table = parse(b"code;name;country;province;workers\nX1;Kite;IN;Paper Province;90\n\n")
    assert not table.problems
    assert [record.values.name for record in table.records] == ["Kite"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "The file is empty."),
        ("code,name\nA1,B", "Columns are missing: country, province, workers."),
        (f"{HEADER},phone\n", "Columns that we do not know: phone."),
        (f"{HEADER},code\n", "Columns stand twice: code."),
        (f"{HEADER}\n", "There is no row below the header."),
    ],
)
def test_a_wrong_header_is_refused(text: str, reason: str) -> None:
    assert (1, reason) in problems(text)


def test_every_wrong_row_is_named_with_every_reason() -> None:
    found = problems(
        f"{HEADER},certified_until\n"
        "A1,Kite,CN,Paper,10,\n"
        "A1,Crane,CN,Paper,10,\n"
        "?,,China,Paper,none,soon\n"
        "B1,Boat,CN\n"
        "C1,Boat,CN,Paper,0,\n"
    )
    assert [row for row, _ in found] == [3, 4, 4, 4, 4, 4, 5, 6]
    reasons = [reason for _, reason in found]
    assert reasons[0] == "code: A1 stands in row 2 already."
    assert {reason.partition(":")[0] for reason in reasons[1:6]} == {
        "code",
        "name",
        "country",
        "workers",
        "certified_until",
    }
    assert reasons[6] == "The row has 3 cells, the header 6."
    assert reasons[7].startswith("workers: ")


def test_digits_of_two_posters_may_not_be_the_same() -> None:
    found = problems(f"{HEADER},key_code\nA1,Kite,CN,P,10,4711\nB1,Crane,CN,P,10,4711\n")
    assert found == [(3, "key_code: 4711 stands in row 2 already.")]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ("x".encode("utf-16"), "not UTF-8"),
        (b"\xff\xfe\x00", "not UTF-8"),
        (f'{HEADER}\nA1,"Kite,CN,P,10\n'.encode(), "quotation mark"),
        (b"x" * (LARGEST + 1), "larger than 2 MB"),
        (HEADER.encode() + b"\nA1,x,CN,P,1" * (MOST_ROWS + 1), f"more than {MOST_ROWS} rows"),
    ],
)
def test_files_that_are_no_such_table_are_refused(data: bytes, reason: str) -> None:
    assert any(reason in found.reason for found in parse(data).problems)


@given(st.binary(max_size=300))
def test_no_bytes_break_the_reader(data: bytes) -> None:
    assert parse(data).problems or parse(data).records
    assert parse(HEADER.encode() + b"\n" + data) is not None


def test_cells_with_control_characters_are_refused() -> None:
    assert problems(f"{HEADER}\nA1,Ki\x07te,CN,P,10\n") == [
        (2, "name: It holds characters that cannot be shown.")
    ]


@pytest.mark.parametrize("cell", ["=1+1", "+86", "-2", "@SUM(A1)", "＝1", "'=1", " =1", "''@x"])
def test_what_a_spreadsheet_would_run_is_shielded(cell: str) -> None:
    assert shield(cell) == "'" + cell
    assert unshield(shield(cell)) == cell


@given(st.text(max_size=12))
def test_a_shield_is_taken_off_again(cell: str) -> None:
    assert unshield(shield(cell)) == cell


def test_a_written_file_reads_back() -> None:
    row = ("A1", "4711", '=HYPERLINK("x")', "CN", "Paper", "", "10", "", "", "yes")
    text = csv_files.write(COLUMNS, [row])
    assert list(csv.reader(io.StringIO(text)))[1][2] == '\'=HYPERLINK("x")'
    assert parse(text.encode()).records[0].values.name == '=HYPERLINK("x")'
