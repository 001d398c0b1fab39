"""What can go wrong for a person, said in one clear sentence.

Services raise these; `register` turns each into a calm page, or into plain text for machines.
The sentence never holds a number, a name, a receipt or case text.
"""

import logging
from typing import ClassVar

from flask import (
    Flask,
    Response,
    current_app,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException
from werkzeug.routing.exceptions import RequestRedirect

log = logging.getLogger(__name__)

PAGES = frozenset({400, 403, 404, 405, 409, 413, 429, 500, 503})


class HelplineError(Exception):
    """Root of what a use case refuses; `status` is the HTTP status of the answer.

    `sentence` is English and may hold %(name)s for `values`; `said` speaks the reader's language.
    """

    status: ClassVar[int] = 400

    def __init__(self, sentence: str, **values: object) -> None:
        super().__init__(sentence % values if values else sentence)
        self.sentence = sentence
        self.values = values


class BadInput(HelplineError):
    """The form or file is not right; nothing of it was kept."""

    status = 400

    def __init__(self, sentence: str, field: str | None = None, **values: object) -> None:
        super().__init__(sentence, **values)
        self.field = field


class NotAllowed(HelplineError):
    """The person's role does not do this."""

    status = 403


class NotFound(HelplineError):
    """It does not exist, or this person holds no key to it: the answer is the same."""

    status = 404

    def __init__(self, sentence: str = "There is nothing here for you.") -> None:
        super().__init__(sentence)


class Conflict(HelplineError):
    """Somebody else was first; what was typed is shown again."""

    status = 409


class Throttled(HelplineError):
    """Too many attempts; the sentence says when to try again."""

    status = 429


class Unavailable(HelplineError):
    """Something we depend on does not answer; the request may be repeated."""

    status = 503


def said(error: HelplineError) -> str:
    """The error's sentence in the language of the page."""
    return str(_(error.sentence, **error.values))


def register(app: Flask) -> None:
    """Give every error a page of its own; a traceback never reaches anybody."""
    app.register_error_handler(HelplineError, _domain_error)
    app.register_error_handler(CSRFError, _stale_form)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _unexpected)


def _domain_error(error: HelplineError) -> Response:
    return _page(error.status, said(error))


def _stale_form(_error: CSRFError) -> Response:
    keeper = current_app.extensions.get("helpline.keeper")
    if keeper is not None and keeper():
        return redirect(url_for("accounts.kept_forms"), 303)  # type: ignore[return-value]
    return _page(400, _("This form was open for too long. Load the page again, then send it."))


def _http_error(error: HTTPException) -> Response:
    if isinstance(error, RequestRedirect):  # a missing slash: the router's own answer
        return make_response(error.get_response())
    if error.response is not None:
        return make_response(error.response)
    response = _page(error.code or 500, "")
    for name, value in error.get_headers():
        if name.lower() in {"allow", "retry-after"}:
            response.headers[name] = value
    return response


def _unexpected(error: Exception) -> Response:
    # The log's formatter shows where it happened, never the text, which may quote what was typed.
    log.error("unexpected %s in %s", type(error).__name__, request.endpoint, exc_info=error)
    return _page(500, "")


def _page(status: int, sentence: str) -> Response:
    if request.path.startswith("/telephony/") or request.accept_mimetypes.best == "text/plain":
        body = sentence or f"{status}"
        return make_response(body + "\n", status, {"Content-Type": "text/plain; charset=utf-8"})
    template = f"errors/{status if status in PAGES else 500}.html"
    return make_response(render_template(template, message=sentence), status)
