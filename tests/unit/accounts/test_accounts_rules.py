"""Names, passwords and pauses, without a database."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpline.accounts import rules
from helpline.accounts.rules import Bucket, Weak, weakness


def judged(password: str) -> Weak | None:
    return weakness(password, 14, "ada.lantern", "Harbour Helpline")


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery staple",
        "violet kettle over the marsh",
        "xK9#mQ2$vL5@tR",
        "密码我爱你中国生日快乐朋友天空",
        "नदी के उस पार पुराना पुल",
        "kq7 " * 3 + "wmzd bvhx ltrg",
        "x" + "9f2m7kd1qz8w" * 5,
    ],
)
def test_phrases_of_any_composition_are_taken(password: str) -> None:
    assert judged(password) is None


@pytest.mark.parametrize(
    "password",
    [
        "password123456",
        "P@ssw0rdP@ssw0rd",
        "Helpline2026!!!!",
        "ada.lantern.2026",
        "harbourharbour12",
        "qwertyuiopasdfgh",
        "1qaz2wsx3edc4rfv",
        "aaaaaaaaaaaaaaaa",
        "abcabcabcabcabcabc",
        "19900101199001",
        "woaini1314520520",
        "iloveyouforever12",
        "Ｐａｓｓｗｏｒｄ１２３４５６",
    ],
)
def test_what_would_be_guessed_early_is_refused(password: str) -> None:
    assert judged(password) is Weak.COMMON


def test_length_counts_characters_after_normalising() -> None:
    assert judged("short of it") is Weak.SHORT
    assert judged("ﬁ" * 7) is Weak.COMMON  # seven ligatures are fourteen letters
    assert judged("long enough, " * 100) is Weak.LONG


@given(st.text(max_size=60))
def test_every_text_is_judged_without_failing(password: str) -> None:
    assert judged(password) in {None, *Weak}


@given(st.integers(0, 200), st.sampled_from(Bucket))
def test_pauses_never_shrink_and_never_pass_a_quarter_of_an_hour(
    failures: int, bucket: Bucket
) -> None:
    pause = rules.pause_after(failures, bucket)
    assert pause <= rules.pause_after(failures + 1, bucket) <= timedelta(minutes=15)


def test_the_first_mistakes_cost_no_pause() -> None:
    assert not any(rules.pause_after(count, Bucket.NAME) for count in range(5))


@pytest.mark.parametrize("name", ["ada.lantern", "tao", "mei-lin.oak", "a1.b2"])
def test_login_names(name: str) -> None:
    assert rules.is_login_name(name)


@pytest.mark.parametrize("name", ["", "Ada", ".ada", "ada.", "a..b", "ada lantern", "a" * 65, "1a"])
def test_what_is_no_login_name(name: str) -> None:
    assert not rules.is_login_name(name)


def test_a_login_name_is_shown_as_a_name() -> None:
    assert rules.display_name("ada.lantern") == "Ada Lantern"
    assert rules.display_name("mei-lin.oak") == "Mei Lin Oak"
