"""What supervisors do with cases: see all, assign one, hand over a whole caseload."""

import uuid

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from helpline.accounts.service import people
from helpline.accounts.views import now, page_of, polling, principal
from helpline.cases.forms import AssignForm, HandOverForm, NamedForm, options
from helpline.cases.service import assignment, lists, named, standing
from helpline.cases.service.lists import Which
from helpline.cases.views.case import page as case_page
from helpline.cases.views.common import attempt, case_workers, see_case, show_refusal
from helpline.cases.views.desk import shown_rows
from helpline.errors import BadInput
from helpline.keys.rules import Role
from helpline.security import allow
from helpline.unit_of_work import reads


def register(blueprint: Blueprint) -> None:
    """Add these pages to the room's blueprint."""
    add = blueprint.add_url_rule
    add("/cases/all", "every", every)
    add("/cases/standing", "standing", how_they_stand)
    add("/cases/<uuid:case_id>/assign", "assign", assign, methods=["POST"])
    add("/cases/<uuid:case_id>/keep", "keep", keep, methods=["POST"])
    add("/cases/hand-over", "hand_over", hand_over, methods=["GET", "POST"])


@reads
@allow(Role.SUPERVISOR)
def every() -> ResponseReturnValue:
    """Every open case, most urgent first."""
    found = lists.listing(principal(), Which.ALL, now(), request.args.get("after", ""))
    groups = [{"title": "", "rows": shown_rows(found.rows)}]
    return page_of("cases/every.html", groups=groups, after=found.after)


@reads
@allow(Role.SUPERVISOR)
@polling
def how_they_stand() -> ResponseReturnValue:
    """A part of the wall board: open cases by severity and by whoever has them."""
    found = standing.stood(now())
    names = people.display_names(person for person in found.people if person is not None)
    shown = [
        (names.get(person, "") if person else _("Nobody has taken it"), one)
        for person, one in found.people.items()
    ]
    shown.sort(key=lambda row: row[0])
    page = render_template("cases/standing_part.html", tiers=found.tiers, people=shown)
    response = make_response(page)
    response.add_etag()
    return response.make_conditional(request)


@allow(Role.SUPERVISOR)
def assign(case_id: uuid.UUID) -> ResponseReturnValue:
    """Give a case to somebody."""
    form = AssignForm()
    person = _person(form.person.data)
    refused = attempt(
        lambda: assignment.assign(principal(), case_id, person, now(), form.revision.data)
    )
    if refused is not None:
        return case_page(case_id, refused)
    flash(_("The case is assigned."))
    return redirect(url_for("cases.every"), 303)


@allow(Role.SUPERVISOR)
def keep(case_id: uuid.UUID) -> ResponseReturnValue:
    """A conflict of interest: named people alone hold the case from now on."""
    form = NamedForm()
    chosen = {_person(text) for text in form.people.data or ()}
    refused = attempt(
        lambda: named.keep_to(principal(), case_id, chosen, now(), form.revision.data)
    )
    return case_page(case_id, refused) if refused else see_case(case_id)


@allow(Role.SUPERVISOR, fresh=True)
def hand_over() -> ResponseReturnValue:
    """Every case of one person to another: leaving, removal, a forgotten password."""
    form = HandOverForm()
    loads = assignment.caseloads()
    names = people.display_names(loads)
    nobody = ("", _("Choose"))
    form.giver.choices = options([nobody, *((str(one), name) for one, name in names.items())])
    form.taker.choices = options([nobody, *case_workers()])
    if form.validate_on_submit():
        giver, taker = _person(form.giver.data), _person(form.taker.data)
        moved: list[int] = []
        refused = attempt(
            lambda: moved.append(assignment.hand_over(principal(), giver, taker, now()))
        )
        if refused is None:
            done = ngettext(
                "%(num)s case was handed over.", "%(num)s cases were handed over.", moved[0]
            )
            flash(done)
            return redirect(url_for("cases.hand_over"), 303)
        show_refusal(form, refused)
    rows = [{"who": names[ident], "cases": count} for ident, count in loads.items()]
    body = render_template("cases/hand_over.html", form=form, rows=rows)
    return make_response(body, 400 if request.method == "POST" else 200)


def _person(text: str | None) -> uuid.UUID:
    try:
        return uuid.UUID(text or "")
    except ValueError:
        raise BadInput(_("Choose a person.")) from None
