"""What is agreed for later."""

from dataclasses import replace
from typing import Any, Final

from helpline.cases.rules.agenda import Appointment, Held, NextStep, changed
from helpline.cases.rules.kinds import EntryKind
from helpline.cases.rules.plain import from_plain, moment
from helpline.cases.rules.state import Event, Folds, State


def _appointment(state: State, event: Event) -> State:
    agreed = from_plain(Appointment, event.body)
    return replace(state, appointments=(*state.appointments, agreed))


def _appointment_changed(state: State, event: Event) -> State:
    body, values = event.body, {"wish": ""}
    found = {one.id: one for one in state.appointments}
    before = found.get(str(body.get("id")))
    if before is None:
        return state
    if body.get("at"):
        moved: dict[str, Any] = {"at": moment(body["at"]), "moved": before.moved + 1}
        return replace(
            state, appointments=changed(state.appointments, before.id, **values, **moved)
        )
    became = Held(body["state"])
    return replace(
        state, appointments=changed(state.appointments, before.id, **values, state=became)
    )


def _appointment_wish(state: State, event: Event) -> State:
    """The worker wants it moved or cancelled: somebody must act, so the worker waits."""
    body = event.body
    wished = changed(state.appointments, str(body.get("id")), wish=str(body.get("wish", "")))
    return replace(state, appointments=wished, waiting_since=state.waiting_since or event.at)


def _step(state: State, event: Event) -> State:
    return replace(state, steps=(*state.steps, from_plain(NextStep, event.body)))


def _step_done(state: State, event: Event) -> State:
    done = event.body.get("step")
    steps = tuple(replace(one, done=event.at) if one.id == done else one for one in state.steps)
    return replace(state, steps=steps, acted=state.acted or event.at)


FOLDS: Final[Folds] = {
    EntryKind.APPOINTMENT: _appointment,
    EntryKind.APPOINTMENT_CHANGED: _appointment_changed,
    EntryKind.APPOINTMENT_WISH: _appointment_wish,
    EntryKind.STEP: _step,
    EntryKind.STEP_DONE: _step_done,
}
