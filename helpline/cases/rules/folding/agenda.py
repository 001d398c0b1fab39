"""What is agreed for later."""

from dataclasses import replace
from typing import Any, Final

from helpline.cases.rules.agenda import Appointment, Held, NextStep, changed
from helpline.cases.rules.folding.lifecycle import reopened
from helpline.cases.rules.kinds import EntryKind
from helpline.cases.rules.plain import from_plain, moment
from helpline.cases.rules.state import Event, Folds, State
from helpline.cases.rules.status import Status


def _appointment(state: State, event: Event) -> State:
    agreed = from_plain(Appointment, event.body)
    return replace(state, appointments=(*state.appointments, agreed))


def _appointment_changed(state: State, event: Event) -> State:
    body, values = event.body, {"wish": "", "wished": None}
    found = {one.id: one for one in state.appointments}
    before = found.get(str(body.get("id")))
    if before is None:
        return state
    state = _wish_met(state, before)
    if body.get("at"):
        moved: dict[str, Any] = {"at": moment(body["at"]), "moved": before.moved + 1}
        return replace(
            state, appointments=changed(state.appointments, before.id, **values, **moved)
        )
    became = Held(body["state"])
    return replace(
        state, appointments=changed(state.appointments, before.id, **values, state=became)
    )


def _wish_met(state: State, talk: Appointment) -> State:
    """Acting on the wish is the answer to it, unless the worker waits for more than that."""
    wished = talk.wished
    if wished is None or state.waiting_since != wished:
        return state
    if state.last_contact is not None and state.last_contact > wished:
        return state
    return replace(state, waiting_since=None)


def _appointment_wish(state: State, event: Event) -> State:
    """The worker wants it moved or cancelled: somebody must act, so the worker waits."""
    body = event.body
    if state.status is Status.CLOSED:
        state = reopened(state, event)
    said = {"wish": str(body.get("wish", "")), "wished": event.at}
    wished = changed(state.appointments, str(body.get("id")), **said)
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
