"""One form of a case: shown, sent, done or refused with everything typed kept."""

import uuid
from collections.abc import Callable
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from flask import Response, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm

from helpline.accounts.views import now, principal
from helpline.cases.service import reading
from helpline.cases.service.reading import CaseView
from helpline.cases.views import present
from helpline.cases.views.common import attempt, see_case, show_refusal
from helpline.errors import BadInput, Conflict, HelplineError
from helpline.register.service import factories

FACTORIES_OFFERED = 300
PLAIN = "cases/plain_step.html"

Fill = Callable[[FlaskForm, CaseView], None]


def step(
    case_id: uuid.UUID,
    form: FlaskForm,
    do: Callable[[], object],
    *,
    template: str = PLAIN,
    fill: Fill | None = None,
    **values: object,
) -> ResponseReturnValue:
    """Serve a form of a case. `do` is its use case; `fill` fills it the first time.

    Back to the case when it is done. What is refused stands beside its field or above the form.
    """
    refused = None
    if form.validate_on_submit():
        refused = attempt(do, form, case_id)
        if refused is None:
            return see_case(case_id)
    return show(template, case_id, form, refused, fill, **values)


def show(
    template: str,
    case_id: uuid.UUID,
    form: FlaskForm,
    refused: HelplineError | None = None,
    fill: Fill | None = None,
    **values: object,
) -> Response:
    """A form's page: filled from the case at first, afterwards with what was typed."""
    view = reading.read(principal(), case_id, now())
    if request.method == "GET":
        if "revision" in form:
            form.revision.data = view.case.revision
        if fill is not None:
            fill(form, view)
    if refused is not None:
        show_refusal(form, refused)
    stale = _stale(form, view, refused)
    body = render_template(
        template,
        form=form,
        view=view,
        case=view.case,
        state=view.state,
        severity=present.listed_state(view.state) or None,
        stale=stale,
        refused=refused,
        factories=factories.search("", FACTORIES_OFFERED) if "factory" in form else (),
        **values,
    )
    refused_with = refused.status if refused else 400
    return make_response(body, 200 if request.method == "GET" else refused_with)


def in_zone(moment: datetime, zone: str) -> datetime:
    """What somebody typed by the line's clock, as a moment."""
    return moment.replace(tzinfo=ZoneInfo(zone))


def end_of(day: date | None, zone: str) -> datetime:
    """The end of a day by the line's clock. Raises BadInput for no day."""
    if day is None:
        raise BadInput("Choose a day.", "due")
    return datetime.combine(day, time(23, 59), ZoneInfo(zone))


def _stale(form: FlaskForm, view: CaseView, refused: HelplineError | None) -> bool:
    """Whether somebody else changed the case; then the form goes on from the newest revision."""
    if not isinstance(refused, Conflict) or "revision" not in form:
        return False
    stale: bool = form.revision.data != view.case.revision
    if stale:
        form.revision.data = view.case.revision
    return stale
