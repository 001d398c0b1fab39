"""Signed webhooks without a telephone: one kept connection, and the next address of an answer."""

import http.client
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from html import unescape
from urllib.parse import urlencode, urlsplit

from telephony.sandbox.webhooks import SIGNATURE, sign

_ACTION = re.compile(rb'<(?:Gather|Dial|Record)[^>]* action="([^"]+)"')
_REDIRECT = re.compile(rb"<Redirect[^>]*>([^<]+)</Redirect>")


class Unanswered(Exception):
    """No answer came: the server was not there, or went away meanwhile."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What the server said."""

    status: int
    body: bytes

    @property
    def good(self) -> bool:
        return 200 <= self.status < 300

    @property
    def next(self) -> str:
        """Where the document sends the call next, "" if nowhere."""
        found = _ACTION.search(self.body) or _REDIRECT.search(self.body)
        return unescape(found[1].decode()) if found else ""


class Wire:
    """Posts signed forms to one server; not to be shared between threads."""

    def __init__(self, base: str, account: str, token: str, timeout: float = 15) -> None:
        self._base, self._account, self._token = base, account, token
        self._host = urlsplit(base).netloc
        self._timeout = timeout
        self._connection: http.client.HTTPConnection | None = None

    def post(self, url: str, fields: Mapping[str, str]) -> Answered:
        """Send once; raises Unanswered."""
        url = url if url.startswith("http") else self._base + url
        form = [("AccountSid", self._account), ("ApiVersion", "2010-04-01"), *fields.items()]
        return self.send(url[len(self._base) :], urlencode(form), sign(self._token, url, form))

    def send(self, target: str, body: str, signature: str) -> Answered:
        """Send what was signed before."""
        try:
            if self._connection is None:
                self._connection = http.client.HTTPConnection(self._host, timeout=self._timeout)
            headers = {
                "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
                SIGNATURE: signature,
            }
            self._connection.request("POST", target, body.encode(), headers)
            answer = self._connection.getresponse()
            return Answered(answer.status, answer.read())
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise Unanswered from error

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def call_fields(number: str, line: str, sid: str = "", **more: str) -> dict[str, str]:
    """The fields of a voice webhook."""
    standard = {"CallSid": sid or f"CA{uuid.uuid4().hex}", "From": number, "To": line}
    more_standard = {"CallStatus": "in-progress", "Direction": "inbound"}
    blank = {f"{who}{what}": "" for who in ("From", "To") for what in ("City", "State", "Country")}
    return standard | more_standard | blank | more


def text_fields(number: str, line: str, body: str, sid: str = "") -> dict[str, str]:
    """The fields of a text."""
    sid = sid or f"SM{uuid.uuid4().hex}"
    return {
        "MessageSid": sid,
        "SmsSid": sid,
        "SmsStatus": "received",
        "From": number,
        "To": line,
        "Body": body,
        "NumMedia": "0",
        "NumSegments": "1",
    }
