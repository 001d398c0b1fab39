"""Conference: a room in which several telephones talk, some of them muted."""

from telephony.sandbox.calls import Leg, Sound, Wait
from telephony.sandbox.exchange import Exchange
from telephony.sandbox.twiml import Verb


class Seat(Wait):
    """One leg in a room."""

    def __init__(self, exchange: Exchange, leg: Leg, dial: Verb, noun: Verb) -> None:
        self._exchange = exchange
        self.leg = leg
        self._action = dial.get("action")
        self._name = noun.text.strip()
        self.starts = noun.flag("startConferenceOnEnter", default=True)
        self._ends = noun.flag("endConferenceOnExit")
        self.muted = noun.flag("muted")

    @property
    def _room(self) -> list["Seat"]:
        return self._exchange.rooms.setdefault(self._name, [])

    @property
    def about(self) -> str:  # type: ignore[override]
        """What a page shows: alone, and in a room that has not begun, one waits."""
        return "talking" if self.leg.company else "waiting in a room"

    def enter(self) -> None:
        """Take a seat; the room begins with the first who may begin it."""
        self._room.append(self)
        self._settle()

    def speak(self, sound: Sound) -> None:
        """Everybody else in the room hears it, unless this seat is muted."""
        if not self.muted:
            for other in self.leg.company:
                self._exchange.hear(other, "voice", sound.text)

    def leave(self) -> None:
        room = self._room
        room.remove(self)
        self.leg.company = []
        if self.leg.ended and self._exchange.quirks.dial_action_after_hang_up and self._action:
            self._exchange.tell(self.leg, self._action, self._pairs(), about="room left")
        if self._ends:
            for seat in list(room):
                seat.over()
            room.clear()
        self._settle()
        if not room:
            self._exchange.rooms.pop(self._name, None)

    def over(self) -> None:
        """The room ended: this leg goes on with its action, or with what follows."""
        leg = self.leg
        leg.company, leg.waiting = [], None
        if self._action:
            self._exchange.fetch(leg, self._action, self._pairs(), about="room ends")
        else:
            self._exchange.resume(leg)

    def _settle(self) -> None:
        """Who hears whom now."""
        room = self._room
        begun = any(seat.starts for seat in room)
        for seat in room:
            seat.leg.company = [one.leg for one in room if one is not seat] if begun else []

    @staticmethod
    def _pairs() -> list[tuple[str, str]]:
        return [("DialCallStatus", "answered")]
