"""Who may enter which route, and what every answer says to the browser; one table, one place.

Each view declares its access with one of the decorators below; a view without a declaration is
refused at every request, and a test lists them all.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Literal, TypeVar, cast
from urllib.parse import urlsplit

from flask import Flask, Request, Response, current_app, g, redirect, request, url_for
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask.typing import ResponseReturnValue
from werkzeug.middleware.proxy_fix import ProxyFix

from helpline.config import Config
from helpline.errors import NotAllowed

log = logging.getLogger(__name__)

View = TypeVar("View", bound=Callable[..., Any])
Entry = Literal["roles", "public", "signature", "half"]


def _policy(connect: str = "", media: str = "") -> str:
    """What a page may load and ask; `connect` and `media` are hosts besides our own."""
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self' data:",
            f"connect-src 'self' {connect}".rstrip(),
            "font-src 'self'",
            f"media-src 'self' blob: {media}".rstrip(),
            "form-action 'self'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
        )
    )


CONTENT_POLICY = _policy()
HEADERS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}
WIDER = {
    "hotline.softphone": {
        "Content-Security-Policy": _policy("wss://voice-js.roaming.twilio.com", "mediastream:"),
        "Permissions-Policy": "camera=(), geolocation=(), microphone=(self), payment=()",
    },
}
"""The one page that may speak with the carrier and hear the microphone, when it is shown.

Of the hosts that the vendor's library documents it needs this one alone: it plays our own silence
for its sounds, and reports to nobody (`static/js/softphone.js`).
"""
STRICT_TRANSPORT = "max-age=63072000; includeSubDomains"
BODY_LIMIT = 256 * 1024


@dataclass(frozen=True, slots=True)
class Access:
    """What a route asks of whoever enters.

    `roles`: a person with one of these roles, unlocked. `fresh`: who has given password and second
    factor within the last minutes. `half`: somebody between password and second factor.
    `signature`: the carrier, proved by its signature inside the view. `public`: anybody.
    """

    entry: Entry
    roles: frozenset[str] = frozenset()
    fresh: bool = False


@dataclass(frozen=True, slots=True)
class Visitor:
    """What is known of whoever asks: `role` is None without an unlocked session."""

    role: str | None = None
    half: bool = False
    fresh: bool = False


def allow(*roles: str, fresh: bool = False) -> Callable[[View], View]:
    """Only people whom the directory gives one of `roles`."""
    return _declare(Access("roles", frozenset(roles), fresh))


def public(view: View) -> View:
    """Anybody, logged in or not."""
    return _declare(Access("public"))(view)


def provider_signature(view: View) -> View:
    """The carrier: the view verifies the signature before it reads anything else."""
    return _declare(Access("signature"))(view)


def half_open(view: View) -> View:
    """Somebody who has given the password and not yet the second factor."""
    return _declare(Access("half"))(view)


def _declare(access: Access) -> Callable[[View], View]:
    def declare(view: View) -> View:
        vars(view)["access"] = access
        return view

    return declare


def access_of(view: Callable[..., Any]) -> Access | None:
    """What `view` declares, or None."""
    return cast(Access | None, getattr(view, "access", None))


def init_app(app: Flask, config: Config) -> None:
    """Check access before every view and set the headers of every answer.

    Who visits is told by the accounts room: see `recognise`.
    """
    app.session_interface = _FormSession()
    app.config["MAX_CONTENT_LENGTH"] = BODY_LIMIT
    app.config["SESSION_COOKIE_NAME"] = "__Host-form"
    app.config["SESSION_COOKIE_SECURE"] = True
    app.config["SESSION_COOKIE_HTTPONLY"] = True
    app.config["SESSION_COOKIE_SAMESITE"] = "Strict"
    app.config["WTF_CSRF_TIME_LIMIT"] = config.security.session_hours * 3600
    app.config["WTF_CSRF_SSL_STRICT"] = urlsplit(config.site.public_url).scheme == "https"
    if config.server.trusted_proxies:
        hops = config.server.trusted_proxies
        proxied = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)
        app.wsgi_app = proxied  # type: ignore[method-assign]
    app.before_request(_check_access)
    app.after_request(_set_headers)
    app.after_request(_log_refusal)


class _FormSession(SecureCookieSessionInterface):
    """The signed cookie of forms; no key is made ready for whoever brings none, as the carrier."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        if self.get_cookie_name(app) not in request.cookies:
            return self.session_class()
        return super().open_session(app, request)


def recognise(app: Flask, visitor: Callable[[], Visitor]) -> None:
    """Let `visitor` say who asks; called by the accounts room."""
    app.extensions["helpline.visitor"] = visitor


def keep_forms(app: Flask, keeper: Callable[[], bool]) -> None:
    """Let `keeper` keep a form that is refused since its sender must log in or confirm first."""
    app.extensions["helpline.keeper"] = keeper


def _check_access() -> ResponseReturnValue | None:
    if request.endpoint is None:
        return None
    if request.endpoint == "static" or request.endpoint.endswith(".static"):
        return None
    access = access_of(current_app.view_functions[request.endpoint])
    if access is None:
        raise RuntimeError(f"{request.endpoint} does not declare who may enter")
    if access.entry in {"public", "signature"}:
        return None
    visitor: Visitor = current_app.extensions["helpline.visitor"]()
    if access.entry == "half":
        return None if visitor.half or visitor.role else _to_login()
    if visitor.role is None:
        _keep_form()
        return _to_login()
    g.role_asking = visitor.role
    if visitor.role not in access.roles:
        raise NotAllowed("Your role does not include this page.")
    if access.fresh and not visitor.fresh:
        onward = url_for("accounts.kept_forms", next=_way_back()) if _keep_form() else _way_back()
        return redirect(url_for("accounts.confirm", next=onward))
    return None


def _keep_form() -> bool:
    """Whether what was posted is kept, to be offered after the login."""
    keeper: Callable[[], bool] | None = current_app.extensions.get("helpline.keeper")
    return request.method == "POST" and keeper is not None and keeper()


def _way_back() -> str:
    """The page to return to after confirming; a form must be opened again, not replayed."""
    if request.method == "GET":
        return request.full_path.rstrip("?")
    return urlsplit(request.referrer or "/").path or "/"


def _to_login() -> ResponseReturnValue:
    if request.headers.get("HX-Request"):
        return Response("", 401, {"HX-Redirect": url_for("accounts.login")})
    if request.method == "GET":
        return redirect(url_for("accounts.login", next=request.full_path.rstrip("?")))
    return redirect(url_for("accounts.login", next=_way_back()))


def _log_refusal(response: Response) -> Response:
    """Write down what a role was refused: the route, never whose case or who asked.

    404 is the answer for what is kept from a person as well as for what does not exist.
    """
    role = g.get("role_asking")
    if role is not None and response.status_code in {403, 404}:
        log.warning("refused with %s: %s to %s", response.status_code, request.endpoint, role)
    return response


def _set_headers(response: Response) -> Response:
    shown = response.status_code == HTTPStatus.OK
    wider = WIDER.get(request.endpoint or "", {}) if shown else {}
    for name, value in (HEADERS | wider).items():
        response.headers.setdefault(name, value)
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", STRICT_TRANSPORT)
    if request.endpoint == "static":
        response.headers["Cache-Control"] = "public, max-age=3600"
    else:
        response.headers.setdefault("Cache-Control", "no-store")
    return response
