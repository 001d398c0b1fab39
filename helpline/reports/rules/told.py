"""What all releases together tell of a unit's year or cycle, read from the releases alone."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from helpline.reports.rules.attributes import Attribute
from helpline.reports.rules.breakdowns import Breakdown
from helpline.reports.rules.divisions import Published, parts_of
from helpline.reports.rules.layout import Unit
from helpline.reports.rules.periods import Grain, Period
from helpline.reports.rules.plan import Where, span_of, times
from helpline.reports.rules.release import Contacts, Release, Status


@dataclass(slots=True)
class Told:
    """Of one unit and its year or cycle.

    atoms: sealed periods with their number. withheld: those of which only that they are few is
    known, the ones in pools too. months: those that stand in the quarter that is said for them.
    sums: quarters that are the sum of their months.
    """

    unit: Unit
    atoms: dict[Period, int] = field(default_factory=dict)
    withheld: list[Period] = field(default_factory=list)
    months: list[Period] = field(default_factory=list)
    sums: dict[Period, int] = field(default_factory=dict)
    divided: list[tuple[Attribute, Breakdown]] = field(default_factory=list)

    def parts(self) -> Iterator[tuple[list[Published], int]]:
        """Of each division, time first, what is published, and how many nodes it has in all."""
        yield list(times(self.atoms)), len(self.atoms) + len(self.sums)
        for attribute, found in self.divided:
            nodes = len(attribute.values) + len(attribute.groups) + 1
            yield list(parts_of(attribute, found)), nodes

    def enter(self, row: Contacts, summed: bool) -> None:
        """Add a row of a release."""
        if row.status is Status.WITHHELD:
            self.months.append(row.period)
        elif row.value is None:
            self.withheld.append(row.period)
        elif summed:
            self.sums[row.period] = row.value
        else:
            self.atoms[row.period] = row.value


def told(releases: Sequence[Release]) -> Mapping[Where, Told]:
    """(unit, year or cycle) -> what is told of it."""
    found: dict[Where, Told] = {}
    for release in releases:
        units = release.layout.by_code
        monthly = {
            row.unit
            for row in release.contacts
            if row.period.grain is Grain.MONTH and row.status is Status.OK
        }
        for row in release.contacts:
            unit = units[row.unit]
            one = found.setdefault((row.unit, span_of(unit, release.layout.year)), Told(unit))
            one.enter(row, summed=row.unit in monthly and row.period.grain is not Grain.MONTH)
        for cut in release.divided:
            if cut.said is not None:
                attribute = release.attributes[cut.attribute]
                found[cut.unit, cut.period].divided.append((attribute, cut.said))
    return found
