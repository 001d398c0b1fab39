"""Canned answers: short texts to a worker that somebody may read over the worker's shoulder."""

import re
import unicodedata
from typing import Final

from helpline.register.rules.sentences import Unfit
from helpline.register.rules.templates import names_in

LONGEST: Final = 480
TITLE_LENGTH: Final = 60
GROUP_LENGTH: Final = 40
MOST_PARTS: Final = 4
LINE: Final = "line"
NUMBERS: Final = "numbers"
VALUES: Final = frozenset({LINE, NUMBERS})
"""What is filled in from the line of the worker: its number, its emergency numbers."""

_BETRAYING: Final = {
    "en": (
        "complaint complaints complain grievance grievances report reports victim victims case "
        "cases allegation allegations hotline helpline investigation investigations investigate "
        "harassment"
    ),
    "zh-Hans": "投诉 举报 申诉 受害 指控 个案 案件 热线 调查 骚扰",
    "yue": "投訴 舉報 申訴 受害 指控 個案 案件 熱線 調查 騷擾",
    "hi": "शिकायत शिकायतें पीड़ित आरोप मामला मामले केस हॉटलाइन हेल्पलाइन जाँच जांच उत्पीड़न",
    "ta": "புகார் பாதிக்கப்பட்ட குற்றச்சாட்டு வழக்கு விசாரணை துன்புறுத்தல்",
}
_SCRIPTS_WITHOUT_SPACES: Final = frozenset({"zh-Hans", "yue"})
_JOINERS: Final = str.maketrans("", "", "\u200c\u200d")


def check(text: str, needed: frozenset[str] | None = None) -> None:
    """Raise Unfit for what cannot be texted, or says too much.

    `needed` are the values that must stand in it, no others; None: any of `VALUES` may.
    """
    if not 1 <= len(text) <= LONGEST:
        raise Unfit("A text has 1 to %(most)s characters.", most=LONGEST)
    if not text.translate(_JOINERS).isprintable():
        raise Unfit("The text holds characters that cannot be texted.")
    try:
        used = names_in(text)
    except ValueError:
        raise Unfit("Braces { } stand only around a value's name.") from None
    if needed is not None and used != needed:
        names = ", ".join(f"{{{name}}}" for name in sorted(needed)) or "–"
        raise Unfit("These values must stand in the text, and no others: %(names)s.", names=names)
    if not used <= VALUES:
        names = ", ".join(f"{{{name}}}" for name in sorted(VALUES))
        raise Unfit("Only these values can be filled in: %(names)s.", names=names)
    word = betraying(text)
    if word:
        raise Unfit("Somebody else may read it, and this word says too much: %(word)s.", word=word)


def betraying(text: str) -> str:
    """The first word that tells a bystander what it is about, "" if there is none."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    words = set(re.split(r"[\s.,;:!?()\"'’।/-]+", folded))
    for language, listed in _BETRAYING.items():
        for word in listed.split():
            spelled = unicodedata.normalize("NFKC", word)
            if spelled in (folded if language in _SCRIPTS_WITHOUT_SPACES else words):
                return word
    return ""


def fill(template: str, values: dict[str, str]) -> str | None:
    """The text with its values, None if one of them is not known."""
    if any(not values.get(name) for name in names_in(template)):
        return None
    return template.format_map(values)
