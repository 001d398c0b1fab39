"""The same reader at length: other worlds, every target; every division there can be."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import product

from helpline.reports.rules.counts import NEVER
from helpline.reports.service.gate import attack
from tests.attacks.claims import K, Truth, claims_of, targets
from tests.attacks.crooked import YEARS, crooked
from tests.attacks.lattice import Reader
from tests.load import storms
from tests.unit.reports import test_reports_breakdowns as divisions
from tests.unit.reports.closing import Publisher

pytestmark = storms.storm
SEEDS = range(100, 120) if storms.PROVE else range(100, 101)
STEP = 1 if storms.PROVE else 11
MOST = 14 if storms.PROVE else 8
"""Contacts of a division that is tried in every way."""


def test_no_release_of_any_world_gives_anything_away() -> None:
    tested = found = gate = 0
    for seed in SEEDS:
        made, register = crooked(seed)
        publisher = Publisher(made, rate=6.0, register=register)
        publisher.close_years(*YEARS)
        reader = Reader(claims_of(publisher.releases, made))
        few = list(targets(range(len(made.factories)), Truth(made), YEARS))[::STEP]
        proved = [reader.proves(cells, true) for cells, true in few]
        found += sum(one.gives_away or one.narrow(K) for one in proved)
        tested += len(proved)
        audit = attack(publisher.releases, publisher.shared)
        assert audit.findings == []
        gate += audit.tested.total()
    storms.figure(
        "reader", worlds=len(SEEDS), targets=tested, findings=found, targets_of_the_gate=gate
    )
    assert tested > 1000
    assert found == 0


def test_no_division_of_any_world_gives_anything_away() -> None:
    tested = found = 0
    for values in (2, 3, 4):
        for ks in product((divisions.K, 2 * divisions.K, NEVER), repeat=values):
            for total in range(divisions.K, MOST + 1):
                for possible in _published(total, values, ks):
                    tested += len(possible)
                    found += sum(_gives_away(possible, node) for node in divisions.nodes(values))
    storms.figure("worlds", values=4, contacts=MOST, worlds=tested, findings=found)
    assert tested > 10_000
    assert found == 0


def _published(total: int, values: int, ks: tuple[int, ...]) -> Sequence[Sequence[tuple[int, ...]]]:
    """All ways to divide so many contacts, those together that are published alike."""
    alike: Mapping[object, list[tuple[int, ...]]] = defaultdict(list)
    for world in divisions.worlds(total, values):
        shown = divisions.said(world, ks)
        alike[shown and (tuple(shown.listed.items()), shown.other)].append(world)
    return list(alike.values())


def _gives_away(possible: Sequence[tuple[int, ...]], node: Sequence[int]) -> bool:
    """Whether a node of few can be told from nobody, or is known within less than k."""
    known = [sum(world[place] for place in node) for world in possible]
    few = min(known) < divisions.K
    return max(known) < 1 or (few and (min(known) > 0 or max(known) < divisions.K - 1))
