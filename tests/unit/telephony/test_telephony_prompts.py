"""Prompts: the same keys everywhere, no word that betrays, replaceable by an administrator."""

import re
import tomllib
from importlib import resources

import pytest

from telephony import flow, prompts
from telephony.prompts import LANGUAGES, Prompts, Sound, Speech, UnknownPrompt, placeholders

PROMPTS = Prompts.load()
FORBIDDEN = {
    "en": r"complain|grievance|\breport|victim|allegation|\bcases?\b|hotline|helpline|investigat"
    r"|harass|abuse",
    "zh-Hans": "投诉|举报|申诉|受害|热线|调查|骚扰|案件|个案|虐待",
    "yue": "投訴|舉報|申訴|受害|熱線|調查|騷擾|案件|個案|虐待",
    "hi": "शिकायत|उत्पीड़न|पीड़ित|हॉटलाइन|हेल्पलाइन|जाँच|मामला|आरोप",
    "ta": "புகார்|துன்புறுத்த|பாதிக்கப்பட்ட|வழக்கு|விசாரணை|ஹாட்லைன்",
}


def test_there_is_a_file_for_each_language_and_no_other() -> None:
    folder = resources.files("telephony") / "prompts"
    files = {entry.name for entry in folder.iterdir() if entry.name.endswith(".toml")}
    assert files == {f"{language}.toml" for language in LANGUAGES}


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_has_the_same_keys_and_values(language: str) -> None:
    english, other = PROMPTS.language("en"), PROMPTS.language(language)
    assert set(other.texts) == set(english.texts)
    assert set(other.names) == set(LANGUAGES)
    for key, text in english.texts.items():
        assert placeholders(other.texts[key]) == placeholders(text), key


def test_what_is_spoken_and_what_is_texted_are_told_apart_by_their_keys() -> None:
    file = resources.files("telephony") / "prompts" / "en.toml"
    content = tomllib.loads(file.read_text("utf-8"))
    assert set(prompts.spoken_keys(PROMPTS.language("en"))) == set(content["spoken"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_prompt_says_what_a_bystander_must_not_hear(language: str) -> None:
    for key, text in PROMPTS.language(language).texts.items():
        spoken = re.sub(r"\bCASE\b", "", text)
        assert not re.search(FORBIDDEN[language], spoken, re.IGNORECASE), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_prompts_are_short_sentences_in_the_right_script(language: str) -> None:
    scripts = {"en": "[a-zA-Z]", "hi": "[\u0900-\u097f]", "ta": "[\u0b80-\u0bff]"}
    letters = re.compile(scripts.get(language, "[\u4e00-\u9fff]"))
    for key, text in PROMPTS.language(language).texts.items():
        if "digit_" not in key and key != "receipt_number":
            assert letters.search(text), key
        assert "!" not in text
        assert "！" not in text


def test_every_prompt_of_the_flow_exists() -> None:
    source = "".join(
        entry.read_text()
        for entry in (resources.files("telephony") / "flow").iterdir()
        if entry.name.endswith(".py")
    )
    named = set(re.findall(r'(?:preface=|prompts\(state, |words\.words\()"([a-z_]+)"', source))
    assert named
    assert named <= set(PROMPTS.language("en").texts)


def test_a_whisper_names_the_language_in_the_counsellors_own() -> None:
    turn = flow.whisper("leg", "zh-Hans", "hi")
    prompt = turn.say[0]
    assert isinstance(prompt, flow.Prompt)
    assert "印地语" in PROMPTS.speak(prompt)[0].text  # type: ignore[union-attr]


def test_an_edited_text_replaces_a_prompt_of_one_language() -> None:
    edited = PROMPTS.with_overrides({("en", "rights_information"): "New rules since May."})
    assert edited.text("en", "rights_information") == "New rules since May."
    assert edited.text("hi", "rights_information") == PROMPTS.text("hi", "rights_information")
    assert PROMPTS.text("en", "rights_information") != "New rules since May."


def test_a_sound_file_replaces_a_prompt_and_its_values_follow() -> None:
    url = "https://help.example/sounds/1.wav"
    zero, one = Sound("https://help.example/0.wav"), Sound("https://help.example/1.wav")
    edited = PROMPTS.with_overrides(
        {("en", "queue_position"): Sound(url), ("en", "digit_1"): one, ("en", "digit_0"): zero}
    )
    prompt = flow.Prompt("queue_position", "en", (("position", "10"),))
    assert edited.speak(prompt) == (Sound(url), one, zero)


@pytest.mark.parametrize(
    "overrides",
    [
        {("en", "nothing"): "x"},
        {("xx", "hold"): "x"},
        {("en", "hold"): "{x}"},
        {("en", "hold"): "{"},
        {("en", "queue_position"): "{position} {0}"},
    ],
)
def test_a_replacement_that_cannot_be_spoken_is_refused(
    overrides: dict[tuple[str, str], str],
) -> None:
    with pytest.raises((UnknownPrompt, ValueError)):
        PROMPTS.with_overrides(overrides)


def test_a_language_is_speakable_by_voice_or_by_sounds_for_everything() -> None:
    assert all(PROMPTS.speakable(language) for language in LANGUAGES)
    silent = prompts.Language(
        "en", "English", "", "", 13, PROMPTS.language("en").texts, PROMPTS.language("en").names
    )
    without = Prompts({"en": silent})
    assert not without.speakable("en")
    sounds = {
        ("en", key): Sound("https://help.example/s.wav") for key in prompts.spoken_keys(silent)
    }
    assert without.with_overrides(sounds).speakable("en")


def test_the_receipt_is_spelled_in_groups_of_four() -> None:
    assert prompts.spell("1234 5678") == "1, 2, 3, 4. 5, 6, 7, 8."
    slot = flow.Prompt("receipt_number", "hi", slot=flow.Slot.RECEIPT)
    spoken = PROMPTS.speak(slot, flow.Particulars(receipt="12345678"))
    assert spoken == (Speech("1, 2, 3, 4. 5, 6, 7, 8.", "hi-IN", "Polly.Aditi"),)
    assert "1, 2" not in repr(spoken)
