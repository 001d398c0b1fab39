"""Working a callback: through the carrier, or from the desk phone as a task with an outcome."""

import logging
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from helpline.audit import service as audit
from helpline.cases.rules.kinds import EntryKind
from helpline.cases.service import assignment, files, reaching
from helpline.columns import new_id
from helpline.errors import Conflict, Unavailable
from helpline.extensions import db
from helpline.hotline.models import Callback, LiveCall
from helpline.hotline.service import callbacks, casework, ending, roster, seen
from helpline.hotline.service.handling import Handling, load, seal_answer, seal_mask
from helpline.hotline.service.setting import Setting
from helpline.keys.service.principal import Principal
from helpline.register.service import lines
from helpline.register.service.lines import LineView
from helpline.unit_of_work import after_commit, unit_of_work
from telephony import flow
from telephony.flow import CallState
from telephony.numbers import CallerNumber
from telephony.provider import CarrierError

log = logging.getLogger(__name__)

WHILE_IT_RINGS = timedelta(minutes=3)
CLOSED = "This line is closed now. Callbacks ring in opening hours only."


@dataclass(frozen=True, slots=True)
class Worked:
    """A callback somebody is working; `number` is there only for the desk phone, in one answer."""

    callback: Callback
    number: CallerNumber | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Wish:
    """Whom to ring, from which line, in which language, for which callback if for one."""

    case_id: uuid.UUID
    line: LineView
    language: str
    handle: bytes | None
    callback_id: uuid.UUID | None


def ring(
    setting: Setting, principal: Principal, callback_id: uuid.UUID, now: datetime, override: str
) -> None:
    """Ring the worker through the carrier; whoever picks up and says yes meets the counsellor.

    The number is opened in this request and stands in nothing that is stored. Raises Conflict,
    `reaching.ContactRefused`, NotFound.
    """
    row, line = _begin(principal, callback_id, now)
    _ring(
        setting,
        principal,
        Wish(row.case_id, line, row.language, row.open_handle, row.id),
        now,
        override,
    )


def ring_case(
    setting: Setting, principal: Principal, case_id: uuid.UUID, now: datetime, override: str
) -> None:
    """Ring the worker of one's own case, at a time the worker called safe. Raises as `ring`."""
    file = files.open_file(principal, case_id)
    line = lines.by_id(uuid.UUID(file.state.line)) if file.state.line else None
    if line is None:
        raise Conflict("This case has no line to ring from.")
    known = file.state.language
    language = known if known in line.languages else line.default_language
    _ring(setting, principal, Wish(case_id, line, language, file.case.handle, None), now, override)


def _ring(setting: Setting, principal: Principal, wish: Wish, now: datetime, override: str) -> None:
    line = wish.line
    number = reaching.dial(principal, wish.case_id, now, override)
    if not setting.may_dial(number):
        raise Conflict("The carrier cannot ring this number. Ring it from the desk phone.")
    if roster.reachable(setting.site, principal.person, now, line.id) is None:
        raise Conflict("Go on duty with a phone first: it rings when the worker answers.")
    call = LiveCall(
        id=new_id(),
        line_id=line.id,
        state=CallState().to_dict(),
        path=[],
        language=wish.language,
        outbound=True,
        contacted=True,
        safety_asked=casework.safety_asked(principal, wish.case_id),
        handle=wish.handle,
        case_id=wish.case_id,
        callback_id=wish.callback_id,
        person_id=principal.person,
        danger=False,
        known=True,
        arrived_at=now,
        touched_at=now,
    )
    if not roster.hold(principal.person, call.id, now + WHILE_IT_RINGS, now):
        raise Conflict("You are in a call.")
    db.session.add(call)
    seal_mask(setting.site, call, number)
    db.session.flush()
    markup = _markup(setting, call, line, number, now)
    after_commit(lambda: _place(setting, call.id, number, line, markup, now))


def show(principal: Principal, callback_id: uuid.UUID, now: datetime, override: str) -> Worked:
    """The number, for the desk phone; recorded, and checked against the contact policy."""
    row, _ = _begin(principal, callback_id, now)
    return Worked(row, reaching.dial(principal, row.case_id, now, override))


def outcome(
    principal: Principal, callback_id: uuid.UUID, now: datetime, *, reached: bool, text: str
) -> None:
    """How ringing from the desk phone went: three tries over seven days, then the case goes on."""
    row = callbacks.find(callback_id)
    callbacks.take(row.id, principal.person)
    line = _line(row)
    reaching.record_call(principal, row.case_id, reached=reached, text=text, now=now)
    if reached:
        callbacks.reached(row)
    else:
        callbacks.failed(row, line, now)


def drop(principal: Principal, callback_id: uuid.UUID, now: datetime) -> None:
    """Nothing more to ring: a person decided so."""
    row = callbacks.find(callback_id)
    callbacks.take(row.id, principal.person)
    audit.record(
        principal.site, "callback.dropped", now, actor=principal.person, object_id=row.case_id
    )
    callbacks.done(row.id)


def _begin(
    principal: Principal, callback_id: uuid.UUID, now: datetime
) -> tuple[Callback, LineView]:
    row = callbacks.find(callback_id)
    line = _line(row)
    if not callbacks.is_open(line, now):
        raise Conflict(CLOSED)
    callbacks.take(row.id, principal.person)
    if casework.assignee(row.case_id) is None:
        assignment.claim(principal, row.case_id, now)
    return row, line


def _line(row: Callback) -> LineView:
    line = lines.by_id(row.line_id)
    if line is None:
        raise Unavailable("This line is not there any more.")
    return line


def _markup(
    setting: Setting, call: LiveCall, line: LineView, number: CallerNumber, now: datetime
) -> bytes:
    """What the worker's phone runs when it is picked up, inside the request that rings it."""
    handling = Handling(setting, call, line, number, now)
    turn = flow.ring_worker(call.language, handling.facts())
    handling.store(turn)
    markup = setting.carrier.render(turn, str(call.id), setting.urls, setting.prompts(line))
    seal_answer(setting.site, call, markup)
    return markup


def _place(
    setting: Setting,
    call_id: uuid.UUID,
    number: CallerNumber,
    line: LineView,
    markup: bytes,
    now: datetime,
) -> None:
    """Ask the carrier, and write down what it said in a transaction of its own."""
    provider_id, trouble = None, None
    try:
        own = CallerNumber.parse(line.number)
        provider_id = setting.carrier.place_call(number, own, markup, setting.urls)
    except CarrierError as error:
        log.info("a callback was not taken: %s", type(error).__name__)
        trouble = error
    with unit_of_work():
        call = load(call_id, lock=True)
        if call is None:
            return
        over = False
        if provider_id is not None:
            call.provider_id = provider_id
            over = seen.ended_before_it_began(setting.site, provider_id)
        if trouble is not None or over:
            _failed(setting, call, line, number, now, told=trouble is not None)


def _failed(
    setting: Setting,
    call: LiveCall,
    line: LineView,
    number: CallerNumber,
    now: datetime,
    *,
    told: bool,
) -> None:
    """The carrier did not ring; the callback stays open, and the case says what happened."""
    if told:
        body = {"reached": False, "result": "carrier"}
        casework.add(setting.site, call.case_id, EntryKind.CALLBACK_OUT, body, now)
        row = db.session.get(Callback, call.callback_id) if call.callback_id else None
        if row is not None:
            row.state, row.person_id = callbacks.OPEN, None
        call.state = {**call.state, "step": "hang-up"}
    ending.end(Handling(setting, call, line, number, now))
