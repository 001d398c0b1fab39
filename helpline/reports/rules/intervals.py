"""Exact intervals, worked out from published numbers alone.

    poisson(12)             (6.20, 20.96)    how many could have been expected where 12 came
    share(27, 32)           (0.672, 0.947)   Clopper and Pearson 1934
    ratio(40, 1000, 20, 1000)                 the rate of the first beside that of the second

All at 95 %, each side 2.5 %. Sums are made in floating point from the largest term on; a
published number is small enough for that (at most some ten thousand).
"""

import math
from collections.abc import Callable
from functools import lru_cache
from typing import Final

_TAIL: Final = 0.025
_STEPS: Final = 60
"""Halvings: more than a double can tell apart."""

Interval = tuple[float, float]


@lru_cache(maxsize=4096)
def poisson(count: int) -> Interval:
    """The expectations under which `count` events are not unusual (Garwood 1936)."""
    if count < 0:
        raise ValueError("a count below zero")
    most = count + 10 * math.sqrt(count + 1) + 10
    low = 0.0
    if count:
        low = _crossing(lambda mean: 1 - _poisson_upto(count - 1, mean), 0.0, most, _TAIL)
    high = _crossing(lambda mean: -_poisson_upto(count, mean), 0.0, most, -_TAIL)
    return low, high


@lru_cache(maxsize=4096)
def share(part: int, whole: int) -> Interval:
    """The shares under which `part` of `whole` is not unusual."""
    if not 0 <= part <= whole or not whole:
        raise ValueError("a part larger than its whole, or nothing as a whole")
    low = 0.0
    if part:
        low = _crossing(lambda p: 1 - _binomial_upto(part - 1, whole, p), 0.0, 1.0, _TAIL)
    high = 1.0
    if part < whole:
        high = _crossing(lambda p: -_binomial_upto(part, whole, p), 0.0, 1.0, -_TAIL)
    return low, high


def ratio(count: int, exposure: float, before: int, exposure_before: float) -> Interval | None:
    """How many times the earlier rate the later one is; None if nothing came in either.

    Given both counts together, the later one is a share of them whatever the rates are
    (Przyborowski and Wilenski 1940); the upper end is infinite where nothing came before.
    """
    if exposure <= 0 or exposure_before <= 0:
        raise ValueError("an exposure that is not above zero")
    if not count + before:
        return None
    low, high = share(count, count + before)
    scale = exposure_before / exposure
    return scale * low / (1 - low), scale * high / (1 - high) if high < 1 else math.inf


def changed(interval: Interval | None) -> bool:
    """Whether a change can be told from chance."""
    return interval is not None and not interval[0] <= 1 <= interval[1]


def _crossing(rising: Callable[[float], float], low: float, high: float, level: float) -> float:
    for _ in range(_STEPS):
        middle = (low + high) / 2
        if rising(middle) < level:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _poisson_upto(count: int, mean: float) -> float:
    """The probability of at most `count` where `mean` are expected."""
    if mean <= 0:
        return 1.0
    terms = (n * math.log(mean) - mean - math.lgamma(n + 1) for n in range(count, -1, -1))
    return math.fsum(math.exp(term) for term in terms)


def _binomial_upto(part: int, whole: int, p: float) -> float:
    """The probability of at most `part` of `whole`, each with probability `p`."""
    if p <= 0:
        return 1.0
    if p >= 1:
        return float(part >= whole)
    rest, of = math.log1p(-p), math.log(p)
    every = math.lgamma(whole + 1)
    return math.fsum(
        math.exp(
            every - math.lgamma(n + 1) - math.lgamma(whole - n + 1) + n * of + (whole - n) * rest
        )
        for n in range(part, -1, -1)
    )
