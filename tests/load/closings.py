"""A synthetic organisation's history entered and closed quarter by quarter, by the real services.

    house = Closings.found(folder, url, scale)
    house.enter()                             the bulk import
    for quarter in house.quarters(): house.close(quarter)

Times are seconds of each step, by the clock and of all cores; memory is the largest of any process.
"""

import os
import resource
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from helpline.cli.sample_data import publishing
from helpline.cli.sample_data.world import Scale, World
from helpline.columns import utc_now
from helpline.keys.rules import Role
from helpline.register.service import factory_upkeep
from helpline.register.service.author import Author
from helpline.reports.rules.periods import Grain, Period
from helpline.reports.rules.release import Release
from helpline.reports.service import importing, portraying
from tests.installation import Installation, Person


@dataclass
class Closings:
    """An installation with two publishers, and what was drawn for it."""

    house: Installation
    world: World
    scale: Scale
    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    cpu: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    tested: list[int] = field(default_factory=list)

    @classmethod
    def found(cls, folder: Path, url: str, scale: Scale) -> "Closings":
        """Found it, with the register but without a contact."""
        house = Installation.found(folder, url, roles=(Role.SUPERVISOR, Role.AUDITOR))
        world = World.of(scale)
        made = cls(house, world, scale)
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
        with self._timed("publish"):
            return publishing.publish(app, other, closed)

    def write_pages(self) -> None:
        """What the worker does after a publication."""
        with self._timed("pages"), self.house.work():
            assert portraying.keep_up()

    @property
    def publishers(self) -> list[Person]:
        return self.house.of(Role.SUPERVISOR)

    def megabytes(self) -> dict[str, int]:
        """The largest memory of this process, and of any that it started."""
        who = {"this": resource.RUSAGE_SELF, "children": resource.RUSAGE_CHILDREN}
        return {name: resource.getrusage(one).ru_maxrss // 1024 for name, one in who.items()}

    @contextmanager
    def _timed(self, what: str) -> Iterator[None]:
        began, spent = time.perf_counter(), _cpu()
        yield
        self.seconds[what].append(time.perf_counter() - began)
        self.cpu[what].append(_cpu() - spent)


def _cpu() -> float:
    """Of this process and those it has waited for."""
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system
