"""Executes documents verb by verb: speech, pauses, keys, recordings, redirection, the end."""

from collections.abc import Callable, Mapping

from telephony.sandbox import voice
from telephony.sandbox.calls import Leg, Sound, Wait
from telephony.sandbox.clock import Timer
from telephony.sandbox.dialling import Dialling
from telephony.sandbox.exchange import Exchange
from telephony.sandbox.rooms import Seat
from telephony.sandbox.twiml import Verb

_SILENT_FIRST = frozenset({"Pause", "Reject", "Redirect", "Dial"})
"""Verbs that do not answer an incoming call by themselves."""


def run(exchange: Exchange, leg: Leg) -> None:
    """Execute verbs until one waits, the document runs out, or the leg ends."""
    while not leg.ended and leg.waiting is None:
        if not leg.verbs:
            if leg.on_finish is not None:
                leg.on_finish(leg)
            return
        verb = leg.verbs.pop(0)
        if verb.name not in _SILENT_FIRST:
            exchange.answer(leg)
        _VERBS[verb.name](exchange, leg, verb)


def sound(exchange: Exchange, leg: Leg, verb: Verb) -> float:
    """Put a Say, Play or Pause on the telephone; seconds it lasts."""
    if verb.name == "Pause":
        return verb.number("length", 1)
    text = verb.text.strip()
    times = min(10, max(1, int(verb.number("loop", 1))))
    for _ in range(times):
        if verb.name == "Say":
            language, voiced = verb.get("language", "en-US"), verb.get("voice")
            exchange.hear(leg, "say", text, language=language, voice=voiced)
        else:
            exchange.hear(leg, "play", "", url=exchange.resolve(leg, text))
    return times * exchange.speech(text if verb.name == "Say" else "")


class Sounding(Wait):
    """Something is heard, or a pause passes."""

    about = "listening"

    def __init__(self, exchange: Exchange, leg: Leg, seconds: float) -> None:
        self._timer = exchange.later(seconds, lambda: exchange.resume(leg))

    def leave(self) -> None:
        self._timer.cancel()


class Gathering(Wait):
    """Keys are awaited while prompts sound; any key cuts the prompts short."""

    about = "waiting for keys"

    def __init__(self, exchange: Exchange, leg: Leg, verb: Verb) -> None:
        self._exchange = exchange
        self._leg = leg
        self._verb = verb
        self._timeout = verb.number("timeout", 5)
        self._finish_on = verb.get("finishOnKey", "#")
        self._wanted = int(verb.number("numDigits", 0))
        self._digits = ""
        prompts = sum(sound(exchange, leg, child) for child in verb.children)
        self._timer: Timer = exchange.later(prompts + self._timeout, self._finish)

    def press(self, key: str) -> None:
        if "dtmf" not in self._verb.get("input", "dtmf").split():
            return
        self._timer.cancel()
        if self._finish_on and key in self._finish_on:
            self._finish(key)
            return
        self._digits += key
        if self._wanted and len(self._digits) >= self._wanted:
            self._finish()
        else:
            self._timer = self._exchange.later(self._timeout, self._finish)

    def leave(self) -> None:
        self._timer.cancel()

    def _finish(self, key: str = "") -> None:
        leg, digits = self._leg, self._digits
        leg.waiting = None
        if not digits and not self._verb.flag("actionOnEmptyResult"):
            self._exchange.resume(leg)
            return
        extra = [("Digits", digits), ("FinishedOnKey", key), ("msg", "Gather End")]
        about = f"key {digits}" if len(digits) == 1 else f"{len(digits)} keys"
        about = about if digits else "no key"
        self._exchange.fetch(leg, self._verb.get("action"), extra, about=about)


