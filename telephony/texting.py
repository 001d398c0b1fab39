"""Text messages: keywords, segments, whose language it is.

A keyword counts only when it is the whole message, so that "please STOP them" is a message and
not an order. In every language, and as a digit, the same as on the telephone's keypad:

    0 HELP      1 START      2 CALL      3 CASE and the number      8 STOP      9 danger

Sixteen digits alone are CASE. After the number and a gap, 1 cancels the talk to come and 2 asks for
another time. Full-width, Devanagari and Tamil digits count as digits. Words that
carriers take for "stop" by themselves (``CARRIER_STOPS``) are STOP here too, since the carrier
sends nothing afterwards whatever we think. YES is no START: it is too often an answer.
"""

import re
import unicodedata
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final

from telephony.flow import Wish

RECEIPT_DIGITS: Final = 16
LONGEST_ORDER: Final = 80
"""Characters; whatever is longer is free text."""


class Keyword(StrEnum):
    """What a whole message can order."""

    HELP = "help"
    START = "start"
    CALL = "call"
    CASE = "case"
    STOP = "stop"
    DANGER = "danger"


CARRIER_STOPS: Final = frozenset(
    {"stop", "unsubscribe", "end", "quit", "stopall", "revoke", "optout", "cancel"}
)

_DIGIT_KEYWORDS: Final = {
    "0": Keyword.HELP,
    "1": Keyword.START,
    "2": Keyword.CALL,
    "3": Keyword.CASE,
    "8": Keyword.STOP,
    "9": Keyword.DANGER,
}

_WORDS: Final[dict[Keyword, dict[str, str]]] = {
    Keyword.HELP: {
        "en": "help, info",
        "zh-Hans": "帮助",
        "yue": "幫助, 說明",
        "hi": "मदद, सहायता",
        "ta": "உதவி",
    },
    Keyword.START: {
        "en": "start, unstop",
        "zh-Hans": "开始",
        "yue": "開始",
        "hi": "शुरू, शुरू करो, चालू",
        "ta": "தொடங்கு",
    },
    Keyword.CALL: {
        "en": "call, call me, ring me",
        "zh-Hans": "打电话, 回电, 给我打电话, 打给我",
        "yue": "打電話, 回電, 打畀我, 打俾我",
        "hi": "कॉल, कॉल करो, फ़ोन, फ़ोन करो, मुझे फ़ोन करो, मुझे कॉल करो",
        "ta": "அழை, அழைக்கவும், என்னை அழைக்கவும்",
    },
    Keyword.CASE: {
        "en": "case, number",
        "zh-Hans": "编号, 号码",
        "yue": "編號, 號碼",
        "hi": "नंबर, केस",
        "ta": "எண்",
    },
    Keyword.STOP: {
        "en": ", ".join(sorted(CARRIER_STOPS)),
        "zh-Hans": "停止, 退订, 取消",
        "yue": "停止短訊, 退訂",
        "hi": "बंद, बंद करो, रोको",
        "ta": "நிறுத்து, நிறுத்தவும்",
    },
    Keyword.DANGER: {
        "en": "sos",
        "zh-Hans": "救命",
        "yue": "救命呀",
        "hi": "बचाओ",
        "ta": "காப்பாற்றுங்கள்",
    },
}
"""By keyword and language; a word that two languages share stands with the first."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a message says.

    keyword    None: free text, which opens or continues a case
    receipt    the digits that came with CASE, right or wrong; "" if none did
    wish       what came after the digits: for the talk to come
    language   the language of the keyword, None for digits and for free text
    """

    keyword: Keyword | None
    receipt: str = field(default="", repr=False)
    language: str | None = None
    wish: Wish | None = None


def read(body: str) -> Reading:
    """Read one incoming message. Never raises."""
    text = fold(body)
    if text in _LOOKUP:
        keyword, language = _LOOKUP[text]
        return Reading(keyword, language=language)
    if text in _DIGIT_KEYWORDS:
        return Reading(_DIGIT_KEYWORDS[text])
    return _read_receipt(text)


def fold(body: str) -> str:
    """One spelling of what may be typed in many: width, case, digits, marks, full stops."""
    text = unicodedata.normalize("NFKC", body)
    text = "".join(str(unicodedata.digit(c)) if c.isdecimal() else c for c in text)
    text = "".join(c for c in text if c not in _IGNORED).casefold()
    return " ".join(text.split()).strip(_EDGES)


