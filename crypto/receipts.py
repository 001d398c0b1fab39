"""The worker's receipt: 16 digits that can be keyed in on any telephone.

15 digits are random (49.8 bits), the last is a check digit after H. M. Damm (2004), which finds
every single wrong digit and every swap of two neighbours.
"""

import secrets
from dataclasses import dataclass, field
from typing import Final, Self

from crypto.digits import fold_digits, in_fours
from crypto.errors import NotDigits, WrongCheckDigit, WrongLength

LENGTH: Final = 16

# The totally anti-symmetric quasigroup of order 10 from Damm's dissertation (Marburg, 2004).
_DAMM: Final = (
    "0317598642",
    "7092154863",
    "4206871359",
    "1750983426",
    "6123045978",
    "3674209581",
    "5869720134",
    "8945362017",
    "9438617205",
    "2581436790",
)


def check_digit(digits: str) -> str:
    """Return the Damm check digit of a string of ASCII digits."""
    interim = 0
    for digit in digits:
        interim = int(_DAMM[interim][int(digit)])
    return str(interim)


@dataclass(frozen=True, slots=True)
class Receipt:
    """A well-formed receipt. Whether it belongs to a case is known only after stretching it.

    Raises NotDigits, WrongLength or WrongCheckDigit; no error repeats what was typed.
    """

    digits: str = field(repr=False)

    def __post_init__(self) -> None:
        if not (self.digits.isascii() and self.digits.isdigit()):
            raise NotDigits("A receipt has digits only.")
        if len(self.digits) != LENGTH:
            raise WrongLength("A receipt has sixteen digits.")
        if check_digit(self.digits) != "0":
            raise WrongCheckDigit("A digit of this receipt is wrong, or two are swapped.")

    @classmethod
    def new(cls) -> Self:
        """Make a random receipt."""
        body = f"{secrets.randbelow(10 ** (LENGTH - 1)):0{LENGTH - 1}d}"
        return cls(body + check_digit(body))

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a receipt as people type it: spaces, dashes, full-width or Devanagari digits."""
        folded = fold_digits(text)
        if folded is None:
            raise NotDigits("A receipt has digits only.")
        if len(folded) != LENGTH:
            raise WrongLength("A receipt has sixteen digits.")
        return cls(folded)

    @property
    def groups(self) -> tuple[str, str, str, str]:
        """The digits in four groups of four, as they are shown and read aloud."""
        first, second, third, fourth = in_fours(self.digits)
        return first, second, third, fourth

    def __repr__(self) -> str:
        return "Receipt(hidden)"
