"""Everything that can go wrong with keys and sealed bytes.

No message holds a secret, a digit of a receipt or a reason that helps whoever is guessing.
"""


class CryptoError(Exception):
    """Root of all errors of this package."""


class CannotOpen(CryptoError):
    """Sealed bytes do not open: cut, changed, foreign, or of a version that is not accepted.

    It deliberately says nothing about which of these it was.
    """

    def __init__(self) -> None:
        super().__init__("These sealed bytes cannot be opened here.")


class BadSecret(CryptoError):
    """A secret key does not have the length it must have."""


class BadPublicKey(CryptoError):
    """Bytes that should be a public key are none."""


class BadSignature(CryptoError):
    """A signature was not made over these bytes by this key."""


class BadStamp(CryptoError):
    """A stamp was not made over these bytes, in this place, under this key."""


class BadNumber(CryptoError):
    """A telephone number is not in the international form (E.164)."""


class Busy(CryptoError):
    """All places for stretching are taken; ask again in a moment."""


class BadReceipt(CryptoError):
    """What was typed cannot be a receipt."""


class NotDigits(BadReceipt):
    """Something other than digits, spaces and dashes was typed."""


class WrongLength(BadReceipt):
    """There are too few or too many digits."""


class WrongCheckDigit(BadReceipt):
    """The last digit does not fit the others: one digit is wrong or two are swapped."""


class BadShares(CryptoError):
    """Recovery shares do not give back the secret."""


class BadSiteKey(CryptoError):
    """The text is not a site key file."""


class BadAnswer(CryptoError):
    """A security key's answer is malformed, or was not made for us, now, by this key."""
