"""What is agreed for later: the next steps of a case and the talks that were arranged. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum


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
    """The next talk. `wish`: the worker asked to "move" or "cancel" it, nobody has acted yet."""

    id: str
    at: datetime
    how: Meeting = Meeting.WE_RING
    minutes: int = 50
    state: Held = Held.OPEN
    wish: str = ""
    moved: int = 0


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


def changed(
    appointments: tuple[Appointment, ...], appointment_id: str, **values: object
) -> tuple[Appointment, ...]:
    """The appointments with one of them changed."""
    return tuple(
        replace(one, **values) if one.id == appointment_id else one  # type: ignore[arg-type]
        for one in appointments
    )
