"""Many sealed things of one box opened at once, in as many processes as there are cores.

Threads would not do: the library holds the interpreter's lock for much of it. A process gets the
box's secret in its memory and nothing else, opens what it is handed, and ends.
"""

import multiprocessing
import os
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import Final, NamedTuple

from crypto.boxes import Box
from crypto.errors import CryptoError
from crypto.sealing import Binding
from helpline.keys.rules import Place, Sealed
from helpline.keys.service.openbox import OpenBox
from helpline.keys.service.site import Tampered, binding

AT_ONCE: Final = 2000
"""Things that go to a process in one piece; with fewer through the slot, none is started."""


class Found(NamedTuple):
    """Something sealed, and where it lies."""

    sealed: Sealed
    place: Place


def read_all(opened: OpenBox, found: Sequence[Found]) -> list[bytes]:
    """Open all of these, in their order; raises `Tampered` if one does not open."""
    slow = sum(one.sealed.stamp is not None for one in found)
    if slow < AT_ONCE:
        return [opened.read(*one) for one in found]
    jobs = []
    for start in range(0, len(found), AT_ONCE):
        part = found[start : start + AT_ONCE]
        for one in part:
            if one.sealed.stamp is not None:
                opened.site.check_sealed(one.sealed, str(opened.id), one.place)
        jobs.append([_told(opened, one) for one in part])
    secrets = {one.sealed.generation: opened.at(one.sealed.generation).secret for one in found}
    context = multiprocessing.get_context("spawn")
    cores = min(os.cpu_count() or 1, len(jobs))
    with ProcessPoolExecutor(cores, context, _begin, (secrets,)) as pool:
        try:
            return [plain for part in pool.map(_open, jobs) for plain in part]
        except CryptoError:
            raise Tampered("one of many rows does not open") from None


_Told = tuple[bytes, int, bool, Binding]
_boxes: dict[int, Box] = {}


def _told(opened: OpenBox, one: Found) -> _Told:
    """What a process needs: bytes, generation, whether they came through the slot, binding."""
    sealed = one.sealed
    bound = binding(one.place, str(opened.id), sealed.generation)
    return sealed.data, sealed.generation, sealed.stamp is not None, bound


def _begin(secrets: dict[int, bytes]) -> None:
    _boxes.update({generation: Box.from_secret(one) for generation, one in secrets.items()})


def _open(part: list[_Told]) -> list[bytes]:
    return [
        _boxes[generation].open_slot(data, bound)
        if through_slot
        else _boxes[generation].open_shelf(data, bound)
        for data, generation, through_slot, bound in part
    ]
