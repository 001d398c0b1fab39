"""What supervisors read of the survey after close, in the whole application."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import update

from helpline.extensions import db
from helpline.keys.rules import Role
from helpline.surveys import rules
from helpline.surveys.models import SurveyAnswer
from helpline.surveys.service import answers as service
from helpline.unit_of_work import unit_of_work
from tests.whole import PUBLIC_URL, Whole, whole

PAGE = "/surveys/after-close"
TODAY = date(2026, 11, 23)


@pytest.fixture
def house(sqlite_url: str, tmp_path: Path) -> Iterator[Whole]:
    made = whole(sqlite_url, tmp_path)
    yield made
    made.close()


def read(house: Whole, language: str = "en", role: Role = Role.SUPERVISOR) -> tuple[int, str]:
    answer = house.client(role).get(
        PAGE, base_url=PUBLIC_URL, headers={"Accept-Language": language}
    )
    return answer.status_code, answer.get_data(as_text=True)


def answered(house: Whole, times: int, **answers: int | str) -> None:
    form = service.current(rules.AFTER_CLOSE)
    with house.app.app_context(), unit_of_work():
        for _ in range(times):
            service.count_asked(rules.AFTER_CLOSE, TODAY)
            service.record_answer(house.site, form, answers, TODAY, "hi")


def test_nobody_was_asked_yet(house: Whole) -> None:
    status, page = read(house)
    assert status == 200
    assert "Nobody was asked yet." in page


def test_a_sentence_comes_first_and_then_the_numbers(house: Whole) -> None:
    answered(house, 9, reach=5, help=4)
    answered(house, 3, reach=1, remark="<b>धन्यवाद</b>")
    page = read(house)[1]
    assert "12 of 12 workers who were asked have answered." in page
    assert "75% chose 4 or 5." in page
    assert "between 47% and 91% (95 percent sure, 12 answers)" in page
    assert "5, very" in page
    assert '<p class="said" lang="hi" dir="auto">&lt;b&gt;धन्यवाद&lt;/b&gt;</p>' in page
    assert "November 2026" in page


def test_below_ten_answers_no_statement_is_possible(house: Whole) -> None:
    answered(house, 9, reach=5)
    page = read(house)[1]
    assert "No statement possible" in page
    assert "9 answers; at least 10 are needed." in page
    assert "chose 4 or 5" not in page
    assert "That is" not in page


def test_questions_stand_in_the_readers_language(house: Whole) -> None:
    answered(house, 1, reach=5)
    assert "联系我们容易吗？" in read(house, "zh-CN")[1]
    assert "क्या हमसे संपर्क करना आसान था?" in read(house, "hi")[1]


def test_what_was_changed_from_outside_is_told(house: Whole) -> None:
    answered(house, 1, reach=5)
    with house.app.app_context(), unit_of_work():
        db.session.execute(update(SurveyAnswer).values(stamp=bytes(32)))
    status, page = read(house)
    assert status == 200
    assert "One answer was not written by us" in page


@pytest.mark.parametrize("role", [Role.COUNSELLOR, Role.ADMINISTRATOR, Role.AUDITOR])
def test_nobody_else_reads_it(house: Whole, role: Role) -> None:
    assert read(house, role=role)[0] == 403
