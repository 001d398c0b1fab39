"""Becoming somebody here: the invitation's password, then the second factor."""

from collections.abc import Sequence

import segno
from flask import Blueprint, Response, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from helpline.accounts import rules
from helpline.accounts.forms import CodeForm, NewPasswordForm
from helpline.accounts.rules import Weak
from helpline.accounts.service import factors, people, recovery_codes, throttle
from helpline.accounts.service import login as service
from helpline.accounts.service.sessions import Opened, Stage
from helpline.accounts.views import visit
from helpline.accounts.views.proofs import come_in
from helpline.accounts.views.visit import see_other
from helpline.errors import NotFound
from helpline.keys.service.principal import stretch_new
from helpline.keys.views import site
from helpline.security import half_open, public
from helpline.unit_of_work import release


def register(blueprint: Blueprint) -> None:
    """Add these pages to the room's blueprint."""
    both = ["GET", "POST"]
    blueprint.add_url_rule("/invitation/<token>", "invitation", invitation, methods=both)
    blueprint.add_url_rule("/login/second-factor", "enrol", enrol, methods=both)


@public
def invitation(token: str) -> ResponseReturnValue:
    """The link of an invitation: choose a password."""
    try:
        account = people.invited(site(), token, visit.now())
    except NotFound:
        return make_response(render_template("accounts/invitation_over.html"), 404)
    form, login_name = NewPasswordForm(), account.login_name
    if not form.validate_on_submit() or not check_new_password(form, login_name):
        page = render_template(
            "accounts/invitation.html",
            form=form,
            login_name=login_name,
            least=visit.config().security.password_length,
        )
        return make_response(page, 400 if request.method == "POST" else 200)
    release()
    stretched = stretch_new(site(), form.password.data)
    cookie = people.accept(site(), token, stretched, visit.origin().device, visit.now())
    visit.fresh_form()
    return visit.give_cookie(see_other(url_for("accounts.enrol")), cookie)


@half_open
def enrol() -> ResponseReturnValue:
    """The second factor for the first time: show the secret, ask for a first code."""
    found = visit.step(Stage.ENROL)
    if not isinstance(found, Opened):
        return found
    form = CodeForm()
    if not form.validate_on_submit():
        return factor_page("accounts/enrol.html", form, found)
    if not factors.confirm_candidate(found.person, found.box, form.code.data, visit.now()):
        form.code.errors = [_("This is not the code that the app should show. Try the next one.")]
        return factor_page("accounts/enrol.html", form, found)
    people.activated(found.person)
    counted = throttle.counted(site(), found.login_name, visit.origin())
    entered = service.enter(site(), found, counted, visit.origin(), visit.now())
    codes = recovery_codes.make(site(), found.person, found.box, visit.now())
    return come_in(found, entered.cookie, page=codes_page(codes, url_for("accounts.index")))


def codes_page(codes: Sequence[str], onward: str) -> Response:
    """Recovery codes, shown this once; `onward` is where the page leads."""
    return make_response(
        render_template("accounts/recovery_codes.html", codes=codes, onward=onward)
    )


def factor_page(template: str, form: FlaskForm, found: Opened) -> Response:
    """A page with the waiting secret as picture and as text."""
    shown = factors.show_candidate(
        found.person, found.box, found.login_name, visit.config().site.name
    )
    picture = segno.make(shown.address, error="m").svg_data_uri(scale=5, border=4, light="#fff")
    page = render_template(template, form=form, picture=picture, spelled=shown.spelled)
    return make_response(page, 400 if request.method == "POST" else 200)


def check_new_password(form: FlaskForm, login_name: str) -> bool:
    """Whether the password is long and uncommon enough and was typed twice alike."""
    settings = visit.config()
    least = settings.security.password_length
    weak = rules.weakness(form.password.data, least, login_name, settings.site.name)
    if weak is Weak.SHORT:
        form.password.errors = [_("Use at least %(least)s characters.", least=least)]
    elif weak is Weak.LONG:
        form.password.errors = [_("This is longer than a password may be.")]
    elif weak is Weak.COMMON:
        form.password.errors = [
            _("This would be guessed early: known words, rows of keys, years. Use a phrase.")
        ]
    elif form.password.data != form.again.data:
        form.again.errors = [_("The two passwords differ.")]
    else:
        return True
    return False
