"""The second proof: after the password at login, and again before something that matters."""

from collections.abc import Callable

from flask import (
    Blueprint,
    Response,
    flash,
    jsonify,
    make_response,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext
from flask_wtf import FlaskForm

from helpline.accounts.forms import ConfirmForm, ProofForm
from helpline.accounts.service import kept, proofs, recovery_codes, security_keys, throttle
from helpline.accounts.service import login as service
from helpline.accounts.service.login import Entered
from helpline.accounts.service.proofs import Means
from helpline.accounts.service.sessions import Opened, Stage
from helpline.accounts.service.throttle import TooSoon
from helpline.accounts.views import visit
from helpline.accounts.views.visit import see_other
from helpline.errors import NotFound
from helpline.keys.rules import Role
from helpline.keys.service.principal import unwrap
from helpline.keys.views import site
from helpline.security import allow, half_open
from helpline.unit_of_work import release

_NOT_ACCEPTED = {
    Means.CODE: lazy_gettext("That code was not accepted. Wait for the next one and try again."),
    Means.KEY: lazy_gettext("The security key was not accepted. Try again."),
    Means.RECOVERY: lazy_gettext("This recovery code is not right, or it was used already."),
}


def register(blueprint: Blueprint) -> None:
    """Add these pages to the room's blueprint."""
    both, post = ["GET", "POST"], ["POST"]
    add = blueprint.add_url_rule
    add("/login/code", "second_step", second_step, methods=both)
    add("/login/code/key", "second_step_key", second_step_key, methods=post)
    add("/confirm", "confirm", confirm, methods=both)
    add("/confirm/key", "confirm_key", confirm_key, methods=post)


@half_open
def second_step() -> ResponseReturnValue:
    """The six digits of the app, a security key, or a recovery code."""
    found = visit.step(Stage.SECOND_STEP)
    if not isinstance(found, Opened):
        return found
    form = ProofForm()
    if not form.validate_on_submit():
        form.next.data = form.next.data or visit.local(request.args.get("next"))
        return _code_page(form, 400 if request.method == "POST" else 200)
    return paused(form, _code_page, lambda: _try_proof(form, found))


def _try_proof(form: ProofForm, found: Opened) -> ResponseReturnValue:
    proof = visit.proof(form)
    entered = service.second_step(site(), found, proof, visit.origin(), visit.now())
    if entered is None:
        form.form_errors.append(_NOT_ACCEPTED[proof.means])
        return _code_page(form, 400)
    session.pop(visit.LOCKED, None)
    _tell_of_recovery(found, entered)
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


def come_in(
    found: Opened, cookie: bytes, target: str | None = None, page: Response | None = None
) -> Response:
    """Give the full session's cookie, know the browser again, and go on, or show `page` first."""
    visit.fresh_form()
    visit.own_browser(found.person)
    if kept.waiting_count(found.person):
        target = url_for("accounts.kept_forms", next=target)
    onward = page or see_other(target or url_for("accounts.index"))
    response = visit.give_cookie(onward, cookie)
    visit.remember_browser(response, throttle.new_browser(site(), found.login_name))
    return response  # type: ignore[return-value]


def _tell_of_recovery(found: Opened, entered: Entered) -> None:
    """Whoever came in by a recovery code is told, and how many are left."""
    if entered.means is not Means.RECOVERY:
        return
    left = recovery_codes.left(found.person)
    flash(
        ngettext(
            "A recovery code was used. One is left.",
            "A recovery code was used. %(num)s are left.",
            left,
        )
        if left
        else _("The last recovery code was used. Make new ones under Account."),
        "warning",
    )


def _code_page(form: FlaskForm, status: int) -> Response:
    return make_response(render_template("accounts/second_step.html", form=form, **_ways()), status)


def _ways() -> dict[str, bool]:
    """By what the person of this session may prove that it is them."""
    found = visit.opened()
    if found is None:
        return {"has_key": False, "has_app": True}
    works = visit.relying_party() is not None
    return {
        "has_key": works and security_keys.has_any(found.person),
        "has_app": proofs.has_app(found.person),
    }


@half_open
def second_step_key() -> ResponseReturnValue:
    """What the browser asks a security key at the second step."""
    found = visit.step(Stage.SECOND_STEP)
    return _ask_key(found) if isinstance(found, Opened) else found


@allow(*Role)
def confirm_key() -> ResponseReturnValue:
    """What the browser asks a security key before something that matters."""
    return _ask_key(visit.present())


def _ask_key(found: Opened) -> ResponseReturnValue:
    party = visit.relying_party()
    if party is None or not security_keys.has_any(found.person):
        raise NotFound
    return jsonify(security_keys.ask_to_sign(found, party, visit.now()))


@allow(*Role)
def confirm() -> ResponseReturnValue:
    """Password and second proof again before something that matters."""
    form = ConfirmForm()
    if not form.validate_on_submit():
        form.next.data = form.next.data or visit.local(request.args.get("next"))
        return _confirm_page(form, 400 if request.method == "POST" else 200)
    return paused(form, _confirm_page, lambda: _try_confirm(form))


def _try_confirm(form: ConfirmForm) -> ResponseReturnValue:
    found, now = visit.opened(), visit.now()
    if found is None:
        return see_other(url_for("accounts.login"))
    attempt = service.begin(site(), found.login_name, visit.origin(), now)
    release()
    box = unwrap(site(), attempt.wrap, form.password.data)
    entered = service.finish_confirm(
        site(), found, attempt, box, visit.proof(form), visit.origin(), now
    )
    if entered is None:
        form.form_errors.append(_("That was not accepted. Wait for the next code and try again."))
        return _confirm_page(form, 400)
    _tell_of_recovery(found, entered)
    return visit.give_cookie(
        see_other(visit.local(form.next.data) or url_for("accounts.index")), entered.cookie
    )


def _confirm_page(form: FlaskForm, status: int) -> Response:
    page = render_template("accounts/confirm.html", form=form, **_ways())
    return make_response(page, status)


def paused(
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
