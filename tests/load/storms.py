"""What the storms share: short or long, the figures they leave, and what people can open."""

import json
import os
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

import pytest
from sqlalchemy import func, select, update

from helpline import jobs
from helpline.cases.models import Case, Entry
from helpline.cases.service import entries, numbers
from helpline.extensions import Base, db
from helpline.jobs import Job
from helpline.keys.service import boxes
from tests.installation import Installation, Person

T = TypeVar("T")

PROVE = bool(os.environ.get("PROVE"))
FIGURES = Path(os.environ.get("FIGURES", ".make/reliability.jsonl"))
LONG = 3600
storm = [pytest.mark.storm, pytest.mark.timeout(LONG if PROVE else 240)]


def figure(storm: str, **figures: object) -> None:
    """Keep a line of figures; `python -m tests.load.reliability` makes a page of them."""
    if not PROVE:
        return
    FIGURES.parent.mkdir(parents=True, exist_ok=True)
    with FIGURES.open("a", encoding="utf-8") as file:
        file.write(json.dumps({"storm": storm, "at": time.time(), **figures}) + "\n")


def at_once(acts: list[Callable[[], T]], threads: int) -> list[T]:
    """Run all acts on so many threads; an act's failure is the caller's."""
    with ThreadPoolExecutor(threads) as pool:
        return [future.result() for future in [pool.submit(act) for act in acts]]


@dataclass(frozen=True, slots=True)
class OpenedCase:
    """A case as somebody with keys reads it."""

    id: UUID
    numbers: tuple[str, ...]
    entries: tuple[tuple[str, dict[str, Any]], ...]
    severity: int | None
    language: str

    def kinds(self) -> list[str]:
        return [kind for kind, _ in self.entries]

    def bodies(self, kind: str) -> list[dict[str, Any]]:
        return [body for name, body in self.entries if name == kind]


def read_cases(installation: Installation, person: Person) -> list[OpenedCase]:
    """Open every case with this person's key; raises Tampered if anything was changed."""
    with installation.work():
        principal = installation.principal(person)
        rows = db.session.scalars(select(Case)).all()
        opened = boxes.open_many(principal, [row.id for row in rows])
        found: dict[UUID, list[tuple[str, dict[str, Any]]]] = {row.id: [] for row in rows}
        for entry in db.session.scalars(select(Entry).order_by(Entry.case_id, Entry.sequence)):
            event = entries.read(opened[entry.case_id], entry).event
            found[entry.case_id].append((entry.kind, dict(event.body)))
        return [
            OpenedCase(
                row.id,
                tuple(known.caller.reveal() for known in numbers.of_case(opened[row.id])),
                tuple(found[row.id]),
                row.severity,
                row.language,
            )
            for row in rows
        ]


def table_counts(installation: Installation) -> dict[str, int]:
    """How many rows every table has."""
    with installation.work():
        return {
            table.name: db.session.scalar(select(func.count()).select_from(table)) or 0
            for table in Base.metadata.sorted_tables
        }


def drain(installation: Installation, seconds: float = 60) -> None:
    """Wait until the worker has done every job; none waits for its pause."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with installation.work():
            waiting = jobs.waiting()
            db.session.execute(update(Job).values(run_after=None))
        if not waiting:
            return
        installation.carrier.advance(1)
        time.sleep(0.5)
    raise AssertionError(f"{waiting} jobs are not done:\n{installation.log()[-3000:]}")


def duplicates(items: list[Any]) -> list[Any]:
    return [item for item, count in Counter(items).items() if count > 1]


@contextmanager
def beside(act: Callable[[threading.Event], None]) -> Iterator[None]:
    """Run `act` in a thread of its own while the block runs."""
    stop = threading.Event()
    thread = threading.Thread(target=act, args=(stop,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
