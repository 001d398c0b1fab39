"""Signed form requests to the application, as a carrier sends them, and the faults of real life."""

import base64
import hashlib
import hmac
import threading
import time
import uuid
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import parse_qs, urldefrag

from telephony.sandbox.clock import Clock
from telephony.sandbox.transports import LateError, Response, Transport, UnreachableError

Form = tuple[tuple[str, str], ...]
Then = Callable[["Outcome"], None]

SIGNATURE = "X-Twilio-Signature"
IDEMPOTENCY = "I-Twilio-Idempotency-Token"


def sign(token: str, url: str, form: Iterable[tuple[str, str]]) -> str:
    """base64(HMAC-SHA1(token, url + each name and value, sorted)); the fragment is not signed."""
    text = urldefrag(url).url + "".join(name + value for name, value in sorted(set(form)))
    return base64.b64encode(hmac.digest(token.encode(), text.encode(), "sha1")).decode()


@dataclass(frozen=True, slots=True)
class Webhook:
    """One request to be made: where to, with what, and in a few words what for."""

    url: str
    form: Form
    about: str
    key: str = field(default_factory=lambda: str(uuid.uuid4()))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came back: a response, or the vendor's error number if nothing usable did."""

    response: Response | None
    error: int = 0


@dataclass(frozen=True, slots=True)
class Travelled:
    """One line of the log of requests: when, what, the status (0 = none) and how long it took."""

    at: float
    about: str
    status: int
    ms: int
    url: str
    form: Form
    replay: bool = False


class Dice:
    """A seeded source of chance, the same for the same seed on every machine."""

    def __init__(self, seed: int = 0) -> None:
        self._seed = seed
        self._count = 0
        self._lock = threading.Lock()

    def roll(self) -> float:
        """A number from 0 up to, not including, 1."""
        with self._lock:
            self._count += 1
            count = self._count
        digest = hashlib.sha256(f"{self._seed}:{count}".encode()).digest()
        return int.from_bytes(digest[:6]) / 2**48

    def between(self, low: float, high: float) -> float:
        return low + (high - low) * self.roll()


@dataclass(slots=True)
class Faults:
    """What may go wrong. Shares are probabilities from 0 to 1, delays are seconds.

    replays        how many extra copies of each webhook arrive (same idempotency token)
    shuffle        status callbacks and copies arrive at a random moment of the next `spread` s
    delay          longest random wait before any webhook leaves
    drop_answer    share of voice and text webhooks whose answer is lost on the way back
    rest_down      the REST interface drops every connection
    rest_429 ...   share of REST requests refused (429, 500: not processed) or whose answer is lost
                   (`rest_timeout`: processed, the client hears nothing)
    """

    seed: int = 0
    replays: int = 0
    shuffle: bool = False
    spread: float = 20.0
    delay: float = 0.0
    drop_answer: float = 0.0
    rest_down: bool = False
    rest_429: float = 0.0
    rest_500: float = 0.0
    rest_timeout: float = 0.0
    dice: Dice = field(init=False)

    def __post_init__(self) -> None:
        self.dice = Dice(self.seed)

    def happens(self, share: float) -> bool:
        return share > 0 and self.dice.roll() < share


@dataclass(frozen=True, slots=True)
class _Retries:
    """How often a request is made again: the overrides in the fragment of its URL."""

    count: int = 1
    policy: frozenset[str] = frozenset({"ct"})

    @classmethod
    def of(cls, url: str) -> "_Retries":
        wanted = parse_qs(urldefrag(url).fragment)
        count = wanted.get("rc", ["1"])[0]
        policy = wanted.get("rp", ["ct"])[0]
        return cls(min(5, int(count)) if count.isdigit() else 1, frozenset(policy.split(",")))

    def covers(self, outcome: Outcome, *, connected: bool) -> bool:
        if outcome.response is None:
            kinds = {"rt"} if connected else {"ct"}
        elif outcome.response.status >= 400:
            kinds = {f"{outcome.response.status // 100}xx"}
        else:
            return False
        return bool(self.policy & (kinds | {"all"}))


class Webhooks:
    """Makes the requests, outside every lock, as tasks of the clock."""

    def __init__(self, auth_token: str, deliver: Transport, clock: Clock, faults: Faults) -> None:
        self._auth_token = auth_token
        self._deliver = deliver
        self._clock = clock
        self.faults = faults
        self._log: deque[Travelled] = deque(maxlen=20_000)
        self._log_lock = threading.Lock()

    @property
    def log(self) -> list[Travelled]:
        """The latest requests, oldest first."""
        with self._log_lock:
            return list(self._log)

    def ask(self, webhook: Webhook, then: Then) -> None:
        """Make a request whose answer matters; `then` gets the outcome."""

        def go() -> None:
            outcome = self._with_retries(webhook)
            if self.faults.happens(self.faults.drop_answer):
                outcome = Outcome(None, 11200)
            self._replay(webhook)
            then(outcome)

        self._clock.later(self._delay(), go)

    def tell(self, webhook: Webhook, after: float = 0.0) -> None:
        """Make a request whose answer nobody reads (a status callback)."""

        def go() -> None:
            self._with_retries(webhook)
            self._replay(webhook)

        self._clock.later(after + self._delay() + self._disorder(), go)

    def send_again(self, travelled: Travelled) -> Response | None:
        """Send a request of the log once more, at once, with its signature; for tests."""
        again = Webhook(travelled.url, travelled.form, travelled.about)
        return self._send(again, replay=True)[0].response

    def _delay(self) -> float:
        return self.faults.dice.between(0, self.faults.delay) if self.faults.delay else 0.0

    def _disorder(self) -> float:
        return self.faults.dice.between(0, self.faults.spread) if self.faults.shuffle else 0.0

    def _replay(self, webhook: Webhook) -> None:
        for _ in range(self.faults.replays):
            self._clock.later(self._disorder(), lambda: self._replayed(webhook))

    def _replayed(self, webhook: Webhook) -> None:
        self._send(webhook, replay=True)

    def _with_retries(self, webhook: Webhook) -> Outcome:
        retries = _Retries.of(webhook.url)
        outcome, connected = self._send(webhook)
        for _ in range(retries.count):
            if not retries.covers(outcome, connected=connected):
                break
            outcome, connected = self._send(webhook, replay=True)
        if outcome.response is not None and not 200 <= outcome.response.status < 300:
            return replace(outcome, error=11200)
        return outcome

    def _send(self, webhook: Webhook, *, replay: bool = False) -> tuple[Outcome, bool]:
        """One attempt: its outcome and whether the application could be reached at all."""
        url = urldefrag(webhook.url).url
        started = time.perf_counter()
        response, error, connected = None, 0, True
        try:
            response = self._deliver(url, webhook.form, self._headers(url, webhook))
        except UnreachableError:
            error, connected = 11205, False
        except LateError:
            error = 11200
        spent = round((time.perf_counter() - started) * 1000)
        status = response.status if response else 0
        made = Travelled(
            self._clock.now(), webhook.about, status, spent, webhook.url, webhook.form, replay
        )
        with self._log_lock:
            self._log.append(made)
        return Outcome(response, error), connected

    def _headers(self, url: str, webhook: Webhook) -> Mapping[str, str]:
        return {
            "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
            "User-Agent": "TwilioProxy/1.1",
            "Accept": "*/*",
            SIGNATURE: sign(self._auth_token, url, webhook.form),
            IDEMPOTENCY: webhook.key,
        }
