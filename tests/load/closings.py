"""A synthetic organisation's history entered and closed quarter by quarter, by the real services.

    house = Closings.found(folder, url, scale)
    house.enter()                             the bulk import
    for quarter in house.quarters(): house.close(quarter)

Times are seconds of each step, by the clock; memory is the largest of any process.
"""

import multiprocessing
import resource
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from helpline import create_app
from helpline.cli.sample_data import publishing
from helpline.cli.sample_data.world import Scale, World
from helpline.columns import utc_now
from helpline.config import load
from helpline.extensions import db
from helpline.keys.rules import Role
from helpline.register.service import factory_upkeep
from helpline.register.service.author import Author
from helpline.reports.models import Closing
from helpline.reports.rules import canonical
from helpline.reports.rules.periods import Grain, Period
from helpline.reports.rules.release import Release
from helpline.reports.service import importing, planning, portraying
from helpline.unit_of_work import unit_of_work
from tests.installation import Installation, Person


@dataclass
class Closings:
    """An installation with two publishers, and what was drawn for it."""

    house: Installation
    world: World
    scale: Scale
    drawn: int
    """Bytes of memory that the world takes here, which no publisher has."""
    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    tested: list[int] = field(default_factory=list)

    @classmethod
    def found(cls, folder: Path, url: str, scale: Scale) -> "Closings":
        """Found it, with the register but without a contact."""
        house = Installation.found(folder, url, roles=(Role.SUPERVISOR, Role.AUDITOR))
        before = _resident()
        world = World.of(scale)
        made = cls(house, world, scale, _resident() - before)
        with house.work() as site:
            data = world.register().encode()
            done = factory_upkeep.import_csv(Author(site), data, utc_now(), update=False)
        assert done.problems == ()
        return made

    def enter(self) -> None:
        """All of the history, in one import."""
        with self._timed("import"), self.house.work():
            nils = self.house.principal(self.house.staff[0])
            done = importing.import_csv(nils, self.world.lines(), utc_now())
        assert (done.facts, done.problems) == (self.scale.cases, ())

    def quarters(self) -> tuple[Period, ...]:
        first = Period.of(Grain.QUARTER, self.scale.first)
        last = Period.of(Grain.QUARTER, self.scale.until)
        return tuple(Period(month, Grain.QUARTER) for month in range(first.first, last.after, 3))

    def close(self, closed: Period) -> Release:
        """Prepared by one, checked in its own process, published by the other."""
        app, rate = self.house.app, self.world.rate(self.scale)
        one, other = (partial(self.house.principal, who) for who in self.publishers)
        with self._timed("prepare"):
            handed = publishing.prepare(app, one, closed, rate)
        with self._timed("check"):
            self.tested.append(int(publishing.check(app, handed)["tested"]))
        self._seal_again(closed, rate)
        with self._timed("publish"):
            return publishing.publish(app, other, closed)

    def _seal_again(self, closed: Period, rate: float) -> None:
        """Its facts are opened once more, and what is said of them decided once more."""
        with self.house.work():
            with self._timed("open"):
                given = planning.opened(self.house.principal(self.publishers[0]), closed, rate)
            with self._timed("seal"):
                planned = planning.sealed(closed, given, closed.closes)
            row = db.session.get_one(Closing, closed.name)
            assert canonical.digest(canonical.body(planned.release)) == row.digest

    def write_pages(self) -> None:
        """What the worker does after a publication, in a process of its own."""
        spawned = multiprocessing.get_context("spawn")
        worker = spawned.Process(target=_write_pages, args=(self.house.config_file,))
        with self._timed("pages"):
            worker.start()
            worker.join()
        assert worker.exitcode == 0

    @property
    def publishers(self) -> list[Person]:
        return self.house.of(Role.SUPERVISOR)

    def megabytes(self) -> dict[str, int]:
        """The largest memory so far: of this process without the world it has drawn, and of any
        that it started (import and closings here; checks, opening and pages there)."""
        own, others = (
            resource.getrusage(one).ru_maxrss * 1024
            for one in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
        )
        return {"publisher": (own - self.drawn) >> 20, "others": others >> 20}

    @contextmanager
    def _timed(self, what: str) -> Iterator[None]:
        began = time.perf_counter()
        yield
        self.seconds[what].append(time.perf_counter() - began)


def _write_pages(config_file: Path) -> None:
    app = create_app(load(config_file, {}))
    with app.app_context(), unit_of_work():
        assert portraying.keep_up()


def _resident() -> int:
    """Bytes of memory that this process holds."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * resource.getpagesize()
