"""Forms by their content, answers as texts and keys, and what may be said of them."""

import json
from math import isclose, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpline.register.rules.canned import betraying
from helpline.surveys import rules
from helpline.surveys.rules import (
    BadAnswer,
    Malformed,
    canonical,
    check,
    parse,
    parse_reply,
    share,
    wilson,
)
from helpline.surveys.service import answers as service

FORM = service.current(rules.AFTER_CLOSE)
CONTENT = json.loads(canonical(FORM))
MIXED = parse(
    {
        "kind": "mixed",
        "invitation": {"en": "Two."},
        "questions": [
            {"key": "again", "kind": "yes_no", "labels": {"en": "Again?"}},
            {"key": "easy", "kind": "scale", "labels": {"en": "Easy?"}},
        ],
    }
)
COUNTS = st.integers(1, 5000).flatmap(
    lambda count: st.tuples(st.integers(0, count), st.just(count))
)


# --- forms --------------------------------------------------------------------------------


def test_the_shipped_form_asks_two_things_by_digit_and_one_by_word_in_five_languages() -> None:
    assert [one.key for one in FORM.keyed] == ["reach", "help"]
    assert FORM.written is not None
    for one in FORM.questions:
        assert set(one.labels) == set(FORM.invitation) == {"en", "zh-Hans", "yue", "hi", "ta"}


@pytest.mark.parametrize("language", ["en", "zh-Hans", "yue", "hi", "ta"])
def test_nobody_who_reads_along_learns_what_it_was_about(language: str) -> None:
    assert betraying(FORM.asked(language)) == ""


def test_a_form_is_known_by_its_content_alone() -> None:
    assert parse(CONTENT).id == FORM.id
    assert len(FORM.id) == 64
    changed = json.loads(canonical(FORM))
    changed["questions"][0]["labels"]["hi"] += "?"
    assert parse(changed).id != FORM.id


def test_a_language_that_a_form_lacks_is_asked_in_english() -> None:
    assert FORM.asked("my") == FORM.asked("en")
    assert FORM.asked("hi") != FORM.asked("en")
    assert FORM.asked("en").endswith("Are you satisfied with how we helped?")


@pytest.mark.parametrize(
    "change",
    [
        {"questions": []},
        {"questions": [CONTENT["questions"][2]]},
        {"questions": [CONTENT["questions"][0]] * 2},
        {"questions": [{"key": "a", "kind": "song", "labels": {"en": "?"}}]},
        {"questions": [{"key": "a", "kind": "scale", "labels": {"hi": "?"}}]},
        {"invitation": None},
    ],
)
def test_what_asks_nothing_or_one_thing_twice_is_no_form(change: dict[str, object]) -> None:
    with pytest.raises(Malformed):
        parse({**CONTENT, **change})


# --- answers ------------------------------------------------------------------------------


def test_questions_may_be_left_out_but_not_all() -> None:
    assert check(FORM, {"help": 4, "remark": "  thanks "}) == {"help": 4, "remark": "thanks"}
    assert check(MIXED, {"again": False}) == {"again": False}
    for nothing in ({}, {"remark": "  "}):
        with pytest.raises(BadAnswer):
            check(FORM, nothing)


@pytest.mark.parametrize(
    "answers", [{"help": 0}, {"help": 6}, {"help": True}, {"help": "5"}, {"who": 3}, {"remark": 5}]
)
def test_what_the_form_does_not_know_is_refused(answers: dict[str, int | bool | str]) -> None:
    with pytest.raises(BadAnswer):
        check(FORM, {"reach": 3, **answers})


@pytest.mark.parametrize(
    ("text", "reach", "help_"),
    [
        ("1 5", 1, 5),
        ("5 4", 5, 4),
        (" 5,4. ", 5, 4),
        ("54", 5, 4),
        ("5\n4", 5, 4),
        ("５　４", 5, 4),
        ("५ ४", 5, 4),
        ("௫, ௪", 5, 4),
        ("5、4。", 5, 4),
        ("5; 4", 5, 4),
    ],
)
def test_a_text_of_two_digits_answers_both_questions(text: str, reach: int, help_: int) -> None:
    assert parse_reply(FORM, text) == {"reach": reach, "help": help_}


