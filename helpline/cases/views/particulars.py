"""The words beside consents, letters, plans, minutes and talks in the timeline."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from flask_babel import format_datetime
from flask_babel import gettext as _

from helpline.cases.forms.agenda import HELD
from helpline.cases.forms.ledger import ALL_WAYS, BECAME, HARMS, PURPOSES, RECIPIENTS
from helpline.cases.rules.kinds import EntryKind

Body = Mapping[str, Any]


def particulars(kind: EntryKind, body: Body) -> str:
    """What an entry of the ledger or the agenda says beside its title, or ""."""
    say = _SAY.get(kind)
    return say(body) if say else ""


def _consent(body: Body) -> str:
    purpose = _named(PURPOSES, body.get("purpose") or body.get("what", ""))
    whom = body.get("whom") or _named(RECIPIENTS, body.get("recipient") or "")
    said = _("given") if body.get("given") else _("refused")
    if body.get("ground"):
        said = _("permitted by two supervisors")
    return _parts(purpose, whom, said, _quoted(body))


def _taken_back(body: Body) -> str:
    return _parts(_named(ALL_WAYS, body.get("way", "")), _quoted(body))


def _disclosure(body: Body) -> str:
    return str(body.get("whom") or _named(RECIPIENTS, body.get("recipient", "")))


def _answer(body: Body) -> str:
    if body.get("planned"):
        return str(_("they plan: %(what)s", what=body["planned"]))
    return "" if body.get("text") else str(_("they have it"))


def _word(body: Body) -> str:
    return _parts(_("agreed") if body.get("agreed") else _("not agreed"), _quoted(body))


def _second(body: Body) -> str:
    if body.get("taken_back"):
        return str(_("taken back"))
    return _parts(_("agreed") if body.get("agreed") else _("not agreed"), body.get("reason", ""))


def _talk(body: Body) -> str:
    told = _("the worker hears it with the number") if body.get("told") else ""
    if body.get("at"):
        when = datetime.fromisoformat(body["at"])
        return _parts(format_datetime(when, _("d MMMM, HH:mm")), told)
    return _parts(_named(HELD, body.get("state", "")), told)


def _wish(body: Body) -> str:
    return str(_("to cancel it") if body.get("wish") == "cancel" else _("for another time"))


def _watch(body: Body) -> str:
    days = _("after %(num)s days", num=body.get("days"))
    return _parts(days, _named(HARMS, body.get("harm", "")))


def _referral(body: Body) -> str:
    became = _named(BECAME, body.get("became", ""))
    return _parts(body.get("name", ""), became, _quoted(body))


def _related(body: Body) -> str:
    return _parts(body.get("name", ""), _("parted again") if body.get("undone") else "")


def _legal_hold(body: Body) -> str:
    return _parts("" if body.get("held") else _("lifted"), body.get("reason", ""))


def _step(body: Body) -> str:
    return str(body.get("what", ""))


_SAY: Mapping[EntryKind, Callable[[Body], str]] = {
    EntryKind.CONSENT: _consent,
    EntryKind.CONSENT_WITHDRAWN: _taken_back,
    EntryKind.DISCLOSURE: _disclosure,
    EntryKind.ANSWER: _answer,
    EntryKind.PLAN_WORD: _word,
    EntryKind.MINUTES_WORD: _word,
    EntryKind.SECOND_GIVEN: _second,
    EntryKind.APPOINTMENT: _talk,
    EntryKind.APPOINTMENT_CHANGED: _talk,
    EntryKind.APPOINTMENT_WISH: _wish,
    EntryKind.WATCH: _watch,
    EntryKind.STEP: _step,
    EntryKind.LEGAL_HOLD: _legal_hold,
    EntryKind.REFERRAL: _referral,
    EntryKind.REFERRAL_ANSWER: _referral,
    EntryKind.RELATED: _related,
}


def _named(pairs: tuple[tuple[str, Any], ...], value: str) -> str:
    return str(dict(pairs).get(value, ""))


def _quoted(body: Body) -> str:
    words = str(body.get("words", "")).strip()
    return f"“{words}”" if words else ""


def _parts(*parts: object) -> str:
    return ", ".join(str(part) for part in parts if part)
