"""Quality of talks: the form, the supervisors' list, and everybody's own list."""

import uuid

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from helpline.accounts.service import people
from helpline.accounts.views import now, principal
from helpline.cases.views.common import attempt, show_refusal
from helpline.errors import NotFound
from helpline.hotline.forms import MARKS, QUALITIES, QualityForm
from helpline.hotline.rules import Basis, Mark, Quality
from helpline.hotline.service import quality
from helpline.hotline.service.quality import Filled, Rated
from helpline.hotline.views.desk import WORK
from helpline.hotline.views.words import BASES
from helpline.keys.rules import Role
from helpline.security import allow


def register(blueprint: Blueprint) -> None:
    """Add these pages to the room's blueprint."""
    add = blueprint.add_url_rule
    add("/quality", "quality", ratings)
    add("/quality/rate/<uuid:person>", "rate", rate, methods=["GET", "POST"])


@allow(*WORK)
def ratings() -> ResponseReturnValue:
    """How did the talks go, in the eyes of whoever heard of them?"""
    who = principal()
    leads = who.role is Role.SUPERVISOR
    mine = quality.own(who)
    others = [one for one in quality.everybody(who) if one.person != who.person] if leads else []
    return _page(mine, others, leads=leads)


@allow(Role.SUPERVISOR)
def rate(person: uuid.UUID) -> ResponseReturnValue:
    """The form about one talk."""
    who, stamp = principal(), now()
    name = people.display_names([person]).get(person)
    if name is None:
        raise NotFound
    form = QualityForm()
    if not form.is_submitted():
        basis = quality.offered(who, person, stamp)
        form.basis.data = (basis or Basis.WRAP_UP).value
    if form.validate_on_submit():
        refused = attempt(lambda: quality.rate(who, person, _filled(form), stamp))
        if refused is None:
            flash(_("Saved. %(name)s can read it.", name=name), "ok")
            return redirect(url_for("hotline.quality"), 303)
        show_refusal(form, refused)
    return render_template(
        "hotline/rate.html", form=form, name=name, person=person, questions=list(Quality)
    )


def _filled(form: QualityForm) -> Filled:
    marks = {one: Mark(form[one.value].data) for one in Quality}
    return Filled(Basis(form.basis.data), marks, form.remark.data or "")


def _page(mine: list[Rated], others: list[Rated], *, leads: bool) -> str:
    names = people.display_names({*(one.by for one in mine + others), *(o.person for o in others)})
    return render_template(
        "hotline/quality.html",
        mine=mine,
        others=others,
        leads=leads,
        names=names,
        questions=QUALITIES,
        marks=MARKS,
        bases=BASES,
    )
