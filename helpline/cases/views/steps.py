"""What changes a case as a whole: contact policy, coding, status, closing. A form each."""

import uuid
from collections.abc import Callable
from datetime import datetime, time
from zoneinfo import ZoneInfo

from flask import Blueprint, Flask, current_app
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from helpline.accounts.views import now, principal
from helpline.cases.forms import CloseForm, CodingForm, PolicyForm, ReasonForm, StatusForm, options
from helpline.cases.rules.severity import DANGER
from helpline.cases.rules.status import Accepted, Finding, Outcome, Remedy, Status
from helpline.cases.service import closing, coding, reaching
from helpline.cases.service.closing import Ending
from helpline.cases.service.coding import Coding
from helpline.cases.service.reading import CaseView
from helpline.cases.views.case import page as case_page
from helpline.cases.views.common import (
    CASE_WORKERS,
    attempt,
    category_choices,
    factory_code,
    policy_from,
    retention,
    see_case,
)
from helpline.cases.views.step import step
from helpline.security import allow

_HEAVIER = "helpline.heavier"


def on_heavier(app: Flask, tell: Callable[[], None]) -> None:
    """Let `tell` know, within the same transaction, that the visitor rated a case S3 or S4."""
    app.extensions[_HEAVIER] = tell


def register(blueprint: Blueprint) -> None:
    """Add these pages to the room's blueprint."""

    def both(path: str, name: str, view: Callable[..., ResponseReturnValue]) -> None:
        blueprint.add_url_rule(f"/cases/<uuid:case_id>{path}", name, view, methods=["GET", "POST"])

    both("/policy", "policy", policy)
    both("/coding", "coding", code)
    both("/status", "status", status)
    both("/close", "close", close)
    blueprint.add_url_rule("/cases/<uuid:case_id>/danger", "danger", danger, methods=["POST"])


@allow(*CASE_WORKERS)
def policy(case_id: uuid.UUID) -> ResponseReturnValue:
    """How the worker may be reached, and what whoever answers must know."""
    form = PolicyForm()

    def save() -> None:
        policy, must_know = policy_from(form), form.must_know.data or ""
        reaching.save_policy(principal(), case_id, policy, must_know, now(), form.revision.data)

    return step(case_id, form, save, template="cases/policy.html", fill=_fill_policy)


@allow(*CASE_WORKERS)
def code(case_id: uuid.UUID) -> ResponseReturnValue:
    """What it is about, how serious, where."""
    form = CodingForm()
    choices = category_choices()
    form.main.choices = [*options([("", _("Choose"))]), *choices]
    form.also.choices = choices

    def save() -> None:
        coded = Coding(
            main=form.main.data,
            severity=int(form.severity.data),
            also=tuple(form.also.data or ()),
            factory=factory_code(form.factory.data or ""),
            reporter=form.reporter.data,
            reason=form.reason.data or "",
        )
        _weighed(coding.code(principal(), case_id, coded, now(), form.revision.data))

    return step(case_id, form, save, template="cases/coding.html", fill=_fill_coding)


@allow(*CASE_WORKERS)
def status(case_id: uuid.UUID) -> ResponseReturnValue:
    """The next status, by hand."""
    form = StatusForm()
    form.status.choices = options((name.value, name.value) for name in Status)

    def save() -> None:
        chosen = next((name for name in Status if name.value == form.status.data), Status.CLOSED)
        coding.change_status(
            principal(),
            case_id,
            chosen,
            now(),
            form.revision.data,
            form.reason.data or "",
            _end_of_day(form),
        )

    return step(case_id, form, save, template="cases/status.html")


@allow(*CASE_WORKERS)
def close(case_id: uuid.UUID) -> ResponseReturnValue:
    """Close with an outcome."""
    form = CloseForm()

    def save() -> None:
        ending = Ending(
            Outcome(form.outcome.data),
            Remedy(form.remedy.data),
            Finding(form.finding.data),
            Accepted(form.accepted.data),
            form.summary.data or "",
        )
        closing.close(principal(), case_id, ending, now(), form.revision.data, retention())

    return step(case_id, form, save, template="cases/close.html")


@allow(*CASE_WORKERS)
def danger(case_id: uuid.UUID) -> ResponseReturnValue:
    """Raise to S4 with one key, in the first minute of a call."""
    form = ReasonForm()
    reason = form.reason.data or _("raised during the contact")
    refused = attempt(lambda: _weighed(coding.rate(principal(), case_id, DANGER, now(), reason)))
    return case_page(case_id, refused) if refused else see_case(case_id)


def _weighed(heavier: bool) -> None:
    tell: Callable[[], None] | None = current_app.extensions.get(_HEAVIER)
    if heavier and tell is not None:
        tell()


def _fill_policy(form: FlaskForm, view: CaseView) -> None:
    given = view.state.policy
    for name in ("ring", "text", "message", "call_ourselves", "safe_word", "others"):
        form[name].data = str(getattr(given, name))
    for name in ("hours_from", "hours_to"):
        text = str(getattr(given, name))
        form[name].data = time.fromisoformat(text) if text else None
    form.must_know.data = view.card.must_know if view.card else ""


def _fill_coding(form: FlaskForm, view: CaseView) -> None:
    state = view.state
    form.main.data = state.main
    form.also.data = [code for code in state.codes if code != state.main]
    form.severity.data = str(state.severity) if state.severity is not None else None
    form.factory.data = state.factory or state.keyed
    form.reporter.data = state.reporter or "self"


def _end_of_day(form: StatusForm) -> datetime | None:
    """The end of the chosen day on the site's wall clock."""
    if form.until.data is None:
        return None
    zone: ZoneInfo = current_app.extensions["helpline.config"].site.zone
    return datetime.combine(form.until.data, time(23, 59), zone)
