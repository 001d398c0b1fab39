"""What is kept how long: legal holds, destroying, and the register of what was destroyed."""

import uuid

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from helpline.accounts.views import now, principal
from helpline.cases.forms import ReasonForm
from helpline.cases.forms.ledger import GROUNDS_OF_END, EraseForm
from helpline.cases.rules.keeping import Ground, Kept, standing
from helpline.cases.service import erasing
from helpline.cases.views.common import attempt, case_routes, names_of
from helpline.cases.views.step import show, step
from helpline.keys.rules import Role
from helpline.security import allow


def register(blueprint: Blueprint) -> None:
    """Add these pages to the room's blueprint."""
    both, _post = case_routes(blueprint)
    both("/legal-hold", "legal_hold", legal_hold)
    both("/legal-hold/lift", "lift_hold", lift_hold)
    both("/destroy", "destroy", destroy)
    blueprint.add_url_rule("/cases/destroyed", "destroyed", destroyed)


@allow(Role.SUPERVISOR)
def destroyed() -> ResponseReturnValue:
    """Whose time is over, and the register of destruction."""
    today = now().date()
    rows = erasing.ending(principal(), today)
    register = erasing.register()
    names = names_of(one.person_id for one in register)
    lines = [
        {
            "case": row.case,
            "where": standing(row.case.retain_until, today, held=row.state.legal_hold).value,
        }
        for row in rows
    ]
    return render_template(
        "cases/destroyed.html",
        lines=lines,
        Kept=Kept,
        register=register,
        names=names,
        grounds=dict(GROUNDS_OF_END),
    )


@allow(Role.SUPERVISOR)
def legal_hold(case_id: uuid.UUID) -> ResponseReturnValue:
    """Keep a case beyond its date."""
    form = ReasonForm()
    return step(
        case_id,
        form,
        lambda: erasing.hold(principal(), case_id, form.reason.data or "", now()),
        title=_("Legal hold"),
        button=_("Keep the case"),
        intro=_("The case is kept until somebody lifts the hold."),
    )


@allow(Role.SUPERVISOR)
def lift_hold(case_id: uuid.UUID) -> ResponseReturnValue:
    """Let its own date count again."""
    form = ReasonForm()
    return step(
        case_id,
        form,
        lambda: erasing.lift_hold(principal(), case_id, form.reason.data or "", now()),
        title=_("Legal hold"),
        button=_("Lift the hold"),
        intro=_("The case's own date counts again."),
    )


@allow(Role.SUPERVISOR, fresh=True)
def destroy(case_id: uuid.UUID) -> ResponseReturnValue:
    """Destroy a case; it cannot be undone."""
    form = EraseForm()
    refused = None
    if form.validate_on_submit():
        ground = Ground(form.ground.data)
        refused = attempt(lambda: erasing.erase(principal(), case_id, ground, now()))
        if refused is None:
            flash(_("The case is destroyed."))
            return redirect(url_for("cases.destroyed"), 303)
    return show("cases/destroy.html", case_id, form, refused)
