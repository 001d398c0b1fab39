"""Canned answers say nothing to a bystander, and travel as texts."""

import pytest

from helpline.register.rules.canned import betraying, check, fill
from helpline.register.rules.sentences import Unfit
from helpline.register.rules.templates import names_in
from helpline.register.service import canned, canned_upkeep

LANGUAGES = ("en", "zh-Hans", "yue", "hi", "ta")
PAIRS = [(language, key) for language in LANGUAGES for key in canned.shipped("en")]


def test_every_shipped_answer_stands_in_every_language() -> None:
    for language in LANGUAGES:
        assert list(canned.shipped(language)) == list(canned.shipped("en"))


@pytest.mark.parametrize(("language", "key"), PAIRS)
def test_a_shipped_answer_betrays_nothing_and_is_short(language: str, key: str) -> None:
    text = canned.shipped(language)[key]
    check(text, frozenset(names_in(canned.shipped("en")[key])))
    assert canned_upkeep.size(text).parts <= 2 + (language == "ta")


@pytest.mark.parametrize(
    "text",
    [
        "Your case is open.",
        "About your COMPLAINT: ring us.",
        "有关您的投诉，请来电。",
        "你嘅個案有消息。",
        "आपकी शिकायत मिल गई।",
        "உங்கள் புகார் கிடைத்தது.",
    ],
)
def test_a_word_that_says_too_much_is_refused(text: str) -> None:
    assert betraying(text)
    with pytest.raises(Unfit):
        check(text)


@pytest.mark.parametrize("text", ["The suitcase is casebound.", "我们收到了。", "हम सुनते हैं।"])
def test_a_word_inside_another_says_nothing(text: str) -> None:
    assert betraying(text) == ""


@pytest.mark.parametrize(
    "text", ["", "x" * 481, "bell\a", "two\nlines", "Ring {who}.", "Ring {line", "Ring {line!r}."]
)
def test_what_cannot_be_texted_is_refused(text: str) -> None:
    with pytest.raises(Unfit):
        check(text)


def test_joiners_of_indian_scripts_can_be_texted() -> None:
    check("क\u094d\u200dष")


def test_values_of_a_shipped_answer_stay_in_it() -> None:
    check("Ring {line} now.", frozenset({"line"}))
    for text in ("Ring us.", "Ring {line} or {numbers}."):
        with pytest.raises(Unfit):
            check(text, frozenset({"line"}))


def test_an_answer_with_a_value_that_nobody_knows_is_not_filled() -> None:
    assert fill("Ring {line}.", {"line": "+86"}) == "Ring +86."
    assert fill("Ring {line}.", {"line": ""}) is None
    assert fill("Ring us.", {}) == "Ring us."
