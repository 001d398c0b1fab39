"""What is agreed for later: the next steps of a case and the talks that were arranged. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any


class Meeting(StrEnum):
    """How we and the worker talk at an appointment."""

    WE_RING = "we_ring"
    WORKER_RINGS = "worker_rings"
    VISIT = "visit"


class Held(StrEnum):
    """What became of an appointment."""

    OPEN = "open"
    HELD = "held"
    MISSED = "missed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Appointment:
    """The next talk. `wish`: the worker asked to "move" or "cancel" it, nobody has acted yet.

    wished   when the worker asked so
    """

    id: str
    at: datetime
    how: Meeting = Meeting.WE_RING
    minutes: int = 50
    state: Held = Held.OPEN
    wish: str = ""
    moved: int = 0
    wished: datetime | None = None


@dataclass(frozen=True, slots=True)
class Coming:
    """A talk still to come, as a letterbox tells of it; `wish` is what the worker asked for it."""

    id: str
    at: datetime
    wish: str = ""


@dataclass(frozen=True, slots=True)
class NextStep:
    """Something somebody will do by a day."""

    id: str
    what: str
    due: datetime
    done: datetime | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What the factory puts right, by when; `agreed` or `refused` is when the worker said so."""

    id: str
    text: str
    due: datetime
    proposed: datetime
    agreed: datetime | None = None
    refused: datetime | None = None


def open_appointments(appointments: Iterable[Appointment]) -> tuple[Appointment, ...]:
    """Those still to come (or to be marked), soonest first."""
    still = [one for one in appointments if one.state is Held.OPEN]
    return tuple(sorted(still, key=lambda one: one.at))


def open_steps(steps: Iterable[NextStep]) -> tuple[NextStep, ...]:
    """What is still to be done, soonest first."""
    return tuple(sorted((one for one in steps if one.done is None), key=lambda one: one.due))


def with_changed(
    appointments: tuple[Appointment, ...], after: Appointment
) -> tuple[Appointment, ...]:
    """The appointments with this one in the place of what it was before."""
    return tuple(after if one.id == after.id else one for one in appointments)


def next_talk(told: Iterable[Mapping[str, Any]], now: datetime) -> Coming | None:
    """The first talk to come of what was told in a letterbox, oldest first.

    {"id", "at"}: agreed or moved, with an empty "at" it is off; {"id", "wish"}: the worker's word.
    """
    known: dict[str, Coming] = {}
    for one in told:
        talk_id = str(one["id"])
        before = known.pop(talk_id, None)
        if one.get("at"):
            known[talk_id] = Coming(talk_id, datetime.fromisoformat(one["at"]))
        elif one.get("wish") and before is not None:
            known[talk_id] = replace(before, wish=str(one["wish"]))
    coming = (talk for talk in known.values() if talk.at > now)
    return min(coming, key=lambda talk: talk.at, default=None)
