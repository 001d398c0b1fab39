"""Digits as people type them: with spaces and dashes, in full width, Devanagari or Tamil."""

import unicodedata


def fold_digits(text: str) -> str | None:
    """Return the ASCII digits of `text`, or None if it holds anything but digits and separators.

    Every decimal digit of Unicode counts; white space, dashes of all kinds and invisible
    formatting characters (pasted from a chat) are left out.
    """
    found: list[str] = []
    for character in text:
        value = unicodedata.decimal(character, None)
        if value is not None:
            found.append(str(value))
        elif not (character.isspace() or unicodedata.category(character) in {"Pd", "Cf"}):
            return None
    return "".join(found)


def in_fours(digits: str) -> tuple[str, ...]:
    """Cut a string of digits into groups of four, as it is printed and read aloud."""
    return tuple(digits[start : start + 4] for start in range(0, len(digits), 4))
