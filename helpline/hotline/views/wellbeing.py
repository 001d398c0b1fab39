"""The debrief after heavy talks: asked for by the counsellor, held by a supervisor."""

import uuid

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from helpline.accounts.views import now, principal
from helpline.cases.views.common import attempt
from helpline.errors import said
from helpline.hotline.service import wellbeing
from helpline.hotline.views.desk import WORK, back
from helpline.keys.rules import Role
from helpline.security import allow


def register(blueprint: Blueprint) -> None:
    """Add these addresses to the room's blueprint."""
    add, post = blueprint.add_url_rule, ["POST"]
    add("/hotline/debrief", "debrief", debrief, methods=post)
    add("/board/debriefs/<uuid:person_id>/held", "debrief_held", debrief_held, methods=post)


@allow(*WORK)
def debrief() -> ResponseReturnValue:
    """Tell the supervisors that one wants to talk."""
    refused = attempt(lambda: wellbeing.ask(principal().person))
    if refused is not None:
        flash(said(refused), "error")
    return back()


@allow(Role.SUPERVISOR)
def debrief_held(person_id: uuid.UUID) -> ResponseReturnValue:
    """The debrief took place."""
    refused = attempt(lambda: wellbeing.held(person_id, now()))
    if refused is not None:
        flash(said(refused), "error")
    return redirect(url_for("hotline.board"), 303)
