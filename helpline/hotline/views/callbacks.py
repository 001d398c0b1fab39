"""Callbacks: whom may I ring now?"""

import uuid
from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from helpline.accounts.views import now, optional_principal, principal
from helpline.cases.rules.policy import Act
from helpline.cases.service import reaching
from helpline.errors import HelplineError, NotFound, said
from helpline.hotline.forms import OutcomeForm, RingForm
from helpline.hotline.models import Callback
from helpline.hotline.service import callbacks, casework, dialling
from helpline.hotline.views.context import setting
from helpline.hotline.views.desk import WORK
from helpline.hotline.views.words import LANGUAGES
from helpline.register.service import lines
from helpline.security import allow
from telephony.provider import Ability


def register(blueprint: Blueprint) -> None:
    """Add these pages to the room's blueprint."""
    add, post = blueprint.add_url_rule, ["POST"]
    add("/callbacks", "callbacks", callback_list)
    add("/callbacks/<uuid:callback_id>", "callback", callback)
    add("/callbacks/<uuid:callback_id>/ring", "ring_back", ring_back, methods=post)
    add("/callbacks/<uuid:callback_id>/show", "show_back", show_back, methods=post)
    add("/callbacks/<uuid:callback_id>/outcome", "outcome", outcome, methods=post)
    add("/hotline/dial/<uuid:case_id>", "dial", dial, methods=post)
    add("/callbacks/<uuid:callback_id>/drop", "drop_back", drop_back, methods=post)


@allow(*WORK)
def dial(case_id: uuid.UUID) -> ResponseReturnValue:
    """Ring the worker of one's own case through the carrier."""
    try:
        dialling.ring_case(setting(), principal(), case_id, now(), request.form.get("reason", ""))
    except NotFound:
        raise
    except HelplineError as error:
        flash(said(error), "error")
    return redirect(url_for("cases.show", case_id=case_id), 303)


def count() -> int | None:
    """How many callbacks are due, for the navigation."""
    return callbacks.counts(now())[0] if optional_principal() is not None else None


@allow(*WORK)
def callback_list() -> ResponseReturnValue:
    """Who waits to be rung: due ones first, then those whose time comes later."""
    who, moment = principal(), now()
    rows = [_row(row, moment) for row in callbacks.everything() if _for_me(row.case_id, who.person)]
    return render_template(
        "hotline/callbacks.html",
        due=[row for row in rows if row["due"]],
        later=[row for row in rows if not row["due"]],
        languages=LANGUAGES,
        now=moment,
    )


@allow(*WORK)
def callback(callback_id: uuid.UUID) -> ResponseReturnValue:
    """One callback: may I ring, and how?"""
    return _page(callback_id)


@allow(*WORK)
def ring_back(callback_id: uuid.UUID) -> ResponseReturnValue:
    """The carrier rings the worker, then the counsellor's own phone."""
    form = RingForm()
    try:
        dialling.ring(setting(), principal(), callback_id, now(), form.reason.data or "")
    except NotFound:
        raise
    except HelplineError as error:
        flash(said(error), "error")
        return redirect(url_for("hotline.callback", callback_id=callback_id), 303)
    return redirect(url_for("hotline.callback", callback_id=callback_id), 303)


@allow(*WORK)
def show_back(callback_id: uuid.UUID) -> ResponseReturnValue:
    """The number for the desk phone, shown once and recorded."""
    form = RingForm()
    try:
        worked = dialling.show(principal(), callback_id, now(), form.reason.data or "")
    except NotFound:
        raise
    except HelplineError as error:
        flash(said(error), "error")
        return redirect(url_for("hotline.callback", callback_id=callback_id), 303)
    number = worked.number
    return _page(
        callback_id,
        shown=number.reveal() if number and not number.withheld else None,
        masked=number.masked() if number else "",
    )


@allow(*WORK)
def outcome(callback_id: uuid.UUID) -> ResponseReturnValue:
    """How ringing from the desk phone went."""
    form = OutcomeForm()
    if not form.validate_on_submit():
        return _page(callback_id, form=form)
    reached = form.reached.data == "yes"
    dialling.outcome(principal(), callback_id, now(), reached=reached, text=form.text.data or "")
    return redirect(url_for("hotline.callbacks"), 303)


@allow(*WORK)
def drop_back(callback_id: uuid.UUID) -> ResponseReturnValue:
    """Nothing more to ring."""
    dialling.drop(principal(), callback_id, now())
    return redirect(url_for("hotline.callbacks"), 303)


def _page(callback_id: uuid.UUID, **more: object) -> ResponseReturnValue:
    who, moment = principal(), now()
    row = callbacks.find(callback_id)
    if not _for_me(row.case_id, who.person):
        raise NotFound
    decision = reaching.may(who, row.case_id, Act.RING, moment)
    here = setting()
    values: dict[str, object] = {
        "row": _row(row, moment),
        "decision": decision,
        "sentence": reaching.SENTENCES.get(decision.reason) if decision.reason else "",
        "may_dial": here.carrier.can(Ability.OUTBOUND_CALL),
        "languages": LANGUAGES,
        "form": OutcomeForm(),
        "ring_form": RingForm(),
        "shown": None,
        "masked": "",
    }
    return render_template("hotline/callback.html", **(values | more))


def _row(row: Callback, stamp: datetime) -> dict[str, object]:
    line = lines.by_id(row.line_id)

    is_open = line is not None and callbacks.is_open(line, stamp)
    return {
        "id": row.id,
        "case_id": row.case_id,
        "reference": casework.reference(row.case_id),
        "language": row.language,
        "line": line.name if line else "",
        "rings": row.rings,
        "tries": row.tries,
        "due": row.due <= stamp and is_open,
        "open": is_open,
        "at": row.due,
        "left": round((row.late_after - stamp).total_seconds()),
        "taken": row.state == callbacks.TAKEN,
    }


def _for_me(case_id: uuid.UUID, person: uuid.UUID) -> bool:
    """A callback of a colleague's case is the colleague's."""
    return casework.assignee(case_id) in {None, person}
