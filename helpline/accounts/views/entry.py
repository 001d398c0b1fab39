"""Coming in and going out: the password, waiting, locking, leaving."""

from flask import Blueprint, Response, make_response, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from helpline import i18n
from helpline.accounts import rules
from helpline.accounts.forms import EmptyForm, PasswordForm
from helpline.accounts.service import admission, sessions
from helpline.accounts.service import login as service
from helpline.accounts.service.sessions import Opened, Stage
from helpline.accounts.views import visit
from helpline.accounts.views.proofs import paused
from helpline.accounts.views.visit import see_other
from helpline.keys.rules import Role
from helpline.keys.service.principal import unwrap
from helpline.keys.views import site
from helpline.security import allow, half_open, public
from helpline.unit_of_work import release


def register(blueprint: Blueprint) -> None:
    """Add these pages to the room's blueprint."""
    both = ["GET", "POST"]
    rules_ = blueprint.add_url_rule
    rules_("/", "index", index)
    rules_("/login", "login", login, methods=both)
    rules_("/waiting", "waiting", waiting)
    rules_("/lock", "lock", lock, methods=["POST"])
    rules_("/locked", "locked", locked)
    rules_("/logout", "logout", logout, methods=["POST"])
    rules_("/language", "language", language, methods=["POST"])


@public
def index() -> ResponseReturnValue:
    """The first page: wherever the visitor belongs."""
    found = visit.opened()
    return see_other(visit.place_of(found) if found else url_for("accounts.login"))


@public
def login() -> ResponseReturnValue:
    """Login name and password."""
    form = PasswordForm()
    if request.method == "GET":
        found = visit.opened()
        if found is not None:
            return see_other(visit.place_of(found))
        if _expired_name() is not None or session.get(visit.LOCKED):
            return see_other(url_for("accounts.locked", next=visit.local(request.args.get("next"))))
        form.next.data = visit.local(request.args.get("next"))
        return render_template("accounts/login.html", form=form)
    if not form.validate_on_submit():
        return _password_page(form, 400)
    return paused(form, _password_page, lambda: _try_password(form))


def _try_password(form: PasswordForm) -> ResponseReturnValue:
    before, now = visit.opened(), visit.now()
    attempt = service.begin(site(), form.login_name.data, visit.origin(), now)
    release()
    box = unwrap(site(), attempt.wrap, form.password.data)
    cookie = service.finish(site(), attempt, box, visit.origin(), now)
    if cookie is None:
        form.form_errors.append(_("The login name or the password is not right."))
        return _password_page(form, 400)
    if before is not None:
        sessions.end(before.row)
    service.purge(now, visit.lifetimes())
    visit.fresh_form()
    target = url_for("accounts.second_step", next=visit.local(form.next.data))
    return visit.give_cookie(see_other(target), cookie)


def _password_page(form: FlaskForm, status: int) -> Response:
    if session.get(visit.LOCKED) and session[visit.LOCKED] == form.login_name.data:
        return _locked_page(form, status)
    return make_response(render_template("accounts/login.html", form=form), status)


@visit.polling
@half_open
def waiting() -> ResponseReturnValue:
    """Not admitted yet: the digits to read out; the page looks again by itself."""
    found = visit.step(Stage.WAITING)
    asks_again = "HX-Request" in request.headers
    if not isinstance(found, Opened):
        return Response(status=204, headers={"HX-Redirect": "/"}) if asks_again else found
    if asks_again:
        return Response(status=204)
    return render_template(
        "accounts/waiting.html",
        digits=admission.own_digits(found.person),
        name=rules.display_name(found.login_name),
        form=EmptyForm(),
    )


@allow(*Role)
def lock() -> ResponseReturnValue:
    """Drop the open box; only the login name stays, in the browser's own form cookie."""
    found = visit.opened()
    if found is not None:
        service.log_out(site(), found, "session.locked", visit.now())
        session[visit.LOCKED] = found.login_name
    return visit.take_cookie(see_other(url_for("accounts.locked")))


@public
def locked() -> ResponseReturnValue:
    """Come back with the password; the name is remembered."""
    if not session.get(visit.LOCKED) or visit.opened() is not None:
        return see_other(url_for("accounts.login"))
    form = PasswordForm(formdata=None)
    form.login_name.data = session[visit.LOCKED]
    form.next.data = visit.local(request.args.get("next"))
    return _locked_page(form, 200)


def _locked_page(form: FlaskForm, status: int) -> Response:
    name = rules.display_name(session[visit.LOCKED])
    page = render_template("accounts/locked.html", form=form, name=name)
    return make_response(page, status)


@public
def logout() -> ResponseReturnValue:
    """End the session, whatever its stage; also "Log out" on the page "Locked"."""
    found = visit.opened()
    if found is not None:
        service.log_out(site(), found, "logout", visit.now())
    session.pop(visit.LOCKED, None)
    session.pop(visit.OWNER, None)
    visit.fresh_form()
    return visit.take_cookie(see_other(url_for("accounts.login")))


@public
def language() -> ResponseReturnValue:
    """The language of pages, remembered by this browser."""
    if EmptyForm().validate_on_submit():
        i18n.choose(request.form.get("language", ""))
    return see_other(visit.local(request.form.get("next")) or url_for("accounts.index"))


def _expired_name() -> str | None:
    """Whose session has just ended by itself; it is deleted, and the name kept for "Locked"."""
    cookie = visit.presented_cookie()
    name = sessions.name_behind(cookie) if cookie else None
    if cookie is not None and name is not None:
        sessions.end_behind(cookie)
        session[visit.LOCKED] = name
    return name
