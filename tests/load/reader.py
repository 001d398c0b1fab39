"""Somebody logged in who reads pages, in a process of its own: `python -m tests.load.reader`.

Reads one JSON object from standard input: `base`; `requests`, each with `path`, `fields` (sent by
POST, or null) and `cookies`; `clients`, `seconds`, `rounds` (instead of seconds). Each client asks
for the requests in turn. Writes what `driver.figures` says, and `bytes` of the largest answer.

`paired`: one client, who stretches a handle before and after each request. A machine that changes
its speed changes it for both: `handles` is how many times as long as the two beside it an answer
takes, the median of all.
"""

import http.client
import json
import statistics
import sys
import threading
import time
from typing import Any
from urllib.parse import urlencode, urlsplit

from tests.load.driver import Measured, figures
from tests.load.measure import stretch_seconds


def read(
    base: str, requests: list[dict[str, Any]], clients: int, seconds: float, rounds: int = 0
) -> dict[str, float]:
    """Let the clients read at once; they begin at places as far from each other as can be."""
    seen = [Measured() for _ in range(clients)]
    largest = [0] * clients
    began = time.perf_counter()

    def client(number: int) -> None:
        connection = http.client.HTTPConnection(urlsplit(base).netloc, timeout=60)
        turn = first = number * len(requests) // clients
        while (turn - first < rounds) if rounds else (time.perf_counter() < began + seconds):
            size = ask(connection, requests[turn % len(requests)], seen[number])
            largest[number] = max(largest[number], size)
            turn += 1
        connection.close()

    threads = [threading.Thread(target=client, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return figures(seen, time.perf_counter() - began) | {"bytes": max(largest)}


def paired(base: str, requests: list[dict[str, Any]], seconds: float) -> dict[str, float]:
    """One client; each answer beside the handles before and after it."""
    seen, ratios, largest, turn = Measured(), [], 0, 0
    connection = http.client.HTTPConnection(urlsplit(base).netloc, timeout=60)
    began = time.perf_counter()
    before = stretch_seconds()
    while time.perf_counter() < began + seconds:
        largest = max(largest, ask(connection, requests[turn % len(requests)], seen))
        after = stretch_seconds()
        ratios.append(seen.times[-1] / ((before + after) / 2))
        before, turn = after, turn + 1
    connection.close()
    found = figures([seen], time.perf_counter() - began)
    return found | {"bytes": largest, "handles": statistics.median(ratios)}


def ask(connection: http.client.HTTPConnection, wanted: dict[str, Any], seen: Measured) -> int:
    """One answer, read to its end; anything but 200 is a failure. Returns its bytes."""
    headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in wanted["cookies"].items())}
    body = None
    if wanted["fields"] is not None:
        body = urlencode(wanted["fields"]).encode()
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    began = time.perf_counter()
    connection.request("GET" if body is None else "POST", wanted["path"], body, headers)
    answer = connection.getresponse()
    size = len(answer.read())
    seen.times.append(time.perf_counter() - began)
    seen.failures += answer.status != http.client.OK
    return size


if __name__ == "__main__":
    order = json.load(sys.stdin)
    json.dump(paired(**order) if order.pop("paired", False) else read(**order), sys.stdout)
