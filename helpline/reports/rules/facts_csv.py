"""History as CSV: one row a case, from before this system.

Columns: factory (a code of the register, "" for none), date (2024-08-14), category (a code of the
taxonomy) are needed; country (needed where no factory is named), channel, severity (0 to 4),
reporter, worker (any pseudonym, the same for the same worker), and how it ended: outcome, remedy,
finding, accepted, first_answer_minutes, close_minutes.
"""

import csv
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache, partial
from typing import Any, Final

from helpline.cases.rules.kinds import CHANNELS
from helpline.cases.rules.status import Accepted, Finding, Outcome, Remedy
from helpline.register.rules.sentences import Sentence
from helpline.register.rules.values import Reader, Wrong, country, optional, tidy

REQUIRED: Final = ("factory", "date", "category")
MOST_MINUTES: Final = 10 * 366 * 24 * 60


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the file: its number, as a spreadsheet counts, and its values or what is wrong."""

    number: int
    values: Mapping[str, Any]
    wrong: tuple[Sentence, ...] = ()


@dataclass(frozen=True, slots=True)
class Known:
    """What a row may name. from_day: the first day that no release has closed."""

    factories: Collection[str]
    categories: Collection[str]
    from_day: date


def read(text: Iterable[str], known: Known) -> Iterator[Row]:
    """Read row by row; a header that does not fit is row 1 and the only one."""
    rows = csv.reader(text, strict=True)
    try:
        readers = {field: _remembered(reader) for field, reader in _readers(known).items()}
        yield from _read(rows, readers)
    except csv.Error:
        reason = "The file is no CSV: a quotation mark is open or out of place."
        yield Row(rows.line_num, {}, (Sentence(reason),))
    except UnicodeDecodeError:
        reason = 'The file is not UTF-8 text. Save it as "CSV UTF-8".'
        yield Row(rows.line_num + 1, {}, (Sentence(reason),))


def _read(rows: Iterator[list[str]], readers: Mapping[str, Reader]) -> Iterator[Row]:
    header = [cell.strip().lower() for cell in next(rows, [])]
    missing = [column for column in REQUIRED if column not in header]
    strange = [column for column in header if column not in readers]
    if missing or strange or len(set(header)) < len(header):
        reason = "The header needs factory, date and category, and knows no %(columns)s."
        yield Row(1, {}, (Sentence(reason, columns=", ".join(strange)[:100] or "-"),))
        return
    for number, cells in enumerate(rows, start=2):
        yield _row(number, header, cells, readers)


def _row(number: int, header: list[str], cells: list[str], readers: Mapping[str, Reader]) -> Row:
    if len(cells) != len(header):
        counted = {"here": len(cells), "above": len(header)}
        reason = Sentence("The row has %(here)s cells, the header %(above)s.", **counted)
        return Row(number, {}, (reason,))
    typed, values, wrong = dict(zip(header, cells, strict=True)), {}, []
    for field, reader in readers.items():
        try:
            values[field] = reader(field, typed.get(field, ""))
        except Wrong as mistake:
            wrong.append(mistake.sentence)
    if wrong:
        return Row(number, {}, tuple(wrong))
    if not values["factory"] and not values["country"]:
        return Row(number, {}, (Sentence("Without a factory the country is needed."),))
    return Row(number, values)


def _remembered(reader: Reader) -> Reader:
    """The same for a cell as it stands in the file; a million rows hold few different ones."""

    def read(field: str, text: str) -> object:
        return reader(field, tidy(field, text, {}))

    return lru_cache(maxsize=1 << 14)(read)


def _readers(known: Known) -> Mapping[str, Reader]:
    return {
        "factory": partial(_one_of, frozenset(known.factories), True),
        "date": partial(_day, known.from_day),
        "category": partial(_one_of, frozenset(known.categories), False),
        "country": _country,
        "channel": partial(_one_of, frozenset(kind.value for kind in CHANNELS), True),
        "severity": _severity,
        "reporter": optional,
        "worker": optional,
        "outcome": partial(_one_of, frozenset(Outcome), True),
        "remedy": partial(_one_of, frozenset(Remedy), True),
        "finding": partial(_one_of, frozenset(Finding), True),
        "accepted": partial(_one_of, frozenset(Accepted), True),
        "first_answer_minutes": _minutes,
        "close_minutes": _minutes,
    }


def _one_of(known: Collection[str], may_be_missing: bool, field: str, text: str) -> str:
    if text in known or (may_be_missing and not text):
        return text
    raise Wrong(field, "This code is not known: %(code)s.", code=text[:30])


def _country(field: str, text: str) -> str:
    return country(field, text) if text else ""


def _day(first: date, field: str, text: str) -> date:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise Wrong(field, "The date is written as 2024-08-14.") from None
    if found < first:
        raise Wrong(field, "This quarter is closed already.")
    return found


def _severity(field: str, text: str) -> int | None:
    if not text:
        return None
    if text.removeprefix("S") not in {"0", "1", "2", "3", "4"}:
        raise Wrong(field, "The severity is 0 to 4.")
    return int(text.removeprefix("S"))


def _minutes(field: str, text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and int(text) <= MOST_MINUTES):
        raise Wrong(field, "Minutes are a whole number.")
    return int(text)
