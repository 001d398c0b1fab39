"""A reader who knows the procedure and every published number learns nothing of the few."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import lru_cache

from hypothesis import given, settings
from hypothesis import strategies as st

from helpline.reports.rules.breakdowns import Breakdown, Divided, breakdown, listable, proves
from helpline.reports.rules.counts import NEVER, Counted

K = 3
"""Small, so that every world a reader can think of is tried."""
CODES = ("A", "B", "C", "D", "E")
GROUPS = (("A", "B"), ("C", "D", "E"))


def each_alone(contacts: int) -> Counted:
    """So many contacts, each by a worker of their own."""
    return Counted.of([1] * contacts)


def divided(counts: Mapping[str, int], thresholds: Mapping[str, int]) -> Divided:
    values = {code: each_alone(many) for code, many in counts.items()}
    order = listable(values, thresholds)
    hidden = sum(counts.values()) - sum(counts[code] for code in order)
    rests = [hidden + sum(counts[code] for code in order[:folded]) for folded in range(len(order))]
    return Divided(values, thresholds, [each_alone(rest) for rest in rests])


@lru_cache(maxsize=200_000)
def said(counts: tuple[int, ...], thresholds: tuple[int, ...]) -> Breakdown | None:
    named = dict(zip(CODES, counts, strict=False))
    ks = dict(zip(CODES, thresholds, strict=False))
    groups = [[code for code in group if code in named] for group in GROUPS]
    return breakdown(divided(named, ks), groups, K)


def worlds(total: int, values: int) -> Iterator[tuple[int, ...]]:
    """Every way to divide `total` among so many values."""
    if values == 1:
        yield (total,)
        return
    for first in range(total + 1):
        for rest in worlds(total - first, values - 1):
            yield (first, *rest)


def consistent(
    shown: Breakdown | None, total: int, thresholds: tuple[int, ...]
) -> list[tuple[int, ...]]:
    """The worlds in which exactly this would have been published."""
    if shown is None:
        every = worlds(total, len(thresholds))
        return [world for world in every if said(world, thresholds) is None]
    at = [CODES.index(code) for code in shown.others]
    found = []
    for hidden in worlds(shown.other, len(at)):
        world = [shown.listed.get(code, 0) for code in CODES[: len(thresholds)]]
        for place, many in zip(at, hidden, strict=True):
            world[place] = many
        if said(tuple(world), thresholds) == shown:
            found.append(tuple(world))
    return found


def nodes(values: int) -> Iterator[Sequence[int]]:
    yield from ([place] for place in range(values))
    for group in GROUPS:
        inside = [CODES.index(code) for code in group if CODES.index(code) < values]
        if len(inside) > 1:
            yield inside


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_nobody_few_can_be_shown_to_exist_or_counted(data: st.DataObject) -> None:
    values = data.draw(st.integers(2, 4))
    counts = tuple(data.draw(st.integers(0, 9)) for _ in range(values))
    thresholds = tuple(data.draw(st.sampled_from([K, K, K, 2 * K, NEVER])) for _ in range(values))
    shown = said(counts, thresholds)
    possible = consistent(shown, sum(counts), thresholds)
    assert counts in possible
    for node in nodes(values):
        true = sum(counts[place] for place in node)
        known = [sum(world[place] for place in node) for world in possible]
        if shown is None and sum(counts) < K:
            continue
        if true < K:
            assert min(known) == 0
            assert max(known) >= K - 1
        assert max(known) >= 1


@given(st.lists(st.integers(0, 40), min_size=2, max_size=12), st.data())
def test_what_is_said_is_true_and_adds_up(counts: list[int], data: st.DataObject) -> None:
    named = {f"{place:02}": many for place, many in enumerate(counts)}
    thresholds = {code: data.draw(st.sampled_from([5, 10, NEVER])) for code in named}
    shown = breakdown(divided(named, thresholds))
    if shown is None:
        return
    assert sum(shown.listed.values()) + shown.other == sum(counts)
    assert all(named[code] == many >= thresholds[code] for code, many in shown.listed.items())
    assert list(shown.listed) == sorted(shown.listed)
    assert set(shown.others) | set(shown.listed) == set(named)
    assert shown.other >= 5
    assert len(shown.others) >= 2


def test_a_value_everybody_has_is_never_said() -> None:
    assert breakdown(divided({"W": 40, "H": 0, "S": 0}, {"W": 5, "H": 5, "S": 5})) is None


def test_the_smallest_listed_value_hides_the_few() -> None:
    found = breakdown(divided({"W": 20, "H": 8, "S": 2, "P": 0}, dict.fromkeys("WHSP", 5)))
    assert found == Breakdown({"W": 20}, 10, ("H", "S", "P"))


def test_one_worker_who_contacts_often_is_no_number() -> None:
    often = Counted.of([30, 1, 1, 1, 1, 1])
    values = {"W": each_alone(30), "S": often, "H": each_alone(6)}
    assert listable(values, dict.fromkeys(values, 5)) == ("H", "W")


def test_two_parts_that_are_more_than_the_whole_share_somebody() -> None:
    assert proves(part=18, value=5, whole=20, both=4)
    assert not proves(part=18, value=5, whole=20, both=5)
    assert not proves(part=15, value=5, whole=20, both=1)


def test_what_is_barred_is_put_with_the_rest() -> None:
    values = {"W": each_alone(20), "H": each_alone(8), "S": each_alone(7)}
    ks: Mapping[str, int] = dict.fromkeys(values, 5)
    barred: Collection[str] = frozenset({"H", "S"})
    assert listable(values, ks, barred) == ("W",)
    found = breakdown(Divided(values, ks, [each_alone(15)], frozenset(barred)))
    assert found == Breakdown({"W": 20}, 15, ("H", "S"))
