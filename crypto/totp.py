"""One-time codes of an authenticator: TOTP (RFC 6238), SHA-1, 30 seconds, 6 digits."""

import hmac
import secrets
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from crypto.digits import fold_digits

SECRET_BYTES: Final = 20
STEP_SECONDS: Final = 30
DIGITS: Final = 6


def new_secret() -> bytes:
    """Return 20 random bytes, the length RFC 4226 recommends."""
    return secrets.token_bytes(SECRET_BYTES)


def code_at(secret: bytes, when: int) -> str:
    """Return the code that is shown at `when` (seconds since 1970)."""
    return _totp(secret).generate(when).decode()


def matching_step(
    secret: bytes, code: str, when: int, last_used_step: int | None, window: int = 1
) -> int | None:
    """Return the time step whose code was typed, or None.

    Steps from `window` before to `window` after `when` count, and only those after
    `last_used_step`: the caller stores the returned step by a conditional update, so that a code
    is good once. Every candidate is computed and compared in constant time.
    """
    folded = fold_digits(code)
    typed = folded if folded is not None and len(folded) == DIGITS else ""
    now = when // STEP_SECONDS
    found: int | None = None
    for step in range(max(now - window, 0), now + window + 1):
        same = hmac.compare_digest(code_at(secret, step * STEP_SECONDS), typed)
        fresh = last_used_step is None or step > last_used_step
        if same and fresh and found is None:
            found = step
    return found


def provisioning_uri(secret: bytes, account: str, issuer: str) -> str:
    """Return the `otpauth:` address that an authenticator reads from a picture: a secret."""
    return _totp(secret).get_provisioning_uri(account, issuer)


def _totp(secret: bytes) -> TOTP:
    # Authenticators know no other hash reliably; RFC 6238 needs of it what SHA-1 still gives.
    return TOTP(secret, DIGITS, SHA1(), STEP_SECONDS)  # noqa: S303