def guess_language(body: str, languages: tuple[str, ...]) -> str:
    """The line's language that this message is most likely written in, by its script alone."""
    wanted = read(body).language
    if wanted in languages:
        return wanted
    scripts = [script for c in body if (script := _script(c))]
    for candidate in languages:
        if any(candidate in _SCRIPTS[script] for script in scripts if script != "LATIN"):
            return candidate
    if scripts and "en" in languages:
        return "en"
    return languages[0]


# --- segments -----------------------------------------------------------------------------


class Alphabet(StrEnum):
    """How a message travels: 7-bit septets, or 16-bit units as soon as one character needs it."""

    GSM7 = "GSM-7"
    UCS2 = "UCS-2"


@dataclass(frozen=True, slots=True)
class Segments:
    """characters: septets or 16-bit units that count; parts: messages that are paid for."""

    alphabet: Alphabet
    characters: int
    parts: int


_GSM_BASIC: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_EXTENDED: Final = frozenset("\f^{}\\[~]|€")
MOST_CHARACTERS: Final = 1600
"""What carriers take in one request."""


def segments(body: str) -> Segments:
    """Count a message as 3GPP TS 23.038 does: 160 (then 153) septets, or 70 (then 67) units.

    A character of two units never stands across two parts.
    """
    if all(c in _GSM_BASIC or c in _GSM_EXTENDED for c in body):
        sizes = [2 if c in _GSM_EXTENDED else 1 for c in body]
        return Segments(Alphabet.GSM7, sum(sizes), _parts(sizes, 160, 153))
    sizes = [2 if ord(c) > 0xFFFF else 1 for c in body]
    return Segments(Alphabet.UCS2, sum(sizes), _parts(sizes, 70, 67))


def _parts(sizes: list[int], single: int, several: int) -> int:
    if sum(sizes) <= single:
        return 1
    parts, used = 1, 0
    for size in sizes:
        if used + size > several:
            parts, used = parts + 1, 0
        used += size
    return parts


# --- reading ------------------------------------------------------------------------------

_NUKTA: Final = "\u093c"
_IGNORED: Final = frozenset({_NUKTA, "\u200b", "\u200c", "\u200d", "\ufeff", "\u2060"})
_EDGES: Final = " .!?,;:。!?،।\"'“”‘’「」()[]<>"
_RECEIPT: Final = re.compile(r"(?P<word>\D*?)[\s:#.-]*(?P<digits>[0-9][0-9\s.-]*)")
_WISH: Final = re.compile(r"(?P<receipt>.*[0-9])[\s.-]+(?P<key>[12])")
_WISHES: Final = {"1": Wish.CANCEL, "2": Wish.MOVE}
_SCRIPTS: Final = {
    "CJK": ("zh-Hans", "yue"),
    "DEVANAGARI": ("hi",),
    "TAMIL": ("ta",),
    "LATIN": ("en",),
}


def _read_receipt(text: str) -> Reading:
    """CASE with its digits; one digit too many after a gap is an answer about the talk to come."""
    reading = _without_wish(text)
    last = _WISH.fullmatch(text)
    if last is None or len(reading.receipt) == RECEIPT_DIGITS:
        return reading
    before = _without_wish(last["receipt"])
    if before.keyword is None or len(before.receipt) != RECEIPT_DIGITS:
        return reading
    return replace(before, wish=_WISHES[last["key"]])


def _without_wish(text: str) -> Reading:
    found = _RECEIPT.fullmatch(text) if len(text) <= LONGEST_ORDER else None
    if not found:
        return Reading(None)
    word, digits = found["word"].strip(_EDGES), re.sub(r"\D", "", found["digits"])
    if word:
        keyword, language = _LOOKUP.get(word, (None, None))
        return Reading(keyword, digits, language) if keyword is Keyword.CASE else Reading(None)
    first, _, rest = found["digits"].partition(" ")
    rest = re.sub(r"\D", "", rest)
    if len(digits) == RECEIPT_DIGITS:
        return Reading(Keyword.CASE, digits)
    if first == "3" and len(rest) == RECEIPT_DIGITS:
        return Reading(Keyword.CASE, rest)
    return Reading(None)


def _script(character: str) -> str:
    if not character.isalpha():
        return ""
    name = unicodedata.name(character, "")
    return next((script for script in _SCRIPTS if name.startswith(script)), "")


def _lookup() -> dict[str, tuple[Keyword, str]]:
    table: dict[str, tuple[Keyword, str]] = {}
    for keyword, languages in _WORDS.items():
        for language, listed in languages.items():
            for word in listed.split(", "):
                table.setdefault(fold(word), (keyword, language))
    return table


_LOOKUP: Final = _lookup()
