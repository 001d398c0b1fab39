"""What each entry changes in the state of a case: one pure function for each kind that does."""

from dataclasses import replace
from typing import Final

from helpline.cases.rules.folding import agenda, contacts, ledger, lifecycle
from helpline.cases.rules.kinds import CONTACTS
from helpline.cases.rules.state import Event, Folds, State

_FOLDS: Final[Folds] = {**contacts.FOLDS, **lifecycle.FOLDS, **ledger.FOLDS, **agenda.FOLDS}


def fold(state: State, event: Event) -> State:
    """The state after one more entry."""
    before = state
    if event.kind in CONTACTS:
        state = contacts.contact(state, event)
    elif event.kind in _FOLDS:
        state = _FOLDS[event.kind](state, event)
    if state.status is not before.status and before.status.value not in before.passed:
        state = replace(state, passed=(*before.passed, before.status.value))
    return replace(state, last=event.at, last_kind=event.kind.value)
