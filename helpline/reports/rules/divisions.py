"""A unit's year divided by several attributes, one after the other.

Each attribute alone is divided as `breakdowns` says. Together they must not show that somebody
exists: where two published parts of the same contacts are more than all of them, somebody is in
both, and those must be k workers or more. Otherwise the later part is put with the rest
(REPORTS.md 3.3 no. 2 and 3). The sealed atoms are the first division, by time.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from helpline.reports.rules.attributes import Attribute
from helpline.reports.rules.breakdowns import Breakdown, Divided, breakdown, listable, proves
from helpline.reports.rules.counts import Counted, K

TIME = "time"
"""The attribute whose values are periods."""


@dataclass(frozen=True, slots=True)
class Part:
    """Contacts whose attribute has one of these values."""

    attribute: str
    codes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Published:
    """A part with its number."""

    part: Part
    contacts: int


class Span(Protocol):
    """The contacts that the sealed atoms of a unit's year, or cycle, hold."""

    def count(self, *parts: Part) -> Counted:
        """Those that are in all of these parts; without a part, all."""


@dataclass(slots=True)
class Divisions:
    """What is said of a span: attribute -> breakdown, None where nothing may be said.

    shared: pairs of published parts that are more than the whole; k workers or more are in both.
    """

    said: dict[str, Breakdown | None] = field(default_factory=dict)
    shared: list[tuple[Part, Part]] = field(default_factory=list)


def parts_of(attribute: Attribute, found: Breakdown) -> Iterator[Published]:
    """What a breakdown publishes: each listed value, the listed ones of each group, the rest."""
    for code, contacts in found.listed.items():
        yield Published(Part(attribute.name, frozenset({code})), contacts)
    for codes in _together(attribute, found):
        yield Published(Part(attribute.name, codes), sum(found.listed[code] for code in codes))
    yield Published(Part(attribute.name, frozenset(found.others)), found.other)


def _together(attribute: Attribute, found: Breakdown) -> Iterator[frozenset[str]]:
    for group in attribute.groups:
        codes = group.intersection(found.listed)
        if len(codes) > 1:
            yield codes


def divide(
    span: Span,
    whole: int,
    attributes: Iterable[Attribute],
    published: Iterable[Published],
    k: int = K,
) -> Divisions:
    """Divide a span of so many contacts. `published` are the parts that are known of it already:
    its atoms, and what it was divided by before.

    Contacts whose case was erased since stand in the atoms and in no value: the rest holds them, as
    if whoever contacted most had made them.
    """
    known, found = list(published), Divisions()
    for attribute in attributes:
        one = _One(span, attribute, known, whole, k)
        said = one.divide() if whole else None
        found.said[attribute.name] = said
        if said is not None:
            parts = list(parts_of(attribute, said))
            found.shared += one.shared(parts)
            known += parts
    return found


class _One:
    """One attribute of a span of which other parts are known."""

    def __init__(
        self, span: Span, attribute: Attribute, known: Sequence[Published], whole: int, k: int
    ) -> None:
        self._span, self._attribute, self._k = span, attribute, k
        self._known, self._whole = known, whole

    def divide(self) -> Breakdown | None:
        attribute = self._attribute
        values = {code: self._span.count(self._part({code})) for code in attribute.values}
        barred: frozenset[str] = frozenset()
        while True:
            order = listable(values, attribute.thresholds, barred)
            rests = [self._rest(order[folded:]) for folded in range(len(order))]
            divided = Divided(values, attribute.thresholds, rests, barred)
            found = breakdown(divided, attribute.groups, self._k)
            if found is None:
                return None
            clash = self._clash(found)
            if clash is None:
                return found
            barred |= {clash}

    def shared(self, parts: Sequence[Published]) -> list[tuple[Part, Part]]:
        """Pairs with an earlier part that together are more than the whole."""
        return [
            (before.part, one.part)
            for one in parts
            for before in self._known
            if before.contacts + one.contacts > self._whole
        ]

    def _clash(self, found: Breakdown) -> str | None:
        """A listed value that shows, alone or with its group, that somebody exists."""
        for published in parts_of(self._attribute, found):
            codes = published.part.codes.intersection(found.listed)
            if codes and self._shows(codes, published.contacts):
                return min(codes, key=lambda code: (found.listed[code], code))
        return None

    def _part(self, codes: Iterable[str]) -> Part:
        return Part(self._attribute.name, frozenset(codes))

    def _rest(self, listed: Sequence[str]) -> Counted:
        """What is not listed; nothing where its number would show that somebody exists."""
        others = set(self._attribute.values).difference(listed)
        counted = self._span.count(self._part(others))
        erased = self._whole - self._span.count().contacts
        rest = Counted(
            counted.contacts + erased,
            counted.workers,
            counted.by_one + erased,
            counted.by_two + erased,
        )
        return Counted() if self._shows(others, rest.contacts) else rest

    def _shows(self, codes: Iterable[str], contacts: int) -> bool:
        part = self._part(codes)
        return any(
            before.contacts + contacts > self._whole
            and proves(
                before.contacts,
                contacts,
                self._whole,
                self._span.count(before.part, part).workers,
                self._k,
            )
            for before in self._known
        )
