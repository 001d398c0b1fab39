"""A reader with a solver: what can be proved of any cell from what somebody published.

It knows nothing of our procedure: published numbers are sums over contacts of factory x month x
category, "fewer than k" is 0 to k - 1, and no number is negative. Every producer is attacked alike.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import highspy
import numpy as np

Cell = tuple[int, int, int]
"""Factory, month, category."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What somebody published of some cells together: their number, or that it is below k."""

    cells: frozenset[Cell]
    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Proved:
    """What follows for a target whose contacts are few."""

    target: frozenset[Cell]
    true: int
    least: int
    most: int

    @property
    def gives_away(self) -> bool:
        """That somebody is there, or nobody, or nearly how many."""
        return self.least > 0 or self.most < 1

    def narrow(self, k: int) -> bool:
        return self.most - self.least < k - 1


class Reader:
    """Holds everything that was published."""

    def __init__(self, claims: Iterable[Claim]) -> None:
        self._claims = list(claims)
        cells = sorted(set().union(*(claim.cells for claim in self._claims)))
        self._column = {cell: n for n, cell in enumerate(cells)}
        self._model = highspy.Highs()  # type: ignore[no-untyped-call]
        self._model.silent()
        self._model.addVars(len(cells), np.zeros(len(cells)), np.full(len(cells), np.inf))
        for claim in self._claims:
            places = np.array([self._column[cell] for cell in claim.cells], dtype=np.int32)
            self._model.addRow(claim.least, claim.most, len(places), places, np.ones(len(places)))

    def proves(self, target: frozenset[Cell], true: int) -> Proved:
        """The least and the most that may be in the target; cells nobody spoke of are free."""
        known = [self._column[cell] for cell in target if cell in self._column]
        free = len(known) < len(target)
        least = math.ceil(self._optimum(known, 1.0) - 1e-6)
        most = math.inf if free else -self._optimum(known, -1.0)
        return Proved(target, true, least, 10**9 if most == math.inf else math.floor(most + 1e-6))

    def _optimum(self, columns: Sequence[int], cost: float) -> float:
        model = self._model
        many = model.getNumCol()
        costs = np.zeros(many)
        costs[columns] = cost
        model.changeColsCost(many, np.arange(many, dtype=np.int32), costs)
        model.run()
        status = model.getModelStatus()
        if status == highspy.HighsModelStatus.kUnbounded:
            return -math.inf
        if status != highspy.HighsModelStatus.kOptimal:
            raise AssertionError(f"the published numbers contradict each other: {status}")
        return float(model.getInfo().objective_function_value)
