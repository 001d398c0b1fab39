"""What the benchmarks share: a line of the table, the load's process, the served reference."""

import json
import os
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple
from urllib.error import HTTPError
from urllib.request import urlopen

from crypto.stretching import HANDLE, stretch_number
from tests.carrier_rest import free_port
from tests.installation import ROOT

SECONDS = float(os.environ.get("BENCH_SECONDS", "8"))
CLIENTS = 8
TURNS = 5
HANDLE_SECONDS = 0.025
"""Limits in time are meant for a core that stretches a handle in 25 ms; of a slower one they are
wanted in proportion (`slower`)."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table; `good` None: told for information."""

    what: str
    database: str
    measured: str
    reference: str
    wanted: str
    good: bool | None

    def cells(self) -> list[str]:
        mark = "" if self.good is None else ("yes" if self.good else "**no**")
        return [self.what, self.database, self.measured, self.reference, self.wanted, mark]


class Server(NamedTuple):
    """The reference while it is served."""

    base: str
    pid: int


@contextmanager
def reference(folder: Path, url: str) -> Iterator[Server]:
    """The bare application, served as ours is."""
    port = free_port()
    with (folder / "reference.log").open("wb") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "tests.load.reference", str(port), url],
            cwd=ROOT,
            env=clean(),
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    base = f"http://127.0.0.1:{port}"
    try:
        for _ in range(400):
            with suppress(OSError):
                try:
                    urlopen(base, timeout=2)
                except HTTPError:
                    break
            time.sleep(0.05)
        yield Server(base, server.pid)
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(30)


def drive(
    work: str,
    base: str,
    pids: Sequence[int],
    clients: int = CLIENTS,
    rounds: int = 0,
    seconds: float = SECONDS,
) -> dict[str, float]:
    """Let the driver work; adds the server's CPU time per answer in milliseconds."""
    order = {"kind": work, "base": base, "clients": clients, "seconds": seconds, "rounds": rounds}
    return run("tests.load.driver", order, pids)


def run(driver: str, order: dict[str, Any], pids: Sequence[int]) -> dict[str, float]:
    """Give an order to a driver, a process of its own; adds the server's CPU as `drive` does."""
    before = sum(map(_cpu_seconds, pids))
    done = subprocess.run(
        [sys.executable, "-m", driver],
        cwd=ROOT,
        env=clean(),
        input=json.dumps(order).encode(),
        stdout=subprocess.PIPE,
        check=True,
    )
    found: dict[str, float] = json.loads(done.stdout)
    used = sum(map(_cpu_seconds, pids)) - before
    return found | {"cpu": 1000 * used / found["count"]}


def _cpu_seconds(pid: int) -> float:
    """User and system time of a process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def family(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()
    return [pid, *map(int, children)]


def clean() -> dict[str, str]:
    """The environment without settings of ours, and with bytecode kept as by default."""
    kept = {name: value for name, value in os.environ.items() if name[:9] != "HELPLINE_"}
    kept.pop("PYTHONDONTWRITEBYTECODE", None)
    return kept


def handle_seconds() -> float:
    """The shortest of ten stretches of one handle, one after the other."""
    return min(stretch_seconds() for _ in range(10))


def stretch_seconds() -> float:
    """One stretch of a handle."""
    began = time.perf_counter()
    stretch_number("+860000000000", b"s" * 16, b"p" * 32, HANDLE)
    return time.perf_counter() - began


def slower(handles: Sequence[float]) -> float:
    """How many times slower than meant a core is that stretched handles in so many seconds."""
    return max(1.0, statistics.median(handles) / HANDLE_SECONDS)
