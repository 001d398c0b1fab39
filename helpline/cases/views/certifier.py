"""The certifier's pages: letters addressed to them, and their answers. No case stands here."""

import uuid

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from helpline.accounts.views import now, principal
from helpline.cases.forms.ledger import ResponseForm
from helpline.cases.service import certifier
from helpline.cases.views.common import attempt, show_refusal
from helpline.keys.rules import Role
from helpline.security import allow


def register(blueprint: Blueprint) -> None:
    """Add these pages to the room's blueprint."""
    add = blueprint.add_url_rule
    add("/letters", "inbox", inbox)
    add("/letters/<uuid:letter_id>", "inbox_letter", inbox_letter, methods=["GET", "POST"])
    path = "/letters/<uuid:letter_id>/acknowledge"
    add(path, "acknowledge", acknowledge, methods=["POST"])


@allow(Role.CERTIFIER)
def inbox() -> ResponseReturnValue:
    """Every letter, newest first."""
    return render_template("cases/inbox.html", letters=certifier.inbox(principal()))


@allow(Role.CERTIFIER)
def inbox_letter(letter_id: uuid.UUID) -> ResponseReturnValue:
    """One letter, and what to answer."""
    form = ResponseForm()
    if form.validate_on_submit():
        refused = attempt(
            lambda: certifier.respond(
                principal(),
                letter_id,
                form.planned.data or "",
                form.planned_for.data,
                form.words.data or "",
                now(),
            ),
            form,
            letter_id,
        )
        if refused is None:
            return _back(letter_id)
        show_refusal(form, refused)
    letter = certifier.read(principal(), letter_id, now())
    body = render_template("cases/inbox_letter.html", letter=letter, form=form)
    return make_response(body, 200 if request.method == "GET" else 400)


@allow(Role.CERTIFIER)
def acknowledge(letter_id: uuid.UUID) -> ResponseReturnValue:
    """The certifier has it."""
    certifier.acknowledge(principal(), letter_id, now())
    return _back(letter_id)


def _back(letter_id: uuid.UUID) -> ResponseReturnValue:
    return redirect(url_for("cases.inbox_letter", letter_id=letter_id), 303)
