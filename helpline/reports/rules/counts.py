"""Counts of contacts with what the rules ask of their contributors, and when a count may be said.

A contributor is a worker at one factory: a handle, or a "same person" link; contacts without either
are one contributor together (REPORTS.md 3.1).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

K: Final = 5
"""Distinct workers that a number must stand for."""
K_SENSITIVE: Final = 10
"""The same for a value that says something sensitive of whoever it counts."""
NEVER: Final = 10**9
"""The same for a value that is never said by itself: nobody can tell how much of a rest it is."""
ONE_MOST: Final = 0.5
TWO_MOST: Final = 0.8
"""The largest shares of a number that may come from one contributor, and from two."""


@dataclass(frozen=True, slots=True)
class Counted:
    """Some contacts: how many, from how many workers, and how many of them from the one and from
    the two who contacted most."""

    contacts: int = 0
    workers: int = 0
    by_one: int = 0
    by_two: int = 0

    @classmethod
    def of(cls, contributors: Iterable[int]) -> "Counted":
        """From the number of contacts of each contributor."""
        each = sorted(contributors, reverse=True)
        return cls(sum(each), len(each), sum(each[:1]), sum(each[:2]))

    @property
    def dominated(self) -> bool:
        """Whether one or two contributors made too much of it."""
        return self.by_one > ONE_MOST * self.contacts or self.by_two > TWO_MOST * self.contacts

    def may_be_said(self, k: int = K) -> bool:
        """Whether it stands for k workers at least, none of whom made most of it."""
        return self.workers >= k and not self.dominated
