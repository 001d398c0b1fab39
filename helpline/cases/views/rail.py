"""Beside the timeline: consents, letters, plan, minutes, what is agreed for later."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from helpline.cases.forms.agenda import MEETINGS
from helpline.cases.forms.ledger import ALL_WAYS, BECAME, GROUPS, PURPOSES, RECIPIENTS, SENT
from helpline.cases.rules.agenda import Appointment, open_appointments, open_steps
from helpline.cases.rules.clocks import WATCH_DAYS
from helpline.cases.rules.consents import Consent, Purpose, Recipient, latest
from helpline.cases.rules.disclosures import Disclosure, Sent
from helpline.cases.rules.referrals import Referral
from helpline.cases.rules.second import Act
from helpline.cases.rules.state import State
from helpline.cases.rules.status import Status
from helpline.cases.service.reading import CaseView
from helpline.cases.views.present import day_name, moment

_GROUPS = dict(GROUPS)
_PURPOSES = dict(PURPOSES)
_RECIPIENTS = dict(RECIPIENTS)
_WAYS = dict(ALL_WAYS)
_SENT = dict(SENT)
_BECAME = dict(BECAME)
_MEETINGS = dict(MEETINGS)


@dataclass(frozen=True, slots=True)
class ConsentLine:
    """One word of the worker as the ledger shows it; `state` as the chip names it."""

    id: str
    title: str
    state: str
    told: str
    words: str
    when: str
    takeable: bool
    tell: str
    whom: str


@dataclass(frozen=True, slots=True)
class LetterLine:
    """A letter that went out, and what came back."""

    id: str
    title: str
    when: str
    came: str
    planned: str


@dataclass(frozen=True, slots=True)
class TalkLine:
    """A talk to come."""

    id: str
    when: str
    how: str
    wish: str
    over: bool


def values(view: CaseView, now: datetime, me: str) -> dict[str, Any]:
    """Everything the panels show."""
    state = view.state
    return {
        "consent_lines": [_consent(one, view) for one in reversed(latest(state.consents))],
        "letter_lines": [_letter(one, view) for one in reversed(state.disclosures)],
        "plan": state.planned,
        "plan_due": day_name(state.planned.due, view.zone) if state.planned else "",
        "talks": [_talk(one, view, now) for one in open_appointments(state.appointments)],
        "steps": [
            (one.id, one.what, day_name(one.due, view.zone)) for one in open_steps(state.steps)
        ],
        "minutes_open": [one.id for one in state.minutes if one.agreed is None],
        "minutes_agreed": sum(one.agreed is True for one in state.minutes),
        "referral_lines": [_referral(one, view) for one in reversed(state.referrals)],
        "watch_left": _watch_left(state),
        "question": state.question,
        "question_is_mine": state.question is not None and state.question.by == me,
        "question_closes": state.question is not None and state.question.act is Act.CLOSE,
        "recipients": recipients(state),
    }


def recipients(state: State) -> Sequence[tuple[str, str, bool]]:
    """Who can be written to: value, name, and whether the worker has agreed."""
    agreed = {one.recipient for one in latest(state.consents) if one.stands}
    return [(name, str(label), Recipient(name) in agreed) for name, label in RECIPIENTS]


def group_names(groups: Mapping[Any, str] | Sequence[Any]) -> str:
    """Groups of facts in words."""
    return ", ".join(str(_GROUPS[group.value]) for group in groups)


def way_name(way: str) -> str:
    """How something was said, in words."""
    return str(_WAYS.get(way, ""))


def whom(recipient: Recipient | None, name: str) -> str:
    """Who is told, in words: the name where there is one."""
    return name or str(_RECIPIENTS[recipient.value] if recipient else "")


def _consent(consent: Consent, view: CaseView) -> ConsentLine:
    chip = "given" if consent.given else "refused"
    chip = "taken_back" if consent.withdrawn else chip
    title = str(_PURPOSES[consent.purpose.value])
    told = whom(consent.recipient, consent.whom)
    if told:
        title = _("%(purpose)s: %(whom)s", purpose=title, whom=told)
    tells = consent.stands and consent.purpose is Purpose.TELL and consent.recipient
    return ConsentLine(
        id=consent.id,
        title=title,
        state=chip,
        told=group_names(consent.facts),
        words=consent.words,
        when=f"{day_name(consent.at, view.zone)}, {way_name(consent.way.value)}",
        takeable=consent.stands and bool(consent.id) and consent.ground is None,
        tell=consent.recipient.value if tells and consent.recipient else "",
        whom=consent.whom,
    )


def _letter(sent: Disclosure, view: CaseView) -> LetterLine:
    if sent.answered:
        came = _("answered %(day)s", day=day_name(sent.answered, view.zone))
    elif sent.acknowledged:
        came = _("they have it")
    else:
        came = _("no answer yet")
    how = "" if sent.sent is Sent.INBOX else f", {_SENT[sent.sent.value]}"
    planned = sent.planned
    if planned and sent.planned_for:
        planned = _("%(what)s, by %(day)s", what=planned, day=f"{sent.planned_for:%d.%m.%Y}")
    when = f"{day_name(sent.at, view.zone)}{how}"
    return LetterLine(sent.id, whom(sent.recipient, sent.whom), when, came, planned)


def _referral(sent: Referral, view: CaseView) -> tuple[str, str, str, str]:
    """Its id, where, when, and what became of it."""
    became = str(_BECAME.get(sent.became.value, _("no answer yet")))
    return sent.id, sent.name, day_name(sent.at, view.zone), became


def _talk(talk: Appointment, view: CaseView, now: datetime) -> TalkLine:
    wishes = {"move": _("The worker asks for another time."), "cancel": _("The worker cancels it.")}
    return TalkLine(
        id=talk.id,
        when=moment(talk.at, view.zone),
        how=str(_MEETINGS[talk.how.value]),
        wish=wishes.get(talk.wish, ""),
        over=talk.at <= now,
    )


def _watch_left(state: State) -> tuple[int, ...]:
    if state.status is not Status.CLOSED or not state.watch:
        return ()
    return tuple(days for days in WATCH_DAYS if days not in state.watched)
