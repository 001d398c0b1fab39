"""How the call gets from step to step: the small moves that every act is made of."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

from telephony.flow.effects import Effect, JoinQueue, LeaveQueue, OpenCase, Reserve
from telephony.flow.state import CallState, Facts, Step

MAX_PASSES: Final = 120
"""Rounds in the queue before a message or a callback is offered: at most 30 minutes."""
MAX_RINGS: Final = 12
MAX_TRIES: Final = 3
SILENT_PROMPTS: Final = 2
SHORTEST_MESSAGE: Final = 1
"""Seconds; a shorter recording is an empty message."""


@dataclass(frozen=True, slots=True)
class Move:
    """The next state and what has to be done on the way."""

    state: CallState
    effects: tuple[Effect, ...] = ()


Act: TypeAlias = Callable[[CallState, Facts], Move]


def go(state: CallState, step: Step, *effects: Effect, preface: str = "") -> Move:
    """To this step, with a fresh count of tries."""
    said = (preface,) if preface else ()
    return Move(replace(state, step=step, tries=0, preface=said), effects)


def to(step: Step, preface: str = "") -> Act:
    """The act that only goes to a step, dropping the errand."""
    return lambda state, _facts: go(replace(state, ahead=()), step, preface=preface)


def stay(state: CallState, preface: str = "") -> Move:
    """The same step once more, with the count of tries as it stands."""
    return Move(replace(state, preface=(preface,) if preface else ()))


def repeat(state: CallState, _facts: Facts) -> Move:
    return stay(state)


def wrong_key(state: CallState, _facts: Facts) -> Move:
    """Say so and ask again; who tries three times is helped on by ``patiently``."""
    return stay(replace(state, tries=state.tries + 1), "wrong_key")


def patiently(act: Act, preface: str = "wrong_key") -> Act:
    """Ask again, but after three tries in a row do ``act`` instead."""

    def handle(state: CallState, facts: Facts) -> Move:
        if state.tries + 1 >= MAX_TRIES:
            return act(replace(state, tries=0), facts)
        return stay(replace(state, tries=state.tries + 1), preface)

    return handle


def twice(act: Act) -> Act:
    """Say it a second time, then do ``act``."""

    def handle(state: CallState, facts: Facts) -> Move:
        if state.tries + 1 >= SILENT_PROMPTS:
            return act(state, facts)
        return stay(replace(state, tries=state.tries + 1))

    return handle


def onward(state: CallState, facts: Facts, *effects: Effect, preface: str = "") -> Move:
    """The next step ahead that still has a purpose; goodbye if none is left."""
    for n, step in enumerate(state.ahead):
        rest = replace(state, ahead=state.ahead[n + 1 :])
        if step is Step.FACTORY and state.factory_asked:
            continue
        if step in (Step.RECEIPT, Step.RECEIPT_OFFER) and state.receipt_given:
            continue
        if step is Step.SEEKING:
            return seek(rest, facts, *effects, preface=preface)
        return go(rest, step, *effects, preface=preface)
    return go(replace(state, ahead=()), Step.GOODBYE, *effects, preface=preface)


def forward(state: CallState, facts: Facts) -> Move:
    return onward(state, facts)


def with_safety(state: CallState, facts: Facts, *rest: Step) -> CallState:
    """Plan the safety questions that have not been put yet, then the rest."""
    questions: tuple[Step, ...] = ()
    if not (state.safety_asked or facts.safety_asked):
        questions += (Step.SAFETY_RING, Step.SAFETY_MESSAGE) if facts.can_ring_back else ()
        questions += (Step.SAFETY_TEXT,) if facts.can_text else ()
    return replace(state, safety_asked=True, ahead=questions + rest)


def opened(state: CallState) -> tuple[CallState, tuple[Effect, ...]]:
    """The call has a case from here on."""
    if state.case_open:
        return state, ()
    return replace(state, case_open=True), (OpenCase(),)


def seek(state: CallState, facts: Facts, *effects: Effect, preface: str = "") -> Move:
    """Ask the hotline to hold somebody for this call."""
    if not (state.danger or state.outbound):
        if not facts.staffed:
            return go(state, Step.CLOSED, *effects, LeaveQueue(), preface=preface)
        effects += (JoinQueue(),)
    return go(state, Step.SEEKING, *effects, Reserve(danger=state.danger), preface=preface)
