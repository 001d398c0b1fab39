"""Coming in and going out: login, second step, waiting, confirming, locking."""

from collections.abc import Callable

from flask import (
    Blueprint,
    Response,
    flash,
    make_response,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_wtf import FlaskForm

from helpline import i18n
from helpline.accounts import rules
from helpline.accounts.forms import CodeForm, ConfirmForm, EmptyForm, PasswordForm
from helpline.accounts.service import admission, sessions, throttle
from helpline.accounts.service import login as service
from helpline.accounts.service.sessions import Opened, Stage
from helpline.accounts.service.throttle import TooSoon
from helpline.accounts.views import visit
from helpline.accounts.views.visit import see_other
from helpline.keys.rules import Role
from helpline.keys.service.principal import unwrap
from helpline.keys.views import site
from helpline.security import allow, half_open, public
from helpline.unit_of_work import release

_LOCKED = "locked"


def register(blueprint: Blueprint) -> None:
    """Add these pages to the room's blueprint."""
    both = ["GET", "POST"]
    rules_ = blueprint.add_url_rule
    rules_("/", "index", index)
    rules_("/login", "login", login, methods=both)
    rules_("/login/code", "second_step", second_step, methods=both)
    rules_("/waiting", "waiting", waiting)
    rules_("/confirm", "confirm", confirm, methods=both)
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
        if _expired_name() is not None or session.get(_LOCKED):
            return see_other(url_for("accounts.locked"))
        form.next.data = visit.local(request.args.get("next"))
        return render_template("accounts/login.html", form=form)
    if not form.validate_on_submit():
        return _password_page(form, 400)
    return _paused(form, _password_page, lambda: _try_password(form))


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
    if session.get(_LOCKED) and session[_LOCKED] == form.login_name.data:
        return _locked_page(form, status)
    return make_response(render_template("accounts/login.html", form=form), status)


@half_open
def second_step() -> ResponseReturnValue:
    """The six digits of the app."""
    found = visit.step(Stage.SECOND_STEP)
    if not isinstance(found, Opened):
        return found
    form = CodeForm()
    if not form.validate_on_submit():
        form.next.data = form.next.data or visit.local(request.args.get("next"))
        return _code_page(form, 400 if request.method == "POST" else 200)
    return _paused(form, _code_page, lambda: _try_code(form, found))


def _try_code(form: CodeForm, found: Opened) -> ResponseReturnValue:
    entered = service.second_step(site(), found, form.code.data, visit.origin(), visit.now())
    if entered is None:
        form.code.errors = [_("Wait for the next code and try again.")]
        return _code_page(form, 400)
    session.pop(_LOCKED, None)
    if entered.failed_before:
        flash(
            ngettext(
                "One attempt to log in with your name failed before this one.",
                "%(num)s attempts to log in with your name failed before this one.",
                entered.failed_before,
            ),
            "warning",
        )
    return come_in(found, entered.cookie, visit.local(form.next.data))


def come_in(found: Opened, cookie: bytes, target: str | None = None) -> Response:
    """Give the full session's cookie, know the browser again, and go on."""
    visit.fresh_form()
    response = visit.give_cookie(see_other(target or url_for("accounts.index")), cookie)
    visit.remember_browser(response, throttle.new_browser(site(), found.login_name))
    return response  # type: ignore[return-value]


def _code_page(form: FlaskForm, status: int) -> Response:
    return make_response(render_template("accounts/second_step.html", form=form), status)


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
def confirm() -> ResponseReturnValue:
    """Password and code again before something that matters."""
    form = ConfirmForm()
    if not form.validate_on_submit():
        form.next.data = form.next.data or visit.local(request.args.get("next"))
        return _confirm_page(form, 400 if request.method == "POST" else 200)
    return _paused(form, _confirm_page, lambda: _try_confirm(form))


def _try_confirm(form: ConfirmForm) -> ResponseReturnValue:
    found, now = visit.opened(), visit.now()
    if found is None:
        return see_other(url_for("accounts.login"))
    attempt = service.begin(site(), found.login_name, visit.origin(), now)
    release()
    box = unwrap(site(), attempt.wrap, form.password.data)
    cookie = service.finish_confirm(
        site(), found, attempt, box, form.code.data, visit.origin(), now
    )
    if cookie is None:
        form.form_errors.append(_("That was not accepted. Wait for the next code and try again."))
        return _confirm_page(form, 400)
    return visit.give_cookie(
        see_other(visit.local(form.next.data) or url_for("accounts.index")), cookie
    )


def _confirm_page(form: FlaskForm, status: int) -> Response:
    page = render_template("accounts/confirm.html", form=form)
    return make_response(page, status)


@allow(*Role)
def lock() -> ResponseReturnValue:
    """Drop the open box; only the login name stays, in the browser's own form cookie."""
    found = visit.opened()
    if found is not None:
        service.log_out(site(), found, "session.locked", visit.now())
        session[_LOCKED] = found.login_name
    return visit.take_cookie(see_other(url_for("accounts.locked")))


@public
def locked() -> ResponseReturnValue:
    """Come back with the password; the name is remembered."""
    if not session.get(_LOCKED) or visit.opened() is not None:
        return see_other(url_for("accounts.login"))
    form = PasswordForm(formdata=None)
    form.login_name.data = session[_LOCKED]
    return _locked_page(form, 200)


def _locked_page(form: FlaskForm, status: int) -> Response:
    name = rules.display_name(session[_LOCKED])
    page = render_template("accounts/locked.html", form=form, name=name)
    return make_response(page, status)


@public
def logout() -> ResponseReturnValue:
    """End the session, whatever its stage; also "Log out" on the page "Locked"."""
    found = visit.opened()
    if found is not None:
        service.log_out(site(), found, "logout", visit.now())
    session.pop(_LOCKED, None)
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
        session[_LOCKED] = name
    return name


def _paused(
    form: FlaskForm,
    page: Callable[[FlaskForm, int], Response],
    attempt: Callable[[], ResponseReturnValue],
) -> ResponseReturnValue:
    """Run an attempt; if it comes too soon, the page says so and how long to wait."""
    try:
        return attempt()
    except TooSoon as error:
        seconds = max(1, round(error.pause.total_seconds()))
        form.form_errors.append(
            _("Too many attempts failed. Try again in %(seconds)s seconds.", seconds=seconds)
        )
        response = page(form, 429)
        response.headers["Retry-After"] = str(seconds)
        return response
