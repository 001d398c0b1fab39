"""What one logs in with beside the password: another app, security keys, recovery codes."""

import uuid

from flask import (
    Blueprint,
    Response,
    flash,
    jsonify,
    make_response,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from helpline.accounts.forms import CodeForm, EmptyForm, KeyForm
from helpline.accounts.service import factors, proofs, recovery_codes, security_keys, sessions
from helpline.accounts.service.security_keys import RelyingParty
from helpline.accounts.views import visit
from helpline.accounts.views.enrolment import codes_page, factor_page
from helpline.accounts.views.visit import see_other
from helpline.audit import service as audit
from helpline.errors import BadInput, Conflict, NotFound, said
from helpline.keys.rules import Role
from helpline.keys.views import site
from helpline.security import allow


def register(blueprint: Blueprint) -> None:
    """Add these pages to the room's blueprint."""
    both, post = ["GET", "POST"], ["POST"]
    add = blueprint.add_url_rule
    add("/account/second-factor", "second_factor", second_factor, methods=both)
    add("/account/second-factor/refuse", "refuse_codes", refuse_codes, methods=post)
    add("/account/recovery-codes", "new_codes", new_codes, methods=both)
    add("/account/security-keys/new", "new_key", new_key, methods=both)
    add("/account/security-keys/options", "new_key_options", new_key_options, methods=post)
    add("/account/security-keys/<uuid:key>/remove", "remove_key", remove_key, methods=post)


@allow(*Role, fresh=True)
def second_factor() -> ResponseReturnValue:
    """Another app or device for the second factor; the old one ends with the first new code."""
    found, form = visit.present(), CodeForm()
    if not form.validate_on_submit():
        return factor_page("accounts/second_factor.html", form, found)
    if not factors.confirm_candidate(found.person, found.box, form.code.data, visit.now()):
        form.code.errors = [_("This is not the code that the app should show. Try the next one.")]
        return factor_page("accounts/second_factor.html", form, found)
    sessions.end_all(found.person, but=found.id)
    audit.record(site(), "second_factor.changed", visit.now(), actor=found.person)
    flash(_("The new app counts now. You are logged out everywhere else."))
    return see_other(url_for("accounts.own"))


@allow(*Role, fresh=True)
def new_codes() -> ResponseReturnValue:
    """Ten new recovery codes, shown once; the old ones end."""
    found, form = visit.present(), EmptyForm()
    if not form.validate_on_submit():
        left = recovery_codes.left(found.person)
        return render_template("accounts/new_codes.html", form=form, left=left)
    codes = recovery_codes.make(site(), found.person, found.box, visit.now())
    return codes_page(codes, url_for("accounts.own"))


@allow(*Role, fresh=True)
def new_key() -> ResponseReturnValue:
    """Register a security key; the browser asks it, a script hands its answer over."""
    found, form, party = visit.present(), KeyForm(), _party()
    if not form.validate_on_submit():
        return _key_page(form)
    try:
        security_keys.register(
            site(), found, party, form.answer.data or "", form.name.data, visit.now()
        )
    except (BadInput, Conflict) as error:
        form.form_errors.append(said(error))
        return _key_page(form)
    sessions.end_all(found.person, but=found.id)
    flash(_("The security key is registered. You are logged out everywhere else."))
    return see_other(url_for("accounts.own"))


def _key_page(form: KeyForm) -> Response:
    page = render_template("accounts/new_key.html", form=form)
    return make_response(page, 400 if request.method == "POST" else 200)


@allow(*Role, fresh=True)
def new_key_options() -> ResponseReturnValue:
    """What the browser asks a new security key."""
    return jsonify(security_keys.ask_to_make(visit.present(), _party(), visit.now()))


@allow(*Role, fresh=True)
def remove_key(key: uuid.UUID) -> ResponseReturnValue:
    """Let a security key open nothing any more."""
    if EmptyForm().validate_on_submit():
        found = visit.present()
        proofs.remove_key(site(), found, key, visit.now())
        sessions.end_all(found.person, but=found.id)
        flash(_("The security key is removed. You are logged out everywhere else."))
    return see_other(url_for("accounts.own"))


@allow(*Role, fresh=True)
def refuse_codes() -> ResponseReturnValue:
    """Let security keys alone count, and no codes of an app."""
    if EmptyForm().validate_on_submit():
        found = visit.present()
        proofs.refuse_codes(site(), found, visit.now())
        sessions.end_all(found.person, but=found.id)
        flash(_("Codes are refused from now on. You are logged out everywhere else."))
    return see_other(url_for("accounts.own"))


def _party() -> RelyingParty:
    party = visit.relying_party()
    if party is None:
        raise NotFound
    return party
