"""What is agreed for later."""

from dataclasses import replace
from typing import Final

from helpline.cases.rules.agenda import Appointment, Held, NextStep, with_changed
from helpline.cases.rules.folding.lifecycle import reopened
from helpline.cases.rules.kinds import EntryKind
from helpline.cases.rules.plain import from_plain, moment
from helpline.cases.rules.state import Event, Folds, State
from helpline.cases.rules.status import Status


def _appointment(state: State, event: Event) -> State:
    agreed = from_plain(Appointment, event.body)
    return replace(state, appointments=(*state.appointments, agreed))


def _appointment_changed(state: State, event: Event) -> State:
    before, at = _meant(state, event), moment(event.body.get("at"))
    if before is None:
        return state
    state, after = _wish_met(state, before), replace(before, wish="", wished=None)
    if at is not None:
        after = replace(after, at=at, moved=before.moved + 1)
    else:
        after = replace(after, state=Held(event.body["state"]))
    return replace(state, appointments=with_changed(state.appointments, after))


def _meant(state: State, event: Event) -> Appointment | None:
    """The talk of which an entry speaks, if the case has it."""
    wanted = str(event.body.get("id"))
    return next((one for one in state.appointments if one.id == wanted), None)


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
    if state.status is Status.CLOSED:
        state = reopened(state, event)
    state = replace(state, waiting_since=state.waiting_since or event.at)
    talk = _meant(state, event)
    if talk is None:
        return state
    wished = replace(talk, wish=str(event.body.get("wish", "")), wished=event.at)
    return replace(state, appointments=with_changed(state.appointments, wished))


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
