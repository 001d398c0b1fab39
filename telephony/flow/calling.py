"""Beginnings, people and endings: what brings a caller to a counsellor, and what ends a call.

An act makes the next state and names the effects; it never speaks. ``preface`` names a prompt to
be said before the next step's own words.
"""

from dataclasses import replace

from telephony.flow.effects import (
    Alert,
    AllowRecording,
    AskCallback,
    CallbackLater,
    CallbackUnanswered,
    CountSilent,
    Effect,
    LeaveQueue,
    NeverRing,
    OpenCase,
    WithdrawRecording,
)
from telephony.flow.moves import (
    MAX_PASSES,
    MAX_RINGS,
    Act,
    Move,
    go,
    onward,
    opened,
    patiently,
    seek,
    with_safety,
)
from telephony.flow.state import CallState, Facts, Hours, LineKind, Step


def begin(state: CallState, facts: Facts) -> Move:
    """The first answer: not at all on a missed-call line, else the greeting."""
    if state.outbound:
        return go(state, Step.CALLBACK)
    if facts.kind is LineKind.MISSED_CALL:
        effects: tuple[Effect, ...] = (AskCallback(),) if facts.can_ring_back else ()
        return go(replace(state, settled=True), Step.REFUSED, *effects)
    return go(replace(state, language=default_language(facts)), Step.LANGUAGE)


def default_language(facts: Facts) -> str:
    known = facts.known_language
    return known if known and known in facts.languages else facts.languages[0]


def choose_language(number: int) -> Act:
    def handle(state: CallState, facts: Facts) -> Move:
        if number > len(facts.languages):
            return patiently(take_default)(state, facts)
        return greeted(replace(state, language=facts.languages[number - 1]), facts)

    return handle


def take_default(state: CallState, facts: Facts) -> Move:
    return greeted(replace(state, language=default_language(facts)), facts)


def greeted(state: CallState, facts: Facts) -> Move:
    return refuse_abuse(state) if facts.abusive else go(state, Step.NOTICE)


def refuse_abuse(state: CallState) -> Move:
    return go(replace(state, settled=True, ahead=()), Step.ABUSIVE)


def allow_recording(state: CallState, _facts: Facts) -> Move:
    state = replace(state, recording_allowed=True)
    return go(state, Step.MENU, AllowRecording(), preface="recording_on")


def withdraw_recording(state: CallState, _facts: Facts) -> Move:
    """Key 8, at every question: takes the consent back, also where none was given."""
    state = replace(state, recording_allowed=False, preface=("recording_off",))
    return Move(state, (WithdrawRecording(),))


def withdraw_to_menu(state: CallState, facts: Facts) -> Move:
    """Key 8 where the step's own words cannot be said again."""
    move = withdraw_recording(state, facts)
    return Move(replace(move.state, step=Step.MENU, tries=0), move.effects)


# --- a person -----------------------------------------------------------------------------


def danger(state: CallState, facts: Facts) -> Move:
    """Key 9: a case at the highest severity, an alert, and whoever can be rung."""
    effects: tuple[Effect, ...] = () if state.danger else (OpenCase(danger=True), Alert())
    state = replace(state, danger=True, case_open=True, settled=True, rings=0, ahead=())
    if facts.abusive:
        return leave_danger_message(state, *effects)
    return seek(state, facts, *effects)


def leave_danger_message(state: CallState, *effects: Effect) -> Move:
    """No question stands between danger and the tone; the receipt follows the message."""
    return go(state, Step.VOICEMAIL, *effects, LeaveQueue())


def person(state: CallState, facts: Facts) -> Move:
    """Key 2: the factory may be keyed in, then somebody is rung; closed hours have their own."""
    if facts.abusive:
        return refuse_abuse(state)
    state, effects = opened(replace(state, wants_person=True))
    if facts.hours is not Hours.OPEN or not facts.staffed:
        return go(replace(state, ahead=()), Step.CLOSED, *effects)
    return onward(replace(state, ahead=(Step.FACTORY, Step.SEEKING)), facts, *effects)


def ring_leg(state: CallState, leg: str) -> Move:
    said = state.preface
    moved = go(replace(state, leg=leg, rings=state.rings + 1), Step.RING)
    return Move(replace(moved.state, preface=said))


def nobody_free(state: CallState, _facts: Facts) -> Move:
    """Wait on; or, for danger and after the longest wait, the next best thing."""
    if state.danger:
        return leave_danger_message(state)
    if state.outbound:
        return go(state, Step.GOODBYE, CallbackLater(), preface="callback_sorry")
    if state.passes >= MAX_PASSES:
        return go(state, Step.CLOSED, LeaveQueue())
    return Move(replace(state, step=Step.QUEUE, tries=0))


def wait_on(state: CallState, facts: Facts) -> Move:
    """A pass of the queue is over: try again to find somebody."""
    return seek(replace(state, passes=state.passes + 1), facts)


def not_answered(state: CallState, facts: Facts) -> Move:
    """The next counsellor; after many, what closed hours offer."""
    if state.rings >= MAX_RINGS:
        return nobody_free(replace(state, passes=MAX_PASSES), facts)
    return seek(replace(state, leg=""), facts)


def talked(state: CallState, facts: Facts) -> Move:
    """The caller stayed on after the talk: the number, if nobody gave it."""
    given = state.receipt_given or facts.receipt_given
    ahead = (Step.GOODBYE,) if given else (Step.RECEIPT, Step.GOODBYE)
    state = replace(state, settled=True, wants_person=False, leg="", ahead=ahead)
    return onward(state, facts, LeaveQueue())


def awaited(state: CallState, _facts: Facts) -> Move:
    """A third person joins: the talk goes on in a room of its own, without a word in between."""
    return go(state, Step.TOGETHER)


# --- silence, callback from us, the end ---------------------------------------------------


def menu_silent(state: CallState, _facts: Facts) -> Move:
    return go(replace(state, silences=state.silences + 1), Step.SILENT)


def give_up_silent(state: CallState, _facts: Facts) -> Move:
    return go(state, Step.GOODBYE, CountSilent())


def good_time(state: CallState, facts: Facts) -> Move:
    """The worker whom we rang is there: the questions first, then the counsellor."""
    state = with_safety(replace(state, case_open=True, settled=True), facts, Step.SEEKING)
    return onward(state, facts)


def later(state: CallState, _facts: Facts) -> Move:
    return go(replace(state, settled=True), Step.GOODBYE, CallbackLater())


def never(state: CallState, _facts: Facts) -> Move:
    return go(replace(state, settled=True), Step.GOODBYE, NeverRing(), preface="never_ring")


def unanswered(state: CallState, _facts: Facts) -> Move:
    """No key: perhaps a machine. Not one word more."""
    return go(replace(state, settled=True), Step.HANG_UP, CallbackUnanswered())


def hung_up(state: CallState, facts: Facts) -> Move:
    """The call is over: who chose a person and had none is rung back, all else is only counted."""
    effects: tuple[Effect, ...] = ()
    if state.step is Step.SILENT:
        effects += (CountSilent(),)
    if state.outbound and state.step in (Step.START, Step.CALLBACK):
        effects += (CallbackUnanswered(),)
    if state.wants_person:
        effects += (LeaveQueue(),)
        if not state.settled and facts.can_ring_back:
            effects += (AskCallback(),)
    done = replace(state, settled=True, wants_person=False, leg="", ahead=())
    return go(done, Step.HANG_UP, *effects)
