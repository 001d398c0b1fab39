"""What the worker lets us tell, what was told, and what came of it."""

from dataclasses import replace
from datetime import date
from typing import Final

from helpline.cases.rules.agenda import Plan
from helpline.cases.rules.consents import Consent, Purpose, Way, withdraw
from helpline.cases.rules.disclosures import Disclosure, Protected
from helpline.cases.rules.kinds import EntryKind
from helpline.cases.rules.plain import from_plain
from helpline.cases.rules.referrals import Became, Referral
from helpline.cases.rules.state import Event, Folds, Minutes, State


def _consent(state: State, event: Event) -> State:
    """By keys on the telephone the worker speaks of recording; everything else is written down."""
    body = event.body
    if body.get("what") == Purpose.RECORDING:
        keyed = Consent("", Purpose.RECORDING, event.at, bool(body.get("given")), way=Way.KEYS)
        return replace(state, consents=(*state.consents, keyed))
    given = from_plain(Consent, {**body, "at": event.at.isoformat()})
    return replace(state, consents=(*state.consents, given))


def _withdrawn(state: State, event: Event) -> State:
    """One consent by its id, all of a purpose, or, where the worker names none, every one."""
    purpose = event.body.get("what")
    meant = Purpose(purpose) if purpose else None
    consent_id = str(event.body.get("id", ""))
    return replace(state, consents=withdraw(state.consents, consent_id, meant, event.at))


def _protected(state: State, event: Event) -> State:
    return replace(state, protected=from_plain(Protected, event.body))


def _disclosure(state: State, event: Event) -> State:
    sent = from_plain(Disclosure, {**event.body, "at": event.at.isoformat()})
    return replace(state, disclosures=(*state.disclosures, sent), acted=state.acted or event.at)


def _answer(state: State, event: Event) -> State:
    """What came back to a letter: that they have it, what they plan, or an answer in words."""
    body = event.body
    planned = body.get("planned_for")

    def told(sent: Disclosure) -> Disclosure:
        if sent.id != body.get("disclosure"):
            return sent
        return replace(
            sent,
            acknowledged=sent.acknowledged or event.at,
            answered=event.at if body.get("text") else sent.answered,
            planned=str(body.get("planned", "")) or sent.planned,
            planned_for=date.fromisoformat(planned) if planned else sent.planned_for,
        )

    return replace(state, disclosures=tuple(told(sent) for sent in state.disclosures))


def _plan(state: State, event: Event) -> State:
    plan = from_plain(Plan, {**event.body, "proposed": event.at.isoformat()})
    return replace(state, planned=plan, plan=None)


def _plan_word(state: State, event: Event) -> State:
    plan = state.planned
    if plan is None or plan.id != event.body.get("plan"):
        return state
    if event.body.get("agreed"):
        return replace(state, planned=replace(plan, agreed=event.at, refused=None), plan=event.at)
    return replace(state, planned=replace(plan, agreed=None, refused=event.at), plan=None)


def _minutes(state: State, event: Event) -> State:
    offered = Minutes(str(event.body["id"]), event.at)
    return replace(state, minutes=(*state.minutes, offered))


def _minutes_word(state: State, event: Event) -> State:
    said, agreed = event.body.get("minutes"), bool(event.body.get("agreed"))
    found = (replace(one, agreed=agreed) if one.id == said else one for one in state.minutes)
    return replace(state, minutes=tuple(found))


def _referral(state: State, event: Event) -> State:
    sent = from_plain(Referral, {**event.body, "at": event.at.isoformat()})
    return replace(state, referrals=(*state.referrals, sent), acted=state.acted or event.at)


def _referral_answer(state: State, event: Event) -> State:
    meant, what = event.body.get("referral"), Became(event.body["became"])
    found = (replace(one, became=what) if one.id == meant else one for one in state.referrals)
    return replace(state, referrals=tuple(found))


FOLDS: Final[Folds] = {
    EntryKind.CONSENT: _consent,
    EntryKind.CONSENT_WITHDRAWN: _withdrawn,
    EntryKind.PROTECTED: _protected,
    EntryKind.DISCLOSURE: _disclosure,
    EntryKind.ANSWER: _answer,
    EntryKind.PLAN: _plan,
    EntryKind.REFERRAL: _referral,
    EntryKind.REFERRAL_ANSWER: _referral_answer,
    EntryKind.PLAN_WORD: _plan_word,
    EntryKind.MINUTES: _minutes,
    EntryKind.MINUTES_WORD: _minutes_word,
}
