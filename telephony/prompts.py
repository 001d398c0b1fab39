"""What is spoken and texted, by language: ``prompts/<language>.toml``, and what replaces it.

Each language has the same keys. An administrator may replace a text, or upload a sound for it,
per line and language; a sound is the only way to speak a language for which no carrier has a
voice.
"""

import string
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final, Protocol, TypeAlias

from babel.dates import format_datetime

from telephony.flow import NOTHING, Particulars, Prompt, Slot

FOLDER: Final = Path(__file__).with_name("prompts")
LANGUAGES: Final = ("en", "zh-Hans", "yue", "hi", "ta")
RECEIPT_GROUP: Final = 4
DIGIT_SECONDS: Final = 0.3
LONGEST_LETTER: Final = 6000
"""Characters; what one call can speak twice within a carrier's 64 kB, in any script."""


@dataclass(frozen=True, slots=True)
class Speech:
    """Words for the carrier's voice; ``language`` and ``voice`` as the carrier spells them."""

    text: str = field(repr=False)
    language: str
    voice: str


@dataclass(frozen=True, slots=True)
class Sound:
    """A sound file at an absolute address."""

    url: str


Utterance: TypeAlias = Speech | Sound
Override: TypeAlias = str | Sound
Overrides: TypeAlias = Mapping[tuple[str, str], Override]
"""(language, key) -> another text, or a sound."""


class PromptSource(Protocol):
    """Whatever turns a prompt into words or sounds; ``Prompts`` is the one we use."""

    def speak(self, prompt: Prompt, particulars: Particulars = ...) -> tuple[Utterance, ...]:
        """The utterances of one prompt, its slot filled from ``particulars``."""
        ...


@dataclass(frozen=True, slots=True)
class Language:
    """One file of prompts.

    name         in its own script; ``spoken`` is the name that a whisper gives it in English
    say, voice   what the carrier's speech needs; empty if no carrier can speak it
    pace         characters a second, for estimates of how long a prompt takes
    """

    code: str
    name: str
    say: str
    voice: str
    pace: float
    texts: Mapping[str, str] = field(repr=False)
    names: Mapping[str, str] = field(repr=False)
    """What this language calls each language."""
    moment: str = "yyyy-MM-dd HH:mm"
    """How a day and a time are said; signs of Unicode TR 35."""


class UnknownPrompt(KeyError):
    """No such language or key; the message names both."""


