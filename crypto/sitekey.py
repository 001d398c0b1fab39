"""The site key: 32 bytes in one file outside the database and its backups.

HKDF makes from it the peppers, salts and keys of an installation. It opens no box by itself.
"""

import base64
import binascii
import re
import secrets
from functools import cached_property
from typing import Final, Literal, NoReturn, Self

from crypto.errors import BadSiteKey
from crypto.suite import (
    LABEL_COOKIE,
    LABEL_EVENT,
    LABEL_HANDLES_PEPPER,
    LABEL_HANDLES_SALT,
    LABEL_PASSWORDS_PEPPER,
    LABEL_RECEIPTS_PEPPER,
    LABEL_RECEIPTS_SALT,
    LABEL_ROSTER,
    LABEL_STAMP,
    LABEL_THROTTLE,
    SECRET_BYTES,
    hkdf,
)

Mode = Literal["demo", "production"]

SALT_BYTES: Final = 16
_HEADER: Final = re.compile(r"helpline-site-key v1 mode=(?P<mode>demo|production)")


class SiteKey:
    """An installation's key and its mode, which is fixed when the installation is made."""

    def __init__(self, key: bytes, mode: Mode) -> None:
        if len(key) != SECRET_BYTES:
            raise BadSiteKey("A site key has 32 bytes.")
        self._key = bytes(key)
        self.mode: Final[Mode] = mode

    @classmethod
    def new(cls, mode: Mode) -> Self:
        """Make a site key from fresh random bytes."""
        return cls(secrets.token_bytes(SECRET_BYTES), mode)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the text of a site key file: header line, key line; raises BadSiteKey."""
        lines = text.strip().splitlines()
        header = _HEADER.fullmatch(lines[0].strip()) if lines else None
        if header is None:
            raise BadSiteKey("The first line of a site key file names its version and its mode.")
        if len(lines) != 2:
            raise BadSiteKey("A site key file has two lines.")
        try:
            key = base64.b64decode(lines[1].strip(), validate=True)
        except (binascii.Error, ValueError):
            raise BadSiteKey("The second line of a site key file is not base64.") from None
        return cls(key, "demo" if header["mode"] == "demo" else "production")

    def format(self) -> str:
        """Return the text of the file: to be written readable by its owner alone."""
        body = base64.b64encode(self._key).decode()
        return f"helpline-site-key v1 mode={self.mode}\n{body}\n"

    @cached_property
    def password_pepper(self) -> bytes:
        """32 bytes, the secret of Argon2id over passwords."""
        return self._derive(LABEL_PASSWORDS_PEPPER)

    @cached_property
    def receipt_pepper(self) -> bytes:
        """32 bytes, the secret of Argon2id over receipts."""
        return self._derive(LABEL_RECEIPTS_PEPPER)

    @cached_property
    def receipt_salt(self) -> bytes:
        """16 bytes, one for all receipts: they are stretched before they are looked up."""
        return self._derive(LABEL_RECEIPTS_SALT, SALT_BYTES)

    @cached_property
    def handle_pepper(self) -> bytes:
        """32 bytes, the secret of Argon2id over telephone numbers."""
        return self._derive(LABEL_HANDLES_PEPPER)

    @cached_property
    def handle_salt(self) -> bytes:
        """16 bytes, one for all numbers, so that no table serves two installations."""
        return self._derive(LABEL_HANDLES_SALT, SALT_BYTES)

    @cached_property
    def stamp_key(self) -> bytes:
        """32 bytes for `crypto.stamps.stamp`."""
        return self._derive(LABEL_STAMP)

    @cached_property
    def cookie_key(self) -> bytes:
        """32 bytes for what the web framework signs."""
        return self._derive(LABEL_COOKIE)

    @cached_property
    def event_key(self) -> bytes:
        """32 bytes for keyed hashes of a carrier's identifiers."""
        return self._derive(LABEL_EVENT)

    @cached_property
    def throttle_key(self) -> bytes:
        """32 bytes for keyed hashes of whoever is slowed down."""
        return self._derive(LABEL_THROTTLE)

    @cached_property
    def roster_key(self) -> bytes:
        """32 bytes for what the roster keeps between shifts."""
        return self._derive(LABEL_ROSTER)

    def _derive(self, label: str, length: int = SECRET_BYTES) -> bytes:
        return hkdf(self._key, label, length)

    def __repr__(self) -> str:
        return f"SiteKey(mode={self.mode!r}, hidden)"

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("A site key is written by `format` alone.")
