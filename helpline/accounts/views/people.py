"""The team: administrators invite, supervisors admit, second and remove."""

import uuid
from collections.abc import Callable
from datetime import timedelta

from flask import Blueprint, Response, flash, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from helpline.accounts import rules
from helpline.accounts.forms import (
    ROLE_LABELS,
    DigitsForm,
    EmptyForm,
    InviteForm,
    LanguagesForm,
)
from helpline.accounts.rules import LANGUAGES, State
from helpline.accounts.service import admission, people
from helpline.accounts.service.people import Invited
from helpline.accounts.views import review, visit
from helpline.accounts.views.visit import principal, see_other
from helpline.errors import BadInput, Conflict, NotFound, said
from helpline.keys.rules import Role
from helpline.keys.views import site
from helpline.security import allow

_KEEPERS = (Role.ADMINISTRATOR, Role.SUPERVISOR)


def register(blueprint: Blueprint) -> None:
    """Add these pages to the room's blueprint."""
    both, post = ["GET", "POST"], ["POST"]
    add = blueprint.add_url_rule
    add("/people", "people", everybody)
    add("/people/invite", "invite", invite, methods=both)
    add("/people/<uuid:person>/invite-again", "invite_again", invite_again, methods=both)
    add("/people/<uuid:person>/withdraw", "withdraw", withdraw, methods=post)
    add("/people/<uuid:person>/languages", "languages", languages, methods=both)
    add("/people/<uuid:person>/log-out", "log_out", log_out, methods=post)
    add("/people/<uuid:person>/admit", "admit", admit, methods=both)
    add("/people/<uuid:person>/remove", "remove", remove, methods=both)
    add("/people/proposals/<uuid:proposal>", "second", second, methods=both)
    add(
        "/people/proposals/<uuid:proposal>/withdraw",
        "withdraw_proposal",
        withdraw_proposal,
        methods=post,
    )


def waiting_count() -> int | None:
    """How many wait for a supervisor: people to admit, proposals to second."""
    who = visit.optional_principal()
    if who is None or who.role is not Role.SUPERVISOR:
        return None
    return admission.waiting_for(site(), who.person)


def _waits(row: admission.Standing) -> bool:
    return row.state is State.ACTIVATED and not row.admitted and not row.proposed


@allow(*_KEEPERS)
def everybody() -> ResponseReturnValue:
    """Who is here, who waits, what needs a second signature."""
    who = principal()
    standings = admission.standings(site())
    return render_template(
        "accounts/people.html",
        standings=standings,
        waiting=[row for row in standings if _waits(row)],
        proposals=admission.proposals(),
        me=who.person,
        is_supervisor=who.role is Role.SUPERVISOR,
        review_due=who.role is Role.SUPERVISOR and review.standing().is_due,
        is_administrator=who.role is Role.ADMINISTRATOR,
        role_labels=ROLE_LABELS,
        language_names=LANGUAGES,
        form=EmptyForm(),
    )


@allow(Role.ADMINISTRATOR)
def invite() -> ResponseReturnValue:
    """A new person: the link is shown once."""
    form = InviteForm()
    if not form.validate_on_submit():
        return _page("accounts/invite.html", form)
    try:
        invited = people.invite(
            site(),
            form.login_name.data,
            Role(form.role.data),
            form.languages.data,
            visit.now(),
            _valid(),
            principal().person,
        )
    except (BadInput, Conflict) as error:
        form.login_name.errors = [said(error)]
        return _page("accounts/invite.html", form)
    return _link_page(invited)


@allow(Role.ADMINISTRATOR, fresh=True)
def invite_again(person: uuid.UUID) -> ResponseReturnValue:
    """A new link for somebody whose link ran out, or who lost password or device."""
    account, form = people.living(person), EmptyForm()
    if not form.validate_on_submit():
        return _page(
            "accounts/invite_again.html",
            form,
            name=rules.display_name(account.login_name),
            person=person,
            lost=account.public is not None,
        )
    invited = people.invite_again(site(), person, visit.now(), _valid(), principal().person)
    return _link_page(invited)


def _valid() -> timedelta:
    return timedelta(hours=visit.config().security.invitation_hours)


def _link_page(invited: Invited) -> Response:
    way = url_for("accounts.invitation", token=invited.token)
    page = render_template(
        "accounts/invited.html",
        link=visit.config().site.public_url.rstrip("/") + way,
        name=people.display_name(invited.account),
        hours=visit.config().security.invitation_hours,
    )
    return make_response(page)


