"""A colleague's case opens with a reason; supervisors see who did that; who has opened a case."""

import uuid

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from helpline import navigation
from helpline.accounts.views import now, optional_principal, principal
from helpline.cases.forms import ReasonForm
from helpline.cases.service import opening, shells
from helpline.cases.service.opening import ReasonNeeded
from helpline.cases.views.common import (
    CASE_WORKERS,
    assignable,
    case_routes,
    names_of,
    see_case,
)
from helpline.keys.rules import Role
from helpline.security import allow


def register(blueprint: Blueprint) -> None:
    """Add these pages to the room's blueprint."""
    both, _post = case_routes(blueprint)
    blueprint.register_error_handler(ReasonNeeded, _ask_why)
    both("/open", "open_with_reason", open_with_reason)
    blueprint.add_url_rule("/cases/<uuid:case_id>/openers", "openers", openers)
    blueprint.add_url_rule("/cases/openings", "openings", openings, methods=["GET", "POST"])


@allow(Role.SUPERVISOR)
def open_with_reason(case_id: uuid.UUID) -> ResponseReturnValue:
    """Say why; then the case opens."""
    form = ReasonForm()
    if form.validate_on_submit():
        opening.open_with_reason(principal(), case_id, form.reason.data or "", now())
        return see_case(case_id)
    return reason_page(case_id, form)


def reason_page(case_id: uuid.UUID, form: ReasonForm | None = None) -> ResponseReturnValue:
    """What stands in the place of a colleague's case."""
    case = shells.find(case_id)
    form = form or ReasonForm(formdata=None)
    names = names_of([case.assignee])
    navigation.stand_under("cases.every")
    body = render_template(
        "cases/reason.html",
        case=case,
        form=form,
        holder=names.get(str(case.assignee), ""),
        assignable=assignable(case.language),
    )
    return make_response(body, 403)


@allow(*CASE_WORKERS)
def openers(case_id: uuid.UUID) -> ResponseReturnValue:
    """Who has read this case."""
    found = opening.openers(principal(), case_id)
    names = names_of(one.person for one in found)
    rows = [(names.get(str(one.person), ""), one.day, one.times) for one in found]
    return render_template("cases/openers.html", case=shells.find(case_id), rows=rows)


@allow(Role.SUPERVISOR)
def openings() -> ResponseReturnValue:
    """What supervisors opened with a reason."""
    if request.method == "POST":
        opening.see(principal(), now())
        return redirect(url_for("cases.openings"), 303)
    found = opening.openings(principal(), now())
    names = names_of(one.person for one in found)
    return render_template("cases/openings.html", found=found, names=names)


def _ask_why(_refused: Exception) -> ResponseReturnValue:
    """Wherever a page of the case was asked for, the question why comes first."""
    return reason_page((request.view_args or {})["case_id"])


def unseen() -> int | None:
    """How many this supervisor has not looked at, for the navigation."""
    who = optional_principal()
    return (opening.unseen(who, now()) or None) if who else None
