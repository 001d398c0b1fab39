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
    most: float

    @property
    def gives_away(self) -> bool:
        """That somebody is there, or nobody, or nearly how many."""
        return self.least > 0 or self.most < 1

    def narrow(self, k: int) -> bool:
        """Whether it is known within less than k."""
        return self.most - self.least < k - 1


class Reader:
    """Holds everything that was published. Claims that share no cell, not even by way of others,
    say nothing of each other: each such part of them is a program of its own."""

    def __init__(self, claims: Iterable[Claim]) -> None:
        self._of: dict[Cell, list[Claim]] = {}
        for claim in claims:
            self._join(claim)
        self._programs: dict[int, Program] = {}

    def proves(self, target: frozenset[Cell], true: int) -> Proved:
        """The least and the most that may be in the target; cells nobody spoke of are free."""
        parts: dict[int, list[Cell]] = {}
        for cell in target:
            if cell in self._of:
                parts.setdefault(id(self._of[cell]), []).append(cell)
        free = sum(map(len, parts.values())) < len(target)
        bounds = [self._program(cells[0]).bounds(cells) for cells in parts.values()]
        most = math.inf if free else sum(high for _, high in bounds)
        return Proved(target, true, sum(low for low, _ in bounds), most)

    def _join(self, claim: Claim) -> None:
        parts = {id(part): part for cell in claim.cells if (part := self._of.get(cell))}
        whole = max(parts.values(), key=len, default=[])
        for part in parts.values():
            if part is not whole:
                whole += part
                self._of.update((cell, whole) for one in part for cell in one.cells)
        whole.append(claim)
        self._of.update((cell, whole) for cell in claim.cells)

    def _program(self, cell: Cell) -> "Program":
        claims = self._of[cell]
        return self._programs.setdefault(id(claims), Program(claims))


class Program:
    """Claims as rows of a linear program, cells as its columns."""

    def __init__(self, claims: Sequence[Claim]) -> None:
        cells = sorted(set().union(*(claim.cells for claim in claims)))
        self._column = {cell: n for n, cell in enumerate(cells)}
        self._model = highspy.Highs()  # type: ignore[no-untyped-call]
        self._model.silent()
        self._model.addVars(len(cells), np.zeros(len(cells)), np.full(len(cells), np.inf))
        for claim in claims:
            places = np.array([self._column[cell] for cell in claim.cells], dtype=np.int32)
            self._model.addRow(claim.least, claim.most, len(places), places, np.ones(len(places)))

    def bounds(self, cells: Sequence[Cell]) -> tuple[int, float]:
        """The least and the most that may be in these cells together."""
        columns = [self._column[cell] for cell in cells]
        least = math.ceil(self._optimum(columns, 1.0) - 1e-6)
        most = -self._optimum(columns, -1.0)
        return least, most if most == math.inf else math.floor(most + 1e-6)

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
