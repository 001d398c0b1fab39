"""Workers who ring and text through every trouble, and remember what the server acknowledged.

A request without an answer is sent again, as a carrier does, until it is answered or the worker
gives up. What had a success answer must be there afterwards, once.
"""

import random
import threading
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

from telephony.sandbox.calls import RecordingFile
from telephony.sandbox.carrier import Carrier
from telephony.sandbox.voice import tone
from tests.installation import ACCOUNT, LINE, TOKEN
from tests.signed import Answered, Unanswered, Wire, call_fields, text_fields

TRIES = 400
BETWEEN_TRIES = 0.05
_WAV = tone("a message", 1).wav


@dataclass
class Told:
    """What one worker was told had been taken in; `tried` may be there or not, but never twice."""

    number: str
    kind: str
    taken: set[str] = field(default_factory=set)
    tried: set[str] = field(default_factory=set)
    word: str = field(default_factory=lambda: f"w{uuid.uuid4().hex[:12]}")
    keyed: str = field(default_factory=lambda: f"{random.SystemRandom().randrange(10**7, 10**8)}")


class Storm:
    """Workers on several threads until stopped; `told` is complete when `run` has returned."""

    def __init__(self, base: str, carrier: Carrier, seed: int, threads: int = 6) -> None:
        self.told: list[Told] = []
        self.told_of: set[str] = set()  # recordings whose webhook had a success answer
        self.refused: list[int] = []
        self.requests = 0
        self.cut_off = 0
        self._base, self._carrier = base, carrier
        self._seed, self._threads = seed, threads
        self._lock = threading.Lock()
        self._count = 0

    def run(self, stop: threading.Event) -> None:
        """Ring and text until `stop` is set; every worker then ends what they began."""
        threads = [
            threading.Thread(target=self._work, args=(stop, random.Random(self._seed + n)))
            for n in range(self._threads)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _work(self, stop: threading.Event, chance: random.Random) -> None:
        wire = Wire(self._base, ACCOUNT, TOKEN)
        while not stop.is_set():
            kind = chance.choice(("text", "call", "message", "hang up"))
            worker = Told(self._number(), kind)
            with self._lock:
                self.told.append(worker)
            patience = TRIES if chance.random() < 0.8 else 1
            visit = _Visit(self, wire, worker, patience)
            visit.text() if kind == "text" else visit.call()
        wire.close()

    def _number(self) -> str:
        with self._lock:
            self._count += 1
            return f"+8600001{self._count:05}"

    def keep_recording(self, call: str) -> str:
        """What was said into the call now lies at the carrier; returns its id."""
        exchange = self._carrier._exchange
        sid = f"RE{uuid.uuid4().hex}"
        now = exchange.clock.now()
        with exchange.lock:
            file = RecordingFile(sid, call, "RecordVerb", now - 5, 3, _WAV, now - 1)
            exchange.recordings.kept[sid] = file
        return sid


class _Visit:
    """One worker's call or text."""

    def __init__(self, storm: Storm, wire: Wire, worker: Told, patience: int) -> None:
        self._storm, self._wire, self._worker = storm, wire, worker
        self._patience = patience

    def text(self) -> None:
        fields = text_fields(self._worker.number, LINE, f"please help {self._worker.word}")
        self._send("/telephony/text", fields, "text")

    def call(self) -> None:
        """3: English, 2: a person; nobody is on duty, so a message or a hang-up follows."""
        fields = call_fields(self._worker.number, LINE)
        answer = self._send("/telephony/voice", fields, "rang")
        for keys, what in (("3", "language"), ("2", "wants a person")):
            answer = self._step(answer, fields, what, Digits=keys)
        if self._worker.kind == "message":
            answer = self._step(answer, fields, "message wanted", Digits="1")
            answer = self._step(answer, fields, "keyed", Digits=self._worker.keyed)
            answer = self._step(answer, fields, "no receipt", Digits="")
            if answer is not None:
                sound = self._storm.keep_recording(fields["CallSid"])
                recorded = {"RecordingSid": sound, "RecordingDuration": "3"}
                if self._step(answer, fields, "message", Digits="#", **recorded):
                    self._storm.told_of.add(sound)
        ended = fields | {"CallStatus": "completed", "CallDuration": "20"}
        self._patience = TRIES  # the end of a call is told in any case
        self._send("/telephony/status", ended, "ended")

    def _step(
        self, answer: Answered | None, fields: Mapping[str, str], what: str, **more: str
    ) -> Answered | None:
        if answer is None or not answer.next:
            return None
        return self._send(answer.next, {**fields, **more}, what)

    def _send(self, url: str, fields: Mapping[str, str], what: str) -> Answered | None:
        """Send until there is an answer, or patience ends."""
        self._worker.tried.add(what)
        for _ in range(self._patience):
            try:
                answer = self._wire.post(url, fields)
            except Unanswered:
                self._storm.cut_off += 1
                time.sleep(BETWEEN_TRIES)
                continue
            self._storm.requests += 1
            if answer.good:
                self._worker.taken.add(what)
                return answer
            self._storm.refused.append(answer.status)
            time.sleep(BETWEEN_TRIES)
        return None
