"""Texts: from a telephone to a line and from the application to a telephone."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from telephony.sandbox import twiml
from telephony.sandbox.calls import API_VERSION, E164, Alert, new_sid
from telephony.sandbox.exchange import Exchange
from telephony.sandbox.webhooks import Outcome, Webhook

LONGEST = 1600
STOP = frozenset({"STOP", "UNSUBSCRIBE", "END", "QUIT", "STOPALL", "REVOKE", "OPTOUT", "CANCEL"})
START = frozenset({"START", "YES", "UNSTOP"})
_GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    "ÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_TWO = frozenset("^{}\\[~]|€\f")


class TextRefusedError(Exception):
    """A text the carrier does not send; `code` is the vendor's error number."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Parts:
    """How a text travels: the alphabet (GSM or Unicode) and the number of parts."""

    alphabet: str
    count: int


def parts(body: str) -> Parts:
    """160 septets or 153 a part, else 70 UTF-16 units or 67 a part (3GPP TS 23.038, 23.040)."""
    if all(letter in _GSM or letter in _GSM_TWO for letter in body):
        size, one, many, name = sum(2 if c in _GSM_TWO else 1 for c in body), 160, 153, "GSM"
    else:
        size, one, many, name = len(body.encode("utf-16-le")) // 2, 70, 67, "Unicode"
    return Parts(name, 1 if size <= one else -(-size // many))


@dataclass(slots=True)
class Text:
    """One text message as the carrier keeps it."""

    sid: str
    from_: str
    to: str
    body: str
    direction: str
    status: str
    created: float
    status_callback: str = ""
    error_code: int = 0


class Texts:
    """All texts of one account."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self.kept: dict[str, Text] = {}
        self.inboxes: dict[str, list[Text]] = {}
        self.sent: dict[str, list[Text]] = {}
        self.opted_out: set[tuple[str, str]] = set()

    def receive(self, from_: str, to: str, body: str) -> Text:
        """Somebody texts a line."""
        exchange = self._exchange
        with exchange.lock:
            line = exchange.lines.get(to)
            if line is None or not line.sms_url:
                raise ValueError("No line takes texts under this number.")
            if not E164.fullmatch(from_):
                raise ValueError("A text needs a sender's number.")
            now = exchange.clock.now()
            text = Text(new_sid("SM"), from_, to, body, "inbound", "received", now)
            self.kept[text.sid] = text
            self.sent.setdefault(from_, []).append(replace(text))
            self._keyword(text)
            webhook = Webhook(line.sms_url, self._inbound_form(text), "incoming text")

            def received(outcome: Outcome) -> None:
                with exchange.lock:
                    self._answered(text, outcome)

            exchange.webhooks.ask(webhook, received)
            return text

    def send(self, from_: str, to: str, body: str, status_callback: str = "") -> Text:
        """The application texts a telephone; TextRefusedError if the carrier will not."""
        exchange = self._exchange
        with exchange.lock:
            self._check(from_, to, body)
            now = exchange.clock.now()
            text = Text(new_sid("SM"), from_, to, body, "outbound-api", "queued", now)
            text.status_callback = status_callback
            self.kept[text.sid] = text
            exchange.later(0.0, lambda: self._sent(text))
            return text

    def _check(self, from_: str, to: str, body: str) -> None:
        if not E164.fullmatch(to):
            raise TextRefusedError(21211, "The 'To' number is not a valid phone number.")
        if from_ not in self._exchange.lines:
            raise TextRefusedError(21606, "The 'From' number is not one of this account.")
        if not body:
            raise TextRefusedError(21602, "A message body is required.")
        if len(body) > LONGEST:
            raise TextRefusedError(21617, "The message body exceeds 1600 characters.")
        if self._exchange.quirks.keeps_opt_out and (to, from_) in self.opted_out:
            raise TextRefusedError(21610, "Attempt to send to an unsubscribed recipient.")

    def _keyword(self, text: Text) -> None:
        word = text.body.strip().upper()
        pair = (text.from_, text.to)
        if word in STOP:
            self.opted_out.add(pair)
        elif word in START:
            self.opted_out.discard(pair)

    def _sent(self, text: Text) -> None:
        self._tell(text, "sent")
        self._exchange.later(self._exchange.quirks.delivery_takes, lambda: self._delivered(text))

    def _delivered(self, text: Text) -> None:
        device = self._exchange.device(text.to)
        if device.unreachable:
            text.error_code = 30003
            self._tell(text, "undelivered")
            return
        self.inboxes.setdefault(text.to, []).append(replace(text, status="delivered"))
        self._tell(text, "delivered")

    def _tell(self, text: Text, status: str) -> None:
        text.status = status
        if not text.status_callback:
            return
        pairs = [
            ("MessageSid", text.sid),
            ("SmsSid", text.sid),
            ("MessageStatus", status),
            ("SmsStatus", status),
            ("To", text.to),
            ("From", text.from_),
            ("AccountSid", self._exchange.account_sid),
            ("ApiVersion", API_VERSION),
        ]
        if text.error_code:
            pairs.append(("ErrorCode", str(text.error_code)))
        webhook = Webhook(text.status_callback, tuple(pairs), f"text {status}")
        self._exchange.webhooks.tell(webhook)

    def _inbound_form(self, text: Text) -> tuple[tuple[str, str], ...]:
        pairs = [
            ("MessageSid", text.sid),
            ("SmsSid", text.sid),
            ("SmsMessageSid", text.sid),
            ("AccountSid", self._exchange.account_sid),
            ("MessagingServiceSid", ""),
            ("From", text.from_),
            ("To", text.to),
            ("Body", text.body),
            ("NumMedia", "0"),
            ("NumSegments", str(parts(text.body).count)),
            ("SmsStatus", "received"),
            ("ApiVersion", API_VERSION),
        ]
        kinds = ("City", "State", "Zip", "Country")
        return (*pairs, *((place + kind, "") for place in ("From", "To") for kind in kinds))

    def _answered(self, text: Text, outcome: Outcome) -> None:
        alerts = self._exchange.alerts
        if outcome.response is None or outcome.error:
            alerts.append(Alert(outcome.error, "A text was not taken.", text.sid))
            return
        body, kind = outcome.response.body, outcome.response.content_type.partition(";")[0]
        if not body.strip():
            return
        try:
            for reply in self._replies(body, kind):
                self.send(text.to, text.from_, reply)
        except (twiml.MarkupError, TextRefusedError) as error:
            alerts.append(Alert(error.code, str(error), text.sid))

    @staticmethod
    def _replies(body: bytes, kind: str) -> Sequence[str]:
        if kind == "text/plain":
            return [body.decode("utf-8", "replace")]
        document = twiml.parse(body, twiml.MESSAGING)
        if any(verb.name == "Redirect" for verb in document.verbs):
            raise twiml.MarkupError(12200, "Redirect is not executed in answers to texts.")
        texts = ["".join(part.text for part in verb.walk()) for verb in document.verbs]
        return [re.sub(r"^\s+|\s+$", "", text) for text in texts]
