"""Is this request the carrier's own?

The vendor signs ``base64(HMAC-SHA1(token, url + sorted names and values))`` over the address it was
given, so the address comes from the settings plus the raw path and query, never from the request's
``Host``. A signature has no time: whoever captured a request can send it again, and only the
database's unique event key helps against that.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from twilio.request_validator import RequestValidator

from telephony.provider import Form, NotSigned, SignedRequest

FORM: Final = "application/x-www-form-urlencoded"
MOST_BYTES: Final = 64 * 1024
MOST_FIELDS: Final = 200


@dataclass(frozen=True, slots=True)
class Verifier:
    """Knows the public address and each account's tokens.

    base_url   scheme, host and an optional path prefix, as the carrier was told
    tokens     account id -> its tokens: two while one is being replaced; a subaccount has its own
    """

    base_url: str
    tokens: Mapping[str, tuple[str, ...]] = field(repr=False)

    def __post_init__(self) -> None:
        parts = urlsplit(self.base_url)
        plain = not (parts.query or parts.fragment or self.base_url.endswith("/"))
        if parts.scheme not in {"http", "https"} or not parts.hostname or not plain:
            raise ValueError("The public address must be http(s)://host, with no slash at its end.")

    def verify(self, request: SignedRequest) -> Form:
        """The fields of a genuine request. Raises NotSigned, whatever else is wrong with it."""
        if not request.signature:
            raise NotSigned("The request has no signature.")
        fields = _fields(request)
        accounts = set(fields.getlist("AccountSid"))
        tokens = self.tokens.get(accounts.pop(), ()) if len(accounts) == 1 else ()
        if not tokens:
            raise NotSigned("The request names no account of ours.")
        url = self.base_url + request.path + (f"?{request.query}" if request.query else "")
        if not any(_signed(token, url, fields, request.signature) for token in tokens):
            raise NotSigned("The signature does not match.")
        return Form(fields.values)


@dataclass(frozen=True, slots=True)
class _Fields:
    """The shape in which the vendor's validator takes fields that occur more than once."""

    values: dict[str, list[str]]

    def __iter__(self) -> Iterator[str]:
        return iter(self.values)

    def __bool__(self) -> bool:
        return bool(self.values)

    def getlist(self, name: str) -> list[str]:
        return self.values.get(name, [])


def _fields(request: SignedRequest) -> _Fields:
    if request.content_type.partition(";")[0].strip().lower() != FORM:
        raise NotSigned("The request is no form.")
    if len(request.body) > MOST_BYTES:
        raise NotSigned("The request is too large.")
    try:
        pairs = parse_qsl(
            request.body.decode("utf-8"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=MOST_FIELDS,
        )
    except ValueError:
        raise NotSigned("The request's form cannot be read.") from None
    values: dict[str, list[str]] = {}
    for name, value in pairs:
        values.setdefault(name, []).append(value)
    return _Fields(values)


def _signed(token: str, url: str, fields: _Fields, signature: str) -> bool:
    try:
        return bool(RequestValidator(token).validate(url, fields, signature))
    except ValueError:
        return False
