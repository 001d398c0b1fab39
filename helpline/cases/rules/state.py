"""What a case's entries add up to. Pure: the same entries in order always give the same state.

The state is what the case's header keeps, so that lists and clocks need not open every entry. It
also says which status, severity and assignee the case's outer row must show: another one there was
not written by us.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import datetime
from typing import Any, Final

from helpline.cases.rules import severity as severities
from helpline.cases.rules.kinds import CONTACTS, SPOKEN_WITH, EntryKind
from helpline.cases.rules.policy import Policy, Word
from helpline.cases.rules.status import Status

MOST_ATTEMPTS: Final = 20
Body = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Event:
    """One opened entry: its kind, when it happened, who wrote it (a person's id, or None)."""

    kind: EntryKind
    at: datetime
    by: str | None
    body: Body


@dataclass(frozen=True, slots=True)
class State:
    """Everything a list, a clock or the composer asks of a case.

    caller         masked number, "" if there is none; `withheld` says that it was withheld
    about          size of the latest contact: {"chars": 48} or {"seconds": 72}
    waiting_since  the worker's oldest contact that nobody has answered yet
    attempts       when somebody tried to reach the worker, oldest first
    number         row of the number that counts, None for the first one
    passed         statuses that the case stood in before the present one, each once
    consent_withdrawn   the worker took a consent back; nothing goes to the factory
    """

    status: Status = Status.NEW
    severity: int | None = None
    assignee: str | None = None
    line: str = ""
    language: str = ""
    channel: str = ""
    caller: str = ""
    withheld: bool = False
    contacts: int = 0
    about: Mapping[str, int] = field(default_factory=dict)
    last_kind: str = ""
    opened: datetime | None = None
    last: datetime | None = None
    last_contact: datetime | None = None
    waiting_since: datetime | None = None
    first_answer: datetime | None = None
    last_update: datetime | None = None
    taken: datetime | None = None
    plan: datetime | None = None
    resolved: datetime | None = None
    closed: datetime | None = None
    hold_until: datetime | None = None
    attempts: tuple[datetime, ...] = ()
    main: str = ""
    codes: tuple[str, ...] = ()
    factory: str = ""
    keyed: str = ""
    reporter: str = ""
    outcome: str = ""
    remedy: str = ""
    finding: str = ""
    accepted: str = ""
    policy: Policy = Policy()
    number: str | None = None
    recording_allowed: bool = False
    consent_withdrawn: bool = False
    receipts: int = 0
    passed: tuple[str, ...] = ()

    @property
    def shell(self) -> tuple[str, int | None, str | None]:
        """What the case's outer row must show: status, severity, assignee."""
        return self.status.value, self.severity, self.assignee

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON."""
        stored = {name: _plain(value) for name, value in asdict(replace(self, about={})).items()}
        return stored | {"about": dict(self.about), "policy": self.policy.to_dict()}

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> "State":
        """Read `to_dict`'s output; fields of a later version are left out."""
        known = {f.name: stored[f.name] for f in fields(cls) if f.name in stored}
        for name in _MOMENTS & known.keys():
            known[name] = _moment(known[name])
        known["status"] = Status(known.get("status", Status.NEW))
        known["policy"] = Policy.from_dict(known.get("policy", {}))
        for name in ("codes", "passed"):
            known[name] = tuple(known.get(name, ()))
        known["attempts"] = tuple(
            datetime.fromisoformat(text) for text in known.get("attempts", ())
        )
        return cls(**known)


_MOMENTS: Final = frozenset(
    {
        "opened",
        "last",
        "last_contact",
        "waiting_since",
        "first_answer",
        "last_update",
        "taken",
        "plan",
        "resolved",
        "closed",
        "hold_until",
    }
)


def fold(state: State, event: Event) -> State:
    """The state after one more entry."""
    before = state
    if event.kind in CONTACTS:
        state = _contact(state, event)
    elif event.kind in _FOLDS:
        state = _FOLDS[event.kind](state, event)
    if state.status is not before.status and before.status.value not in before.passed:
        state = replace(state, passed=(*before.passed, before.status.value))
    return replace(state, last=event.at, last_kind=event.kind.value)


def _contact(state: State, event: Event) -> State:
    body = event.body
    first = state.opened is None
    spoken = event.kind in SPOKEN_WITH or bool(body.get("talked"))
    reopened = state.status is Status.CLOSED
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
        last_contact=event.at,
        status=Status.REOPENED if reopened else state.status,
        closed=None if reopened else state.closed,
        waiting_since=state.waiting_since or event.at,
    )
    return _answered(state, event) if spoken else state


