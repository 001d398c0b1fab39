"""The exchange: legs of calls begin, are answered, follow documents, and end.

Everything here runs under one lock and never waits: requests and timers are tasks of the clock.
"""

import threading
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from telephony.sandbox import parameters, twiml
from telephony.sandbox.calls import (
    ADDRESS,
    E164,
    KEYS,
    Alert,
    Caption,
    Device,
    Leg,
    Line,
    Order,
    Quirks,
    RecordingFile,
    Sound,
    Subscription,
    Wait,
    new_sid,
)
from telephony.sandbox.clock import Clock, Timer
from telephony.sandbox.recordings import Recordings
from telephony.sandbox.webhooks import Outcome, Webhook, Webhooks

if TYPE_CHECKING:
    from telephony.sandbox.rooms import Seat

Pairs = Iterable[tuple[str, str]]
Run = Callable[["Exchange", Leg], None]

SORRY = "We are sorry, an application error has occurred. Goodbye."
MOST_DOCUMENTS_AT_ONCE = 100


class Fetching(Wait):
    """Waiting for the application's next document."""

    about = "waiting for the application"


class Exchange:
    """All calls of one account."""

    def __init__(
        self,
        account_sid: str,
        webhooks: Webhooks,
        clock: Clock,
        *,
        quirks: Quirks,
        speech: Callable[[str], float],
        recordings_base: str,
        run: Run,
    ) -> None:
        self.account_sid = account_sid
        self.webhooks = webhooks
        self.clock = clock
        self.quirks = quirks
        self.speech = speech
        self.lock = threading.RLock()
        self.lines: dict[str, Line] = {}
        self.devices: dict[str, Device] = {}
        self.legs: dict[str, Leg] = {}
        self.rooms: dict[str, list[Seat]] = {}
        self.recordings = Recordings(recordings_base)
        self.alerts: list[Alert] = []
        self._run = run

    # Telephones ---------------------------------------------------------------------------------

    def device(self, number: str) -> Device:
        """The telephone with this number; it exists from the first time it is asked for."""
        with self.lock:
            return self.devices.setdefault(number, Device(number))

    def inbound(self, from_: str, to: str) -> Leg:
        """Somebody rings one of the lines; a number that is no line fails."""
        with self.lock:
            device = self.device(from_)
            if device.engaged and E164.fullmatch(from_):
                raise RuntimeError("This telephone is already in a call.")
            leg = self._leg(Leg(new_sid("CA"), from_, to, "inbound", device, self.clock.now()))
            device.leg = leg
            line = self.lines.get(to)
            if line is None:
                self.end(leg, "failed")
                return leg
            leg.status = "ringing"
            leg.fallback_url = line.fallback_url
            leg.subscription = Subscription.of(line.status_callback, ())
            self.fetch(leg, line.voice_url, [("CallToken", new_sid(""))], about="incoming call")
            return leg

    def outbound(self, order: Order) -> Leg:
        """Place a call for the application; it follows `url` or `markup` once answered."""
        with self.lock:
            device = self.device(order.to)
            sid, now = new_sid("CA"), self.clock.now()
            leg = self._leg(Leg(sid, order.from_, order.to, "outbound-api", device, now))
            leg.subscription = order.subscription
            leg.fallback_url = order.fallback_url
            leg.detects_machine = order.detects_machine
            leg.on_answer = lambda answered: self.follow(answered, order.url, order.markup)
            self.later(0.0, lambda: self.place(leg))
            self.later(order.timeout, lambda: self._gives_up(leg))
            return leg

    def child(self, parent: Leg, to: str, from_: str) -> Leg:
        """A leg that a Dial adds to a call; `place` rings it."""
        now = self.clock.now()
        leg = Leg(new_sid("CA"), from_, to, "outbound-dial", self.device(to), now, parent=parent)
        return self._leg(leg)

    def place(self, leg: Leg) -> None:
        """Ring the telephone of an outgoing leg."""
        if leg.status != "queued":
            return
        device = leg.device
        self.notify(leg, "initiated")
        if not ADDRESS.fullmatch(leg.to) or leg.to in self.lines or device.unreachable:
            self.end(leg, "failed")
        elif device.engaged:
            self.end(leg, "busy")
        else:
            leg.status = "ringing"
            device.leg = leg
            self.notify(leg, "ringing")
            if device.machine_after is not None:
                self.later(device.machine_after, lambda: self.pick_up(leg, machine=True))

    def pick_up(self, leg: Leg, *, machine: bool = False) -> None:
        """The person called (or a machine) answers; nothing happens unless it rings."""
        with self.lock:
            if leg.status != "ringing" or leg.direction == "inbound":
                return
            leg.machine = machine
            self.answer(leg)
            self.notify(leg, "answered")
            if leg.on_answer is not None:
                leg.on_answer(leg)

    def refuse(self, leg: Leg, status: str) -> None:
        """The person called does not want the call."""
        with self.lock:
            if leg.status == "ringing" and leg.direction != "inbound":
                self.end(leg, status)

    def press(self, leg: Leg, key: str) -> None:
        """One key; ignored while nothing listens."""
        if key not in KEYS:
            raise ValueError("A telephone has the keys 0 to 9, * and #.")
        with self.lock:
            if leg.waiting is not None and not leg.ended:
                leg.waiting.press(key)

    def speak(self, leg: Leg, sound: Sound) -> None:
        """Speech: a recording takes it, a joined telephone hears it."""
        with self.lock:
            if leg.ended:
                return
            if leg.waiting is not None:
                leg.waiting.speak(sound)
            if leg.peer is not None:
                self.hear(leg.peer, "voice", sound.text)

    def hang_up(self, leg: Leg) -> None:
        with self.lock:
            self.end(leg, "completed" if leg.answered else "no-answer")

    def run_out(self, leg: Leg) -> None:
        """The document is at its end: the call is over, and counts as answered."""
        self.answer(leg)
        self.hang_up(leg)

    # The life of a leg ----------------------------------------------------------------------------

    def _leg(self, leg: Leg) -> Leg:
        leg.allowed = twiml.VOICE
        leg.on_finish = self.run_out
        self.legs[leg.sid] = leg
        return leg

    def answer(self, leg: Leg) -> None:
        """From now on the call counts as answered."""
        if not leg.answered and not leg.ended:
            leg.status = "in-progress"
            leg.answered_at = self.clock.now()

    def end(self, leg: Leg, status: str) -> None:
        """End a leg for good; an ended one stays as it is."""
        if leg.ended:
            return
        queued = leg.status == "queued" and status == "canceled"
        waiting, leg.waiting = leg.waiting, None
        leg.status = status
        leg.ended_at = self.clock.now()
        leg.generation += 1
        if waiting is not None:
            waiting.leave()
        if not queued:
            self.notify(leg, "completed")
        if leg.on_end is not None:
            leg.on_end(leg)

    def _gives_up(self, leg: Leg) -> None:
        if leg.status == "ringing":
            self.end(leg, "no-answer")

    def notify(self, leg: Leg, event: str) -> None:
        """Tell the application about an event it subscribed to."""
        sequence, leg.told = leg.told, leg.told + 1
        wanted = leg.subscription
        if wanted is None or event not in wanted.events:
            return
        pairs = parameters.progress(self.account_sid, leg, event, sequence, self.clock.now())
        self.webhooks.tell(Webhook(wanted.url, tuple(pairs), f"call {dict(pairs)['CallStatus']}"))

    def later(self, delay: float, task: Callable[[], None]) -> Timer:
        """Run a task under the lock."""

        def locked() -> None:
            with self.lock:
                task()

        return self.clock.later(delay, locked)

    # Documents ------------------------------------------------------------------------------------

    def follow(self, leg: Leg, url: str, markup: bytes = b"") -> None:
        """Send a leg to another document, given by address or in full."""
        waiting, leg.waiting = leg.waiting, None
        if waiting is not None:
            waiting.leave()
        if leg.ended:
            return
        if markup:
            leg.document_url = ""
            self._load(leg, markup)
        else:
            extra = [("AnsweredBy", "machine_start" if leg.machine else "human")]
            self.fetch(leg, url, extra if leg.detects_machine else (), about="call answered")

    def fetch(self, leg: Leg, target: str, extra: Pairs = (), *, about: str) -> None:
        """Ask for the next document; `target` may be relative to the current one."""
        url = self.resolve(leg, target)
        if not url:
            self.fail(leg, 11100, "The address of the next document is not absolute.")
            return
        if self._goes_round(leg):
            self.fail(leg, 11215, "The documents redirect in a circle.")
            return
        leg.generation += 1
        generation = leg.generation
        leg.waiting = Fetching()
        pairs = (*parameters.standard(self.account_sid, leg), *extra)

        def received(outcome: Outcome) -> None:
            with self.lock:
                if leg.generation == generation and not leg.ended:
                    self._received(leg, url, outcome)

        self.webhooks.ask(Webhook(url, pairs, about), received)

    def _goes_round(self, leg: Leg) -> bool:
        """Too many documents in one moment."""
        now, (then, count) = self.clock.now(), leg.burst
        leg.burst = (now, count + 1 if then == now else 1)
        return leg.burst[1] > MOST_DOCUMENTS_AT_ONCE

    def tell(self, leg: Leg, target: str, extra: Pairs, *, about: str) -> None:
        """Make a request of a leg whose answer cannot matter any more."""
        url = self.resolve(leg, target)
        if url:
            pairs = (*parameters.standard(self.account_sid, leg), *extra)
            self.webhooks.tell(Webhook(url, pairs, about))

    def resolve(self, leg: Leg, target: str) -> str:
        """An absolute address, or an empty string if there is none."""
        url = urljoin(leg.document_url, target) if target else leg.document_url
        parts = urlsplit(url)
        return url if parts.scheme in {"http", "https"} and "_" not in parts.netloc else ""

    def _received(self, leg: Leg, url: str, outcome: Outcome) -> None:
        leg.waiting = None
        if outcome.response is None or outcome.error:
            fallback, leg.fallback_url = leg.fallback_url, ""
            if fallback:
                extra = [("ErrorCode", str(outcome.error)), ("ErrorUrl", url)]
                self.alerts.append(Alert(outcome.error, "The fallback was asked.", leg.sid))
                self.fetch(leg, fallback, extra, about="fallback")
            else:
                self.fail(leg, outcome.error, "No usable answer came back.")
            return
        leg.document_url = url
        body, kind = outcome.response.body, outcome.response.content_type.partition(";")[0]
        self._load(leg, body, kind.strip().lower())

    def _load(self, leg: Leg, body: bytes, kind: str = "text/xml") -> None:
        try:
            document = twiml.read(body, kind, leg.allowed)
        except twiml.MarkupError as error:
            self.fail(leg, error.code, str(error))
            return
        self.alerts += [Alert(12200, warning, leg.sid) for warning in document.warnings]
        leg.verbs = list(document.verbs)
        self.resume(leg)

    def resume(self, leg: Leg) -> None:
        """Go on with the next verb."""
        leg.waiting = None
        self._run(self, leg)

    def fail(self, leg: Leg, code: int, message: str) -> None:
        """Say that something is wrong with the application, and hang up."""
        self.alerts.append(Alert(code, message, leg.sid))
        self.answer(leg)
        self.hear(leg, "notice", SORRY, language="en-US")
        self.hang_up(leg)

    def hear(self, leg: Leg, kind: str, text: str, **more: str) -> None:
        """Something sounds on a telephone."""
        leg.captions.append(Caption(self.clock.now(), kind, text, **more))

    def tell_recording(self, leg: Leg, kept: RecordingFile | None, verb: twiml.Verb) -> None:
        """Send the callback of a finished recording, or (None) of one in which nothing was said."""
        target = verb.get("recordingStatusCallback")
        status = "absent" if kept is None else "completed"
        events = verb.get("recordingStatusCallbackEvent", "completed").split()
        url = self.resolve(leg, target) if target else ""
        if not url or status not in events:
            return
        told = kept or self.recordings.empty(leg, verb.name, self.clock.now())
        named = self.recordings.url(told)
        pairs = parameters.recording(self.account_sid, leg, told, named, status)
        webhook = Webhook(url, tuple(pairs), f"recording {status}")
        self.webhooks.tell(webhook, after=self.quirks.recording_ready_after)

    def keep(self, leg: Leg, verb: twiml.Verb, seconds: float, wav: bytes) -> RecordingFile:
        """Keep a recording that a Record or Dial made of a leg."""
        kept = self.recordings.empty(leg, verb.name, self.clock.now())
        kept.seconds = max(1, round(seconds))
        kept.started -= seconds
        kept.wav = wav
        kept.ready_at = self.clock.now() + self.quirks.recording_ready_after
        self.recordings.kept[kept.sid] = kept
        return kept