class Recording(Wait):
    """The caller's words are kept until a key, silence, the longest time or the end."""

    about = "recording"

    def __init__(self, exchange: Exchange, leg: Leg, verb: Verb) -> None:
        self._exchange = exchange
        self._leg = leg
        self._verb = verb
        self._patience = verb.number("timeout", 5)
        self._finish_on = verb.get("finishOnKey", "1234567890*#")
        self._longest = verb.number("maxLength", 3600)
        self._sounds: list[Sound] = []
        if verb.flag("playBeep", default=True):
            exchange.hear(leg, "beep", "Beep")
        self._silence = exchange.later(self._patience, self._finish)
        self._end = exchange.later(self._longest, self._finish)

    @property
    def _seconds(self) -> float:
        return min(self._longest, sum(sound.seconds for sound in self._sounds))

    def speak(self, sound: Sound) -> None:
        self._sounds.append(sound)
        self._silence.cancel()
        self._silence = self._exchange.later(sound.seconds + self._patience, self._finish)

    def press(self, key: str) -> None:
        if self._finish_on and key in self._finish_on:
            self._finish(key)

    def leave(self) -> None:
        self._stop()
        if not self._leg.ended:
            return
        if self._sounds:
            extra = self._keep("hangup")
            self._exchange.tell(self._leg, self._verb.get("action"), extra, about="recording ends")
        else:
            self._tell_absent()

    def _stop(self) -> None:
        self._silence.cancel()
        self._end.cancel()

    def _finish(self, key: str = "") -> None:
        self._stop()
        leg = self._leg
        leg.waiting = None
        if not self._sounds:
            self._tell_absent()
            self._exchange.resume(leg)
            return
        extra = self._keep(key)
        self._exchange.fetch(leg, self._verb.get("action"), extra, about="recording ends")

    def _tell_absent(self) -> None:
        """Nothing was said: there is no file, and no action, but whoever wants is told."""
        self._exchange.tell_recording(self._leg, None, self._verb)

    def _keep(self, key: str) -> list[tuple[str, str]]:
        """Keep the file, promise its callback, and give the parameters of the action."""
        exchange, leg = self._exchange, self._leg
        wav = voice.join([sound.wav for sound in self._sounds], self._seconds)
        kept = exchange.keep(leg, self._verb, self._seconds, wav)
        exchange.tell_recording(leg, kept, self._verb)
        return [
            ("RecordingUrl", exchange.recordings.url(kept)),
            ("RecordingDuration", str(kept.seconds)),
            ("Digits", key),
        ]


def _sound(exchange: Exchange, leg: Leg, verb: Verb) -> None:
    seconds = sound(exchange, leg, verb)
    if seconds > 0:
        leg.waiting = Sounding(exchange, leg, seconds)


def _gather(exchange: Exchange, leg: Leg, verb: Verb) -> None:
    leg.waiting = Gathering(exchange, leg, verb)


def _record(exchange: Exchange, leg: Leg, verb: Verb) -> None:
    leg.waiting = Recording(exchange, leg, verb)


def _dial(exchange: Exchange, leg: Leg, verb: Verb) -> None:
    if not verb.flag("answerOnBridge"):
        exchange.answer(leg)
    rooms = [noun for noun in verb.children if noun.name == "Conference"]
    if rooms:
        seat = Seat(exchange, leg, verb, rooms[0])
        leg.waiting = seat
        seat.enter()
        return
    dialling = Dialling(exchange, leg, verb)
    leg.waiting = dialling
    dialling.start()


def _redirect(exchange: Exchange, leg: Leg, verb: Verb) -> None:
    exchange.fetch(leg, verb.text.strip(), about="next document")


def _reject(exchange: Exchange, leg: Leg, verb: Verb) -> None:
    if leg.answered:
        exchange.hang_up(leg)
    elif verb.get("reason") == "busy":
        exchange.end(leg, "busy")
    else:
        exchange.end(leg, exchange.quirks.rejected)


def _hang_up(exchange: Exchange, leg: Leg, _verb: Verb) -> None:
    leg.verbs.clear()
    exchange.hang_up(leg)


_VERBS: Mapping[str, Callable[[Exchange, Leg, Verb], None]] = {
    "Say": _sound,
    "Play": _sound,
    "Pause": _sound,
    "Gather": _gather,
    "Record": _record,
    "Dial": _dial,
    "Redirect": _redirect,
    "Reject": _reject,
    "Hangup": _hang_up,
}
