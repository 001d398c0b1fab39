"""Linear programs of the gate, solved by HiGHS.

    bounds(members=4, total=9, most=4)     [(0, 4), (0, 4), (0, 4), (0, 4)]

Whole numbers: the least is rounded up and the most down, as a reader would (REPORTS.md 3.9 no. 1).
"""

import math

import highspy

_CLOSE = 1e-6
"""A solver's result is a whole number if it is as near to one."""


class NotSolved(RuntimeError):
    """The solver found no optimum; nothing is published."""


def bounds(members: int, total: int, most: int) -> list[tuple[int, int]]:
    """The least and the most that each of so many may have, at most `most` each and `total`
    together. Raises NotSolved where the solver ends with anything but an optimum."""
    model = highspy.Highs()  # type: ignore[no-untyped-call]
    model.silent()
    each = [model.addVariable(lb=0, ub=most) for _ in range(members)]
    model.addConstr(model.qsum(each) == total)
    found = []
    for one in each:
        model.minimize(one)
        least = _solved(model)
        model.maximize(one)
        found.append((math.ceil(least - _CLOSE), math.floor(_solved(model) + _CLOSE)))
    return found


def _solved(model: highspy.Highs) -> float:
    if model.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        raise NotSolved
    return float(model.getInfo().objective_function_value)
