"""Answers of a served page, each between two stretches of a handle, beside a bare page.

What is wanted in milliseconds is wanted of a core that stretches a handle in 25 ms: how many times
as long an answer takes is what counts.
"""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.load.measure import HANDLE_SECONDS, SECONDS, Row, Server, family, run

Figures = Mapping[str, float]
Request = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """One kind of page: where, what is asked for, and how many rows the bare page beside it has."""

    base: str
    pids: Sequence[int]
    requests: Sequence[Request]
    bare: int


def get(path: str, cookies: Mapping[str, str]) -> Request:
    """A page as its reader's browser asks for it."""
    return {"path": path, "fields": None, "cookies": dict(cookies)}


def turn(bare: Server, asked: Mapping[str, Asked]) -> dict[str, Figures]:
    """Each of ours alone for a moment, and a bare page of as many rows."""
    found: dict[str, Figures] = {}
    for name, one in asked.items():
        request = get(f"/reference/rows/{one.bare}", {})
        beside = Asked(bare.base, family(bare.pid), [request], one.bare)
        found[f"{name} beside"] = _paired(beside, SECONDS / 16)
        found[name] = _paired(one, SECONDS / 4)
    return found


def _paired(one: Asked, seconds: float) -> Figures:
    order = {"base": one.base, "requests": list(one.requests), "seconds": seconds, "paired": True}
    return run("tests.load.reader", order, one.pids)


def read(one: Asked, clients: int = 1, rounds: int = 0, seconds: float = SECONDS / 6) -> Figures:
    """What several clients get, for so long or for so many rounds."""
    order = {"base": one.base, "requests": list(one.requests), "clients": clients}
    return run("tests.load.reader", order | {"seconds": seconds, "rounds": rounds}, one.pids)


def limited(
    kind: str,
    what: str,
    turns: Sequence[Mapping[str, Figures]],
    name: str,
    most: float,
    most_bytes: float = 0,
) -> Row:
    """A line of the table: a page of `turn`, in at most so many milliseconds and bytes."""
    ours, theirs = middle(turns, name), middle(turns, f"{name} beside")
    handles = most / 1000 / HANDLE_SECONDS
    wanted = f"{most:.0f} ms ({handles:.2f} handles)"
    wanted += f", {most_bytes / 1000:.0f} kB" if most_bytes else ""
    good = ours["handles"] <= handles and not ours["failures"]
    return Row(
        what,
        kind,
        f"{told(ours)}, {ours['bytes'] / 1000:.0f} kB, {ours['cpu']:.0f} ms CPU",
        f"{told(theirs)} bare",
        wanted,
        good and (not most_bytes or ours["bytes"] <= most_bytes),
    )


def middle(turns: Sequence[Mapping[str, Figures]], name: str) -> Figures:
    """The median of the turns, figure by figure; failures and bytes of any turn count."""
    found = [turn[name] for turn in turns]
    medians = {key: statistics.median(figures[key] for figures in found) for key in found[0]}
    return medians | {key: max(figures[key] for figures in found) for key in ("failures", "bytes")}


def told(figures: Figures) -> str:
    """How long an answer takes, in handles and in milliseconds."""
    return f"{figures['handles']:.2f} handles, p50 {figures['p50']:.1f} ms"
