"""One webhook of one call while it is handled: the row, the line, what the flow must know."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import bindparam, select

from crypto.receipts import Receipt
from helpline.cases.rules.agenda import Coming
from helpline.extensions import db
from helpline.hotline.models import LiveCall
from helpline.hotline.service.facts import LiveFacts
from helpline.hotline.service.setting import Setting
from helpline.keys.rules import Place
from helpline.keys.service.letterboxes import ReceiptKeys
from helpline.keys.service.site import Site
from helpline.register.service.lines import LineView
from telephony.flow import CallState, Particulars, Step, Turn
from telephony.numbers import CallerNumber
from telephony.prompts import Prompts


@dataclass(frozen=True, slots=True)
class Prepared:
    """What had to be stretched before the transaction; all of it lives for one request."""

    handle: bytes | None = field(default=None, repr=False)
    asked: ReceiptKeys | None = field(default=None, repr=False)
    receipt: Receipt | None = field(default=None, repr=False)
    receipt_keys: ReceiptKeys | None = field(default=None, repr=False)


@dataclass(slots=True)
class Handling:
    """What the effects of a turn work on."""

    setting: Setting
    call: LiveCall
    line: LineView
    caller: CallerNumber
    now: datetime
    prepared: Prepared = Prepared()
    ring: str = field(default="", repr=False)
    spoken_receipt: str = field(default="", repr=False)
    letters: tuple[str, ...] = field(default=(), repr=False)
    talk: str = field(default="", repr=False)
    wish: str = field(default="", repr=False)
    known_language: str | None = None

    @property
    def site(self) -> Site:
        return self.setting.site

    @property
    def state(self) -> CallState:
        return CallState.from_dict(self.call.state)

    def particulars(self) -> Particulars:
        """What fills the slots of this turn; stored nowhere but in its sealed answer."""
        return Particulars(
            receipt=self.spoken_receipt,
            letters=self.letters,
            talk=self.talk,
            wish=self.wish,
            ring=self.ring,
            caller_id=self.line.number,
        )

    def facts(self) -> LiveFacts:
        """What the flow may ask at this moment."""
        return LiveFacts(
            self.setting, self.call, self.line, self.caller, self.now, self.known_language
        )

    def store(self, turn: Turn) -> None:
        """Write down where the call stands now."""
        call, state = self.call, turn.state
        if state.step != call.state.get("step"):
            self.note(state.step.value)
        call.state = state.to_dict()
        call.language = state.language
        call.danger = call.danger or state.danger
        call.touched_at = self.now

    def note(self, step: str, **more: str) -> None:
        """Add a step to the path: its name, the seconds since the call began, and what else."""
        seconds = round((self.now - self.call.arrived_at).total_seconds())
        self.call.path = [*self.call.path, [step, seconds, more]]


@dataclass(frozen=True, slots=True)
class Reply:
    """What to answer to a webhook: the answer that holds already, or a turn to be rendered.

    `call`: the call whose answer this is from now on; it is saved together with it.
    """

    call_id: uuid.UUID | None = None
    turn: Turn | None = None
    prompts: Prompts | None = None
    particulars: Particulars = field(default_factory=Particulars, repr=False)
    body: bytes | None = field(default=None, repr=False)
    call: LiveCall | None = field(default=None, repr=False)


_BY_ID = select(LiveCall).where(LiveCall.id == bindparam("call"))
_LOCKED = _BY_ID.with_for_update().execution_options(populate_existing=True)


def load(call_id: uuid.UUID | None, *, lock: bool = False) -> LiveCall | None:
    """The live call, if it lives; `lock` keeps other webhooks of the same call waiting."""
    if call_id is None:
        return None
    return db.session.scalar(_LOCKED if lock else _BY_ID, {"call": call_id})


def by_provider(provider_id: str) -> LiveCall | None:
    """The live call of a carrier's id."""
    return db.session.scalar(select(LiveCall).where(LiveCall.provider_id == provider_id))


def seal_mask(site: Site, call: LiveCall, caller: CallerNumber) -> None:
    """Keep country and last two digits for whoever answers, for the server's eyes only."""
    call.masked = site.seal_for_site(caller.masked().encode(), _mask_place(call.id))


def mask_of(site: Site, call: LiveCall) -> str:
    """Country and last two digits of the caller, "" if withheld."""
    if call.masked is None:
        return ""
    return site.open_for_site(call.masked, _mask_place(call.id)).decode()


def seal_answer(site: Site, call: LiveCall, body: bytes) -> None:
    """Keep what the caller hears now, for a repetition; it may name a counsellor's phone."""
    call.answer = site.seal_for_site(body, _answer_place(call.id))


def answer_of(site: Site, call: LiveCall) -> bytes | None:
    """What the caller hears now."""
    if call.answer is None:
        return None
    return site.open_for_site(call.answer, _answer_place(call.id))


def seal_talk(site: Site, call: LiveCall, talk: Coming | None) -> None:
    """Keep which talk the caller may cancel or move, and what was asked, for the next key."""
    call.talk = None
    if talk is not None:
        call.talk = site.seal_for_site(f"{talk.id} {talk.wish}".encode(), _talk_place(call.id))


def talk_of(site: Site, call: LiveCall) -> tuple[str, str] | None:
    """Id of the talk that the caller may cancel or move, and what was asked for it so far."""
    if call.talk is None:
        return None
    talk_id, _, wish = site.open_for_site(call.talk, _talk_place(call.id)).decode().partition(" ")
    return talk_id, wish


def _talk_place(call_id: uuid.UUID) -> Place:
    return Place("talk", "live_calls", str(call_id))


def _mask_place(call_id: uuid.UUID) -> Place:
    return Place("caller", "live_calls", str(call_id))


def _answer_place(call_id: uuid.UUID) -> Place:
    return Place("answer", "live_calls", str(call_id))


OVER = frozenset({Step.GOODBYE, Step.HANG_UP, Step.REFUSED})
"""Steps after which the carrier hangs up by itself."""
