"""The vendor's client: short timeouts, an address of our choice, errors as ours, no log.

Loaded at the first request only (``rest.py``), since it brings much along.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final
from urllib.parse import urlsplit

import requests
from twilio.base.exceptions import TwilioException
from twilio.http.response import Response
from twilio.rest import Client
from urllib3.exceptions import MaxRetryError, NewConnectionError

from telephony.provider import CarrierDown, CarrierRefused, OptedOut

TIMEOUT: Final = (5.0, 5.0)
"""Seconds to connect, and to wait for each answer."""
LARGEST_RECORDING: Final = 32 * 1024 * 1024
API: Final = "https://api.twilio.com/2010-04-01"
_OPTED_OUT: Final = "21610"
_CALL_ENDED: Final = "21220"
_OK, _TOO_MANY, _GONE, _BROKEN = 200, 429, 404, 500


class Wire:
    """One account at one carrier. ``base`` stands in for the vendor's address; "" is the vendor."""

    def __init__(self, account: str, user: str, password: str, base: str = "") -> None:
        self._account = account
        self._auth = (user, password)
        self._base = base.rstrip("/")
        self._session = requests.Session()
        nothing_of_the_environment = {"TWILIO_REGION": ""}
        self.client = Client(
            user,
            password,
            account,
            http_client=self,
            environment=nothing_of_the_environment,
        )

    def request(
        self,
        method: str,
        uri: str,
        params: dict[str, str] | None = None,
        data: dict[str, object] | None = None,
        headers: dict[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,
        allow_redirects: bool = False,
    ) -> Response:
        """One request of the vendor's client, which takes this object as its ``http_client``."""
        answer = self._session.request(
            method,
            self.address(uri),
            params=params,
            data=data,
            headers=headers,
            auth=auth,
            timeout=timeout or TIMEOUT,
            allow_redirects=allow_redirects,
        )
        return Response(answer.status_code, answer.text, answer.headers)

    def fetch_recording(self, recording_id: str) -> bytes:
        """A recording's bytes, in memory. Raises CarrierDown, CarrierRefused."""
        uri = self.address(f"{API}/Accounts/{self._account}/Recordings/{recording_id}.wav")
        with self._session.get(uri, auth=self._auth, timeout=TIMEOUT, stream=True) as answer:
            if answer.status_code != _OK:
                raise refusal(answer.status_code, "")
            content = bytearray()
            for chunk in answer.iter_content(64 * 1024):
                content += chunk
                if len(content) > LARGEST_RECORDING:
                    raise CarrierRefused("413")
            return bytes(content)

    def address(self, uri: str) -> str:
        """Where a request for the vendor's address really goes."""
        if not self._base:
            return uri
        parts = urlsplit(uri)
        return self._base + parts.path + (f"?{parts.query}" if parts.query else "")

    @contextmanager
    def translated(self) -> Iterator[None]:
        """The libraries' errors as ours, without their texts: those quote numbers and addresses."""
        try:
            yield
        except TwilioException as error:
            status, code = getattr(error, "status", 0), getattr(error, "code", None)
            raise refusal(int(status or 0), str(code or "")) from None
        except requests.ConnectTimeout:
            raise CarrierDown("no connection", sure=True) from None
        except requests.ConnectionError as error:
            raise CarrierDown("no connection", sure=_never_connected(error)) from None
        except requests.RequestException:
            raise CarrierDown("no answer", sure=False) from None


def refusal(status: int, code: str) -> CarrierDown | CarrierRefused:
    """The error for an HTTP status and, if there is one, the vendor's own code."""
    if status == _TOO_MANY:
        return CarrierDown("too many requests", sure=True)
    if status >= _BROKEN or not status:
        return CarrierDown(str(status or "no answer"), sure=False)
    reason = code if code.isdigit() else str(status)
    if reason == _OPTED_OUT:
        return OptedOut(reason)
    return CarrierRefused(reason, gone=status == _GONE or reason == _CALL_ENDED)


def _never_connected(error: requests.ConnectionError) -> bool:
    """Whether the connection was refused, so that the carrier has seen nothing."""
    cause = error.args[0] if error.args else None
    reason = cause.reason if isinstance(cause, MaxRetryError) else cause
    return isinstance(reason, NewConnectionError)
