"""The call as one table: what each step says, waits for, and does with what it hears."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from telephony.flow import calling, errands, moves, words
from telephony.flow.effects import Effect, MakeReceipt
from telephony.flow.heard import (
    Awaited,
    Heard,
    Keys,
    NobodyFree,
    NotAnswered,
    ReceiptKnown,
    ReceiptRefused,
    RecordingFinished,
    Reserved,
    Silence,
    Talked,
)
from telephony.flow.moves import Act, Move
from telephony.flow.state import CallState, Facts, Question, Step, Wish
from telephony.flow.turn import Answer, Gather, Hangup, Meet, Record, Reject, Then
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
    silence: Act = moves.repeat
    other: Act = moves.repeat
    number: Number | None = None
    needs: tuple[Effect, ...] = ()


COMMON: Final[Mapping[str, Act]] = {"9": calling.danger, "8": calling.withdraw_recording}
MENU: Final[Mapping[str, Act]] = {
    **COMMON,
    "1": moves.to(Step.RIGHTS),
    "2": calling.person,
    "3": moves.to(Step.RECEIPT_ENTRY),
    "4": moves.to(Step.PROGRAMMES),
    "0": moves.repeat,
}
AFTER_INFORMATION: Final[Mapping[str, Act]] = {**COMMON, "0": moves.repeat, "2": calling.person}


def _safety(step: str, question: Question, silence: Act) -> Rule:
    no, yes = errands.safety(question, yes=False), errands.safety(question, yes=True)
    return Rule(
        say=words.words(step),
        keys={**COMMON, "1": yes, "2": no, "0": moves.repeat},
        silence=silence,
        other=moves.patiently(silence),
    )


TABLE: Final[Mapping[Step, Rule]] = {
    Step.START: Rule(say=words.words(), then=Answer()),
    Step.REFUSED: Rule(say=words.words(), then=Reject()),
    Step.LANGUAGE: Rule(
        say=words.greeting,
        then=Gather(timeout=4),
        keys={**COMMON, **{str(n): calling.choose_language(n) for n in range(1, 8)}},
        silence=calling.take_default,
        other=moves.patiently(calling.take_default),
    ),
    Step.NOTICE: Rule(
        say=words.words("notice"),
        then=Gather(timeout=3),
        keys={**MENU, "1": calling.allow_recording},
        silence=moves.to(Step.MENU),
        other=moves.to(Step.MENU),
    ),
    Step.MENU: Rule(
        say=words.menu,
        keys=MENU,
        silence=calling.menu_silent,
        other=moves.patiently(calling.person),
    ),
    Step.SILENT: Rule(
        say=words.silent,
        then=Gather(timeout=8),
        keys={**COMMON, "1": calling.danger, "2": errands.callback, "3": errands.text_me},
        silence=moves.twice(calling.give_up_silent),
        other=moves.to(Step.MENU),
    ),
    Step.RIGHTS: Rule(
        say=words.words("rights_information", "information_options"),
        keys=AFTER_INFORMATION,
        silence=moves.to(Step.GOODBYE),
        other=moves.to(Step.MENU),
    ),
    Step.PROGRAMMES: Rule(
        say=words.words("programmes_information", "information_options"),
        keys=AFTER_INFORMATION,
        silence=moves.to(Step.GOODBYE),
        other=moves.to(Step.MENU),
    ),
    Step.FACTORY: Rule(
        say=words.words("factory"),
        then=Gather(digits=words.ANY_LENGTH, timeout=6, finish_on="#"),
        keys={"9": calling.danger},
        number=errands.key_factory,
        silence=errands.skip_factory,
    ),
    Step.SEEKING: Rule(say=words.words(), then=Answer()),
    Step.QUEUE: Rule(
        say=words.queue,
        then=words.queue_wait,
        keys={**COMMON, "*": errands.callback, "5": errands.give_receipt, "1": errands.message},
        silence=calling.wait_on,
        other=calling.wait_on,
    ),
    Step.RING: Rule(say=words.ringing, then=words.ring, silence=calling.not_answered),
    # Sent back from a room in which nobody was left: the address is asked without keys.
    Step.TOGETHER: Rule(
        say=words.words(), then=Meet(), silence=calling.talked, other=calling.talked
    ),
    Step.CLOSED: Rule(
        say=words.closed,
        keys={**COMMON, "1": errands.message, "2": errands.callback, "0": moves.repeat},
        silence=moves.twice(moves.to(Step.GOODBYE)),
        other=moves.patiently(errands.message),
    ),
    Step.ABUSIVE: Rule(
        say=words.abusive,
        keys={**COMMON, "1": errands.message, "0": moves.repeat},
        silence=moves.to(Step.GOODBYE),
        other=moves.patiently(moves.to(Step.GOODBYE)),
    ),
    Step.RECEIPT_ENTRY: Rule(
        say=words.words("receipt_entry"),
        then=Gather(digits=words.RECEIPT_DIGITS, timeout=8, finish_on="#"),
        keys={"9": calling.danger, "0": moves.to(Step.MENU)},
        number=errands.key_receipt,
        silence=moves.to(Step.MENU),
    ),
    Step.RECEIPT_CHECK: Rule(say=words.words(), then=Answer()),
    Step.LETTERS: Rule(
        say=words.letters,
        keys={
            "9": errands.after_letters(calling.danger),
            "8": errands.after_letters(calling.withdraw_to_menu),
            "2": errands.after_letters(calling.person),
            "1": errands.after_letters(errands.message),
        },
        silence=errands.after_letters(moves.to(Step.GOODBYE)),
        other=errands.after_letters(moves.to(Step.MENU)),
    ),
    Step.TALK: Rule(
        say=words.talk,
        keys={
            "9": errands.after_letters(calling.danger),
            "8": errands.after_letters(calling.withdraw_to_menu),
            "1": errands.after_letters(errands.wish(Wish.CANCEL)),
            "2": errands.after_letters(errands.wish(Wish.MOVE)),
        },
        silence=errands.after_letters(moves.to(Step.FURTHER)),
        other=errands.after_letters(moves.to(Step.FURTHER)),
    ),
    Step.FURTHER: Rule(
        say=words.further,
        keys={**COMMON, "8": calling.withdraw_to_menu, "2": calling.person, "1": errands.message},
        silence=moves.to(Step.GOODBYE),
        other=moves.to(Step.MENU),
    ),
    Step.SAFETY_RING: _safety("safety_ring", Question.RING, moves.forward),
    Step.SAFETY_MESSAGE: _safety(
        "safety_message", Question.MESSAGE, errands.safety(Question.MESSAGE, yes=False)
    ),
    Step.SAFETY_TEXT: _safety(
        "safety_text", Question.TEXT, errands.safety(Question.TEXT, yes=False)
    ),
    Step.RECEIPT_OFFER: Rule(
        say=words.receipt_offer,
        keys={**COMMON, "1": errands.hear_receipt, "2": errands.text_receipt, "0": moves.repeat},
        silence=moves.forward,
        other=moves.forward,
    ),
    Step.RECEIPT: Rule(
        say=words.receipt,
        keys={**COMMON, "0": errands.another_receipt},
        silence=errands.receipt_heard,
        other=errands.receipt_heard,
        needs=(MakeReceipt(),),
    ),
    Step.VOICEMAIL: Rule(say=words.voicemail, then=Record(), silence=errands.message_empty),
    Step.CALLBACK: Rule(
        say=words.words("callback_opening"),
        keys={**COMMON, "1": calling.good_time, "2": calling.later, "3": calling.never},
        silence=moves.twice(calling.unanswered),
        other=moves.patiently(calling.unanswered),
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
            return calling.ring_leg(state, leg)
        case Step.SEEKING, NobodyFree():
            return calling.nobody_free(state, facts)
        case Step.RECEIPT_CHECK, ReceiptKnown() as found:
            return errands.receipt_known(state, found)
        case Step.RECEIPT_CHECK, ReceiptRefused():
            return errands.receipt_refused(state, facts)
        case Step.RING, NotAnswered():
            return calling.not_answered(state, facts)
        case Step.RING | Step.TOGETHER, Awaited():
            return calling.awaited(state, facts)
        case Step.RING | Step.TOGETHER, Talked():
            return calling.talked(state, facts)
        case Step.TOGETHER, NotAnswered():
            return calling.talked(state, facts)
        case Step.VOICEMAIL, RecordingFinished(seconds):
            return errands.message_recorded(state, facts, seconds)
    return None
