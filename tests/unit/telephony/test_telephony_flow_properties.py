"""The flow under any caller: it never hangs, never forgets danger, never keeps keyed digits."""

import json
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from telephony import flow
from telephony.flow import GivenFacts, Hours, LineKind, Step, WaitBand
from telephony.flow.table import TABLE
from telephony.prompts import LANGUAGES
from telephony.twilio.markup import render
from tests.unit.telephony import twiml_rules
from tests.unit.telephony.caller import GOOD_RECEIPT, PARTICULARS, PROMPTS, URLS, Caller

SETTINGS = settings(
    max_examples=100, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)
LONGEST_SILENCE = 2 * flow.MAX_PASSES + 40
"""Turns in a row without a key; a pass of the queue is two, one of them asks who is free."""

facts_strategy = st.builds(
    GivenFacts,
    languages=st.lists(st.sampled_from(LANGUAGES), min_size=1, max_size=5, unique=True).map(tuple),
    emergency=st.sampled_from([(), ("112",), ("110", "119", "120")]),
    hours=st.sampled_from(list(Hours)),
    staffed=st.booleans(),
    withheld=st.booleans(),
    can_text=st.booleans(),
    may_ring=st.booleans(),
    abusive=st.booleans(),
    known_language=st.sampled_from([None, *LANGUAGES, "xx"]),
    position=st.integers(1, 500),
    wait=st.sampled_from(list(WaitBand)),
    receipt_given=st.booleans(),
    safety_asked=st.booleans(),
    ring_seconds=st.integers(5, 60),
)


class AnyCall(RuleBasedStateMachine):
    """Somebody presses anything at any time while the world around changes."""

    @initialize(
        facts=facts_strategy,
        outbound=st.booleans(),
        unread=st.integers(0, 3),
        talk=st.booleans(),
    )
    def pick_up(self, facts: GivenFacts, outbound: bool, unread: int, talk: bool) -> None:
        self.caller = Caller(facts, legs=["leg-1"], on_call=["leg-2"], unread=unread, talk=talk)
        if outbound:
            self.caller.be_rung(facts.languages[0])
        else:
            self.caller.ring()

    def ended(self) -> bool:
        return isinstance(self.caller.turn.then, flow.Hangup | flow.Reject)

    @precondition(lambda self: isinstance(self.caller.turn.then, flow.Gather))
    @rule(key=st.sampled_from("0123456789*#"))
    def press(self, key: str) -> None:
        self.caller.press(key)

    @precondition(lambda self: self.caller.step in (Step.FACTORY, Step.RECEIPT_ENTRY))
    @rule(digits=st.one_of(st.just(GOOD_RECEIPT), st.from_regex(r"\A[0-9]{5,16}#?\Z")))
    def key_in(self, digits: str) -> None:
        self.caller.press(digits)
        assert digits.strip("#") not in json.dumps(self.caller.turn.state.to_dict())

    @precondition(lambda self: not self.ended())
    @rule()
    def say_nothing(self) -> None:
        self.caller.wait()

    @precondition(lambda self: isinstance(self.caller.turn.then, flow.Record))
    @rule(seconds=st.integers(0, 180))
    def speak(self, seconds: int) -> None:
        self.caller.hear(flow.RecordingFinished(seconds))

    @precondition(lambda self: isinstance(self.caller.turn.then, flow.Ring))
    @rule(heard=st.sampled_from([flow.NotAnswered(), flow.Talked(), flow.Awaited()]))
    def end_ringing(self, heard: flow.Heard) -> None:
        self.caller.hear(heard)

    @precondition(lambda self: isinstance(self.caller.turn.then, flow.Meet))
    @rule(heard=st.sampled_from([flow.Talked(), flow.Awaited(), flow.Silence()]))
    def room_ends(self, heard: flow.Heard) -> None:
        self.caller.hear(heard)
        awaited = isinstance(heard, flow.Awaited)
        assert (self.caller.step is Step.TOGETHER) == awaited

    @rule(facts=facts_strategy, legs=st.lists(st.sampled_from(["leg-3", "leg-4"]), max_size=2))
    def world_changes(self, facts: GivenFacts, legs: list[str]) -> None:
        now = self.caller.facts
        self.caller.facts = replace(facts, languages=now.languages, withheld=now.withheld)
        self.caller.legs = legs

    @rule()
    def webhook_comes_twice(self) -> None:
        state = self.caller.turn.state
        again = flow.again(state, self.caller.facts)
        assert set(map(type, again.effects)) <= {flow.MakeReceipt}
        assert again.state.turn == state.turn

    @rule(heard=st.sampled_from([flow.Started(), flow.NobodyFree(), flow.ReceiptRefused()]))
    def something_unexpected(self, heard: flow.Heard) -> None:
        state = self.caller.turn.state
        assert flow.advance(state, heard, self.caller.facts).state.turn == state.turn

    @rule()
    def would_hang_up(self) -> None:
        turn = flow.advance(self.caller.turn.state, flow.HungUp(), self.caller.facts)
        callbacks = [e for e in turn.effects if isinstance(e, flow.AskCallback)]
        assert len(callbacks) <= int(self.caller.facts.can_ring_back)
        assert turn.state.step is Step.HANG_UP

    @invariant()
    def state_survives_storage(self) -> None:
        stored = json.loads(json.dumps(self.caller.turn.state.to_dict()))
        assert flow.CallState.from_dict(stored) == self.caller.turn.state

    @invariant()
    def silence_always_ends(self) -> None:
        turn, facts = self.caller.turn, self.caller.facts
        for _ in range(LONGEST_SILENCE):
            match turn.then:
                case flow.Hangup() | flow.Reject():
                    return
                case flow.Answer():
                    turn = flow.advance(turn.state, flow.NobodyFree(), facts)
                case flow.Ring():
                    turn = flow.advance(turn.state, flow.NotAnswered(), facts)
                case _:
                    turn = flow.advance(turn.state, flow.Silence(), facts)
        raise AssertionError(f"{self.caller.step} waits for ever")

    @invariant()
    def no_text_or_ring_without_a_number(self) -> None:
        if self.caller.facts.withheld:
            offers = {"queue_callback", "closed_callback", "silent_callback", "safety_ring"}
            assert not offers & set(self.caller.says)


