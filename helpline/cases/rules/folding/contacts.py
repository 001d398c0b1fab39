"""What reached us from the worker, and what we did to reach them."""

from dataclasses import replace
from typing import Final

from helpline.cases.rules.folding.lifecycle import reopened
from helpline.cases.rules.kinds import SPOKEN_WITH, EntryKind
from helpline.cases.rules.policy import Policy, Word
from helpline.cases.rules.state import Event, Folds, State
from helpline.cases.rules.status import Status

MOST_ATTEMPTS: Final = 20


def contact(state: State, event: Event) -> State:
    body = event.body
    first = state.opened is None
    spoken = event.kind in SPOKEN_WITH or bool(body.get("talked"))
    if state.status is Status.CLOSED:
        state = reopened(state, event)
    state = replace(
        state,
        contacts=state.contacts + 1,
        about={key: int(body[key]) for key in ("chars", "seconds") if key in body},
        channel=state.channel or event.kind.value,
        line=state.line or str(body.get("line", "")),
        language=state.language or str(body.get("language", "")),
        caller=state.caller or str(body.get("caller", "")),
        withheld=bool(body.get("withheld")) if first else state.withheld,
        opened=state.opened or event.at,
        last_contact=max(state.last_contact or event.at, event.at),
    )
    if spoken:
        return _answered(state, event)
    return replace(state, waiting_since=min(state.waiting_since or event.at, event.at))


def _answered(state: State, event: Event) -> State:
    """What was written down afterwards does not answer what the worker said since."""
    waits, last = state.waiting_since, state.last_contact
    if waits is not None and waits <= event.at:
        waits = last if last is not None and last > event.at else None
    return replace(
        state,
        waiting_since=waits,
        first_answer=min(state.first_answer or event.at, event.at),
        last_update=max(state.last_update or event.at, event.at),
        attempts=(*state.attempts, event.at)[-MOST_ATTEMPTS:],
    )


def _outward(state: State, event: Event) -> State:
    """We rang: an answer if we spoke, in any case an attempt."""
    if event.body.get("reached", True):
        return _answered(state, event)
    return replace(state, attempts=(*state.attempts, event.at)[-MOST_ATTEMPTS:])


def _keyed(state: State, event: Event) -> State:
    """Digits on the phone, or what somebody said on being asked: until it is coded, a hint."""
    factory = str(event.body.get("factory", "")) or state.factory
    return replace(state, keyed=str(event.body.get("digits", "")) or state.keyed, factory=factory)


def _safety(state: State, event: Event) -> State:
    given = {
        name: Word.YES if event.body[name] else Word.NO
        for name in ("ring", "text", "message")
        if name in event.body
    }
    return replace(state, policy=replace(state.policy, **given))


def _callback_asked(state: State, _event: Event) -> State:
    """Whoever asks to be rung calls ringing safe; it says nothing of messages and texts."""
    return replace(state, policy=replace(state.policy, ring=Word.YES))


def _policy(state: State, event: Event) -> State:
    number = event.body.get("number", state.number)
    return replace(state, policy=Policy.from_dict(event.body.get("policy", {})), number=number)


def _receipt(state: State, _event: Event) -> State:
    return replace(state, receipts=state.receipts + 1)


FOLDS: Final[Folds] = {
    EntryKind.KEYED: _keyed,
    EntryKind.SAFETY: _safety,
    EntryKind.CALLBACK_ASKED: _callback_asked,
    EntryKind.TALKED: _answered,
    EntryKind.RECEIPT_GIVEN: _receipt,
    EntryKind.TEXT_OUT: _answered,
    EntryKind.LETTER_OUT: _answered,
    EntryKind.CALLBACK_OUT: _outward,
    EntryKind.POLICY: _policy,
}
