"""The carrier's webhooks: the signature first, then the event, one use case, the answer.

Whatever is wrong with a request is answered in plain text: 403 unsigned, 400 not understandable,
404 no such line, 405, 413. Nothing of a request is logged.
"""

import uuid
from collections.abc import Callable
from typing import TypeVar

from flask import Blueprint, Response, request
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge

from helpline.accounts.views import now
from helpline.errors import BadInput, NotAllowed, NotFound
from helpline.extensions import provider
from helpline.hotline.service import calls, recordings, talks, texts, together
from helpline.hotline.service.handling import Reply
from helpline.hotline.service.setting import Setting
from helpline.hotline.views.context import setting
from helpline.register.service import prompts as line_prompts
from helpline.security import provider_signature, public
from telephony.events import (
    CallStatus,
    Delivery,
    DialEnded,
    Event,
    InboundCall,
    InboundText,
    KeyPress,
    LegStatus,
    MeetAsked,
    RecordingDone,
    RecordingReady,
    WhisperAsked,
    WhisperKey,
)
from telephony.provider import BadWebhook, NotSigned, SignedRequest, Webhook

E = TypeVar("E")

LARGEST_BODY = 64 * 1024
XML = "text/xml; charset=utf-8"
NOTHING = b'<?xml version="1.0" encoding="UTF-8"?><Response/>'


def register(carrier: Blueprint) -> None:
    """Give every webhook its address, see `telephony.provider.Urls`."""
    rules: tuple[tuple[str, str, Callable[..., Response]], ...] = (
        ("/voice", "voice", voice),
        ("/voice/<uuid:call_id>/dialled", "dialled", dialled),
        ("/voice/<uuid:call_id>/recording", "recording", recording),
        ("/voice/<uuid:call_id>/<_name>", "step", step),
        ("/leg/<uuid:leg_id>/whisper", "whisper", whisper),
        ("/leg/<uuid:leg_id>/accept", "accept", accept),
        ("/leg/<uuid:leg_id>/meet", "meet", meet),
        ("/leg/<uuid:leg_id>/status", "leg_status", leg_status),
        ("/status", "call_status", call_status),
        ("/text", "text", text),
        ("/text/status", "text_status", text_status),
    )
    for rule, endpoint, view in rules:
        carrier.add_url_rule(rule, endpoint, view, methods=["POST"])
    carrier.add_url_rule("/sound/<uuid:sound_id>", "sound", sound, methods=["GET"])


@provider_signature
def voice() -> Response:
    """Somebody rings a line."""
    event = _event(Webhook.VOICE)
    return _spoken(calls.ring(setting(), _is(event, InboundCall), now()))


@provider_signature
def step(call_id: uuid.UUID, _name: str) -> Response:
    """A question was answered, or nothing was pressed; or the voicemail's recording stopped."""
    event = _event(Webhook.STEP)
    if not isinstance(event, KeyPress | RecordingDone):
        raise NotFound
    return _spoken(calls.step(setting(), event, call_id, now()))


@provider_signature
def dialled(call_id: uuid.UUID) -> Response:
    """Ringing a counsellor, or the talk, is over."""
    event = _is(_event(Webhook.DIALLED), DialEnded)
    return _spoken(calls.step(setting(), event, call_id, now()))


@provider_signature
def whisper(leg_id: uuid.UUID) -> Response:
    """A counsellor's phone was picked up."""
    event = _is(_event(Webhook.WHISPER), WhisperAsked)
    return _spoken(together.whisper(event, leg_id) or talks.whisper(event, leg_id))


@provider_signature
def accept(leg_id: uuid.UUID) -> Response:
    """A counsellor pressed a key."""
    event = _is(_event(Webhook.ACCEPT), WhisperKey)
    here, stamp = setting(), now()
    joined = together.accept(here, event, leg_id, stamp)
    return _spoken(joined or talks.accept(here, event, leg_id, stamp))


@provider_signature
def meet(leg_id: uuid.UUID) -> Response:
    """A counsellor's or listener's leg asks for the room of its call."""
    return _spoken(together.meet(_is(_event(Webhook.MEET), MeetAsked), leg_id))


@provider_signature
def leg_status(leg_id: uuid.UUID) -> Response:
    """Progress of a leg: its end counts where no dial tells of it, see `together`."""
    together.leg_ended(setting(), _is(_event(Webhook.LEG_STATUS), LegStatus), leg_id, now())
    return _done()


@provider_signature
def recording(call_id: uuid.UUID) -> Response:
    """A recording exists, or was found empty."""
    event = _is(_event(Webhook.RECORDING), RecordingReady)
    recordings.ready(setting(), event, call_id, now())
    return _done()


@provider_signature
def call_status() -> Response:
    """Progress of a whole call; its end ends everything that was held for it."""
    event = _is(_event(Webhook.CALL_STATUS), CallStatus)
    calls.status(setting(), event, now())
    return _done()


@provider_signature
def text() -> Response:
    """Somebody texted a line."""
    event = _is(_event(Webhook.TEXT), InboundText)
    here = setting()
    stretched = texts.stretch(here, event)
    texts.take(here, event, stretched, now())
    return Response(NOTHING, content_type=XML)


@provider_signature
def text_status() -> Response:
    """How far a text of ours has come."""
    texts.delivered(setting(), _is(_event(Webhook.TEXT_STATUS), Delivery), now())
    return _done()


@public
def sound(sound_id: uuid.UUID) -> Response:
    """A sound that a line plays; the carrier fetches it and may keep it."""
    found = line_prompts.sound(sound_id)
    if found is None:
        raise NotFound
    response = Response(found.data, content_type=found.media_type)
    response.headers["Cache-Control"] = "public, max-age=86400, immutable"
    return response


def _event(webhook: Webhook) -> Event:
    """Verify, then read; nothing is parsed before the signature holds."""
    try:
        body = _body()
        form = provider().verify(SignedRequest.from_environ(request.environ, body))
        return provider().parse(webhook, form, _turn())
    except NotSigned:
        raise NotAllowed("This request is not signed by the carrier.") from None
    except BadWebhook as error:
        raise BadInput(str(error)) from None


def _body() -> bytes:
    if (request.content_length or 0) > LARGEST_BODY:
        raise RequestEntityTooLarge
    try:
        return request.get_data(cache=True, parse_form_data=False)
    except (OSError, ValueError):
        raise BadRequest from None


def _turn() -> int:
    text = request.args.get("turn", "0")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else -1


def _is(event: Event, kind: type[E]) -> E:
    if not isinstance(event, kind):
        raise NotFound
    return event


def _spoken(reply: Reply) -> Response:
    here: Setting = setting()
    if reply.body is not None:
        return Response(reply.body, content_type=XML)
    if reply.turn is None or reply.prompts is None:
        raise AssertionError("a reply has a turn or a body")
    body = here.carrier.render(
        reply.turn, str(reply.call_id), here.urls, reply.prompts, reply.particulars
    )
    calls.keep_answer(here, reply, body)
    return Response(body, content_type=XML)


def _done() -> Response:
    return Response("", 204)
