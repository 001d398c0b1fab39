"""A caller on a scripted line: presses keys, and a small hotline answers the flow's effects."""

from dataclasses import dataclass, field, replace

from telephony import flow
from telephony.flow import GivenFacts, Turn
from telephony.prompts import Prompts, Speech
from telephony.provider import Urls
from telephony.twilio.markup import render
from tests.unit.telephony import twiml_rules

CHINA = GivenFacts(
    languages=("zh-Hans", "yue", "en"), emergency=("110", "119", "120"), can_text=True
)
INDIA = GivenFacts(languages=("hi", "ta", "en"), emergency=("112",), can_text=True)
RECEIPT = "1234567890123452"
GOOD_RECEIPT = "9999888877776665"
PARTICULARS = flow.Particulars(
    receipt=RECEIPT,
    talk="Monday 23 November, 18:00",
    letters=("We spoke with them. You get the rest on Friday.",),
    ring="+860000000077",
    caller_id="+860000000100",
)
URLS = Urls("https://help.example")
PROMPTS = Prompts.load()


@dataclass
class Caller:
    """One call. ``legs``: whom ``Reserve`` finds, in order; then nobody is free."""

    facts: GivenFacts = CHINA
    legs: list[str] = field(default_factory=list)
    on_call: list[str] = field(default_factory=list)
    unread: int = 1
    talk: bool = False
    particulars: flow.Particulars = PARTICULARS
    turn: Turn = field(init=False)
    done: list[flow.Effect] = field(default_factory=list)
    documents: list[str] = field(default_factory=list)
    spoken: float = 0.0

    def ring(self) -> "Caller":
        return self._take(flow.answer(self.facts))

    def be_rung(self, language: str = "en") -> "Caller":
        return self._take(flow.ring_worker(language, self.facts))

    def press(self, *keys: str) -> "Caller":
        for key in keys:
            self.hear(flow.Keys(key))
        return self

    def wait(self, times: int = 1) -> "Caller":
        for _ in range(times):
            self.hear(flow.Silence())
        return self

    def hear(self, heard: flow.Heard) -> "Caller":
        stored = flow.CallState.from_dict(self.turn.state.to_dict())
        return self._take(flow.advance(stored, heard, self.facts))

    def know(self, **changes: object) -> "Caller":
        self.facts = replace(self.facts, **changes)  # type: ignore[arg-type]
        return self

    @property
    def step(self) -> flow.Step:
        return self.turn.state.step

    @property
    def says(self) -> list[str]:
        return [item.key for item in self.turn.say if isinstance(item, flow.Prompt)]

    def did(self, kind: type[flow.Effect]) -> list[flow.Effect]:
        return [effect for effect in self.done if isinstance(effect, kind)]

    def _take(self, turn: Turn) -> "Caller":
        self.done += turn.effects
        while isinstance(turn.then, flow.Answer):
            turn = flow.advance(turn.state, self._result(turn.effects[-1]), self.facts)
            self.done += turn.effects
        self.turn = turn
        document = render(turn, "c1", URLS, PROMPTS, self.particulars)
        twiml_rules.check(document)
        self.documents.append(document.decode())
        for item in turn.say:
            if isinstance(item, flow.Prompt):
                said = PROMPTS.speak(item, self.particulars)
                self.spoken += sum(PROMPTS.seconds(u) for u in said if isinstance(u, Speech))
        return self

    def _result(self, effect: flow.Effect) -> flow.Heard:
        if isinstance(effect, flow.LookUpReceipt):
            known = effect.digits == GOOD_RECEIPT
            return flow.ReceiptKnown(self.unread, self.talk) if known else flow.ReceiptRefused()
        assert isinstance(effect, flow.Reserve)
        found = self.legs or (self.on_call if effect.danger else [])
        return flow.Reserved(found.pop(0)) if found else flow.NobodyFree()


def at_menu(facts: GivenFacts = CHINA, legs: list[str] | None = None) -> Caller:
    return Caller(facts, legs=legs or []).ring().press("3").wait()


def in_queue(facts: GivenFacts = CHINA) -> Caller:
    caller = at_menu(facts).press("2").wait()
    assert caller.step is flow.Step.QUEUE
    return caller
