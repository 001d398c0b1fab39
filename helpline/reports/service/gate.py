"""The gate: a reader who holds every release attacks them; one finding and nothing is published.

What is tested is written in REPORTS.md 3.9. Most bounds have a closed form, since atoms do not
overlap and a year is divided by one attribute at a time; withheld atoms of a pool know of each
other and are bounded by linear programs. Both count as tested, and what is neither is a finding.

The gate reads releases as anybody may, and from the publisher only which pairs of published parts
k workers or more share (`divisions.Divisions.shared`): their numbers say it anyway.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from helpline.reports.rules.breakdowns import LEAST_OTHERS, hides
from helpline.reports.rules.canonical import body, digest
from helpline.reports.rules.counts import K
from helpline.reports.rules.divisions import Part
from helpline.reports.rules.layout import Kind
from helpline.reports.rules.periods import Grain, Period
from helpline.reports.rules.plan import Where
from helpline.reports.rules.pools import LEAST_MEMBERS, Pool
from helpline.reports.rules.release import Release
from helpline.reports.rules.told import Told, told
from helpline.reports.service import programs

Shared = Mapping[Where, Collection[tuple[Part, Part]]]
Going = Callable[["Audit", float], None]
"""Told now and then how far an attack is: what was tested so far, and the share of all units."""
HIDDEN, NESTED, CHAIN = "hidden", "nested", "chain"
"""What is tested, by the numbers of 3.9: 1 to 3, 4, 5."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that the releases give away."""

    rule: str
    where: str
    why: str


@dataclass(slots=True)
class Audit:
    """What was tested, and what was found. `solved`: programs solved among them."""

    tested: Counter[str] = field(default_factory=Counter)
    solved: int = 0
    findings: list[Finding] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        """Whether the releases may be read."""
        return not self.findings and self.tested.total() > 0

    def test(self, rule: str, where: str, why: str, *, holds: bool, targets: int = 1) -> None:
        """Enter so many targets, and a finding where the rule does not hold."""
        self.tested[rule] += targets
        if not holds:
            self.findings.append(Finding(rule, where, why))


def attack(
    releases: Sequence[Release],
    shared: Shared,
    k: int = K,
    going: Going = lambda *_: None,
) -> Audit:
    """Attack all releases together, the newest last."""
    audit = Audit()
    _chain(releases, audit)
    every = told(releases)
    for done, (where, one) in enumerate(every.items()):
        going(audit, done / len(every))
        name = f"{where[0]} {where[1].name}"
        _atoms(name, one, audit, k)
        _divisions(name, one, audit, k)
        _pairs(name, one, set(shared.get(where, ())), audit)
    for pool in (pool for release in releases for pool in release.pools):
        _pool(pool, audit, k)
    return audit


def _chain(releases: Sequence[Release], audit: Audit) -> None:
    """Each names the one before, and nothing is said twice."""
    before = ""
    seen: set[tuple[str, Period, str]] = set()
    for number, release in enumerate(releases, start=1):
        linked = release.number == number and release.previous == before
        audit.test(CHAIN, f"release {number}", "does not name the one before", holds=linked)
        before = digest(body(release))
        cells = [*_cells(release)]
        twice = len(set(cells)) < len(cells) or not seen.isdisjoint(cells)
        audit.test(
            CHAIN, f"release {number}", "says a cell again", holds=not twice, targets=len(cells)
        )
        seen.update(cells)


def _cells(release: Release) -> Iterator[tuple[str, Period, str]]:
    for row in release.contacts:
        yield row.unit, row.period, ""
    for cut in release.divided:
        yield cut.unit, cut.period, cut.attribute
    for pool in release.pools:
        yield pool.code, pool.period, "pool"


def _atoms(name: str, one: Told, audit: Audit, k: int) -> None:
    """Published, withheld and summed periods of a unit, and its members in each."""
    for period, value in one.atoms.items():
        at = f"{name} {period.name}"
        audit.test(NESTED, at, "fewer than k", holds=value >= k)
        if one.unit.kind is Kind.GROUP:
            many = len(one.unit.members)
            audit.test(HIDDEN, at, "a group too small", holds=many >= LEAST_MEMBERS, targets=many)
    for quarter, value in one.sums.items():
        months = [
            month
            for month in one.atoms
            if month.grain is Grain.MONTH and month.within(Grain.QUARTER) == quarter
        ]
        total = sum(one.atoms[month] for month in months)
        audit.test(NESTED, f"{name} {quarter.name}", "is not its months", holds=value == total)
    for period in one.months:
        most = one.atoms.get(period.within(Grain.QUARTER), k - 1)
        audit.test(HIDDEN, f"{name} {period.name}", "bounded too well", holds=most >= k - 1)
    audit.tested[HIDDEN] += len(one.withheld)  # from 0 to k - 1 by their status alone


def _divisions(name: str, one: Told, audit: Audit, k: int) -> None:
    """Each division by itself: what is listed may be, and the rest hides each of the others."""
    whole = sum(one.atoms.values())
    for attribute, found in one.divided:
        at = f"{name} {attribute.name}"
        total = sum(found.listed.values()) + found.other
        audit.test(NESTED, at, "is not its atoms", holds=total == whole)
        for code, value in found.listed.items():
            few = value < attribute.thresholds[code]
            audit.test(NESTED, f"{at} {code}", "fewer than its k", holds=not few)
        enough = len(found.others) >= LEAST_OTHERS and found.other >= k
        audit.test(NESTED, at, "a rest too small", holds=enough)
        kept = hides(found, attribute.thresholds, attribute.groups, k)
        nodes = len(found.others) + len(attribute.groups)
        audit.test(HIDDEN, at, "shows one that is not listed", holds=kept, targets=nodes)


def _pairs(name: str, one: Told, shared: Collection[tuple[Part, Part]], audit: Audit) -> None:
    """Two divisions of the same contacts: how many are in one node of each.

    A node that is not listed, or of which only some values are, leaves more room than the listed
    part of it. Of listed a and b among n there are from max(0, a + b - n) to min(a, b), exactly
    (Frechet 1940), and other divisions do not narrow it.
    """
    whole = sum(one.atoms.values())
    for (some, many), (others, more) in combinations(one.parts(), 2):
        audit.tested[HIDDEN] += many * more
        for a in some:
            for b in others:
                shows = a.contacts + b.contacts > whole
                if shows and (a.part, b.part) not in shared:
                    audit.findings.append(Finding(HIDDEN, f"{name} {a.part} {b.part}", "exists"))


def _pool(pool: Pool, audit: Audit, k: int) -> None:
    """Withheld units whose contacts are published together."""
    at = f"{pool.code} {pool.period.name}"
    enough = pool.contacts >= k and len(pool.members) >= LEAST_MEMBERS
    audit.test(NESTED, at, "a pool too small", holds=enough)
    try:
        found = programs.bounds(len(pool.members), pool.contacts, k - 1)
    except programs.NotSolved:
        audit.test(HIDDEN, at, "not solved", holds=False)
        return
    for member, (least, most) in zip(pool.members, found, strict=True):
        audit.solved += 2
        hidden = least == 0 and most >= k - 1
        audit.test(HIDDEN, f"{at} {member}", f"{least} to {most}", holds=hidden)