@allow(*_KEEPERS)
def withdraw(person: uuid.UUID) -> ResponseReturnValue:
    """Take back an invitation, or an account that was never admitted."""
    if EmptyForm().validate_on_submit():
        admission.withdraw_invitation(site(), person, visit.now(), principal().person)
        flash(_("The invitation is taken back."))
    return see_other(url_for("accounts.people"))


@allow(*_KEEPERS)
def languages(person: uuid.UUID) -> ResponseReturnValue:
    """In which languages somebody answers calls."""
    account, form = people.living(person), LanguagesForm()
    if not form.validate_on_submit():
        if request.method == "GET":
            form.languages.data = list(account.languages)
        name = rules.display_name(account.login_name)
        return _page("accounts/languages.html", form, name=name)
    people.set_languages(site(), person, form.languages.data, visit.now(), principal().person)
    flash(_("The languages are saved."))
    return see_other(url_for("accounts.people"))


@allow(*_KEEPERS)
def log_out(person: uuid.UUID) -> ResponseReturnValue:
    """Log somebody out everywhere."""
    if EmptyForm().validate_on_submit():
        people.end_sessions(site(), person, visit.now(), principal().person)
        flash(_("They are logged out everywhere."))
    return see_other(url_for("accounts.people"))


@allow(Role.SUPERVISOR, fresh=True)
def admit(person: uuid.UUID) -> ResponseReturnValue:
    """Type the digits that the person reads out; that is what gets signed."""
    account, form = people.living(person), DigitsForm()
    name, role = rules.display_name(account.login_name), Role(account.role)

    def page() -> Response:
        form.role.data = role.value
        return _page("accounts/admit.html", form, name=name, role=ROLE_LABELS[role], person=person)

    def do() -> None:
        who = principal()
        shown = Role(form.role.data) if form.role.data in set(Role) else role
        stands = admission.admit(who, person, shown, form.digits.data, visit.now())
        flash(_("Admitted.") if stands else _("Signed. A second supervisor signs as well."))

    return _signed(form, page, do)


@allow(Role.SUPERVISOR, fresh=True)
def remove(person: uuid.UUID) -> ResponseReturnValue:
    """Remove somebody: their keys open nothing new from then on."""
    form = EmptyForm()
    row = _standing(person)
    holds = admission.holds_cases(person)

    def page() -> Response:
        return _page("accounts/remove.html", form, name=row.name, person=person, holds=holds)

    def do() -> None:
        stands = admission.remove(principal(), person, visit.now())
        flash(_("Removed.") if stands else _("Signed. A second supervisor signs as well."))

    return _signed(form, page, do)


@allow(Role.SUPERVISOR, fresh=True)
def second(proposal: uuid.UUID) -> ResponseReturnValue:
    """Sign as the second supervisor."""
    item = next((item for item in admission.proposals() if item.id == proposal), None)
    if item is None:
        raise NotFound
    admits = item.kind == "admit"
    form = DigitsForm() if admits else EmptyForm()

    def page() -> Response:
        role = ROLE_LABELS[Role(item.role)] if admits else ""
        return _page("accounts/second.html", form, item=item, admits=admits, role=role)

    def do() -> None:
        typed = form.digits.data if admits else ""
        admission.second(principal(), proposal, typed, visit.now())
        flash(_("Signed. It stands now."))

    return _signed(form, page, do)


@allow(Role.SUPERVISOR)
def withdraw_proposal(proposal: uuid.UUID) -> ResponseReturnValue:
    """Drop what waits for a second signature."""
    if EmptyForm().validate_on_submit():
        admission.withdraw(principal(), proposal, visit.now())
        flash(_("The proposal is dropped."))
    return see_other(url_for("accounts.people"))


def _signed(
    form: FlaskForm, page: Callable[[], Response], do: Callable[[], None]
) -> ResponseReturnValue:
    """Show the page, or do it; digits that do not fit are said at their field."""
    if not form.validate_on_submit():
        return page()
    try:
        do()
    except BadInput as error:
        form.digits.errors = [said(error)]
        return page()
    return see_other(url_for("accounts.people"))


def _standing(person: uuid.UUID) -> admission.Standing:
    row = next((row for row in admission.standings(site()) if row.id == person), None)
    if row is None:
        raise NotFound
    return row


def _page(template: str, form: FlaskForm, **values: object) -> Response:
    page = render_template(template, form=form, **values)
    return make_response(page, 400 if request.method == "POST" else 200)
