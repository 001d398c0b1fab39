"""Tables as CSV: read with every wrong row named, written so that a spreadsheet runs nothing.

UTF-8 with or without a byte order mark; comma or semicolon (RFC 4180 quoting). Row 1 is the
header, as a spreadsheet counts. What stands in the columns is a `Shape`.
"""

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from helpline.register.rules.sentences import Sentence
from helpline.register.rules.values import Mistakes, fold

Values = TypeVar("Values")

LARGEST: Final = 2 * 1024 * 1024
MOST_ROWS: Final = 20_000

_STARTS_A_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
_SHIELD: Final = "'"


@dataclass(frozen=True, slots=True)
class Shape(Generic[Values]):
    """What a file must look like.

    read      a row's cells by column -> its values; raises Mistakes
    unique    column -> what no two rows may share, whatever its case; "" is shared freely
    """

    columns: Sequence[str]
    required: Sequence[str]
    read: Callable[[Mapping[str, str]], Values]
    unique: Callable[[Values], Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Problem:
    """A row that cannot be taken, and why."""

    row: int
    reason: Sentence


@dataclass(frozen=True, slots=True)
class Record(Generic[Values]):
    """A row that can be read."""

    row: int
    values: Values


@dataclass(frozen=True, slots=True)
class Table(Generic[Values]):
    """A file: the rows that can be read, and everything that is wrong, by row."""

    records: tuple[Record[Values], ...]
    problems: tuple[Problem, ...]


def parse(shape: Shape[Values], data: bytes) -> Table[Values]:
    """Read a file; nothing is raised, every mistake is a Problem."""
    if len(data) > LARGEST:
        return Table((), _refused("The file is larger than 2 MB."))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return Table((), _refused('The file is not UTF-8 text. Save it as "CSV UTF-8".'))
    try:
        return _table(shape, text)
    except csv.Error:
        reason = "The file is no CSV: a quotation mark is open or out of place."
        return Table((), _refused(reason))


def write(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """The file `parse` reads; cells that a spreadsheet would run as formulas are shielded."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(columns)
    for row in rows:
        writer.writerow([shield(cell) for cell in row])
    return out.getvalue()


def shield(cell: str) -> str:
    """An apostrophe before whatever a spreadsheet takes for a formula, or for a shield."""
    return _SHIELD + cell if cell.lstrip(_SHIELD + " ").startswith(_STARTS_A_FORMULA) else cell


def unshield(cell: str) -> str:
    """What `shield` was given."""
    return cell[1:] if cell.startswith(_SHIELD) and shield(cell[1:]) == cell else cell


def _table(shape: Shape[Values], text: str) -> Table[Values]:
    first = text.partition("\n")[0]
    delimiter = ";" if first.count(";") > first.count(",") else ","
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    header = [cell.strip().lower() for cell in next(rows, [])]
    wrong = _header_mistakes(shape, header)
    if wrong:
        return Table((), tuple(Problem(1, reason) for reason in wrong))
    records: list[Record[Values]] = []
    problems: list[Problem] = []
    for number, cells in enumerate(rows, start=2):
        if number > MOST_ROWS + 1:
            reason = Sentence("The file has more than %(most)s rows.", most=MOST_ROWS)
            problems.append(Problem(number, reason))
            break
        if any(cell.strip() for cell in cells):
            _take(shape, header, (number, cells), records, problems)
    if not records and not problems:
        problems.append(Problem(1, Sentence("There is no row below the header.")))
    return _without_repetitions(shape, records, problems)


def _header_mistakes(shape: Shape[Values], header: Sequence[str]) -> list[Sentence]:
    if not any(header):
        return [Sentence("The file is empty.")]
    missing = [column for column in shape.required if column not in header]
    unknown = [column for column in header if column not in shape.columns]
    twice = sorted({column for column in header if header.count(column) > 1})
    found: list[Sentence] = []
    if missing:
        found.append(Sentence("Columns are missing: %(columns)s.", columns=", ".join(missing)))
    if unknown:
        shown = ", ".join(column[:30] or "(empty)" for column in unknown[:8])
        found.append(Sentence("Columns that we do not know: %(columns)s.", columns=shown))
    if twice:
        shown = ", ".join(twice)[:100]
        found.append(Sentence("Columns stand twice: %(columns)s.", columns=shown))
    return found


def _take(
    shape: Shape[Values],
    header: Sequence[str],
    row: tuple[int, Sequence[str]],
    records: list[Record[Values]],
    problems: list[Problem],
) -> None:
    number, cells = row
    if len(cells) != len(header):
        counted = {"here": len(cells), "above": len(header)}
        reason = Sentence("The row has %(here)s cells, the header %(above)s.", **counted)
        problems.append(Problem(number, reason))
        return
    try:
        values = shape.read(dict(zip(header, map(unshield, cells), strict=True)))
    except Mistakes as mistakes:
        problems += [
            Problem(number, in_column(wrong.field, wrong.sentence)) for wrong in mistakes.mistakes
        ]
        return
    records.append(Record(number, values))


def _without_repetitions(
    shape: Shape[Values], records: Sequence[Record[Values]], problems: Sequence[Problem]
) -> Table[Values]:
    seen: dict[tuple[str, str], int] = {}
    found = list(problems)
    for record in records:
        for column, value in shape.unique(record.values).items():
            place = (column, fold(value))
            if value and place in seen:
                row = seen[place]
                reason = Sentence("%(value)s stands in row %(row)s already.", value=value, row=row)
                found.append(Problem(record.row, in_column(column, reason)))
            elif value:
                seen[place] = record.row
    return Table(tuple(records), tuple(sorted(found, key=lambda problem: problem.row)))


def in_column(column: str, reason: Sentence) -> Sentence:
    """A reason with the column it speaks of."""
    return Sentence("%(column)s: %(reason)s", column=column, reason=reason)


def _refused(reason: str) -> tuple[Problem]:
    return (Problem(1, Sentence(reason)),)
