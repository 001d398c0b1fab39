"""Puts a carrier that runs in real time and its pages together, for an application to mount."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint

from telephony.sandbox.calls import Line
from telephony.sandbox.carrier import Carrier
from telephony.sandbox.clock import Clock, RealClock
from telephony.sandbox.pages import KEYWORDS, WORKERS, Cast, Gloss
from telephony.sandbox.transports import HttpTransport, Transport
from telephony.sandbox.views import Declare, as_it_is, blueprint
from telephony.sandbox.voice import spoken_seconds

DEMO_LINES: Mapping[str, str] = {
    "+860000000100": "Helpline: Mandarin, Cantonese, English",
    "+910000000100": "Helpline: Hindi, Tamil, English",
}
"""Numbers that nobody has, and what the page calls them."""

PREFIX = "/sandbox"


@dataclass(frozen=True, slots=True)
class Sandbox:
    """The carrier and the routes under /sandbox that lead to it.

    The REST interface is at `<public_base_url>/sandbox/carrier`.
    """

    carrier: Carrier
    blueprint: Blueprint


def create_sandbox(
    account_sid: str,
    auth_token: str,
    public_base_url: str,
    lines: Mapping[str, str] | Sequence[Line] = DEMO_LINES,
    *,
    api_keys: Mapping[str, str] | None = None,
    desks: Mapping[str, str] | None = None,
    workers: Mapping[str, str] = WORKERS,
    keywords: Mapping[str, Sequence[str]] = KEYWORDS,
    links: Mapping[str, str] | None = None,
    gloss: Gloss | None = None,
    declare: Declare = as_it_is,
    deliver: Transport | None = None,
    clock: Clock | None = None,
) -> Sandbox:
    """Make a carrier for the demo.

    lines      number -> name, at the usual addresses (`/telephony/voice`, `/telephony/text`,
               `/telephony/status`), or whole lines with addresses of their own
    api_keys   user -> password for the REST interface, beside the account and its token
    desks      number -> whose phone it is; any other phone joins the list once it is rung
    workers    number -> name of the phones a worker may hold
    keywords   language tag -> words offered as buttons beside the text field
    links      words -> address, shown at the top of the page
    gloss      (text, language) -> the same in English, shown under a caption; "" for none
    declare    applied to every view: how the application says who may enter
    deliver    how webhooks travel (HTTP unless given); must not need this very thread
    """
    base = public_base_url.rstrip("/")
    carrier = Carrier(
        account_sid,
        auth_token,
        deliver or HttpTransport(),
        clock or RealClock(),
        speech=spoken_seconds,
        rest_base=f"{base}{PREFIX}/carrier",
        lines=_lines(base, lines),
        api_keys=api_keys,
    )
    cast = Cast(dict(workers), dict(desks or {}), dict(keywords), dict(links or {}), gloss)
    return Sandbox(carrier, blueprint(carrier, cast, PREFIX, declare))


def _lines(base: str, lines: Mapping[str, str] | Sequence[Line]) -> list[Line]:
    if not isinstance(lines, Mapping):
        return list(lines)
    return [
        Line(
            number,
            voice_url=f"{base}/telephony/voice",
            sms_url=f"{base}/telephony/text",
            status_callback=f"{base}/telephony/status",
            name=name,
        )
        for number, name in lines.items()
    ]
