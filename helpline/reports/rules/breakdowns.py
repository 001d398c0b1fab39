"""One attribute of a unit's year: which values are listed, and what is put together as "other".

The contacts of the year's sealed atoms are divided once by each attribute, never by two. A value
is listed where it may be said; the rest must be at least two values that together may be said.
If they are too few, the smallest listed value joins them, and the next.

A reader knows this procedure, and so has for the values that are not listed these worlds: each
had fewer than its k (*no fold*), or they were fewer than k together and one of k or more was put
with them (*a fold*). What is published must leave, for each value and each group of values that a
word holds together, a world in which nobody is there and one in which k - 1 or more are
(REPORTS.md 3.3 no. 4, 3.9 no. 1 and 2). Whether it does follows from what is published alone, so
that a breakdown that is held back says nothing more.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from helpline.reports.rules.counts import Counted, K

LEAST_OTHERS = 2
"""Values that "other, not shown" must stand for."""


@dataclass(frozen=True, slots=True)
class Divided:
    """A unit's year divided by one attribute, as the publisher's session counts it.

    values      every value of the attribute in the order of its codes
    thresholds  k of each value
    rests       what is not listed if 0, 1, 2 ... of `listable` are put with it
    barred      values that, listed, would show that somebody exists: with another published part
                of the same contacts they are more than all, and few are in both (3.3 no. 3)
    """

    values: Mapping[str, Counted]
    thresholds: Mapping[str, int]
    rests: Sequence[Counted]
    barred: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Breakdown:
    """What is published of it: listed values in the order of their codes, and the rest."""

    listed: Mapping[str, int]
    other: int
    others: tuple[str, ...]
    """The values that the rest stands for."""


def listable(
    values: Mapping[str, Counted],
    thresholds: Mapping[str, int],
    barred: Collection[str] = (),
) -> tuple[str, ...]:
    """The values that may be said, the one that is put away first in front."""
    found = (
        code
        for code, counted in values.items()
        if code not in barred and counted.may_be_said(thresholds[code])
    )
    return tuple(sorted(found, key=lambda code: (values[code].contacts, code)))


def proves(part: int, value: int, whole: int, both: int, k: int = K) -> bool:
    """Whether two published parts of a whole show that somebody is in both, who are too few."""
    return part + value > whole and both < k


def breakdown(
    divided: Divided, groups: Collection[Collection[str]] = (), k: int = K
) -> Breakdown | None:
    """What may be published, or None. `groups`: values that a published word holds together."""
    order = listable(divided.values, divided.thresholds, divided.barred)
    for folded, rest in enumerate(divided.rests):
        listed = set(order[folded:])
        others = tuple(code for code in divided.values if code not in listed)
        if len(others) >= LEAST_OTHERS and rest.may_be_said(k):
            shown = {code: divided.values[code].contacts for code in order if code in listed}
            found = Breakdown(dict(sorted(shown.items())), rest.contacts, others)
            if hides(found, divided.thresholds, groups, k):
                return found
    return None


def hides(
    found: Breakdown, thresholds: Mapping[str, int], groups: Collection[Collection[str]], k: int
) -> bool:
    """Whether each value that is not listed, and each group of them, may be nobody and may be
    k - 1, for a reader who knows how it was made."""
    worlds = _Worlds(found, thresholds, k)
    nodes = [{code} for code in found.others]
    nodes += [set(group).intersection(found.others) for group in groups]
    return all(worlds.hide(node) for node in nodes if node and node != set(found.others))


class _Worlds:
    """What a reader must reckon with. Where several values were put with the rest of more than
    two, only the last is looked at: the other worlds are besides, and more is possible in them."""

    def __init__(self, found: Breakdown, thresholds: Mapping[str, int], k: int) -> None:
        self.rest, self.k = found.other, k
        self.most = {code: thresholds[code] - 1 for code in found.others}
        self.smallest = min((many, code) for code, many in found.listed.items())

    def hide(self, node: Collection[str]) -> bool:
        """Whether nobody may be in the node, and k - 1 may."""
        least, most = 1, 0
        for low, high in self._spans(node):
            least, most = min(least, low), max(most, high)
            if least == 0 and most >= self.k - 1:  # more worlds only make it wider
                return True
        return False

    def _spans(self, node: Collection[str]) -> Iterator[tuple[int, int]]:
        """How many may be in the node, world by world: at least one, the true one."""
        inside = sum(self.most[code] for code in node)
        outside = sum(self.most.values()) - inside
        if self.rest <= inside + outside:
            yield max(0, self.rest - outside), min(self.rest, inside)
        for code in self.most:
            yield from self._pairs(code, node) if len(self.most) == 2 else self._folds(code, node)

    def _folds(self, code: str, node: Collection[str]) -> Iterator[tuple[int, int]]:
        """The worlds in which this value was put with fewer than k others."""
        within = code in node
        inside = sum(self.most[one] for one in node if one != code)
        outside = sum(most for one, most in self.most.items() if one not in node and one != code)
        for few in range(min(self.k, inside + outside + 1)):
            folded = self.rest - few
            if self._was_folded(code, folded):
                added = folded if within else 0
                yield added + max(0, few - outside), added + min(few, inside)

    def _pairs(self, code: str, node: Collection[str]) -> Iterator[tuple[int, int]]:
        """The worlds in which this value was put with one other, since one alone is known."""
        other = next(one for one in self.most if one != code)
        for few in range(self.rest + 1):
            folded = self.rest - few
            before = few <= self.most[other] or (few, other) < (folded, code)
            if before and self._was_folded(code, folded):
                many = folded if code in node else few
                yield many, many

    def _was_folded(self, code: str, many: int) -> bool:
        return many > self.most[code] and (many, code) < self.smallest
