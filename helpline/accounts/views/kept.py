"""What a lock or the end of a session cut off: kept before the login, offered again after it."""

import re
import uuid
from urllib.parse import urlsplit

from flask import (
    Blueprint,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.exceptions import HTTPException

from helpline.accounts.forms import EmptyForm
from helpline.accounts.service import kept, once
from helpline.accounts.service.kept import Kept
from helpline.accounts.views import visit
from helpline.accounts.views.visit import principal, see_other
from helpline.errors import HelplineError
from helpline.keys.rules import Role
from helpline.keys.views import site
from helpline.security import access_of, allow, public
from helpline.unit_of_work import in_unit_of_work

# What a page or a button adds by itself; a form with nothing else holds nothing that was written.
CSRF = "csrf_token"
ACTION = "kept_action"
TECHNICAL = frozenset({CSRF, "next", "revision", "confirm", "duty", once.FIELD})
CHOICE = re.compile(r"[a-z0-9_.:-]*")  # a choice, a day, an id: shown small, beside the words


def register(blueprint: Blueprint) -> None:
    """Add these pages to the room's blueprint."""
    blueprint.add_url_rule("/kept", "kept_forms", kept_forms)
    blueprint.add_url_rule(
        "/kept/half-written", "keep_half_written", keep_half_written, methods=["POST"]
    )
    blueprint.add_url_rule("/kept/<uuid:form>/send", "send_kept", send_kept, methods=["POST"])
    blueprint.add_url_rule("/kept/<uuid:form>/drop", "drop_kept", drop_kept, methods=["POST"])


def keep_posted() -> bool:
    """Keep the form of this request, which is going to be refused; it is offered on its own page.

    False if there is nothing to keep, or if it is not sure whose page it came from. Drafts, which a
    script sends by itself, are kept elsewhere.
    """
    by_script = request.headers.get("Sec-Fetch-Dest") == "empty"
    if request.method != "POST" or (by_script and "HX-Request" not in request.headers):
        return False
    try:
        done = in_unit_of_work(lambda: _keep(request.full_path.rstrip("?")))
    except HelplineError:
        return False
    if done and visit.optional_principal() is None:
        flash(_("What you wrote is kept, sealed. Log in, and it is offered to you again."))
    return done


@public
def keep_half_written() -> ResponseReturnValue:
    """Keep what stands in a form while the page locks itself; the session may be over already."""
    action = visit.local(request.form.get(ACTION))
    if action is not None:
        _keep(action)
    return "", 204


def _keep(action: str) -> bool:
    """Keep this request's fields; never those of this room, whose forms hold passwords."""
    fields = [
        (name, value)
        for name, value in request.form.items(multi=True)
        if name not in {CSRF, ACTION}
    ]
    owner = _owner_of_page()
    written = any(value.strip() and name not in TECHNICAL for name, value in fields)
    if owner is None or not written or not _takes_forms_of_staff(action):
        return False
    return kept.keep(site(), owner, action, _page_before(), fields, visit.now())


def _takes_forms_of_staff(action: str) -> bool:
    try:
        endpoint, _values = current_app.url_map.bind("").match(urlsplit(action).path, method="POST")
    except HTTPException:
        return False
    access = access_of(current_app.view_functions[endpoint])
    ours = endpoint.startswith("accounts.")
    return access is not None and access.entry == "roles" and not ours


def _page_before() -> str:
    """The page on which the form stood: its path, without what stands behind a question mark."""
    return visit.local(urlsplit(request.referrer or "").path) or "/"


def _owner_of_page() -> uuid.UUID | None:
    """For whom the page was made that this form stood on, by the time inside its token.

    It is whoever is, or was last, logged in in this browser, if the page was made since then.
    """
    owner = session.get(visit.OWNER)
    token = request.form.get(CSRF) or request.headers.get("X-CSRFToken", "")
    signer = URLSafeTimedSerializer(current_app.secret_key or "", salt="wtf-csrf-token")
    try:
        _random, made = signer.loads(token, return_timestamp=True)
    except BadData:
        return None
    if owner is None or made.timestamp() < owner["since"]:
        return None
    return uuid.UUID(owner["id"])


@allow(*Role)
def kept_forms() -> ResponseReturnValue:
    """What waits to be sent again."""
    return render_template(
        "accounts/kept.html",
        kept=[_shown(item) for item in kept.waiting(principal())],
        onward=visit.local(request.args.get("next")) or visit.home(principal().role),
    )


@allow(*Role)
def send_kept(form: uuid.UUID) -> ResponseReturnValue:
    """Send it again, to where it was sent at first: the browser repeats the same fields there."""
    who = principal()
    found = next((item for item in kept.waiting(who) if item.id == form), None)
    if found is None or visit.local(found.action) is None:
        return see_other(url_for("accounts.kept_forms"))
    kept.drop(who, form)
    return redirect(found.action, 307)


@allow(*Role)
def drop_kept(form: uuid.UUID) -> ResponseReturnValue:
    """Throw it away."""
    if EmptyForm().validate_on_submit():
        kept.drop(principal(), form)
        flash(_("It is thrown away."))
    left = kept.waiting_count(principal().person)
    return see_other(url_for("accounts.kept_forms") if left else url_for("accounts.index"))


def _shown(item: Kept) -> dict[str, object]:
    """A kept form as the page shows it: the words, and smaller what was only chosen."""
    filled = [value.strip() for name, value in item.fields if name not in TECHNICAL]
    return {
        "id": item.id,
        "page": visit.local(item.page) or "/",
        "fields": item.fields,
        "texts": [value for value in filled if not CHOICE.fullmatch(value)],
        "choices": [value for value in filled if value and CHOICE.fullmatch(value)],
    }
