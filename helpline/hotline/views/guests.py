"""A third person at a talk: passing it on, and a supervisor who listens."""

import uuid
from collections.abc import Callable

from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms import SelectChoice

from helpline.accounts.views import now, principal
from helpline.cases.views.common import attempt, show_refusal
from helpline.errors import said
from helpline.hotline.forms import TransferForm
from helpline.hotline.service import listening, present, transfers
from helpline.hotline.service.transfers import Wish
from helpline.hotline.views.context import setting
from helpline.hotline.views.desk import WORK
from helpline.hotline.views.words import LANGUAGES
from helpline.keys.rules import Role
from helpline.security import allow


def register(blueprint: Blueprint) -> None:
    """Add these pages to the room's blueprint."""
    add, post = blueprint.add_url_rule, ["POST"]
    add("/hotline/transfer", "transfer", transfer, methods=["GET", "POST"])
    add("/hotline/guests/<uuid:guest_id>/take-back", "take_back", take_back, methods=post)
    add("/hotline/guests/<uuid:guest_id>/leave", "leave_talk", leave_talk, methods=post)
    add("/hotline/guests/<uuid:guest_id>/agree", "agree", agree, methods=post)
    add("/hotline/guests/<uuid:guest_id>/refuse", "refuse", refuse, methods=post)
    add("/hotline/guests/<uuid:guest_id>/end", "end_listening", end_listening, methods=post)
    add("/hotline/listen/<uuid:person_id>", "listen", listen, methods=post)


@allow(*WORK)
def transfer() -> ResponseReturnValue:
    """To whom does the talk go, and what must they know?"""
    who, stamp, here = principal(), now(), setting()
    call = present.call_now(here, who, stamp)
    if call is None or call.state != "talking" or call.listens:
        flash(_("You are in no call."), "error")
        return _home()
    found = transfers.colleagues(who.person, call.language, stamp)
    form = TransferForm()
    form.to.choices = [SelectChoice(str(one.person), one.name) for one in found]
    if form.validate_on_submit():
        wish = Wish(
            uuid.UUID(form.to.data),
            form.brief.data or "",
            bool(form.consent.data),
            bool(form.cold.data),
            bool(form.gives_case.data),
        )
        act = transfers.begin if call.can_join else transfers.by_callback
        refused = attempt(lambda: act(here, who, wish, stamp))
        if refused is None:
            if not call.can_join:
                flash(_("Your colleague has the case and the callback. Tell the worker."), "ok")
            return _home(call.case_id if call.can_join else None)
        show_refusal(form, refused)
    return render_template(
        "hotline/transfer.html", call=call, form=form, colleagues=found, languages=LANGUAGES
    )


@allow(*WORK)
def take_back(guest_id: uuid.UUID) -> ResponseReturnValue:
    """The worker stays with the first counsellor."""
    return _do(lambda: transfers.take_back(setting(), principal(), guest_id, now()))


@allow(*WORK)
def leave_talk(guest_id: uuid.UUID) -> ResponseReturnValue:
    """The first counsellor leaves the other two together."""
    return _do(lambda: transfers.leave(setting(), principal(), guest_id, now()))


@allow(*WORK)
def agree(guest_id: uuid.UUID) -> ResponseReturnValue:
    """The counsellor lets the supervisor listen."""
    return _do(lambda: listening.agree(setting(), principal(), guest_id, now()))


@allow(*WORK)
def refuse(guest_id: uuid.UUID) -> ResponseReturnValue:
    """The counsellor does not."""
    return _do(lambda: listening.refuse(setting(), principal(), guest_id, now()))


@allow(*WORK)
def end_listening(guest_id: uuid.UUID) -> ResponseReturnValue:
    """Either of the two ends the listening."""
    return _do(lambda: listening.end(setting(), principal(), guest_id, now()))


@allow(Role.SUPERVISOR)
def listen(person_id: uuid.UUID) -> ResponseReturnValue:
    """Ask a counsellor who talks; they have to agree."""
    refused = attempt(lambda: listening.ask(setting(), principal(), person_id, now()))
    if refused is not None:
        flash(said(refused), "error")
    else:
        flash(_("Asked. Your phone rings when the counsellor agrees."), "ok")
    return redirect(url_for("hotline.board"), 303)


def _do(act: Callable[[], object]) -> ResponseReturnValue:
    refused = attempt(act)
    if refused is not None:
        flash(said(refused), "error")
    return _home()


def _home(case_id: uuid.UUID | None = None) -> ResponseReturnValue:
    """To the case, where one is given, else to the desk."""
    views = current_app.view_functions
    if case_id is not None and "cases.show" in views:
        return redirect(url_for("cases.show", case_id=case_id), 303)
    home = "cases.desk" if "cases.desk" in views else "hotline.duty"
    return redirect(url_for(home), 303)
