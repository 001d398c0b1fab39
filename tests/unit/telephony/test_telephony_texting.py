"""Texts: keywords in every language, segments, and sentences that are no keywords."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony.flow import Wish
from telephony.prompts import LANGUAGES, Prompts
from telephony.texting import (
    CARRIER_STOPS,
    Alphabet,
    Keyword,
    Segments,
    guess_language,
    read,
    segments,
)

RECEIPT = "1234567890123452"


@pytest.mark.parametrize(
    ("body", "keyword", "language"),
    [
        ("HELP", Keyword.HELP, "en"),
        ("帮助", Keyword.HELP, "zh-Hans"),
        ("मदद", Keyword.HELP, "hi"),
        ("உதவி", Keyword.HELP, "ta"),
        ("0", Keyword.HELP, None),
        ("Call", Keyword.CALL, "en"),
        ("打电话", Keyword.CALL, "zh-Hans"),
        ("打電話", Keyword.CALL, "yue"),
        ("मुझे फ़ोन करो", Keyword.CALL, "hi"),
        ("मुझे फोन करो", Keyword.CALL, "hi"),
        ("2", Keyword.CALL, None),
        ("２", Keyword.CALL, None),
        ("२", Keyword.CALL, None),
        ("௨", Keyword.CALL, None),
        ("start", Keyword.START, "en"),
        ("开始", Keyword.START, "zh-Hans"),
        ("शुरू", Keyword.START, "hi"),
        ("1", Keyword.START, None),
        ("Stop.", Keyword.STOP, "en"),
        (" stop ", Keyword.STOP, "en"),
        ("取消", Keyword.STOP, "zh-Hans"),
        ("बंद", Keyword.STOP, "hi"),
        ("8", Keyword.STOP, None),
        ("CASE", Keyword.CASE, "en"),
        ("编号", Keyword.CASE, "zh-Hans"),
        ("3", Keyword.CASE, None),
        ("9", Keyword.DANGER, None),
        ("SOS", Keyword.DANGER, "en"),
    ],
)
def test_a_keyword_is_the_whole_message(body: str, keyword: Keyword, language: str | None) -> None:
    reading = read(body)
    assert (reading.keyword, reading.language) == (keyword, language)


@pytest.mark.parametrize("word", sorted(CARRIER_STOPS))
def test_what_carriers_take_for_stop_is_stop(word: str) -> None:
    assert read(word).keyword is Keyword.STOP
    assert read(word.upper() + "!").keyword is Keyword.STOP


@pytest.mark.parametrize(
    "body",
    [
        *("please stop them", "they stop our pay", "yes", "不要停止吵架", "in case of fire"),
        *("2 people fell", "10", "22", "", "?", "💥", "13800000042"),
    ],
)
def test_a_sentence_is_no_keyword(body: str) -> None:
    assert read(body).keyword is None


@pytest.mark.parametrize(
    "body",
    [
        RECEIPT,
        "1234 5678 9012 3452",
        "1234-5678-9012-3452",
        f"CASE {RECEIPT}",
        f"case{RECEIPT}",
        "Case: 1234 5678 9012 3452.",
        f"编号{RECEIPT}",
        f"नंबर {RECEIPT}",
        f"3 {RECEIPT}",
        "१२३४५६७८९०१२३४५२",
        "１２３４５６７８９０１２３４５２",
    ],
)
def test_sixteen_digits_are_a_receipt_however_they_are_written(body: str) -> None:
    reading = read(body)
    assert (reading.keyword, reading.receipt) == (Keyword.CASE, RECEIPT)
    assert RECEIPT not in repr(reading)


@pytest.mark.parametrize(
    ("body", "wish"),
    [
        (f"CASE {RECEIPT} 1", Wish.CANCEL),
        (f"case {RECEIPT} 2.", Wish.MOVE),
        (f"3 {RECEIPT} 1", Wish.CANCEL),
        (f"{RECEIPT} 2", Wish.MOVE),
        ("1234 5678 9012 3452 1", Wish.CANCEL),
        (f"编号{RECEIPT} 1", Wish.CANCEL),
        ("१२३४५६७८९०१२३४५२ २", Wish.MOVE),
        ("3 1234-5678-9012-3452-1", Wish.CANCEL),
    ],
)
def test_one_or_two_after_the_number_is_for_the_talk_to_come(body: str, wish: Wish) -> None:
    reading = read(body)
    assert (reading.keyword, reading.receipt, reading.wish) == (Keyword.CASE, RECEIPT, wish)
    assert RECEIPT not in repr(reading)


@pytest.mark.parametrize(
    "body",
    [
        *(f"CASE {RECEIPT}", f"CASE {RECEIPT}1", f"CASE {RECEIPT} 3", f"CASE {RECEIPT} 12"),
        *("CASE 123 1", "CASE 123456789012345 2", "3 123456789012345 1", f"please {RECEIPT} 1"),
    ],
)
def test_nothing_else_is_taken_for_an_answer_about_a_talk(body: str) -> None:
    assert read(body).wish is None


def test_a_receipt_of_the_wrong_length_is_still_asked_about() -> None:
    assert (read("CASE 123").keyword, read("CASE 123").receipt) == (Keyword.CASE, "123")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("", Segments(Alphabet.GSM7, 0, 1)),
        ("a" * 160, Segments(Alphabet.GSM7, 160, 1)),
        ("a" * 161, Segments(Alphabet.GSM7, 161, 2)),
        ("a" * 306, Segments(Alphabet.GSM7, 306, 2)),
        ("a" * 307, Segments(Alphabet.GSM7, 307, 3)),
        ("€" * 80, Segments(Alphabet.GSM7, 160, 1)),
        ("€" * 81, Segments(Alphabet.GSM7, 162, 2)),
        ("a" * 152 + "€" * 5, Segments(Alphabet.GSM7, 162, 2)),
        ("你" * 70, Segments(Alphabet.UCS2, 70, 1)),
        ("你" * 71, Segments(Alphabet.UCS2, 71, 2)),
        ("a" * 70 + "你", Segments(Alphabet.UCS2, 71, 2)),
        ("😀" * 35, Segments(Alphabet.UCS2, 70, 1)),
        ("😀" * 36, Segments(Alphabet.UCS2, 72, 2)),
        ("😀" * 67, Segments(Alphabet.UCS2, 134, 3)),
    ],
)
def test_segments_are_counted_as_carriers_bill_them(body: str, expected: Segments) -> None:
    assert segments(body) == expected


@given(st.text(max_size=700))
def test_any_text_can_be_read_and_counted(body: str) -> None:
    assert read(body)
    counted = segments(body)
    size = 160 if counted.alphabet is Alphabet.GSM7 else 70
    assert (counted.parts == 1) == (counted.characters <= size)


def test_the_script_tells_the_language() -> None:
    assert guess_language("工资没有发", ("yue", "zh-Hans", "en")) == "yue"
    assert guess_language("वेतन", ("hi", "ta", "en")) == "hi"
    assert guess_language("சம்பளம்", ("hi", "ta", "en")) == "ta"
    assert guess_language("wages", ("hi", "ta", "en")) == "en"
    assert guess_language("123", ("hi", "ta", "en")) == "hi"
    assert guess_language("开始", ("en", "zh-Hans")) == "zh-Hans"


@pytest.mark.parametrize("language", LANGUAGES)
def test_replies_are_short(language: str) -> None:
    prompts = Prompts.load()
    for key in prompts.language(language).texts:
        if key.startswith("text_"):
            when = prompts.moment(language, datetime(2026, 9, 23, 18, tzinfo=UTC))
            values = {"receipt": RECEIPT, "numbers": "110, 119", "when": when}
            text = prompts.text(language, key, **values)
            assert segments(text).parts <= 3, (key, len(text))
            assert language != "en" or segments(text).parts == 1
