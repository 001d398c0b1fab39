"""History enters whole or not at all, and counts as what was coded here does."""

import io
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from helpline.cases.models import Fact
from helpline.errors import NotAllowed
from helpline.extensions import db
from helpline.reports.service import importing
from helpline.reports.service.importing import Imported
from tests.services.reports.conftest import FIRST, House, after
from tests.services.reports.test_reports_closing import publish

HEADER = "factory,date,category,country,worker,severity,outcome\n"


def enter(house: House, text: str) -> Imported:
    with house.work():
        return importing.import_csv(house.nils, io.StringIO(text, newline=""), after(FIRST))


def facts(house: House) -> int:
    with house.work():
        return db.session.scalar(select(func.count()).select_from(Fact)) or 0


def rows(many: int, code: str = "GD-1", worker: str = "w") -> str:
    days = [FIRST.begins + timedelta(days=n % 90) for n in range(many)]
    return "".join(
        f"{code},{day.isoformat()},W1,,{worker}{n},2,remedied_full\n" for n, day in enumerate(days)
    )


def test_imported_cases_are_counted(either_house: House) -> None:
    house = either_house
    assert enter(house, HEADER + rows(31) + ",2025-02-02,H1,CN,,,\n") == Imported(32, ())
    assert facts(house) == 32
    release = publish(house, FIRST)
    shown = {(row.unit, row.period): row.value for row in release.contacts}
    assert shown["GD-1", FIRST] == 31


def test_one_word_is_one_worker(house: House) -> None:
    for _ in range(2):
        same = "".join(f"GD-1,2025-01-1{n},W1,,same,2,\n" for n in range(9))
        assert enter(house, HEADER + same).facts == 9
    release = publish(house, FIRST)
    shown = {(row.unit, row.period): row.value for row in release.contacts}
    assert shown["GD-1", FIRST] is None, "one worker, however often"


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("NO-1,2025-01-01,W1,,,,", "This code is not known: NO-1."),
        ("GD-1,2025-13-01,W1,,,,", "The date is written as 2024-08-14."),
        ("GD-1,2025-01-01,ZZ,,,,", "This code is not known: ZZ."),
        ("GD-1,2025-01-01,W1,,,7,", "The severity is 0 to 4."),
        ("GD-1,2025-01-01,W1,,,,won", "This code is not known: won."),
        (",2025-01-01,W1,,,,", "Without a factory the country is needed."),
        ("GD-1,2025-01-01", "The row has 2 cells, the header 7."),
        ('GD-1,"2025', "The file is no CSV: a quotation mark is open or out of place."),
    ],
)
def test_a_wrong_row_is_named_and_nothing_enters(house: House, row: str, why: str) -> None:
    done = enter(house, HEADER + rows(3) + row + "\n")
    assert done.facts == 0
    assert [(number, str(reason)) for number, reason in done.problems] == [(5, why)]
    assert facts(house) == 0


def test_a_header_that_does_not_fit_is_said(house: House) -> None:
    done = enter(house, "factory,day\nGD-1,2025-01-01\n")
    assert [number for number, _ in done.problems] == [1]


def test_what_a_release_has_closed_takes_nothing_in(house: House) -> None:
    enter(house, HEADER + rows(20))
    publish(house, FIRST)
    done = enter(house, HEADER + rows(1))
    assert [str(reason) for _, reason in done.problems] == ["This quarter is closed already."]


def test_only_publishers_enter_history(house: House) -> None:
    with pytest.raises(NotAllowed), house.work():
        importing.import_csv(house.ada, io.StringIO(HEADER + rows(1)), after(FIRST))
