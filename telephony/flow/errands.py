"""What else a caller may want: the factory, a receipt, letters, a message, a callback, a text."""

from dataclasses import replace

from telephony.flow.effects import (
    AskCallback,
    AskText,
    DropCallback,
    Effect,
    KeepMessage,
    KeyedFactory,
    LeaveQueue,
    LettersHeard,
    LookUpReceipt,
    SafetyAnswer,
    TextReceipt,
    WishTalk,
)
from telephony.flow.heard import ReceiptKnown
from telephony.flow.moves import (
    MAX_TRIES,
    SHORTEST_MESSAGE,
    SILENT_PROMPTS,
    Act,
    Move,
    go,
    onward,
    opened,
    stay,
    with_safety,
)
from telephony.flow.state import CallState, Facts, Question, Step, Wish


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


def receipt_known(state: CallState, found: ReceiptKnown) -> Move:
    """Letters, and the talk to come, which takes a key of its own."""
    state = replace(
        state,
        unread=found.unread,
        case_open=True,
        receipt_given=True,
        factory_asked=True,
        ahead=(),
    )
    return go(state, Step.TALK if found.talk else Step.LETTERS)


def after_letters(act: Act) -> Act:
    """Going on means that the letters were heard."""

    def handle(state: CallState, facts: Facts) -> Move:
        heard: tuple[Effect, ...] = (LettersHeard(),) if state.unread else ()
        move = act(replace(state, unread=0), facts)
        return Move(move.state, heard + move.effects)

    return handle


def wish(wanted: Wish) -> Act:
    """Cancel the talk to come, or another time; then what else there is to do."""

    def handle(state: CallState, _facts: Facts) -> Move:
        return go(state, Step.FURTHER, WishTalk(wanted))

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
    return onward(state, facts, *effects, preface="silent_text_noted")


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
