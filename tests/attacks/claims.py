"""What releases say, as any reader may put it down; and what somebody may want to know."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import product

from helpline.reports.rules.periods import Grain, Period
from helpline.reports.rules.release import Release, Status
from tests.attacks.lattice import Cell, Claim
from tests.unit.reports.synthetic import GROUPS, WANTED, World

K = 5
VALUES = WANTED.opening[0].values
EVERY = tuple(range(len(VALUES)))
Target = tuple[frozenset[Cell], int]
"""Cells, and how many workers truly contacted in them."""


class Truth:
    """Who contacted: cell -> workers; 0 is whoever is not known."""

    def __init__(self, world: World) -> None:
        self._workers: dict[Cell, set[int]] = {}
        columns = (world.factory, world.month, world.codes["category"], world.worker)
        for factory, month, code, worker in zip(*(each.tolist() for each in columns), strict=True):
            self._workers.setdefault((factory, month, code), set()).add(worker)
        self.contacts: dict[Cell, int] = {}
        for cell in zip(*(each.tolist() for each in columns[:3]), strict=True):
            self.contacts[cell] = self.contacts.get(cell, 0) + 1

    def workers(self, cells: Iterable[Cell]) -> int:
        """Different workers in these cells."""
        nobody: set[int] = set()
        return len(nobody.union(*(self._workers.get(cell, nobody) for cell in cells)))


def nodes(years: Sequence[int]) -> Iterator[tuple[tuple[int, ...], tuple[int, ...]]]:
    """Times and categories that somebody may ask of together: quarters, years, all of them;
    values, their groups, all."""
    times = []
    for year in years:
        months = tuple(range(year * 12, year * 12 + 12))
        times += [*(months[n : n + 3] for n in range(0, 12, 3)), months]
    if len(years) > 1:
        times.append(tuple(range(years[0] * 12, years[-1] * 12 + 12)))
    groups = [
        tuple(n for n, code in enumerate(VALUES) if GROUPS.get(code) == name)
        for name in sorted(set(GROUPS.values()))
    ]
    yield from product(times, [*((n,) for n in range(len(GROUPS))), *groups, EVERY])


def targets(factories: Iterable[int], truth: Truth, years: Sequence[int]) -> Iterator[Target]:
    """Every factory x time x category node in which fewer than k workers contacted."""
    for factory, (months, codes) in product(factories, nodes(years)):
        cells = frozenset(product((factory,), months, codes))
        true = truth.workers(cells)
        if true < K:
            yield cells, true


def claims_of(releases: Sequence[Release], world: World) -> Iterator[Claim]:
    """What releases claim of the factories that they name; the rest of a country names none."""
    place = {one.code: n for n, one in enumerate(world.factories)}
    said: dict[str, set[int]] = {}
    for release in releases:
        units = release.layout.by_code
        cells = _in({code: [place[one] for one in unit.members] for code, unit in units.items()})
        for row in (row for row in release.contacts if units[row.unit].members):
            months = _months(row.period)
            if row.value is not None:
                yield Claim(cells(row.unit, months, EVERY), row.value, row.value)
                said.setdefault(row.unit, set()).update(months)
            elif row.status in {Status.LT_K, Status.POOLED}:
                yield Claim(cells(row.unit, months, EVERY), 0, K - 1)
        for pool in release.pools:
            months = _months(pool.period)
            every = (cells(one, months, EVERY) for one in pool.members)
            nobody: frozenset[Cell] = frozenset()
            yield Claim(nobody.union(*every), pool.contacts, pool.contacts)
        yield from _divided(release, said, cells)


def _divided(
    release: Release,
    said: Mapping[str, set[int]],
    cells: Callable[[str, Iterable[int], Iterable[int]], frozenset[Cell]],
) -> Iterator[Claim]:
    for cut in release.divided:
        unit = release.layout.by_code.get(cut.unit)
        if cut.said is None or cut.attribute != "category" or not (unit and unit.members):
            continue
        inside = said[cut.unit].intersection(_months(cut.period))
        parts: dict[tuple[int, ...], int] = {
            (VALUES.index(code),): value for code, value in cut.said.listed.items()
        }
        parts[tuple(VALUES.index(code) for code in cut.said.others)] = cut.said.other
        for codes, value in parts.items():
            yield Claim(cells(cut.unit, inside, codes), value, value)


def _in(
    members: Mapping[str, Sequence[int]],
) -> Callable[[str, Iterable[int], Iterable[int]], frozenset[Cell]]:
    def cells(unit: str, months: Iterable[int], codes: Iterable[int]) -> frozenset[Cell]:
        return frozenset(product(members[unit], months, codes))

    return cells


def _months(period: Period) -> range:
    return range(period.first, period.after)


def quarters(years: Sequence[int]) -> list[Period]:
    """All quarters of these years."""
    return [
        quarter for year in years for quarter in Period(year * 12, Grain.YEAR).split(Grain.QUARTER)
    ]
