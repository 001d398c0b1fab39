"""Many sealed things of one box, opened or written batch by batch.

What lies on the shelf is opened here. What was put into the slot takes forty times as long and is
opened in as many processes as there are cores; threads would not do, since the library holds the
interpreter's lock for much of it. A process gets the box's secret in its memory and nothing else,
opens what it is handed, and ends.
"""

import multiprocessing
import os
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import islice
from typing import Final, NamedTuple
from uuid import UUID

from crypto import many
from crypto.errors import CryptoError
from crypto.many import Kin, Thing
from helpline.keys.rules import Place, Sealed
from helpline.keys.service.openbox import OpenBox
from helpline.keys.service.site import Tampered

AT_ONCE: Final = 2000
"""Things of a batch; no process is started for fewer in the slot."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What the places of many things have in common."""

    purpose: str
    table: str

    def at(self, row: UUID, revision: int) -> Place:
        """The place of one of them."""
        return Place(self.purpose, self.table, str(row), revision)


class Found(NamedTuple):
    """Something sealed, with what is its own of its place."""

    row: UUID
    revision: int
    data: bytes
    generation: int
    stamp: bytes | None


Plains = Callable[[], list[bytes]]
"""Waits until they are open."""


def read(opened: OpenBox, kind: Kind, found: Iterable[Found]) -> Iterator[tuple[Found, bytes]]:
    """Open all of these in their order, a few batches ahead of whoever takes them; raises
    `Tampered` if one does not open."""
    with ExitStack() as stack:
        reader = _Reader(opened, kind, stack)
        waiting: deque[Iterator[tuple[Found, bytes]]] = deque()
        rows = iter(found)
        while batch := list(islice(rows, AT_ONCE)):
            waiting.append(reader.begin(batch))
            if len(waiting) > 2 * _cores():
                yield from waiting.popleft()
        while waiting:
            yield from waiting.popleft()


def write(opened: OpenBox, kind: Kind, plains: Iterable[tuple[UUID, int, bytes]]) -> list[Sealed]:
    """Lay these on the shelf: row, revision, what. In their order."""
    things = (Thing(plain, str(row), revision) for row, revision, plain in plains)
    sealed = many.seal_shelf(opened.box, things, _kin(opened, kind, opened.generation))
    return [Sealed(data, opened.generation) for data in sealed]


class _Reader:
    """Opens batches, and starts processes when that is worth it."""

    def __init__(self, opened: OpenBox, kind: Kind, stack: ExitStack) -> None:
        self._opened, self._kind, self._stack = opened, kind, stack
        self._pool: ProcessPoolExecutor | None = None

    def begin(self, batch: Sequence[Found]) -> Iterator[tuple[Found, bytes]]:
        """Begin with a batch: what is in the slot is open when it is asked for."""
        places: defaultdict[tuple[int, bool], list[int]] = defaultdict(list)
        for place, one in enumerate(batch):
            places[one.generation, one.stamp is not None].append(place)
        parts = [
            (these, self._part(generation, [batch[place] for place in these], slot=slot))
            for (generation, slot), these in places.items()
        ]
        return _in_order(batch, parts)

    def _part(self, generation: int, part: Sequence[Found], *, slot: bool) -> Plains:
        box, kin = self._opened.at(generation), _kin(self._opened, self._kind, generation)
        things = [Thing(one.data, str(one.row), one.revision) for one in part]
        if not slot:
            return lambda: many.open_shelf(box, things, kin)
        for one in part:
            sealed = Sealed(one.data, one.generation, one.stamp)
            place = self._kind.at(one.row, one.revision)
            self._opened.site.check_sealed(sealed, str(self._opened.id), place)
        if self._pool is None and len(part) < AT_ONCE:
            return lambda: many.open_slot(box, things, kin)
        future: Future[list[bytes]] = self._started().submit(
            many.open_slot_of, box.secret, things, kin
        )
        return future.result

    def _started(self) -> ProcessPoolExecutor:
        if self._pool is None:
            context = multiprocessing.get_context("spawn")
            self._pool = self._stack.enter_context(ProcessPoolExecutor(_cores(), context))
        return self._pool


def _in_order(
    batch: Sequence[Found], parts: Sequence[tuple[list[int], Plains]]
) -> Iterator[tuple[Found, bytes]]:
    """Waits only when somebody takes the first."""
    plains: list[bytes] = [b""] * len(batch)
    try:
        for places, opened in parts:
            for place, plain in zip(places, opened(), strict=True):
                plains[place] = plain
    except CryptoError:
        raise Tampered("one of many rows does not open") from None
    yield from zip(batch, plains, strict=True)


def _kin(opened: OpenBox, kind: Kind, generation: int) -> Kin:
    return Kin(kind.purpose, kind.table, str(opened.id), generation)


def _cores() -> int:
    return len(os.sched_getaffinity(0))
