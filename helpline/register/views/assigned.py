"""Whose factories are whose: which an auditor records for, and which a sponsor reads."""

import uuid

from flask import Blueprint, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from helpline.accounts.forms import ROLE_LABELS
from helpline.accounts.views import now
from helpline.accounts.views.visit import see_other
from helpline.errors import BadInput, said
from helpline.keys.rules import Role
from helpline.register.forms import AssignForm
from helpline.register.service import assigned, factories
from helpline.register.service.assigned import Choice
from helpline.register.views.common import author, page, show_mistakes
from helpline.security import allow
from helpline.unit_of_work import reads


def register(blueprint: Blueprint) -> None:
    """Add these pages to the room's blueprint."""
    add = blueprint.add_url_rule
    add("/register/assigned", "assigned", everybody)
    add("/register/assigned/<uuid:person>", "assigned_to", one_person, methods=["GET", "POST"])


@reads
@allow(Role.ADMINISTRATOR)
def everybody() -> ResponseReturnValue:
    """Every auditor and sponsor, with how many factories are theirs."""
    return render_template(
        "register/assigned.html", rows=assigned.everybody(author()), roles=ROLE_LABELS
    )


@allow(Role.ADMINISTRATOR)
def one_person(person: uuid.UUID) -> ResponseReturnValue:
    """Somebody's factories; more are given, or some taken back."""
    who = assigned.person(author(), person)
    form = AssignForm()
    form.offer(assigned.provinces(), assigned.brands())
    if form.validate_on_submit():
        try:
            _change(form, person)
        except BadInput as error:
            show_mistakes(form, {error.field or "": said(error)})
        else:
            return see_other(url_for("register.assigned_to", person=person))
    found = factories.page("", request.args.get("page", 1, type=int), person)
    return page("register/assigned_to.html", form, who=who, found=found, role=ROLE_LABELS[who.role])


def _change(form: AssignForm, person: uuid.UUID) -> None:
    choice = Choice(form.code.data or "", form.province.data or "", form.brand.data or "")
    if form.take_back.data:
        gone = assigned.take_back(author(), person, choice, now())
        flash(ngettext("One factory taken back.", "%(num)s factories taken back.", gone))
    else:
        new = assigned.assign(author(), person, choice, now())
        flash(ngettext("One factory assigned.", "%(num)s factories assigned.", new))