@dataclass(frozen=True, slots=True)
class Prompts:
    """All languages, with one line's replacements on top."""

    languages: Mapping[str, Language]
    overrides: Overrides = field(default_factory=dict)

    @classmethod
    def load(cls) -> "Prompts":
        """The prompts that come with the program; read once."""
        return _load()

    def with_overrides(self, overrides: Overrides) -> "Prompts":
        """The same with a line's own texts and sounds. Raises UnknownPrompt, ValueError."""
        for (language, key), override in overrides.items():
            original = self.language(language).texts.get(key)
            if original is None:
                raise UnknownPrompt(f"{language}: {key}")
            if isinstance(override, str) and placeholders(override) - placeholders(original):
                raise ValueError(f"This text uses a value that is not there: {language}, {key}.")
        return replace(self, overrides=MappingProxyType(dict(overrides)))

    def language(self, code: str) -> Language:
        try:
            return self.languages[code]
        except KeyError:
            raise UnknownPrompt(code) from None

    def text(self, language: str, key: str, /, **values: str) -> str:
        """The words of a prompt or of a text message, values filled in. Raises UnknownPrompt."""
        override = self.overrides.get((language, key))
        template = override if isinstance(override, str) else self._template(language, key)
        return template.format(**values)

    def speak(self, prompt: Prompt, particulars: Particulars = NOTHING) -> tuple[Utterance, ...]:
        """The utterances of one prompt. A sound is followed by the values that it cannot hold."""
        if prompt.slot is Slot.WISH:
            if not particulars.wish:
                return ()
            prompt = Prompt(f"{prompt.key}_{particulars.wish}", prompt.language)
        override = self.overrides.get((prompt.language, prompt.key))
        values = self._values(prompt, particulars)
        if prompt.slot is Slot.LETTERS:
            return tuple(self._speech(prompt.language, text) for text in particulars.letters)
        if isinstance(override, Sound):
            return (override, *self._digits(prompt.language, "".join(values.values())))
        return (self._speech(prompt.language, self.text(prompt.language, prompt.key, **values)),)

    def moment(self, language: str, local: datetime) -> str:
        """A day and a time as this language says them: "Monday 23 November, 18:00".

        ``local``: already by the clock on the wall that is meant.
        """
        pattern, locale = self.language(language).moment, language.replace("-", "_")
        return str(format_datetime(local.replace(tzinfo=None), pattern, locale=locale))

    def speakable(self, language: str) -> bool:
        """Whether a caller of this language can be told everything: by voice, or by sounds."""
        return bool(self.language(language).voice) or all(
            isinstance(self.overrides.get((language, key)), Sound)
            for key in spoken_keys(self.language(language))
        )

    def seconds(self, utterance: Utterance) -> float:
        """About how long it takes to speak; sounds count as nothing, their length is unknown."""
        if isinstance(utterance, Sound):
            return 0.0
        pace = {found.say: found.pace for found in self.languages.values()}[utterance.language]
        digits = sum(c.isdigit() for c in utterance.text)
        others = sum(not (c.isspace() or c.isdigit()) for c in utterance.text)
        return others / pace + digits * DIGIT_SECONDS

    def _template(self, language: str, key: str) -> str:
        try:
            return self.language(language).texts[key]
        except KeyError:
            raise UnknownPrompt(f"{language}: {key}") from None

    def _values(self, prompt: Prompt, particulars: Particulars) -> dict[str, str]:
        values = dict(prompt.values)
        if prompt.slot is Slot.RECEIPT:
            values["receipt"] = spell(particulars.receipt)
        if prompt.slot is Slot.TALK:
            values["when"] = particulars.talk
        if prompt.key.startswith("whisper") and "language" in values:
            names = self.language(prompt.language).names
            values["language"] = names.get(values["language"], values["language"])
        return values

    def _speech(self, language: str, text: str) -> Speech:
        found = self.language(language)
        return Speech(text, found.say, found.voice)

    def _digits(self, language: str, text: str) -> Iterator[Utterance]:
        for digit in (c for c in text if c.isdigit()):
            sound = self.overrides.get((language, f"digit_{digit}"))
            yield sound if isinstance(sound, Sound) else self._speech(language, digit)


def fitting(letters: Sequence[str]) -> tuple[str, ...]:
    """The first letters that one call can speak; the others stay unread for the next call.

    Whoever writes a letter is held to ``LONGEST_LETTER``; a longer one is spoken up to there.
    """
    fit: list[str] = []
    for letter in letters:
        if fit and sum(map(len, fit)) + len(letter) > LONGEST_LETTER:
            break
        fit.append(letter[:LONGEST_LETTER])
    return tuple(fit)


def spell(receipt: str) -> str:
    """Digits one by one, with a rest after every fourth: "1, 2, 3, 4. 5, 6, 7, 8." """
    digits = [c for c in receipt if c.isdigit()]
    groups = (digits[n : n + RECEIPT_GROUP] for n in range(0, len(digits), RECEIPT_GROUP))
    return " ".join(", ".join(group) + "." for group in groups)


def placeholders(template: str) -> set[str]:
    """The names of the values in a template. Raises ValueError if its braces do not match."""
    return {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}


def spoken_keys(language: Language) -> tuple[str, ...]:
    """All keys that are said on the telephone; the others are texted."""
    return tuple(key for key in language.texts if not key.startswith("text_"))


@cache
def _load() -> Prompts:
    return Prompts(MappingProxyType({code: _read(code) for code in LANGUAGES}))


def _read(code: str) -> Language:
    with (FOLDER / f"{code}.toml").open("rb") as file:
        content = tomllib.load(file)
    about = content["language"]
    texts = {**content["spoken"], **{f"text_{k}": v for k, v in content["text"].items()}}
    return Language(
        code=code,
        name=about["name"],
        say=about["say"],
        voice=about["voice"],
        pace=float(about["pace"]),
        texts=MappingProxyType(texts),
        names=MappingProxyType(content["names"]),
        moment=about["moment"],
    )
