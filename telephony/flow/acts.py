"""What a key, a silence or a result does: each act makes the next state and names the effects.

An act never speaks. ``preface`` names a prompt to be said before the next step's own words.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

from telephony.flow.state import CallState, Facts, Hours, LineKind, Question, Step
from telephony.flow.turn import (
    Alert,
    AllowRecording,
    AskCallback,
    AskText,
    CallbackLater,
    CallbackUnanswered,
    CountSilent,
    DropCallback,
    Effect,
    JoinQueue,
    KeepMessage,
    KeyedFactory,
    LeaveQueue,
    LettersHeard,
    LookUpReceipt,
    NeverRing,
    OpenCase,
    Reserve,
    SafetyAnswer,
    TextReceipt,
    WithdrawRecording,
)

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


# --- beginnings ---------------------------------------------------------------------------


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


def seek(state: CallState, facts: Facts, *effects: Effect, preface: str = "") -> Move:
    """Ask the hotline to hold somebody for this call."""
    if not (state.danger or state.outbound):
        if not facts.staffed:
            return go(state, Step.CLOSED, *effects, LeaveQueue(), preface=preface)
        effects += (JoinQueue(),)
    return go(state, Step.SEEKING, *effects, Reserve(danger=state.danger), preface=preface)


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


# --- information, factory, receipt --------------------------------------------------------


def key_factory(state: CallState, facts: Facts, digits: str) -> Move:
    """Right or wrong, it is sealed at once and the caller is served."""
    return onward(replace(state, factory_asked=True), facts, KeyedFactory(digits))


def skip_factory(state: CallState, facts: Facts) -> Move:
    return onward(replace(state, factory_asked=True), facts)


def key_receipt(state: CallState, _facts: Facts, digits: str) -> Move:
    """After three wrong ones nothing is looked up any more; it sounds the same."""
    if state.receipt_tries >= MAX_TRIES:
        return receipt_refused(state, _facts)
    return go(state, Step.RECEIPT_CHECK, LookUpReceipt(digits))


def receipt_refused(state: CallState, _facts: Facts) -> Move:
    state = replace(state, receipt_tries=state.receipt_tries + 1)
    if state.receipt_tries >= MAX_TRIES:
        return go(state, Step.MENU, preface="receipt_unknown")
    return go(state, Step.RECEIPT_ENTRY, preface="receipt_unknown")


def receipt_known(state: CallState, unread: int) -> Move:
    state = replace(
        state, unread=unread, case_open=True, receipt_given=True, factory_asked=True, ahead=()
    )
    return go(state, Step.LETTERS)


def after_letters(act: Act) -> Act:
    """Going on means that the letters were heard."""

    def handle(state: CallState, facts: Facts) -> Move:
        heard: tuple[Effect, ...] = (LettersHeard(),) if state.unread else ()
        move = act(replace(state, unread=0), facts)
        return Move(move.state, heard + move.effects)

    return handle


def give_receipt(state: CallState, _facts: Facts) -> Move:
    """Key 5 in the queue: the number now, the place is kept."""
    return go(replace(state, ahead=(Step.SEEKING,)), Step.RECEIPT)


def hear_receipt(state: CallState, _facts: Facts) -> Move:
    return go(state, Step.RECEIPT)


def receipt_heard(state: CallState, facts: Facts) -> Move:
    return onward(replace(state, receipt_given=True), facts)


def another_receipt(state: CallState, _facts: Facts) -> Move:
    return go(state, Step.RECEIPT, preface="receipt_replaces")


def text_receipt(state: CallState, facts: Facts) -> Move:
    """Pressing this key is the caller's word that a text is safe."""
    if not facts.can_text:
        return stay(state, "wrong_key")
    effects = (SafetyAnswer(Question.TEXT, yes=True), TextReceipt())
    return onward(replace(state, receipt_given=True), facts, *effects, preface="receipt_texted")


# --- message, callback, text --------------------------------------------------------------


def message(state: CallState, facts: Facts) -> Move:
    """Leave a message: factory, receipt, tone."""
    state, effects = opened(state)
    state = replace(state, ahead=(Step.FACTORY, Step.RECEIPT_OFFER, Step.VOICEMAIL))
    return onward(state, facts, *effects, LeaveQueue())


def message_recorded(state: CallState, facts: Facts, seconds: int) -> Move:
    if seconds < SHORTEST_MESSAGE:
        return message_empty(state, facts)
    state = with_safety(state, facts, Step.RECEIPT_OFFER, Step.GOODBYE)
    state = replace(state, settled=True)
    return onward(state, facts, KeepMessage(seconds), preface="voicemail_thanks")


def message_empty(state: CallState, facts: Facts) -> Move:
    """Nothing was heard: once more, then on."""
    if state.tries + 1 >= SILENT_PROMPTS:
        state = with_safety(state, facts, Step.RECEIPT_OFFER, Step.GOODBYE)
        return onward(state, facts)
    return stay(replace(state, tries=state.tries + 1), "voicemail_empty")


def callback(state: CallState, facts: Facts) -> Move:
    """Be rung when the line is open. In the queue the place is kept."""
    if not facts.can_ring_back:
        return stay(state, "cannot_ring_back")
    waiting = state.step is Step.QUEUE
    state, effects = opened(replace(state, settled=True))
    rest = (Step.SEEKING,) if waiting else (Step.RECEIPT_OFFER, Step.GOODBYE)
    state = with_safety(state, facts, *rest)
    preface = "callback_kept" if waiting else "callback_noted"
    return onward(state, facts, *effects, AskCallback(), preface=preface)


def text_me(state: CallState, facts: Facts) -> Move:
    """For those who cannot speak; the key itself says that a text is safe."""
    if not facts.can_text:
        return stay(state, "cannot_text")
    state, effects = opened(state)
    state = replace(state, ahead=(Step.RECEIPT_OFFER, Step.GOODBYE))
    effects += (SafetyAnswer(Question.TEXT, yes=True), AskText())
    return onward(state, facts, *effects, preface="text_noted")


def safety(question: Question, *, yes: bool) -> Act:
    """An answer to a safety question; "do not ring" takes the callback back."""

    def handle(state: CallState, facts: Facts) -> Move:
        effects: tuple[Effect, ...] = (SafetyAnswer(question, yes=yes),)
        if question is Question.RING and not yes:
            state = replace(
                state,
                settled=True,
                ahead=tuple(step for step in state.ahead if step is not Step.SAFETY_MESSAGE),
            )
            effects += (DropCallback(),)
        return onward(state, facts, *effects)

    return handle


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
