"""The call as data: a pure function from what was heard to what happens next.

    turn = flow.answer(facts)                          # a new call
    turn = flow.advance(state, flow.Keys("2"), facts)  # each later webhook
    while isinstance(turn.then, flow.Answer):          # the last effect has a result
        turn = flow.advance(turn.state, result, facts)

For each turn: do ``turn.effects`` in order, store ``turn.state``, commit, then render ``turn`` with
the ``Particulars`` that the effects yielded. A webhook whose turn number is not ``state.turn`` is a
repetition: ``flow.again(state, facts)`` says the present step once more.

The longest silence without any key is bounded: every step ends in another one, in goodbye, or,
in the queue, after ``MAX_PASSES`` rounds in the offer of a message.
"""

from dataclasses import replace

from telephony.flow.calling import begin, hung_up
from telephony.flow.effects import (
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
    MakeReceipt,
    NeverRing,
    OpenCase,
    Reserve,
    SafetyAnswer,
    TextReceipt,
    WishTalk,
    WithdrawRecording,
)
from telephony.flow.heard import (
    Awaited,
    Heard,
    HungUp,
    Keys,
    NobodyFree,
    NotAnswered,
    ReceiptKnown,
    ReceiptRefused,
    RecordingFinished,
    Reserved,
    Silence,
    Started,
    Talked,
)
from telephony.flow.moves import MAX_PASSES, MAX_RINGS, MAX_TRIES
from telephony.flow.state import (
    CallState,
    Facts,
    GivenFacts,
    Hours,
    LineKind,
    Question,
    Step,
    WaitBand,
    Wish,
)
from telephony.flow.table import TABLE, decide
from telephony.flow.turn import (
    NOTHING,
    Answer,
    Bridge,
    Gather,
    Hangup,
    Meet,
    Particulars,
    Pause,
    Prompt,
    Record,
    Reject,
    Ring,
    Say,
    Slot,
    Then,
    Turn,
    Whisper,
)

__all__ = [
    "MAX_PASSES",
    "MAX_RINGS",
    "MAX_TRIES",
    "NOTHING",
    "Alert",
    "AllowRecording",
    "Answer",
    "AskCallback",
    "AskText",
    "Awaited",
    "Bridge",
    "CallState",
    "CallbackLater",
    "CallbackUnanswered",
    "CountSilent",
    "DropCallback",
    "Effect",
    "Facts",
    "Gather",
    "GivenFacts",
    "Hangup",
    "Heard",
    "Hours",
    "HungUp",
    "JoinQueue",
    "KeepMessage",
    "KeyedFactory",
    "Keys",
    "LeaveQueue",
    "LettersHeard",
    "LineKind",
    "LookUpReceipt",
    "MakeReceipt",
    "Meet",
    "NeverRing",
    "NobodyFree",
    "NotAnswered",
    "OpenCase",
    "Particulars",
    "Pause",
    "Prompt",
    "Question",
    "ReceiptKnown",
    "ReceiptRefused",
    "Record",
    "RecordingFinished",
    "Reject",
    "Reserve",
    "Reserved",
    "Ring",
    "SafetyAnswer",
    "Say",
    "Silence",
    "Slot",
    "Started",
    "Step",
    "Talked",
    "TextReceipt",
    "Then",
    "Turn",
    "WaitBand",
    "Whisper",
    "Wish",
    "WishTalk",
    "WithdrawRecording",
    "accept",
    "advance",
    "again",
    "answer",
    "meet",
    "part",
    "ring_worker",
    "staff_alert",
    "whisper",
]


def answer(facts: Facts) -> Turn:
    """The first turn of an incoming call."""
    return advance(CallState(), Started(), facts)


def ring_worker(language: str, facts: Facts) -> Turn:
    """The first turn of a callback: what the worker's phone hears when it is picked up."""
    return advance(CallState(outbound=True, language=language), Started(), facts)


def advance(state: CallState, heard: Heard, facts: Facts) -> Turn:
    """One thing happened: what now? What the step does not expect changes nothing."""
    if isinstance(heard, HungUp):
        move = None if state.step is Step.HANG_UP else hung_up(state, facts)
    elif isinstance(heard, Started):
        move = begin(state, facts) if state.step is Step.START else None
    else:
        move = decide(state, heard, facts)
    if move is None:
        return again(state, facts)
    return _present(replace(move.state, turn=state.turn + 1), facts, move.effects)


def again(state: CallState, facts: Facts) -> Turn:
    """The present step once more, for a repeated webhook: nothing changes.

    Unread letters and the day of a talk are opened by a receipt that nobody kept: it has to be
    keyed in again. A receipt that is spoken again is a new one.
    """
    if state.step is Step.TALK or (state.step is Step.LETTERS and state.unread):
        state = replace(state, step=Step.RECEIPT_ENTRY, unread=0)
    return _present(state, facts, ())


def whisper(
    leg: str, staff_language: str, call_language: str, *, danger: bool = False, about: str = ""
) -> Turn:
    """What the counsellor's phone hears on being picked up: whose language, and "press 1".

    ``about``: "transfer" or "listen", for who is rung to join a talk.
    """
    key = f"whisper_{about}" if about else "whisper_danger" if danger else "whisper"
    prompt = Prompt(key, staff_language, (("language", call_language),))
    return Turn(CallState(language=staff_language), (prompt,), Whisper(leg))


def accept(
    digits: str, *, taken: bool, staff_language: str, then: Bridge | Meet | None = None
) -> Turn:
    """The counsellor pressed a key. ``taken``: the reservation still held and is now a talk.

    ``then``: how the two are joined; a phone that was rung by itself goes into the room.
    """
    state = CallState(language=staff_language)
    if digits[:1] == "1" and taken:
        return Turn(state, (), then or Bridge())
    say = (Prompt("whisper_gone", staff_language),) if digits[:1] == "1" else ()
    return Turn(state, say, Hangup())


def meet(leg: str, *, ends: bool, listens: bool) -> Turn:
    """A staff member's own leg goes into the room, or back into it."""
    return Turn(CallState(), (), Meet(leg, ends, listens))


def part() -> Turn:
    """A staff member's own leg is done."""
    return Turn(CallState(), (), Hangup())


def staff_alert(staff_language: str) -> Turn:
    """What a duty or on-call phone hears: "Please log in", twice, and nothing else."""
    prompt = Prompt("staff_alert", staff_language)
    return Turn(CallState(language=staff_language), (prompt, Pause(), prompt), Hangup())


def _present(state: CallState, facts: Facts, effects: tuple[Effect, ...]) -> Turn:
    rule = TABLE[state.step]
    preface = tuple(Prompt(key, state.language) for key in state.preface)
    then = rule.then(state, facts) if callable(rule.then) else rule.then
    return Turn(state, preface + rule.say(state, facts), then, effects + rule.needs)
