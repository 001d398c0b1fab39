"""Asking the carrier to do something. The vendor's client is loaded at the first request.

Creating a call or a text is not idempotent: it is repeated only where the carrier certainly did
nothing (it refused the connection, or said "too many requests").
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING, Final, TypeVar

from telephony.numbers import CallerNumber
from telephony.provider import CarrierDown, CarrierRefused, Urls
from telephony.softphone import Phone, Softphone

if TYPE_CHECKING:
    from telephony.twilio.wire import Wire

LONGEST_MARKUP: Final = 4000
RING_SECONDS: Final = 25
TRIES: Final = 2
BETWEEN_TRIES: Final = 0.3
TRIED_AGAIN: Final = "#rc=2&rp=5xx,ct,rt"
"""The vendor repeats a request that failed; it keeps this part of the address to itself."""
LEG_EVENTS: Final = ["initiated", "ringing", "answered", "completed"]
_MARKUP_TOO_LONG: Final = "21218"

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Credentials:
    """The account, and a key (or the account with its token) that may use it."""

    account: str
    user: str
    password: str = field(repr=False)


class Rest:
    """The carrier's REST interface. ``base``: a compatible carrier instead of the vendor."""

    def __init__(
        self,
        credentials: Credentials,
        base: str = "",
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._credentials = credentials
        self._base = base
        self._sleep = sleep

    @cached_property
    def _wire(self) -> "Wire":
        known = self._credentials
        module = import_module("telephony.twilio.wire")
        wire: Wire = module.Wire(known.account, known.user, known.password, self._base)
        return wire

    def place_call(self, to: Phone, caller_id: CallerNumber, markup: bytes, urls: Urls) -> str:
        text = markup.decode("utf-8")
        if len(text) > LONGEST_MARKUP:
            raise CarrierRefused(_MARKUP_TOO_LONG)

        def create() -> str:
            call = self._wire.client.calls.create(
                to=to.reveal(),
                from_=caller_id.reveal(),
                twiml=text,
                timeout=RING_SECONDS,
                status_callback=urls.call_status(),
                status_callback_event=LEG_EVENTS,
                status_callback_method="POST",
            )
            return str(call.sid)

        return self._create(create)

    def ring_leg(
        self, to: Phone, caller_id: CallerNumber, leg_id: str, seconds: int, urls: Urls
    ) -> str:
        def create() -> str:
            call = self._wire.client.calls.create(
                to=to.reveal(),
                from_=caller_id.reveal(),
                url=urls.whisper(leg_id),
                method="POST",
                timeout=seconds,
                status_callback=urls.leg_status(leg_id) + TRIED_AGAIN,
                status_callback_event=LEG_EVENTS,
                status_callback_method="POST",
            )
            return str(call.sid)

        return self._create(create)

    def send_to(self, call_id: str, url: str) -> None:
        def send() -> None:
            self._wire.client.calls(call_id).update(url=url, method="POST")

        self._create(send)

    def send_text(self, to: CallerNumber, from_: CallerNumber, body: str, urls: Urls) -> str:
        def create() -> str:
            message = self._wire.client.messages.create(
                to=to.reveal(),
                from_=from_.reveal(),
                body=body,
                status_callback=urls.text_status(),
            )
            return str(message.sid)

        return self._create(create)

    def fetch_recording(self, recording_id: str) -> bytes:
        with self._wire.translated():
            return self._wire.fetch_recording(recording_id)

    def delete_recording(self, recording_id: str) -> None:
        self._finish(lambda: self._wire.client.recordings(recording_id).delete())

    def recording_gone(self, recording_id: str) -> bool:
        return self._finish(lambda: self._wire.client.recordings(recording_id).fetch())

    def redact_text(self, message_id: str) -> None:
        self._finish(lambda: self._wire.client.messages(message_id).update(body=""))

    def delete_call(self, call_id: str) -> None:
        self._finish(lambda: self._wire.client.calls(call_id).delete())

    def end_call(self, call_id: str) -> None:
        self._finish(lambda: self._wire.client.calls(call_id).update(status="completed"))

    def softphone_token(self, phone: Softphone, seconds: int) -> str:
        """Signed here with the API key; the carrier is not asked."""
        known = self._credentials
        module = import_module("telephony.twilio.token")
        token: str = module.softphone(known.account, known.user, known.password, phone, seconds)
        return token

    def _create(self, create: Callable[[], Result]) -> Result:
        for _ in range(TRIES - 1):
            try:
                with self._wire.translated():
                    return create()
            except CarrierDown as down:
                if not down.sure:
                    raise
            self._sleep(BETWEEN_TRIES)
        with self._wire.translated():
            return create()

    def _finish(self, act: Callable[[], object]) -> bool:
        """Do something to what the carrier keeps; True if it was gone already."""
        try:
            with self._wire.translated():
                act()
        except CarrierRefused as refused:
            if not refused.gone:
                raise
            return True
        return False
