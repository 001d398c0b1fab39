"""A browser that the carrier rings in place of a telephone."""

import re
import secrets
from dataclasses import dataclass
from typing import Final, TypeAlias

from telephony.numbers import CallerNumber

_PREFIX: Final = "client:"
_IDENTITY: Final = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True, repr=False)
class Softphone:
    """One browser phone by its identity: 128 random bits as 32 digits, which say nothing of whose
    it is. ``repr`` and ``str`` show nothing, only ``reveal`` and ``identity`` give it out.
    """

    _identity: str

    @classmethod
    def new(cls) -> "Softphone":
        """A phone that nobody has had before."""
        return cls(secrets.token_hex(16))

    @classmethod
    def read(cls, text: str) -> "Softphone | None":
        """What ``reveal`` wrote; None for anything else, such as a number."""
        identity = text.removeprefix(_PREFIX)
        genuine = text.startswith(_PREFIX) and _IDENTITY.fullmatch(identity)
        return cls(identity) if genuine else None

    @property
    def identity(self) -> str:
        """The name under which the browser registers with the carrier."""
        return self._identity

    def reveal(self) -> str:
        """The address that the carrier rings, ``client:`` and the identity."""
        return _PREFIX + self._identity

    def __repr__(self) -> str:
        return "Softphone(hidden)"


Phone: TypeAlias = CallerNumber | Softphone
"""What a member of staff is reached at."""
