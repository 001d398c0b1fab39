"""How serious a case is, where it stands, who has it, how it ended."""

from dataclasses import fields, replace
from datetime import datetime
from typing import Final

from helpline.cases.rules import severity as severities
from helpline.cases.rules.kinds import EntryKind
from helpline.cases.rules.plain import from_plain, moment
from helpline.cases.rules.second import Question
from helpline.cases.rules.state import Event, Folds, Hold, Rating, Standing, State
from helpline.cases.rules.status import SIDE, Status

_ACTS: Final = frozenset({Status.WITH_FACTORY, Status.INVESTIGATING, Status.VERIFYING})
"""Statuses that only an act in the factory or the field brings."""


def _danger(state: State, event: Event) -> State:
    return _rated(state, severities.DANGER, event)


def _coding(state: State, event: Event) -> State:
    body = event.body
    begun = state.status in {Status.NEW, Status.REOPENED}
    state = replace(
        state,
        main=str(body.get("main", "")),
        codes=tuple(body.get("codes", ())),
        factory=str(body.get("factory", "")),
        reporter=str(body.get("reporter", "")),
        language=str(body.get("language", "")) or state.language,
        status=Status.TRIAGED if begun else state.status,
    )
    return _rated(state, int(body["severity"]), event)


def _severity(state: State, event: Event) -> State:
    return _rated(state, int(event.body["severity"]), event)


def _rated(state: State, severity: int, event: Event) -> State:
    heavy = severity >= severities.SERIOUS
    since = state.heavy_since or event.at
    kept = () if severities.is_lowered(state.severity, severity) else state.ratings
    if severity != state.severity:
        kept = (*kept, Rating(severity, event.at))
    return replace(
        state,
        severity=severity,
        ratings=kept,
        heavy_since=since if heavy else None,
        reviewed=state.reviewed if heavy and state.heavy_since else None,
    )


def _status(state: State, event: Event) -> State:
    if event.body.get("parted") and state.joined is not None:
        return _parted(state, state.joined)
    after = Status(event.body["status"])
    state = _held(state, event.at)
    if state.status is Status.CLOSED:
        state = reopened(state, event)
    on_hold = after is Status.ON_HOLD
    return replace(
        state,
        status=after,
        stood=state.stood if state.status in SIDE else state.status.value,
        held_since=event.at if on_hold else None,
        hold_until=moment(event.body.get("until")) if on_hold else None,
        acted=(state.acted or event.at) if after in _ACTS else state.acted,
        resolved=event.at if after is Status.RESOLVED else state.resolved,
    )


def _closing(state: State, event: Event) -> State:
    body = event.body
    return replace(
        _held(state, event.at),
        status=Status.CLOSED,
        closed=event.at,
        resolved=state.resolved or event.at,
        waiting_since=None,
        question=None,
        outcome=str(body.get("outcome", "")),
        remedy=str(body.get("remedy", "")),
        finding=str(body.get("finding", "")),
        accepted=str(body.get("accepted", "")),
        watch=bool(body.get("watch")),
        watched=(),
    )


def reopened(state: State, event: Event | None) -> State:
    """Its clocks begin again; how it ended the last time stands in its entries."""
    return replace(
        state,
        status=Status.REOPENED,
        reopened=event.at if event else state.reopened,
        closed=None,
        resolved=None,
        acted=None,
        watch=False,
        watched=(),
        surveyed=False,
        outcome="",
        accepted="",
    )


def _joined(state: State, event: Event) -> State:
    """Joined into another case: how it stood is kept until somebody says it was a mistake."""
    if "into" not in event.body:
        return state
    names = (field.name for field in fields(Standing))
    return replace(state, joined=Standing(**{name: getattr(state, name) for name in names}))


def _parted(state: State, stood: Standing) -> State:
    """It was another worker after all: everything runs as it did before the join."""
    before = {field.name: getattr(stood, field.name) for field in fields(Standing)}
    state = replace(reopened(state, None), joined=None)
    return replace(state, **before)


def _held(state: State, until: datetime) -> State:
    """A hold that ends is kept, so that clocks know how long they stood still."""
    if state.held_since is None or state.hold_until is None:
        return state
    hold = Hold(state.held_since, max(state.held_since, min(until, state.hold_until)))
    return replace(state, holds=(*state.holds, hold), held_since=None, hold_until=None)


def _assigned(state: State, event: Event) -> State:
    looked = event.body.get("how") == "assign"
    return replace(
        state,
        assignee=event.body.get("to"),
        taken=event.at,
        reviewed=state.reviewed or (event.at if looked else None),
    )


def _second_asked(state: State, event: Event) -> State:
    asked = {**event.body, "at": event.at.isoformat(), "by": event.by or ""}
    return replace(state, question=from_plain(Question, asked))


def _second_given(state: State, _event: Event) -> State:
    return replace(state, question=None)


def _reviewed(state: State, event: Event) -> State:
    return replace(state, reviewed=event.at)


def _opened_with_reason(state: State, event: Event) -> State:
    return replace(state, opened_by={**state.opened_by, str(event.by): event.at})


def _watch(state: State, event: Event) -> State:
    return replace(state, watched=(*state.watched, int(event.body["days"])))


def _survey_asked(state: State, _event: Event) -> State:
    return replace(state, surveyed=True)


def _legal_hold(state: State, event: Event) -> State:
    return replace(state, legal_hold=bool(event.body.get("held")))


FOLDS: Final[Folds] = {
    EntryKind.DANGER: _danger,
    EntryKind.CODING: _coding,
    EntryKind.SEVERITY: _severity,
    EntryKind.STATUS: _status,
    EntryKind.CLOSING: _closing,
    EntryKind.JOINED: _joined,
    EntryKind.ASSIGNED: _assigned,
    EntryKind.SECOND_ASKED: _second_asked,
    EntryKind.SECOND_GIVEN: _second_given,
    EntryKind.REVIEWED: _reviewed,
    EntryKind.OPENED_WITH_REASON: _opened_with_reason,
    EntryKind.WATCH: _watch,
    EntryKind.LEGAL_HOLD: _legal_hold,
    EntryKind.SURVEY_ASKED: _survey_asked,
}
