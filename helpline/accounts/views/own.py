"""The own account: sessions, password, language of pages, what one logs in with."""

import uuid

from flask import Blueprint, Response, flash, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_datetime
from flask_babel import gettext as _

from helpline.accounts import rules
from helpline.accounts.forms import EmptyForm, NewPasswordForm
from helpline.accounts.service import login, people, proofs, recovery_codes, security_keys, sessions
from helpline.accounts.service.sessions import Listed
from helpline.accounts.views import visit
from helpline.accounts.views.enrolment import check_new_password
from helpline.accounts.views.visit import see_other
from helpline.errors import NotAllowed
from helpline.keys.rules import Role
from helpline.keys.service.principal import stretch_new
from helpline.keys.views import site
from helpline.security import allow
from helpline.unit_of_work import release


def register(blueprint: Blueprint) -> None:
    """Add these pages to the room's blueprint."""
    both = ["GET", "POST"]
    add = blueprint.add_url_rule
    add("/account", "own", own)
    add("/account/sessions", "end_sessions", end_sessions, methods=["POST"])
    add("/account/password", "password", password, methods=both)


@allow(*Role)
def own() -> ResponseReturnValue:
    """Where one is logged in, and how to change what one logs in with."""
    found = visit.present()
    return render_template(
        "accounts/own.html",
        form=EmptyForm(),
        name=rules.display_name(found.login_name),
        login_name=found.login_name,
        sessions=[_row(item) for item in sessions.listed(found)],
        idle_minutes=visit.config().security.idle_minutes,
        session_hours=visit.config().security.session_hours,
        has_app=proofs.has_app(found.person),
        keys=security_keys.listed(found),
        keys_work=visit.relying_party() is not None,
        codes_left=recovery_codes.left(found.person),
        languages=[rules.LANGUAGES[code] for code in people.languages_of(found.person)],
    )


@allow(*Role, fresh=True)
def end_sessions() -> ResponseReturnValue:
    """End one session, or all others."""
    if EmptyForm().validate_on_submit():
        login.revoke(site(), visit.present(), _session_id(), visit.now())
        flash(_("Logged out there."))
    return see_other(url_for("accounts.own"))


@allow(*Role, fresh=True)
def password() -> ResponseReturnValue:
    """A new password; the present one was given a moment ago, to come here."""
    found, form = visit.present(), NewPasswordForm()
    if not form.validate_on_submit() or not check_new_password(form, found.login_name):
        return _password_page(form)
    release()
    stretched = stretch_new(site(), form.password.data)
    people.change_password(site(), found.person, found.box, stretched, visit.now())
    sessions.end_all(found.person, but=found.id)
    flash(_("The password is changed. You are logged out everywhere else."))
    return see_other(url_for("accounts.own"))


def _password_page(form: NewPasswordForm) -> Response:
    least = visit.config().security.password_length
    page = render_template("accounts/password.html", form=form, least=least)
    return make_response(page, 400 if request.method == "POST" else 200)


def _row(item: Listed) -> dict[str, object]:
    return {
        "id": item.id,
        "device": item.device,
        "began": format_datetime(item.began, _("d MMMM, HH:mm")),
        "seen": format_datetime(item.seen, _("d MMMM, HH:mm")),
        "present": item.present,
    }


def _session_id() -> uuid.UUID | None:
    """The session that the form names; none means all others."""
    try:
        return uuid.UUID(request.form["session"]) if "session" in request.form else None
    except ValueError:
        raise NotAllowed("There is no such session.") from None
