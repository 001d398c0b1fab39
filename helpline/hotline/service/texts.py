"""Text messages: keywords, messages for a case, and replies that tell a bystander nothing."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from crypto.errors import CryptoError
from crypto.receipts import Receipt
from helpline.cases.models import SentText
from helpline.cases.rules.kinds import EntryKind
from helpline.cases.service import intake, outreach, receipts, talks
from helpline.cases.service.intake import Contact, Received
from helpline.cases.service.receipts import Letters
from helpline.errors import Unavailable
from helpline.extensions import db
from helpline.hotline.service import (
    alerts,
    callbacks,
    casework,
    counts,
    receipt_throttle,
    seen,
    sending,
)
from helpline.hotline.service.calls import line_of
from helpline.hotline.service.setting import Setting
from helpline.jobs import enqueue
from helpline.keys.service import directory, letterboxes
from helpline.keys.service.letterboxes import ReceiptKeys
from helpline.register.service import lines
from helpline.register.service.lines import LineView
from helpline.surveys.service import invitations
from helpline.unit_of_work import release
from telephony import texting
from telephony.events import Delivery, InboundText
from telephony.flow import Hours
from telephony.provider import Ability
from telephony.texting import Keyword, Reading

REDACT = "hotline.redact_text"


@dataclass(frozen=True, slots=True)
class Stretched:
    """What the message needs, stretched before the transaction."""

    handle: bytes | None = field(default=None, repr=False)
    receipt: ReceiptKeys | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Message:
    """A text while it is handled."""

    setting: Setting
    event: InboundText
    line: LineView
    reading: Reading
    stretched: Stretched
    language: str
    now: datetime


def stretch(setting: Setting, event: InboundText) -> Stretched:
    """Before any database access: the handle, and the receipt if one came."""
    site = setting.site
    handle = None if event.caller.withheld else site.handle(event.caller.reveal())
    reading = texting.read(event.body)
    if reading.keyword is not Keyword.CASE or not reading.receipt:
        return Stretched(handle)
    try:
        keys = letterboxes.stretch(site, Receipt.parse(reading.receipt))
    except CryptoError:
        letterboxes.stretch(site, Receipt.new())
        return Stretched(handle)
    return Stretched(handle, keys)


def take(setting: Setting, event: InboundText, stretched: Stretched, now: datetime) -> None:
    """Take a text in, once, and answer it. Raises NotFound (no line), Unavailable."""
    line = line_of(event.line)
    if directory.status(setting.site) == "none":
        raise Unavailable("This node cannot take anything in yet.")
    if not seen.is_new(setting.site, event.event_key):
        return
    if setting.carrier.can(Ability.REDACT_TEXT):
        enqueue(REDACT, {"message": event.provider_id})
    known = intake.recognise(stretched.handle)
    guessed = texting.guess_language(event.body, line.languages)
    reading = texting.read(event.body)
    told_by_words = reading.language or not (reading.keyword and known.language)
    language = guessed if told_by_words or not known.language else known.language
    language = language if language in line.languages else line.default_language
    message = Message(setting, event, line, reading, stretched, language, now)
    act = _ACTS[reading.keyword] if reading.keyword is not None else _free
    reply = act(message)
    if reply:
        _send(message, reply)
    counts.add(line.id, counts.day_of(line, now), "texts")


def delivered(setting: Setting, event: Delivery, now: datetime) -> None:
    """How far a text of ours has come; only the end of it is written into the case."""
    if not event.state.final:
        return
    if not seen.is_new(setting.site, event.event_key):
        return
    sent = db.session.get(SentText, setting.site.event_hash(event.provider_id, "sent"))
    if sent is not None:
        body = {"entry": str(sent.entry_id), "state": event.state.value}
        casework.add(setting.site, sent.case_id, EntryKind.DELIVERY, body, now)
    if setting.carrier.can(Ability.REDACT_TEXT):
        enqueue(REDACT, {"message": event.provider_id})


def _help(message: Message) -> str:
    return _text(message, "help")


def _start(message: Message) -> str:
    if message.stretched.handle is not None:
        outreach.start(message.stretched.handle, message.line.id)
    return _text(message, "start")


def _stop(message: Message) -> str:
    """STOP stops messages and not the case; carriers send nothing afterwards anyway."""
    handle = message.stretched.handle
    if handle is None:
        return ""
    outreach.stop(handle, message.line.id)
    for case_id, _ in intake.recognise(handle).open_cases:
        body = {"text_stopped": True}
        casework.add(message.setting.site, case_id, EntryKind.DELIVERY, body, message.now)
    return ""


def _call(message: Message) -> str:
    """A request to be rung; whoever asks from a phone calls that phone safe."""
    handle, line, now = message.stretched.handle, message.line, message.now
    if handle is None or casework.standing(handle, line.id, now).flags.never_ring:
        return _text(message, "call_not")
    if callbacks.open_of(handle) is None:
        received = _receive(message, {"asked": "call"})
        body = {"line": str(line.id)}
        intake.add(message.setting.site, received.case_id, EntryKind.CALLBACK_ASKED, body, now)
        callbacks.enter(handle, received.case_id, line, message.language, now)
    is_open = lines.hours_at(line, now) is Hours.OPEN
    return _text(message, "call" if is_open else "call_closed")


def _danger(message: Message) -> str:
    received = _receive(message, {"text": message.event.body}, danger=True)
    alerts.raise_for_danger(message.line, received.case_id, message.now)
    numbers = ", ".join(message.line.emergency_numbers)
    return _text(message, "danger", numbers=numbers)


def _case(message: Message) -> str:
    """A receipt by text: what is unread; wrong, unknown and throttled sound the same.

    With 1 or 2 after it the worker cancels the talk to come or asks for another time.
    """
    site, caller, now = message.setting.site, message.event.caller, message.now
    if not message.reading.receipt:
        return _text(message, "case_needs_number")
    keys = message.stretched.receipt
    if keys is None or receipt_throttle.too_many(site, caller, None, now):
        receipt_throttle.count(site, caller, None, now)
        return _text(message, "case_unknown")
    found = receipts.open_letters(site, keys, now)
    if found is None:
        receipt_throttle.count(site, caller, None, now)
        return _text(message, "case_unknown")
    about = _talk(message, found)
    spoken = "\n".join(letter.text for letter in found.letters) or _text(message, "case_none")
    if not about:
        return spoken[: texting.MOST_CHARACTERS]
    return f"{spoken[: texting.MOST_CHARACTERS - len(about) - 1]}\n{about}"


def _talk(message: Message, found: Letters) -> str:
    """How to cancel or move the talk to come, or that we have taken it in; "" if there is none.

    In the language of its letter, unless the keyword is of another one: digits have none.
    """
    talk, wanted = found.talk, message.reading.wish
    if talk is None:
        return ""
    line, site = message.line, message.setting.site
    prompts = message.setting.prompts(line)
    of_letter = [letter.language for letter in found.everything if letter.talk == talk.id]
    language = message.language if message.reading.language else of_letter[-1]
    when = talks.said(prompts, language, talk.at, line.zone)
    if wanted is None:
        return prompts.text(language, "text_talk_options", when=when)
    if talk.wish != wanted:
        talks.wish(site, found.case_id, talk.id, wanted, line.id, message.now)
    return prompts.text(language, f"text_talk_noted_{wanted}", when=when)


def _free(message: Message) -> str:
    """Free text opens or continues a case, unless it answers how it went."""
    site, handle, words = message.setting.site, message.stretched.handle, message.event.body
    left = invitations.take_reply(site, handle, words, message.now.date())
    if left == "" and not message.event.media:
        return ""
    words = left or words
    received = _receive(message, {"text": words, "media": message.event.media})
    if not received.opened:
        return ""
    is_open = lines.hours_at(message.line, message.now) is Hours.OPEN
    return _text(message, "received" if is_open else "received_closed")


def _receive(message: Message, content: dict[str, Any], *, danger: bool = False) -> Received:
    caller = message.event.caller
    contact = Contact(
        kind=EntryKind.SMS,
        line_id=message.line.id,
        language=message.language,
        content=content,
        number=None if caller.withheld else caller.reveal(),
        handle=message.stretched.handle,
        case_id=None,
        danger=danger,
        thread="text",
        same_phone=True,
    )
    return intake.receive(message.setting.site, contact, message.now)


def _text(message: Message, key: str, **values: str) -> str:
    prompts = message.setting.prompts(message.line)
    return prompts.text(message.language, f"text_{key}", **values)


def _send(message: Message, body: str) -> None:
    """Reply to who wrote, unless STOP stands or the carrier cannot text this number."""
    event, handle = message.event, message.stretched.handle
    if not message.setting.may_text(event.caller):
        return
    if casework.standing(handle, message.line.id, message.now).flags.stopped:
        return
    sending.after_commit(
        message.setting, event.caller, message.line, body, None, message.now, handle
    )


_ACTS = {
    Keyword.HELP: _help,
    Keyword.START: _start,
    Keyword.STOP: _stop,
    Keyword.CALL: _call,
    Keyword.CASE: _case,
    Keyword.DANGER: _danger,
}


def redact(setting: Setting, message_id: str) -> None:
    """Job: empty the carrier's copy."""
    release()
    setting.carrier.redact_text(message_id)
