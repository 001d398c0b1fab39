"""Words beside the numbers hold no number, in whatever script it is written."""

from dataclasses import replace
from datetime import date

import pytest

from helpline.register.rules.values import Wrong
from helpline.reports.rules.remarks import LENGTH, Kind, Remark, body, has_number, read, typed

REMARK = Remark(1, "", Kind.STORY, "", "", {"hi": "एक कमरा है।"}, date(2026, 11, 22))


@pytest.mark.parametrize(
    "text",
    [
        "There were 7 too many.",
        "多了３个。",
        "सात नहीं, ७ थे।",
        "① too many",
        "Ⅳ too many",
        "½ of them",
        "2026-Q5",
        "In 20261 cases",
        "2026-Q12",
        "Q1 7",
        "GD-0417",
        "half a % of them",
    ],
)
def test_a_number_is_found(text: str) -> None:
    assert has_number(text)
    with pytest.raises(Wrong) as wrong:
        typed({"en": "Fine.", "hi": text})
    assert wrong.value.field == "words_hi"


@pytest.mark.parametrize(
    "text", ["2026-Q1 is over-stated.", "Q4, 2025 and 2025-2027.", "2026-08", "第一季度", "Nobody"]
)
def test_periods_and_words_may_stand(text: str) -> None:
    assert typed({"en": text}) == {"en": text}


def test_the_code_of_the_unit_that_is_spoken_of_may_stand() -> None:
    assert typed({"en": "GD-0417 is over-stated."}, "GD-0417")
    with pytest.raises(Wrong):
        typed({"en": "GD-0418 is over-stated."}, "GD-0417")


@pytest.mark.parametrize("given", [{}, {"en": "  "}, {"fr": "Bonjour"}, {"en": "a" * (LENGTH + 1)}])
def test_nothing_and_too_much_are_refused(given: dict[str, str]) -> None:
    with pytest.raises(Wrong):
        typed(given)


def test_it_is_read_as_it_was_written_and_only_so() -> None:
    assert read(body(REMARK)) == REMARK
    for other in (body(REMARK) + b" ", b"{}", b"[]", b"no"):
        with pytest.raises(ValueError, match=r".*"):
            read(other)


def test_a_reader_gets_the_words_of_their_language_or_else_those_there_are() -> None:
    assert REMARK.in_language("en") == ("hi", "एक कमरा है।")
    both = replace(REMARK, words={"en": "A room.", "zh-Hans": "一个房间。"})
    assert both.in_language("zh-Hans")[1] == "一个房间。"
    assert both.in_language("hi") == ("en", "A room.")
