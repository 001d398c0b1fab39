"""Planning a release: from frozen facts, older releases and the register."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from helpline.keys.service.principal import Principal
from helpline.register.service import lines, taxonomy
from helpline.reports.models import ReleaseRow
from helpline.reports.rules import attributes
from helpline.reports.rules.divisions import Part
from helpline.reports.rules.expecting import next_layout
from helpline.reports.rules.layout import Layout
from helpline.reports.rules.periods import Grain, Period
from helpline.reports.rules.plan import Earlier, Layouts, Plan, Wanted, Where, plan
from helpline.reports.rules.release import RULES, Release, contacts_of, divided_of
from helpline.reports.rules.told import told
from helpline.reports.service import facts, published
from helpline.reports.service.certified import certified
from helpline.reports.service.columns import columns
from helpline.reports.service.counting import Columns


@dataclass(frozen=True, slots=True)
class Planned:
    """A release that nobody has seen. shared: what the gate knows besides, as JSON."""

    release: Release
    shared: list[Any]


@dataclass(frozen=True, slots=True)
class Opened:
    """What a plan follows from. known: what older releases said of each unit's year or cycle."""

    layouts: Layouts
    wanted: Wanted
    counted: Columns
    known: Mapping[Where, Earlier]


def plan_release(principal: Principal, closed: Period, rate: float, today: date) -> Planned:
    """Plan the closing of a quarter whose facts are frozen.

    rate: contacts a year for each 1,000 workers, expected where nothing is known.
    """
    return sealed(closed, opened(principal, closed, rate), today)


def opened(principal: Principal, closed: Period, rate: float) -> Opened:
    """Open the facts that this closing counts, and read what was said before."""
    begun, needed = _begun(closed), _quarters(closed)
    # A plan follows from what was said of these quarters, and of the year before a new layout.
    since = min(quarter.year for quarter in (*needed, _year_before(closed)[0]))
    releases = published.releases(since)
    layouts = {release.layout.year: release.layout for release in releases}
    if closed.year not in layouts:
        layouts[closed.year] = _layout(closed.year, releases, rate)
    tree = taxonomy.tree("en", all_codes=True)
    wanted = Wanted(attributes.opening({one.code: one.group for one in tree}), attributes.ENDING)
    mains = {one.code: one.code for one in tree}
    mains |= {sub.code: one.code for one in tree for sub in one.subs}
    counted = columns(
        {year: layouts[year] for year in {quarter.year for quarter in needed} if year in layouts},
        wanted,
        mains,
        facts.openings(principal, needed),
        facts.endings(principal, begun),
    )
    known = {where: Earlier(one.atoms, one.divided) for where, one in told(releases).items()}
    both = Layouts(layouts[closed.year], layouts.get(closed.year - 1))
    return Opened(both, wanted, counted, known)


def sealed(closed: Period, given: Opened, today: date) -> Planned:
    """Decide what is said of a quarter, and of whatever ends with it."""
    found = plan(given.layouts, closed, given.counted, given.wanted, given.known)
    release = _release(closed, published.last(), given, found, today)
    return Planned(release, shared_of(found))


def shared_of(found: Plan) -> list[Any]:
    """Pairs of parts as JSON: unit, period, and of each part its attribute and codes."""
    return [
        [unit, period.name, *(_told(part) for part in pair)]
        for (unit, period), divisions in found.divided.items()
        for pair in divisions.shared
    ]


def read_shared(given: Sequence[Any]) -> Mapping[Where, set[tuple[Part, Part]]]:
    """What `shared_of` wrote."""
    found: dict[Where, set[tuple[Part, Part]]] = {}
    for unit, period, *pair in given:
        one, other = (Part(name, frozenset(codes)) for name, codes in pair)
        found.setdefault((unit, Period.named(period)), set()).add((one, other))
    return found


def _told(part: Part) -> list[Any]:
    return [part.attribute, sorted(part.codes)]


def _release(
    closed: Period, last: ReleaseRow | None, given: Opened, found: Plan, today: date
) -> Release:
    layout, wanted = given.layouts.current, given.wanted
    return Release(
        number=last.number + 1 if last else 1,
        previous=last.digest if last else "",
        closed=closed,
        prepared=today,
        rules=RULES,
        layout=layout,
        attributes={one.name: one for one in (*wanted.opening, *wanted.ending)},
        contacts=contacts_of(layout, found),
        pools=tuple(found.pools),
        divided=divided_of(found),
    )


def _layout(year: int, releases: Sequence[Release], rate: float) -> Layout:
    countries = {line.country for line in lines.all_lines()}
    return next_layout(year, certified(), releases, rate, countries)


def _quarters(closed: Period) -> tuple[Period, ...]:
    """The quarters whose contacts are counted when this one is closed."""
    return tuple(dict.fromkeys((*_begun(closed), *_longest(closed).split(Grain.QUARTER))))


def _begun(closed: Period) -> tuple[Period, ...]:
    """The quarters of whose contacts it is told how they ended: of the year before, or of the
    cycle that ended with it."""
    if not _ends_a_year(closed):
        return ()
    return _longest(_year_before(closed)[-1]).split(Grain.QUARTER)


def _longest(closed: Period) -> Period:
    """The longest period that ends with this quarter."""
    cycle, year = closed.within(Grain.THREE_YEARS), closed.within(Grain.YEAR)
    return next(one for one in (cycle, year, closed) if one.after == closed.after)


def _year_before(closed: Period) -> tuple[Period, ...]:
    year = closed.within(Grain.YEAR)
    return Period(year.first - year.grain.months, Grain.YEAR).split(Grain.QUARTER)


def _ends_a_year(closed: Period) -> bool:
    return closed.after == closed.within(Grain.YEAR).after