def _answered(state: State, event: Event) -> State:
    return replace(
        state,
        waiting_since=None,
        first_answer=state.first_answer or event.at,
        last_update=event.at,
        attempts=(*state.attempts, event.at)[-MOST_ATTEMPTS:],
    )


def _outward(state: State, event: Event) -> State:
    """We rang: an answer if we spoke, in any case an attempt."""
    if event.body.get("reached", True):
        return _answered(state, event)
    return replace(state, attempts=(*state.attempts, event.at)[-MOST_ATTEMPTS:])


def _danger(state: State, _event: Event) -> State:
    return replace(state, severity=severities.DANGER)


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


def _coding(state: State, event: Event) -> State:
    body = event.body
    begun = state.status in {Status.NEW, Status.REOPENED}
    return replace(
        state,
        main=str(body.get("main", "")),
        codes=tuple(body.get("codes", ())),
        factory=str(body.get("factory", "")),
        reporter=str(body.get("reporter", "")),
        language=str(body.get("language", "")) or state.language,
        severity=int(body["severity"]),
        status=Status.TRIAGED if begun else state.status,
    )


def _severity(state: State, event: Event) -> State:
    return replace(state, severity=int(event.body["severity"]))


def _status(state: State, event: Event) -> State:
    after = Status(event.body["status"])
    return replace(
        state,
        status=after,
        hold_until=_moment(event.body.get("until")) if after is Status.ON_HOLD else None,
        plan=event.at if after is Status.PLAN_AGREED else state.plan,
        resolved=event.at if after is Status.RESOLVED else state.resolved,
        closed=None,
    )


def _closing(state: State, event: Event) -> State:
    body = event.body
    return replace(
        state,
        status=Status.CLOSED,
        closed=event.at,
        resolved=state.resolved or event.at,
        waiting_since=None,
        outcome=str(body.get("outcome", "")),
        remedy=str(body.get("remedy", "")),
        finding=str(body.get("finding", "")),
        accepted=str(body.get("accepted", "")),
    )


def _assigned(state: State, event: Event) -> State:
    return replace(state, assignee=event.body.get("to"), taken=event.at)


def _consent(state: State, event: Event) -> State:
    if event.body.get("what") != "recording":
        return replace(state, consent_withdrawn=False)
    return replace(state, recording_allowed=bool(event.body.get("given")))


def _withdrawn(state: State, event: Event) -> State:
    if event.body.get("what") == "recording":
        return replace(state, recording_allowed=False)
    return replace(state, consent_withdrawn=True)


def _receipt(state: State, _event: Event) -> State:
    return replace(state, receipts=state.receipts + 1)


_FOLDS: Final[Mapping[EntryKind, Callable[[State, Event], State]]] = {
    EntryKind.DANGER: _danger,
    EntryKind.KEYED: _keyed,
    EntryKind.SAFETY: _safety,
    EntryKind.CALLBACK_ASKED: _callback_asked,
    EntryKind.CONSENT: _consent,
    EntryKind.CONSENT_WITHDRAWN: _withdrawn,
    EntryKind.TALKED: _answered,
    EntryKind.RECEIPT_GIVEN: _receipt,
    EntryKind.TEXT_OUT: _answered,
    EntryKind.LETTER_OUT: _answered,
    EntryKind.CALLBACK_OUT: _outward,
    EntryKind.CODING: _coding,
    EntryKind.SEVERITY: _severity,
    EntryKind.STATUS: _status,
    EntryKind.CLOSING: _closing,
    EntryKind.POLICY: _policy,
    EntryKind.ASSIGNED: _assigned,
}


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value


def _moment(text: object) -> datetime | None:
    return datetime.fromisoformat(text) if isinstance(text, str) else None
