"""A telephone in somebody's hand, and a call as that person knows it: what tests and pages use.

Every act is followed by `clock.settle()`: on a virtual clock all that follows at once has happened
when it returns.
"""

from collections.abc import Sequence

from telephony.sandbox import voice
from telephony.sandbox.calls import Caption, Device, Leg, Sound
from telephony.sandbox.exchange import Exchange
from telephony.sandbox.texts import Text, Texts

Speech = str | bytes | Sound


class Call:
    """One call, held at one telephone."""

    def __init__(self, exchange: Exchange, leg: Leg) -> None:
        self._exchange = exchange
        self._leg = leg

    @property
    def sid(self) -> str:
        return self._leg.sid

    @property
    def from_(self) -> str:
        """The number shown to whoever is called."""
        return self._leg.from_

    @property
    def to(self) -> str:
        return self._leg.to

    @property
    def status(self) -> str:
        """queued, ringing, in-progress, completed, busy, failed, no-answer, canceled."""
        return self._leg.status

    @property
    def ended(self) -> bool:
        return self._leg.ended

    @property
    def captions(self) -> list[Caption]:
        """Everything heard on this telephone so far."""
        with self._exchange.lock:
            return list(self._leg.captions)

    @property
    def heard(self) -> str:
        """The words of all captions, one a line."""
        return "\n".join(caption.text or caption.url for caption in self.captions)

    @property
    def doing(self) -> str:
        """What the call is at: waiting for keys, recording, ringing, talking, or nothing."""
        waiting = self._leg.waiting
        return waiting.about if waiting is not None else ""

    @property
    def talking(self) -> bool:
        """Joined with another telephone, or with others in a room."""
        return self._leg.peer is not None or bool(self._leg.company)

    @property
    def talks_to(self) -> str:
        """The number of the other telephone while joined, else an empty string."""
        peer = self._leg.peer
        return peer.device.number if peer is not None else ""

    @property
    def company(self) -> list[str]:
        """The numbers of the other telephones in the room, in order; of none outside a room."""
        return sorted(other.device.number for other in self._leg.company)

    @property
    def answered_at(self) -> float | None:
        return self._leg.answered_at

    @property
    def duration(self) -> int:
        """Seconds from answer to end, once ended."""
        return self._leg.duration

    def press(self, keys: str) -> None:
        """Press one key after the other."""
        for key in keys:
            self._exchange.press(self._leg, key)
            self._exchange.clock.settle()

    def say(self, speech: Speech, seconds: float | None = None) -> None:
        """Speak: a text becomes tones, bytes are a WAV file (8 kHz, 16 bit, mono)."""
        self._exchange.speak(self._leg, _sound(speech, seconds))
        self._exchange.clock.settle()

    def hang_up(self) -> None:
        self._exchange.hang_up(self._leg)
        self._exchange.clock.settle()


class Handset:
    """A telephone: rings lines, is rung, texts and is texted."""

    def __init__(self, exchange: Exchange, texts: Texts, device: Device) -> None:
        self._exchange = exchange
        self._texts = texts
        self._device = device

    @property
    def number(self) -> str:
        return self._device.number

    # Calls ----------------------------------------------------------------------------------------

    def ring(self, line: str) -> Call:
        """Ring a line; RuntimeError if this telephone is in a call."""
        leg = self._exchange.inbound(self.number, line)
        self._exchange.clock.settle()
        return Call(self._exchange, leg)

    @property
    def call(self) -> Call | None:
        """The latest call of this telephone, ringing, going on or ended."""
        leg = self._device.leg
        return None if leg is None else Call(self._exchange, leg)

    @property
    def ringing(self) -> bool:
        """It rings, and nobody has picked up yet."""
        self._exchange.clock.settle()
        leg = self._device.leg
        return leg is not None and leg.status == "ringing" and leg.direction != "inbound"

    def pick_up(self) -> Call:
        """Answer; RuntimeError if it does not ring."""
        if not self.ringing or self._device.leg is None:
            raise RuntimeError("This telephone does not ring.")
        leg = self._device.leg
        self._exchange.pick_up(leg)
        self._exchange.clock.settle()
        return Call(self._exchange, leg)

    def decline(self) -> None:
        """Refuse the call that rings; RuntimeError if none does."""
        if not self.ringing or self._device.leg is None:
            raise RuntimeError("This telephone does not ring.")
        self._exchange.refuse(self._device.leg, self._exchange.quirks.declined_call)
        self._exchange.clock.settle()

    def press(self, keys: str) -> None:
        self._active().press(keys)

    def say(self, speech: Speech, seconds: float | None = None) -> None:
        self._active().say(speech, seconds)

    def hang_up(self) -> None:
        self._active().hang_up()

    def _active(self) -> Call:
        call = self.call
        if call is None or call.ended:
            raise RuntimeError("This telephone is in no call.")
        return call

    # Behaviour ------------------------------------------------------------------------------------

    @property
    def busy(self) -> bool:
        """Engaged: by itself, or because somebody set it; setting it also ends a ringing."""
        return self._device.engaged

    @busy.setter
    def busy(self, busy: bool) -> None:
        self._device.busy = busy
        leg = self._device.leg
        if busy and leg is not None:
            self._exchange.refuse(leg, "busy")
        self._exchange.clock.settle()

    @property
    def unreachable(self) -> bool:
        """Switched off: calls fail, texts are not delivered."""
        return self._device.unreachable

    @unreachable.setter
    def unreachable(self, unreachable: bool) -> None:
        self._device.unreachable = unreachable

    def voicemail_answers(self, after: float = 0.0) -> None:
        """A machine answers, `after` seconds from the ring; one that rings now is taken at once."""
        self._device.machine_after = after
        leg = self._device.leg
        if leg is not None:
            self._exchange.pick_up(leg, machine=True)
        self._exchange.clock.settle()

    def rings_out(self) -> None:
        """Nobody answers, not even a machine."""
        self._device.machine_after = None

    def answers_by_hand(self) -> None:
        """Behave as an ordinary telephone again."""
        self._device.busy = self._device.unreachable = False
        self._device.machine_after = None

    @property
    def machine_took(self) -> Sequence[str]:
        """The calls that were joined to this telephone's machine: should be none."""
        return tuple(self._device.machine_took)

    # Texts ----------------------------------------------------------------------------------------

    def text(self, line: str, body: str) -> Text:
        """Text a line."""
        text = self._texts.receive(self.number, line, body)
        self._exchange.clock.settle()
        return text

    @property
    def inbox(self) -> list[Text]:
        """The texts received, oldest first."""
        self._exchange.clock.settle()
        with self._exchange.lock:
            return list(self._texts.inboxes.get(self.number, ()))

    @property
    def texts(self) -> list[Text]:
        """The texts received and sent, oldest first."""
        sent = self._texts.sent.get(self.number, ())
        return sorted([*sent, *self.inbox], key=lambda text: text.created)


def _sound(speech: Speech, seconds: float | None) -> Sound:
    if isinstance(speech, Sound):
        return speech
    if isinstance(speech, bytes):
        return voice.from_wav(speech)
    return voice.tone(speech, seconds)
