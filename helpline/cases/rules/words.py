"""Words as we compare them: for search, and for what must not stand in a letter. Pure."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Final

WINDOW: Final = 7
"""So many digits of a telephone number in a row give it away."""

_BETWEEN: Final = re.compile(r"[\s().,/+_\-\u2010-\u2015]+")
_SPOKEN: Final = {"〇": "0", "零": "0", "幺": "1", "两": "2", "兩": "2"}


def folded(text: str) -> str:
    """Text as the search compares it: NFKC, without case; serves Chinese and Hindi too."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


def holds_number(text: str, number: str) -> bool:
    """Whether seven digits in a row of a telephone number stand in the text.

    However they are parted, in whatever script's digits, Chinese number words too.
    """
    digits = "".join(_digits(number))
    windows = {digits[n : n + WINDOW] for n in range(max(1, len(digits) - WINDOW + 1))}
    joined = _BETWEEN.sub("", "".join(_as_digits(folded(text))))
    return bool(digits) and any(window in joined for window in windows)


def found_in(text: str, wanted: Iterable[str]) -> tuple[str, ...]:
    """Which of these words stand in the text, as they were given.

    Latin words count whole ("Li" is not in "believe"); in scripts without spaces any place counts.
    """
    plain = folded(text)
    squeezed = _BETWEEN.sub("", plain)
    return tuple(word for word in wanted if word.strip() and _stands_in(word, plain, squeezed))


def parts_of(name: str) -> tuple[str, ...]:
    """A name and each of its parts that is long enough to be told by."""
    parts = name.split()
    return tuple(dict.fromkeys([name.strip(), *(part for part in parts if len(part) > 1)]))


def _stands_in(word: str, plain: str, squeezed: str) -> bool:
    wanted = folded(word).strip()
    if wanted.isascii():
        spaced = r"[\s\-_.]*".join(re.escape(part) for part in wanted.split())
        return re.search(rf"(?<![a-z0-9]){spaced}(?![a-z0-9])", plain) is not None
    return _BETWEEN.sub("", wanted) in squeezed


def _digits(text: str) -> Iterator[str]:
    return (letter for letter in _as_digits(text) if letter.isascii() and letter.isdigit())


def _as_digits(text: str) -> Iterator[str]:
    for letter in text:
        value = unicodedata.numeric(letter, -1.0)
        whole = 0 <= value <= 9 and value == int(value)
        yield _SPOKEN.get(letter) or (str(int(value)) if whole else letter)
