"""The call as one table: what each step says, waits for, and does with what it hears."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from telephony.flow import acts, words
from telephony.flow.acts import Act, Move
from telephony.flow.state import CallState, Facts, Question, Step
from telephony.flow.turn import (
    Answer,
    Effect,
    Gather,
    Hangup,
    Heard,
    Keys,
    MakeReceipt,
    NobodyFree,
    NotAnswered,
    ReceiptKnown,
    ReceiptRefused,
    Record,
    RecordingFinished,
    Reject,
    Reserved,
    Silence,
    Talked,
    Then,
)
from telephony.flow.words import Words

Number: TypeAlias = Callable[[CallState, Facts, str], Move]


@dataclass(frozen=True, slots=True)
class Rule:
    """One step.

    say, then   what is spoken and what the carrier waits for
    keys        what each single key does; ``other`` any other key, ``silence`` none at all
    number      for steps that take a whole number instead of one key
    needs       effects without whose result the step cannot be spoken, each time it is spoken
    """

    say: Words
    then: Then | Callable[[CallState, Facts], Then] = field(default_factory=Gather)
    keys: Mapping[str, Act] = field(default_factory=dict)
    silence: Act = acts.repeat
    other: Act = acts.repeat
    number: Number | None = None
    needs: tuple[Effect, ...] = ()


COMMON: Final[Mapping[str, Act]] = {"9": acts.danger, "8": acts.withdraw_recording}
MENU: Final[Mapping[str, Act]] = {
    **COMMON,
    "1": acts.to(Step.RIGHTS),
    "2": acts.person,
    "3": acts.to(Step.RECEIPT_ENTRY),
    "4": acts.to(Step.PROGRAMMES),
    "0": acts.repeat,
}
AFTER_INFORMATION: Final[Mapping[str, Act]] = {**COMMON, "0": acts.repeat, "2": acts.person}


def _safety(step: str, question: Question, silence: Act) -> Rule:
    no, yes = acts.safety(question, yes=False), acts.safety(question, yes=True)
    return Rule(
        say=words.words(step),
        keys={**COMMON, "1": yes, "2": no, "0": acts.repeat},
        silence=silence,
        other=acts.patiently(silence),
    )


TABLE: Final[Mapping[Step, Rule]] = {
    Step.START: Rule(say=words.words(), then=Answer()),
    Step.REFUSED: Rule(say=words.words(), then=Reject()),
    Step.LANGUAGE: Rule(
        say=words.greeting,
        then=Gather(timeout=4),
        keys={**COMMON, **{str(n): acts.choose_language(n) for n in range(1, 8)}},
        silence=acts.take_default,
        other=acts.patiently(acts.take_default),
    ),
    Step.NOTICE: Rule(
        say=words.words("notice"),
        then=Gather(timeout=3),
        keys={**MENU, "1": acts.allow_recording},
        silence=acts.to(Step.MENU),
        other=acts.to(Step.MENU),
    ),
    Step.MENU: Rule(
        say=words.menu,
        keys=MENU,
        silence=acts.menu_silent,
        other=acts.patiently(acts.person),
    ),
    Step.SILENT: Rule(
        say=words.silent,
        then=Gather(timeout=8),
        keys={**COMMON, "1": acts.danger, "2": acts.callback, "3": acts.text_me},
        silence=acts.twice(acts.give_up_silent),
        other=acts.to(Step.MENU),
    ),
    Step.RIGHTS: Rule(
        say=words.words("rights_information", "information_options"),
        keys=AFTER_INFORMATION,
        silence=acts.to(Step.GOODBYE),
        other=acts.to(Step.MENU),
    ),
    Step.PROGRAMMES: Rule(
        say=words.words("programmes_information", "information_options"),
        keys=AFTER_INFORMATION,
        silence=acts.to(Step.GOODBYE),
        other=acts.to(Step.MENU),
    ),
    Step.FACTORY: Rule(
        say=words.words("factory"),
        then=Gather(digits=words.ANY_LENGTH, timeout=6, finish_on="#"),
        keys={"9": acts.danger},
        number=acts.key_factory,
        silence=acts.skip_factory,
    ),
    Step.SEEKING: Rule(say=words.words(), then=Answer()),
    Step.QUEUE: Rule(
        say=words.queue,
        then=words.queue_wait,
        keys={**COMMON, "*": acts.callback, "5": acts.give_receipt, "1": acts.message},
        silence=acts.wait_on,
        other=acts.wait_on,
    ),
    Step.RING: Rule(say=words.ringing, then=words.ring, silence=acts.not_answered),
    Step.CLOSED: Rule(
        say=words.closed,
        keys={**COMMON, "1": acts.message, "2": acts.callback, "0": acts.repeat},
        silence=acts.twice(acts.to(Step.GOODBYE)),
        other=acts.patiently(acts.message),
    ),
    Step.ABUSIVE: Rule(
        say=words.abusive,
        keys={**COMMON, "1": acts.message, "0": acts.repeat},
        silence=acts.to(Step.GOODBYE),
        other=acts.patiently(acts.to(Step.GOODBYE)),
    ),
    Step.RECEIPT_ENTRY: Rule(
        say=words.words("receipt_entry"),
        then=Gather(digits=words.RECEIPT_DIGITS, timeout=8, finish_on="#"),
        keys={"9": acts.danger, "0": acts.to(Step.MENU)},
        number=acts.key_receipt,
        silence=acts.to(Step.MENU),
    ),
    Step.RECEIPT_CHECK: Rule(say=words.words(), then=Answer()),
    Step.LETTERS: Rule(
        say=words.letters,
        keys={
            "9": acts.after_letters(acts.danger),
            "8": acts.after_letters(acts.withdraw_to_menu),
            "2": acts.after_letters(acts.person),
            "1": acts.after_letters(acts.message),
        },
        silence=acts.after_letters(acts.to(Step.GOODBYE)),
        other=acts.after_letters(acts.to(Step.MENU)),
    ),
    Step.SAFETY_RING: _safety("safety_ring", Question.RING, acts.forward),
    Step.SAFETY_MESSAGE: _safety(
        "safety_message", Question.MESSAGE, acts.safety(Question.MESSAGE, yes=False)
    ),
    Step.SAFETY_TEXT: _safety("safety_text", Question.TEXT, acts.safety(Question.TEXT, yes=False)),
    Step.RECEIPT_OFFER: Rule(
        say=words.receipt_offer,
        keys={**COMMON, "1": acts.hear_receipt, "2": acts.text_receipt, "0": acts.repeat},
        silence=acts.forward,
        other=acts.forward,
    ),
    Step.RECEIPT: Rule(
        say=words.receipt,
        keys={**COMMON, "0": acts.another_receipt},
        silence=acts.receipt_heard,
        other=acts.receipt_heard,
        needs=(MakeReceipt(),),
    ),
    Step.VOICEMAIL: Rule(say=words.voicemail, then=Record(), silence=acts.message_empty),
    Step.CALLBACK: Rule(
        say=words.words("callback_opening"),
        keys={**COMMON, "1": acts.good_time, "2": acts.later, "3": acts.never},
        silence=acts.twice(acts.unanswered),
        other=acts.patiently(acts.unanswered),
    ),
    Step.GOODBYE: Rule(say=words.words("goodbye"), then=Hangup()),
    Step.HANG_UP: Rule(say=words.words(), then=Hangup()),
}


def decide(state: CallState, heard: Heard, facts: Facts) -> Move | None:
    """What the table says about this; None if the step does not expect it."""
    if state.step in (Step.START, Step.GOODBYE, Step.HANG_UP, Step.REFUSED):
        return None
    if isinstance(heard, Keys | Silence):
        digits = heard.digits if isinstance(heard, Keys) else ""
        return _keyed(TABLE[state.step], state, facts, digits)
    return _resulted(state, heard, facts)


def _keyed(rule: Rule, state: CallState, facts: Facts, digits: str) -> Move:
    if rule.number is not None:
        digits = digits.strip("#")
    if not digits:
        return rule.silence(state, facts)
    if rule.number is not None and digits not in rule.keys:
        return rule.number(state, facts, digits)
    return rule.keys.get(digits[:1], rule.other)(state, facts)


def _resulted(state: CallState, heard: Heard, facts: Facts) -> Move | None:
    match state.step, heard:
        case Step.SEEKING, Reserved(leg):
            return acts.ring_leg(state, leg)
        case Step.SEEKING, NobodyFree():
            return acts.nobody_free(state, facts)
        case Step.RECEIPT_CHECK, ReceiptKnown(unread):
            return acts.receipt_known(state, unread)
        case Step.RECEIPT_CHECK, ReceiptRefused():
            return acts.receipt_refused(state, facts)
        case Step.RING, NotAnswered():
            return acts.not_answered(state, facts)
        case Step.RING, Talked():
            return acts.talked(state, facts)
        case Step.VOICEMAIL, RecordingFinished(seconds):
            return acts.message_recorded(state, facts, seconds)
    return None
