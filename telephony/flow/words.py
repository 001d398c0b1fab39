"""What each step says and what it waits for. Reads state and facts, decides nothing."""

from collections.abc import Callable
from typing import Final, TypeAlias

from telephony.flow.state import CallState, Facts, Hours
from telephony.flow.turn import Gather, Pause, Prompt, Ring, Say, Slot, Then

Words: TypeAlias = Callable[[CallState, Facts], Say]

POSITION_EVERY: Final = 5
"""Passes of the queue (at most 15 s each) between two announcements of the position."""

MOST_RING_SECONDS: Final = 20
ANY_LENGTH: Final = 0
RECEIPT_DIGITS: Final = 16


def words(*keys: str) -> Words:
    """Just these prompts, in the call's language."""

    def say(state: CallState, _facts: Facts) -> Say:
        return prompts(state, *keys)

    return say


def prompts(state: CallState, *keys: str) -> Say:
    return tuple(Prompt(key, state.language) for key in keys)


def emergency(language: str, facts: Facts) -> Say:
    """The public emergency numbers, digit by digit; nothing if the line has none."""
    if not facts.emergency:
        return ()
    numbers = ", ".join(" ".join(number) for number in facts.emergency)
    return (Prompt("emergency", language, (("numbers", numbers),)),)


def greeting(state: CallState, facts: Facts) -> Say:
    """Each language in turn, the known one first; a language's key never changes."""
    keys = {language: str(n) for n, language in enumerate(facts.languages, start=1)}
    say: list[Prompt | Pause] = []
    for language in sorted(facts.languages, key=lambda name: name != state.language):
        say += [Prompt("greeting", language), *emergency(language, facts)]
        if len(facts.languages) > 1:
            say.append(Prompt("language_choice", language, (("key", keys[language]),)))
    return tuple(say)


def menu(state: CallState, _facts: Facts) -> Say:
    return prompts(state, "menu", "menu_danger")


def silent(state: CallState, facts: Facts) -> Say:
    keys = ["silent"]
    keys += ["silent_callback"] if facts.can_ring_back else []
    keys += ["silent_text"] if facts.can_text else []
    return prompts(state, *keys)


def queue(state: CallState, facts: Facts) -> Say:
    if state.passes % POSITION_EVERY:
        return prompts(state, "hold")
    position = Prompt("queue_position", state.language, (("position", str(facts.position)),))
    keys = [f"queue_wait_{facts.wait}"]
    keys += ["queue_callback"] if facts.can_ring_back and not state.settled else []
    return (position, *prompts(state, *keys, "queue_options"))


def queue_wait(state: CallState, _facts: Facts) -> Then:
    return Gather(timeout=11 if state.passes % POSITION_EVERY else 1)


def ringing(state: CallState, facts: Facts) -> Say:
    if state.rings > 1:
        return ()
    if state.danger:
        return (*prompts(state, "danger"), *emergency(state.language, facts))
    return prompts(state, "connecting")


def ring(state: CallState, facts: Facts) -> Then:
    timeout = min(facts.ring_seconds, MOST_RING_SECONDS)
    return Ring(state.leg, timeout=timeout, record=state.recording_allowed)


def closed(state: CallState, facts: Facts) -> Say:
    reason = {Hours.OPEN: "nobody", Hours.CLOSED: "closed", Hours.HOLIDAY: "holiday"}[facts.hours]
    keys = [reason, "closed_message"]
    keys += ["closed_callback"] if facts.can_ring_back else []
    return prompts(state, *keys, "menu_danger")


def abusive(state: CallState, facts: Facts) -> Say:
    return (*prompts(state, "abusive"), *emergency(state.language, facts))


def receipt_offer(state: CallState, facts: Facts) -> Say:
    keys = ["receipt_offer", *(["receipt_offer_text"] if facts.can_text else [])]
    return prompts(state, *keys)


def receipt(state: CallState, _facts: Facts) -> Say:
    """The number, twice."""
    number = Prompt("receipt_number", state.language, slot=Slot.RECEIPT)
    return (
        *prompts(state, "receipt_intro"),
        Pause(),
        number,
        Pause(2),
        *prompts(state, "receipt_again"),
        number,
        *prompts(state, "receipt_keep"),
    )


def letters(state: CallState, _facts: Facts) -> Say:
    """Everything unread, twice; then what can be done."""
    if not state.unread:
        return prompts(state, "letters_none", "letters_options")
    return (*_unread(state), *prompts(state, "letters_options"))


def talk(state: CallState, _facts: Facts) -> Say:
    """Everything unread, the talk to come, and the keys for it."""
    return (
        *(_unread(state) if state.unread else ()),
        Prompt("talk_coming", state.language, slot=Slot.TALK),
        Prompt("talk_wished", state.language, slot=Slot.WISH),
        *prompts(state, "talk_keys"),
    )


def further(state: CallState, _facts: Facts) -> Say:
    """That we have what was asked for the talk; then what can be done."""
    noted = Prompt("talk_noted", state.language, slot=Slot.WISH)
    return (noted, *prompts(state, "letters_options"))


def _unread(state: CallState) -> Say:
    content = Prompt("letters", state.language, slot=Slot.LETTERS)
    return (
        *prompts(state, "letters_intro"),
        content,
        Pause(2),
        *prompts(state, "letters_again"),
        content,
    )


def voicemail(state: CallState, facts: Facts) -> Say:
    if not state.danger:
        return prompts(state, "voicemail")
    return (
        *prompts(state, "danger_nobody"),
        *emergency(state.language, facts),
        *prompts(state, "voicemail"),
    )
