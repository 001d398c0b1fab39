"""The client side of the benchmarks, in a process of its own: `python -m tests.load.driver`.

Reads one JSON object from standard input: what to do, where, with how many clients, for how many
seconds; writes one JSON object: answers a second, percentiles in milliseconds, failures.
"""

import json
import re
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from tests.installation import ACCOUNT, LINE, TOKEN
from tests.signed import Answered, Wire, call_fields, text_fields


@dataclass
class Measured:
    """What one client saw; times in seconds."""

    times: list[float] = field(default_factory=list)
    failures: int = 0

    def ask(self, wire: Wire, url: str, fields: dict[str, str]) -> Answered:
        began = time.perf_counter()
        answer = wire.post(url, fields)
        self.times.append(time.perf_counter() - began)
        self.failures += not answer.good
        return answer


MOST_PASSES = 100
_LEG = re.compile(rb'url="([^"]+/leg/[^"/]+)/whisper"')
Fields = dict[str, str]
Work = Callable[[Wire, Measured, Iterator[bool], int], None]


def reference(wire: Wire, seen: Measured, going: Iterator[bool], client: int) -> None:
    """The same form as a call's step, to a bare application."""
    fields = call_fields(_number(client), LINE, Digits="0", msg="Gather End")
    for _ in going:
        seen.ask(wire, f"/reference/{uuid.uuid4()}?turn=3", fields)


def steps(wire: Wire, seen: Measured, going: Iterator[bool], client: int) -> None:
    """Later webhooks of one call: the information, said again and again."""
    fields = call_fields(_number(client), LINE)
    answer = wire.post("/telephony/voice", fields)
    for keys in ("3", "1", "1"):
        answer = wire.post(answer.next, {**fields, "Digits": keys})
    for _ in going:
        answer = seen.ask(wire, answer.next, {**fields, "Digits": "0", "msg": "Gather End"})
    wire.post("/telephony/status", {**fields, "CallStatus": "completed"})


def waits(wire: Wire, seen: Measured, going: Iterator[bool], client: int) -> None:
    """Passes of the queue while everybody on duty is busy; the longest wait begins again."""
    talks: list[Fields] = []
    fields, answer = _wait(wire, client, talks)
    for number, _ in enumerate(going, start=1):
        answer = seen.ask(wire, answer.next, {**fields, "Digits": ""})
        if number % MOST_PASSES == 0:
            _hang_up(wire, fields)
            fields, answer = _wait(wire, client, talks)
    _hang_up(wire, fields, *talks)


def _wait(wire: Wire, client: int, talks: list[Fields]) -> tuple[Fields, Answered]:
    """Ring until one waits: a call that meets a free counsellor is taken, and rung again."""
    fields = call_fields(_number(client), LINE)
    answer = wire.post("/telephony/voice", fields)
    for keys in ("3", "2", ""):
        answer = wire.post(answer.next, {**fields, "Digits": keys})
    leg = _LEG.search(answer.body)
    if leg is None:
        return fields, answer
    talk = {**fields, "CallSid": f"CA{uuid.uuid4().hex}", "ParentCallSid": fields["CallSid"]}
    wire.post(f"{leg[1].decode()}/accept", {**talk, "Digits": "1"})
    talks.append(fields)
    return _wait(wire, client, talks)


def _hang_up(wire: Wire, *calls: Fields) -> None:
    for fields in calls:
        wire.post("/telephony/status", {**fields, "CallStatus": "completed"})


def texts(wire: Wire, seen: Measured, going: Iterator[bool], client: int) -> None:
    """First contacts by text, each from a number of its own."""
    for number, _ in enumerate(going):
        fields = text_fields(f"+8605{client:02}{number:06}", LINE, "my wages are two months late")
        seen.ask(wire, "/telephony/text", fields)


def contacts(wire: Wire, seen: Measured, going: Iterator[bool], client: int) -> None:
    """First contacts by call: ring, language, a person, hang up; the time is of all four."""
    for number, _ in enumerate(going):
        began = time.perf_counter()
        fields = call_fields(f"+8606{client:02}{number:06}", LINE)
        answer = wire.post("/telephony/voice", fields)
        good = answer.good
        for keys in ("3", "2"):
            answer = wire.post(answer.next, {**fields, "Digits": keys})
            good = good and answer.good
        good = wire.post("/telephony/status", {**fields, "CallStatus": "completed"}).good and good
        seen.times.append(time.perf_counter() - began)
        seen.failures += not good


def rings(wire: Wire, seen: Measured, going: Iterator[bool], client: int) -> None:
    """All clients ring at the same moment; when all have heard the greeting, which takes seconds
    in truth, each goes on to the next step and hangs up."""
    for number, _ in enumerate(going):
        _together.wait()
        fields = call_fields(f"+8607{client:02}{number:06}", LINE)
        answer = seen.ask(wire, "/telephony/voice", fields)
        _together.wait()
        wire.post(answer.next, {**fields, "Digits": "3"})
        wire.post("/telephony/status", {**fields, "CallStatus": "completed"})


WORK: dict[str, Work] = {
    "reference": reference,
    "steps": steps,
    "waits": waits,
    "texts": texts,
    "contacts": contacts,
    "rings": rings,
}
_together = threading.Barrier(1)


def drive(kind: str, base: str, clients: int, seconds: float, rounds: int = 0) -> dict[str, float]:
    """Let the clients work at once; `rounds` instead of seconds where they act together."""
    global _together  # noqa: PLW0603  this process runs one benchmark
    _together = threading.Barrier(clients)
    seen = [Measured() for _ in range(clients)]
    began = time.perf_counter()
    end = began + seconds

    def going() -> Iterator[bool]:
        if rounds:
            yield from [True] * rounds
        while not rounds and time.perf_counter() < end:
            yield True

    def client(number: int) -> None:
        wire = Wire(base, ACCOUNT, TOKEN, timeout=60)
        WORK[kind](wire, seen[number], going(), number)
        wire.close()

    threads = [threading.Thread(target=client, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return figures(seen, time.perf_counter() - began)


def figures(seen: list[Measured], spent: float) -> dict[str, float]:
    """Answers a second, percentiles in milliseconds and failures of all clients together."""
    times = sorted(time for one in seen for time in one.times)
    return {
        "count": len(times),
        "per_second": len(times) / spent,
        "p50": 1000 * times[len(times) // 2],
        "p95": 1000 * times[int(len(times) * 0.95)],
        "p99": 1000 * times[min(len(times) - 1, int(len(times) * 0.99))],
        "failures": sum(one.failures for one in seen),
    }


def _number(client: int) -> str:
    return f"+86040000{client:04}"


if __name__ == "__main__":
    json.dump(drive(**json.load(sys.stdin)), sys.stdout)
