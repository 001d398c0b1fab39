"""A carrier in memory: telephones ring lines, webhooks go out, documents come back, REST answers.

carrier = Carrier(account_sid, auth_token, deliver, VirtualClock())
carrier.add_line(Line("+860000000100", "https://helpline.example/telephony/voice"))
call = carrier.handset("+860000000042").ring("+860000000100")
call.press("2")
carrier.advance(20)
"""

from collections.abc import Callable, Iterable, Mapping

from telephony.sandbox.calls import API_VERSION, Alert, Line, Quirks, RecordingFile
from telephony.sandbox.clock import Clock
from telephony.sandbox.exchange import Exchange
from telephony.sandbox.handset import Call, Handset
from telephony.sandbox.interpreter import run
from telephony.sandbox.rest import Rest
from telephony.sandbox.texts import Text, Texts
from telephony.sandbox.transports import Response, Transport
from telephony.sandbox.webhooks import Faults, Travelled, Webhooks


def _at_once(_text: str) -> float:
    return 0.0


class Carrier:
    """One account at a carrier. Safe to use from several threads.

    deliver    carries a webhook to the application
    clock      VirtualClock for tests, RealClock for the demo
    faults     what goes wrong; may be changed at any time
    quirks     undocumented behaviour, see Quirks
    speech     seconds a text takes to say; prompts take no time unless given
    rest_base  the public address the REST interface is mounted at (recordings name it)
    lines      the account's numbers
    api_keys   user -> password, accepted by the REST interface beside account and token
    """

    def __init__(
        self,
        account_sid: str,
        auth_token: str,
        deliver: Transport,
        clock: Clock,
        *,
        faults: Faults | None = None,
        quirks: Quirks | None = None,
        speech: Callable[[str], float] = _at_once,
        rest_base: str = "https://carrier.invalid",
        lines: Iterable[Line] = (),
        api_keys: Mapping[str, str] | None = None,
    ) -> None:
        self.account_sid = account_sid
        self.clock = clock
        self.faults = faults or Faults()
        self._webhooks = Webhooks(auth_token, deliver, clock, self.faults)
        recordings = f"{rest_base}/{API_VERSION}/Accounts/{account_sid}/Recordings"
        self._exchange = Exchange(
            account_sid,
            self._webhooks,
            clock,
            quirks=quirks or Quirks(),
            speech=speech,
            recordings_base=recordings,
            run=run,
        )
        self._texts = Texts(self._exchange)
        self.rest = Rest(
            self._exchange, self._texts, {account_sid: auth_token, **(api_keys or {})}, self.faults
        )
        for line in lines:
            self.add_line(line)

    # Set-up ---------------------------------------------------------------------------------------

    def add_line(self, line: Line) -> None:
        """Give the account a number, or change the addresses of one it has."""
        with self._exchange.lock:
            self._exchange.lines[line.number] = line

    @property
    def lines(self) -> list[Line]:
        with self._exchange.lock:
            return list(self._exchange.lines.values())

    @property
    def quirks(self) -> Quirks:
        return self._exchange.quirks

    @quirks.setter
    def quirks(self, quirks: Quirks) -> None:
        self._exchange.quirks = quirks

    # People ---------------------------------------------------------------------------------------

    def handset(self, number: str) -> Handset:
        """The telephone with this number ("anonymous" for somebody who withholds it)."""
        return Handset(self._exchange, self._texts, self._exchange.device(number))

    def ring(self, from_: str, to: str) -> Call:
        """A telephone rings a line."""
        return self.handset(from_).ring(to)

    def ringing(self) -> list[Handset]:
        """The telephones that ring now, the longest first."""
        self.settle()
        with self._exchange.lock:
            numbers = [
                leg.to
                for leg in self._exchange.legs.values()
                if leg.status == "ringing" and leg.direction != "inbound"
            ]
        return [self.handset(number) for number in numbers]

    # Time -----------------------------------------------------------------------------------------

    def settle(self) -> None:
        """Let everything happen that is due now (virtual clock)."""
        self.clock.settle()

    def advance(self, seconds: float) -> None:
        """Let time pass (virtual clock)."""
        self.clock.advance(seconds)

    # What can be looked at ------------------------------------------------------------------------

    @property
    def calls(self) -> list[Call]:
        """Every leg of every call, in the order they began."""
        with self._exchange.lock:
            return [Call(self._exchange, leg) for leg in self._exchange.legs.values()]

    @property
    def messages(self) -> list[Text]:
        """Every text the carrier still keeps."""
        with self._exchange.lock:
            return list(self._texts.kept.values())

    @property
    def recordings(self) -> list[RecordingFile]:
        """Every recording the carrier still keeps."""
        with self._exchange.lock:
            return list(self._exchange.recordings.kept.values())

    @property
    def alerts(self) -> list[Alert]:
        """Mistakes of the application noticed so far; none in a correct one."""
        with self._exchange.lock:
            return list(self._exchange.alerts)

    @property
    def travelled(self) -> list[Travelled]:
        """The requests made so far, oldest first."""
        return self._webhooks.log

    def send_again(self, travelled: Travelled) -> Response | None:
        """Send a past request once more."""
        return self._webhooks.send_again(travelled)
