"""Telephone numbers: E.164, callers who withhold theirs, masking.

A number is a secret here: ``repr`` and ``str`` show nothing, only ``reveal`` gives it out.
"""

import re
from dataclasses import dataclass
from typing import Final

import phonenumbers

_PLACEHOLDERS: Final = frozenset(
    {
        "266696687",  # ANONYMOUS on a keypad
        "7378742833",  # RESTRICTED
        "2562533",  # BLOCKED
        "8656696",  # UNKNOWN
        "86282452253",  # UNAVAILABLE
    }
)
"""Keypad spellings that carriers send for a withheld number. They look like E.164."""

_MINIMUM_DIGITS: Final = 7
_E164: Final = re.compile(r"\+[1-9][0-9]{6,14}")


class NumberWithheld(ValueError):
    """This caller has no number that could be rung, texted or recognised."""

    def __init__(self) -> None:
        super().__init__("The caller's number is withheld.")


@dataclass(frozen=True, slots=True, repr=False)
class CallerNumber:
    """A number as the carrier names it, or none when it was withheld.

    Two withheld callers compare equal and are still two people: ask ``withheld`` before using a
    number as an identity.
    """

    _e164: str = ""

    @classmethod
    def parse(cls, raw: str, region: str | None = None) -> "CallerNumber":
        """Read what a carrier or a person wrote; whatever is no possible number is withheld.

        What is E.164 already stays as it is: carriers compare digits, not numbering plans.
        ``region`` (ISO 3166 alpha-2) reads a national spelling. Numbers need to be possible, not
        assigned, so that ranges nobody owns can serve demonstrations.
        """
        text = "".join(raw.split())
        if text.lstrip("+") in _PLACEHOLDERS or len(re.sub(r"\D", "", text)) < _MINIMUM_DIGITS:
            return cls()
        try:
            number = phonenumbers.parse(text, region)
        except phonenumbers.NumberParseException:
            return cls()
        e164 = text
        if not _E164.fullmatch(text):
            e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
        possible = _is_possible(number) and _E164.fullmatch(e164)
        return cls(e164) if possible and e164.lstrip("+") not in _PLACEHOLDERS else cls()

    @property
    def withheld(self) -> bool:
        """True if nobody may ring, text or recognise this caller by number."""
        return not self._e164

    def reveal(self) -> str:
        """The number in E.164. Raises NumberWithheld if there is none."""
        if not self._e164:
            raise NumberWithheld
        return self._e164

    def masked(self) -> str:
        """Country code and the last two digits, as ``+86 ··· ···· ··42``; empty if withheld."""
        if not self._e164:
            return ""
        code = phonenumbers.parse(self._e164).country_code
        return f"+{code} ··· ···· ··{self._e164[-2:]}"

    def calling_code(self) -> str:
        """Country's code such as ``+86``, for allow-lists; empty if withheld."""
        return f"+{phonenumbers.parse(self._e164).country_code}" if self._e164 else ""

    def __repr__(self) -> str:
        return "CallerNumber(hidden)" if self._e164 else "CallerNumber(withheld)"


WITHHELD: Final = CallerNumber()


def _is_possible(number: phonenumbers.PhoneNumber) -> bool:
    """Possible for its country, or long enough where the country's plan has gaps."""
    reason = phonenumbers.is_possible_number_with_reason(number)
    return reason in (
        phonenumbers.ValidationResult.IS_POSSIBLE,
        phonenumbers.ValidationResult.IS_POSSIBLE_LOCAL_ONLY,
    )