@pytest.mark.parametrize(
    ("text", "remark"),
    [("5 4 thank you", "thank you"), ("5, 4. Merci.", "Merci"), ("2 3 谢谢你们", "谢谢你们")],
)
def test_words_after_the_digits_are_the_remark(text: str, remark: str) -> None:
    found = parse_reply(FORM, text)
    assert found is not None
    assert found["remark"] == remark


@pytest.mark.parametrize(
    "text",
    [
        "", "5", "0 5", "6 1", "1 9", "5 4 3", "555", "10 5", "4/5", "1-5", "5 4/5", "5 4 2026",
        "call me", "my number 5 4", "4 5th of May", "5 people hurt", "1234567890123456", "4.5.26",
    ],
)  # fmt: skip
def test_what_is_not_surely_an_answer_is_none(text: str) -> None:
    assert parse_reply(FORM, text) is None


def test_yes_and_no_are_the_keys_1_and_2() -> None:
    assert parse_reply(MIXED, "1 4") == {"again": True, "easy": 4}
    assert parse_reply(MIXED, "24") == {"again": False, "easy": 4}
    assert parse_reply(MIXED, "3 4") is None
    assert parse_reply(MIXED, "1 4 well") == {"again": True, "easy": 4}


@given(st.text(max_size=1700))
def test_whatever_is_texted_is_an_answer_that_the_form_knows_or_none(text: str) -> None:
    found = parse_reply(FORM, text)
    if found is not None:
        assert check(FORM, found) == found


@given(st.sampled_from(rules.SCALE), st.sampled_from(rules.SCALE), st.sampled_from(["", " ", ", "]))
def test_every_pair_of_digits_is_read_as_it_was_meant(reach: int, help_: int, between: str) -> None:
    assert parse_reply(FORM, f"{reach}{between}{help_}") == {"reach": reach, "help": help_}


# --- intervals ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hits", "count", "low", "high"),
    [(8, 10, 0.4902, 0.9433), (0, 10, 0.0, 0.2775), (50, 100, 0.4038, 0.5962), (1, 1, 0.2065, 1.0)],
)
def test_the_interval_is_wilsons(hits: int, count: int, low: float, high: float) -> None:
    found = wilson(hits, count)
    assert isclose(found[0], low, abs_tol=5e-5)
    assert isclose(found[1], high, abs_tol=5e-5)


@given(COUNTS)
def test_an_interval_holds_its_share_and_lies_within_nothing_and_all(case: tuple[int, int]) -> None:
    hits, count = case
    low, high = wilson(hits, count)
    assert 0 <= low <= hits / count <= high <= 1
    assert low < high


@given(COUNTS)
def test_its_ends_are_where_the_score_test_turns(case: tuple[int, int]) -> None:
    hits, count = case
    for end in wilson(hits, count):
        if 0 < end < 1:
            score = abs(hits / count - end) / sqrt(end * (1 - end) / count)
            assert isclose(score, 1.959963984540054, rel_tol=1e-6)


@given(COUNTS)
def test_what_is_not_chosen_mirrors_what_is(case: tuple[int, int]) -> None:
    hits, count = case
    low, high = wilson(hits, count)
    other_low, other_high = wilson(count - hits, count)
    assert isclose(low, 1 - other_high, abs_tol=1e-12)
    assert isclose(high, 1 - other_low, abs_tol=1e-12)


@given(COUNTS)
def test_more_answers_of_the_same_kind_say_more(case: tuple[int, int]) -> None:
    hits, count = case
    low, high = wilson(hits, count)
    closer_low, closer_high = wilson(2 * hits, 2 * count)
    assert closer_high - closer_low < high - low


@pytest.mark.parametrize("case", [(-1, 3), (4, 3), (0, 0)])
def test_no_share_without_answers(case: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="hits"):
        wilson(*case)


def test_nothing_is_said_of_fewer_than_ten() -> None:
    assert share(9, 9) is None
    found = share(10, 10)
    assert found is not None
    assert (found.value, found.high) == (1.0, 1.0)
