"""Close the quarters of a synthetic world one after the other, as publishers would."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from helpline.reports.rules.canonical import body, digest
from helpline.reports.rules.divisions import Part
from helpline.reports.rules.expecting import Certified, next_layout
from helpline.reports.rules.layout import Layout
from helpline.reports.rules.periods import Grain, Period
from helpline.reports.rules.plan import Earlier, Layouts, Plan, Where, plan
from helpline.reports.rules.release import RULES, Release, contacts_of, divided_of
from helpline.reports.rules.told import told
from tests.unit.reports.synthetic import WANTED, World

K = 5


@dataclass
class Publisher:
    """Closes and publishes; holds what a gate may know besides."""

    world: World
    rate: float
    register: Mapping[int, Sequence[Certified]] = field(default_factory=dict)
    """Year -> what the register holds then; of other years, the world's factories."""
    releases: list[Release] = field(default_factory=list)
    plans: list[Plan] = field(default_factory=list)
    layouts: dict[int, Layout] = field(default_factory=dict)

    @property
    def shared(self) -> Mapping[Where, list[tuple[Part, Part]]]:
        found: dict[Where, list[tuple[Part, Part]]] = {}
        for one in self.plans:
            for where, divisions in one.divided.items():
                found.setdefault(where, []).extend(divisions.shared)
        return found

    def close(self, closed: Period) -> Release:
        layout = self._layout(closed.year)
        before = self.layouts.get(closed.year - 1)
        found = plan(
            Layouts(layout, before),
            closed,
            self.world.columns(self.layouts),
            WANTED,
            earlier(self.releases),
            K,
        )
        self.plans.append(found)
        release = Release(
            number=len(self.releases) + 1,
            previous=digest(body(self.releases[-1])) if self.releases else "",
            closed=closed,
            prepared=closed.closes + timedelta(days=1),
            rules=RULES,
            layout=layout,
            attributes={one.name: one for one in (*WANTED.opening, *WANTED.ending)},
            contacts=contacts_of(layout, found),
            pools=tuple(found.pools),
            divided=divided_of(found),
        )
        self.releases.append(release)
        return release

    def close_years(self, *years: int) -> None:
        for year in years:
            for quarter in Period(year * 12, Grain.YEAR).split(Grain.QUARTER):
                self.close(quarter)

    def _layout(self, year: int) -> Layout:
        if year not in self.layouts:
            known = self.register.get(year, self.world.factories)
            self.layouts[year] = next_layout(year, known, self.releases, self.rate, k=K)
        return self.layouts[year]


def earlier(releases: Sequence[Release]) -> Mapping[Where, Earlier]:
    return {where: Earlier(one.atoms, one.divided) for where, one in told(releases).items()}
