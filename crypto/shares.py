"""Recovery on paper: a secret as shares of plain words, any `threshold` of which give it back.

SLIP-39 (SatoshiLabs, 2019), one group, no passphrase: 32 bytes become shares of 33 words.
"""

from collections.abc import Iterable
from typing import Final

from shamir_mnemonic import MnemonicError, Share, combine_mnemonics, generate_mnemonics

from crypto.errors import BadSecret, BadShares
from crypto.suite import SECRET_BYTES

# The word lists' own stretching protects a passphrase; there is none, so the least is enough.
_ITERATION_EXPONENT: Final = 0


def split(secret: bytes, threshold: int = 2, count: int = 3) -> list[str]:
    """Return `count` shares of 33 words, any `threshold` of which give back `secret` (32 bytes).

    Raises BadSecret, and ValueError for a threshold of less than two or more than `count` (at
    most 16).
    """
    if len(secret) != SECRET_BYTES:
        raise BadSecret("Recovery shares hold 32 bytes.")
    if not 2 <= threshold <= count <= 16:
        raise ValueError("Shares need a threshold from 2 to their number, which is at most 16.")
    groups: list[list[str]] = generate_mnemonics(
        1, [(threshold, count)], secret, iteration_exponent=_ITERATION_EXPONENT
    )
    return groups[0]


def combine(shares: Iterable[str]) -> bytes:
    """Give back the secret (32 bytes) from enough shares; more than enough may be given.

    Case and spacing do not matter. Raises BadShares with what to do; no error repeats a word.
    """
    read = [_read(text, number) for number, text in enumerate(shares, start=1)]
    if not read:
        raise BadShares("No recovery share was given.")
    if any(share.common_parameters() != read[0].common_parameters() for share in read):
        raise BadShares("These recovery shares do not belong to the same set.")
    different = {share.index: share for share in read}
    needed = read[0].member_threshold
    if len(different) < needed:
        raise BadShares(f"{needed} different recovery shares are needed, not {len(different)}.")
    chosen = list(different.values())[:needed]
    try:
        secret: bytes = combine_mnemonics([share.mnemonic() for share in chosen])
    except MnemonicError:
        raise BadShares("These recovery shares do not give back a secret.") from None
    if len(secret) != SECRET_BYTES:
        raise BadShares("These recovery shares hold something else than a secret of 32 bytes.")
    return secret


def _read(text: str, number: int) -> Share:
    try:
        return Share.from_mnemonic(" ".join(text.lower().split()))
    except MnemonicError:
        raise BadShares(f"Recovery share {number} is mistyped or incomplete.") from None