AnyCall.TestCase.settings = SETTINGS
TestAnyCall = AnyCall.TestCase


@pytest.mark.parametrize("step", [Step.MENU, Step.QUEUE, Step.CLOSED, Step.NOTICE, Step.SILENT])
@settings(max_examples=25, deadline=None)
@given(facts=facts_strategy)
def test_key_9_leads_to_danger_from_menu_queue_and_closed(step: Step, facts: GivenFacts) -> None:
    state = flow.CallState(step=step, language=facts.languages[0])
    turn = flow.advance(state, flow.Keys("9"), facts)
    assert turn.state.danger
    assert flow.OpenCase(danger=True) in turn.effects
    assert flow.Alert() in turn.effects
    assert facts.abusive or turn.effects[-1] == flow.Reserve(danger=True)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("step", list(Step))
def test_every_step_renders_in_every_language(step: Step, language: str) -> None:
    facts = GivenFacts((language, "en") if language != "en" else ("en",), ("112",), can_text=True)
    for danger in (False, True):
        state = flow.CallState(step=step, language=language, leg="leg", unread=1, danger=danger)
        rule_of_step = TABLE[step]
        then = rule_of_step.then(state, facts) if callable(rule_of_step.then) else rule_of_step.then
        if isinstance(then, flow.Answer):
            continue
        turn = flow.Turn(state, rule_of_step.say(state, facts), then)
        twiml_rules.check(render(turn, "c1", URLS, PROMPTS, PARTICULARS))


def test_every_step_has_its_row_in_the_table() -> None:
    assert set(TABLE) == set(Step)


@settings(max_examples=30, deadline=None)
@given(facts=facts_strategy, keys=st.text("0123456789*#", max_size=12))
def test_a_missed_call_line_never_answers_whatever_comes(facts: GivenFacts, keys: str) -> None:
    turn = flow.answer(replace(facts, kind=LineKind.MISSED_CALL))
    for key in keys:
        turn = flow.advance(turn.state, flow.Keys(key), facts)
        assert isinstance(turn.then, flow.Reject)


@settings(max_examples=50, deadline=None)
@given(digits=st.text("0123456789", min_size=5, max_size=24), facts=facts_strategy)
def test_nothing_keyed_in_stays(digits: str, facts: GivenFacts) -> None:
    assume(digits not in "".join(map(str, range(30))))
    for step in (Step.FACTORY, Step.RECEIPT_ENTRY):
        state = flow.CallState(step=step, language=facts.languages[0], ahead=(Step.SEEKING,))
        turn = flow.advance(state, flow.Keys(digits), facts)
        assert digits not in json.dumps(turn.state.to_dict())
        assert digits not in repr(turn)
