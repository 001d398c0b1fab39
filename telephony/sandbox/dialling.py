"""Dial: rings one or several telephones for a call, lets each hear a whisper, joins the first."""

from functools import partial

from telephony.sandbox import twiml, voice
from telephony.sandbox.calls import Leg, Sound, Subscription, Wait
from telephony.sandbox.clock import Timer
from telephony.sandbox.exchange import Exchange
from telephony.sandbox.twiml import Verb


class Joined(Wait):
    """The side of the person called while both talk."""

    about = "talking"

    def __init__(self, dialling: "Dialling", leg: Leg) -> None:
        self._dialling = dialling
        self._leg = leg

    def speak(self, sound: Sound) -> None:
        self._dialling.keep(sound)

    def leave(self) -> None:
        if not self._leg.ended:
            self._dialling.part()


class Dialling(Wait):
    """The caller's side, from the first ring to the end of the talk."""

    def __init__(self, exchange: Exchange, leg: Leg, verb: Verb) -> None:
        self._exchange = exchange
        self._leg = leg
        self._verb = verb
        self._legs: list[Leg] = []
        self._declined: set[str] = set()
        self._last: Leg | None = None
        self._joined: Leg | None = None
        self._sounds: list[Sound] = []
        self._timers: list[Timer] = []
        self._over = False
        self.about = "ringing"

    def start(self) -> None:
        """Ring everybody at once."""
        nouns = self._verb.children or [Verb("Number", text=self._verb.text)]
        shown = self._verb.get("callerId", self._leg.from_)
        if shown not in {*self._exchange.lines, self._leg.from_, self._leg.to}:
            self._exchange.fail(self._leg, 13214, "The caller id is no number of this account.")
            return
        for noun in nouns:
            self._legs.append(self._prepare(noun, shown))
        timeout = self._verb.number("timeout", 30)
        self._timers.append(self._exchange.later(timeout, self._ring_out))
        for leg in list(self._legs):
            self._exchange.later(0.0, partial(self._exchange.place, leg))

    def _prepare(self, noun: Verb, shown: str) -> Leg:
        exchange = self._exchange
        called = noun.text.strip()
        to = f"client:{called}" if noun.name == "Client" else called
        leg = exchange.child(self._leg, to, shown)
        leg.detects_machine = bool(noun.get("machineDetection"))
        callback = noun.get("statusCallback")
        target = exchange.resolve(self._leg, callback) if callback else ""
        leg.subscription = Subscription.of(target, [noun.get("statusCallbackEvent")])
        leg.allowed = twiml.WHISPER
        leg.document_url = self._leg.document_url
        leg.on_answer = lambda answered: self._answered(answered, noun.get("url"))
        leg.on_finish = self._join
        leg.on_end = self._ended
        return leg

    def _answered(self, leg: Leg, whisper: str) -> None:
        if not self._exchange.quirks.others_ring_on:
            self._cancel_others(leg)
        if whisper:
            extra = [("AnsweredBy", "machine_start" if leg.machine else "human")]
            about = "whisper to the person called"
            self._exchange.fetch(leg, whisper, extra if leg.detects_machine else (), about=about)
        else:
            self._join(leg)

    def _cancel_others(self, leg: Leg) -> None:
        for other in [other for other in self._legs if other is not leg]:
            self._exchange.end(other, "completed" if other.answered else "canceled")

    def _join(self, leg: Leg) -> None:
        """The whisper ran out without Hangup: both talk."""
        if self._over or self._joined is not None:
            self._exchange.hang_up(leg)
            return
        self._joined = leg
        self.about = Joined.about
        self._stop_timers()
        self._cancel_others(leg)
        self._exchange.answer(self._leg)
        self._leg.peer, leg.peer = leg, self._leg
        leg.waiting = Joined(self, leg)
        if leg.machine:
            leg.device.machine_took.append(self._leg.sid)
        for side in (self._leg, leg):
            self._exchange.hear(side, "notice", "You are connected.", language="en-US")
        longest = self._verb.number("timeLimit", 14400)
        self._timers.append(self._exchange.later(longest, lambda: self._exchange.hang_up(leg)))

    def press(self, key: str) -> None:
        if key == "*" and self._joined is not None and self._verb.flag("hangupOnStar"):
            self._exchange.hang_up(self._joined)

    def speak(self, sound: Sound) -> None:
        if self._joined is not None:
            self.keep(sound)

    def keep(self, sound: Sound) -> None:
        """Remember what was said, in case the talk is recorded."""
        self._sounds.append(sound)

    def part(self) -> None:
        """The person called was sent to another document: the caller goes on alone."""
        leg = self._joined
        if leg is not None:
            leg.on_end, leg.on_finish, leg.allowed = None, self._exchange.run_out, twiml.VOICE
            self._ended(leg)

    def leave(self) -> None:
        if self._over:
            return
        self._over = True
        self._stop_timers()
        last = self._joined or (self._legs[-1] if self._legs else self._last)
        for leg in list(self._legs):
            self._exchange.end(leg, "completed" if leg.answered else "canceled")
        self._unjoin()
        pairs = self._result(last) if last is not None else []
        wanted = self._exchange.quirks.dial_action_after_hang_up
        if self._leg.ended and wanted and self._verb.get("action"):
            self._exchange.tell(self._leg, self._verb.get("action"), pairs, about="dial ends")

    def _ring_out(self) -> None:
        for leg in [leg for leg in self._legs if not leg.answered]:
            self._exchange.end(leg, "no-answer")

    def _ended(self, leg: Leg) -> None:
        if leg in self._legs:
            self._legs.remove(leg)
        if self._joined is None and leg.answered:
            self._declined.add(leg.sid)
        if leg.status != "canceled" or self._last is None:
            self._last = leg
        if not self._over and (leg is self._joined or not self._legs):
            self._finish()

    def _finish(self) -> None:
        self._over = True
        self._stop_timers()
        last = self._joined or self._last
        pairs = self._result(last) if last is not None else []
        self._unjoin()
        leg = self._leg
        leg.waiting = None
        action = self._verb.get("action")
        if action:
            self._exchange.fetch(leg, action, pairs, about="dial ends")
        else:
            self._exchange.resume(leg)

    def _result(self, last: Leg) -> list[tuple[str, str]]:
        """The parameters of the action, made from the leg that decided."""
        joined = self._joined is not None
        status = "completed" if joined else last.status
        if last.sid in self._declined:
            status = self._exchange.quirks.declined_whisper
        ended = last.ended_at or self._exchange.clock.now()
        seconds = round(ended - last.answered_at) if last.answered_at is not None else 0
        pairs = [
            ("DialCallStatus", status),
            ("DialCallSid", last.sid),
            ("DialCallDuration", str(seconds)),
            ("DialBridged", "true" if joined else "false"),
        ]
        return pairs + (self._recording(seconds) if joined else [])

    def _recording(self, seconds: int) -> list[tuple[str, str]]:
        if not self._verb.get("record").startswith("record-from"):
            return []
        exchange = self._exchange
        wavs = [sound.wav for sound in self._sounds] or [voice.tone("talk", 1.0).wav]
        kept = exchange.keep(self._leg, self._verb, seconds, voice.join(wavs, 3600))
        exchange.tell_recording(self._leg, kept, self._verb)
        return [("RecordingUrl", exchange.recordings.url(kept))]

    def _unjoin(self) -> None:
        if self._joined is not None:
            self._leg.peer = self._joined.peer = None

    def _stop_timers(self) -> None:
        for timer in self._timers:
            timer.cancel()
