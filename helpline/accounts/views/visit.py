"""Who asks: the cookie, the session behind it, and what other rooms may know of it."""

import base64
import binascii
import ipaddress
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar, cast
from urllib.parse import urlsplit

from flask import Response, current_app, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import AnonymousUserMixin, current_user
from werkzeug.wrappers import Response as AnyResponse

from helpline.accounts.forms import ProofForm
from helpline.accounts.rules import Lifetimes
from helpline.accounts.service import security_keys, sessions
from helpline.accounts.service.proofs import Proof
from helpline.accounts.service.security_keys import RelyingParty
from helpline.accounts.service.sessions import Opened, Stage
from helpline.accounts.service.throttle import Origin
from helpline.columns import utc_now
from helpline.config import Config
from helpline.errors import NotAllowed
from helpline.keys.rules import Role
from helpline.keys.service.principal import COOKIE_BYTES, Principal
from helpline.keys.views import site
from helpline.security import Visitor

COOKIE = "__Host-helpline"
OWNER = "owner"  # in the form cookie: whose pages this browser shows, and since when
LOCKED = "locked"  # in the form cookie: the login name of whose session was locked
BROWSER_COOKIE = "__Host-browser"
_BROWSER_DAYS = 90

HOMES = {
    Role.COUNSELLOR: "cases.desk",
    Role.SUPERVISOR: "cases.desk",
    Role.ADMINISTRATOR: "register.overview",
    Role.AUDITOR: "reports.start",
    Role.CERTIFIER: "cases.inbox",
    Role.SPONSOR: "reports.factories",
}
_STEPS = {
    Stage.ENROL: "accounts.enrol",
    Stage.SECOND_STEP: "accounts.second_step",
    Stage.WAITING: "accounts.waiting",
}

View = TypeVar("View", bound=Callable[..., object])


@dataclass(frozen=True, slots=True)
class Staff:
    """Flask-Login's user: somebody with a session. It lives as long as the request."""

    opened: Opened = field(repr=False)
    is_authenticated: bool = True
    is_active: bool = True
    is_anonymous: bool = False

    def get_id(self) -> str:
        return str(self.opened.person)


def load(_request: object) -> Staff | None:
    """Flask-Login's request loader: the session of this request's cookie."""
    cookie = presented_cookie()
    if cookie is None:
        return None
    opened = sessions.find(site(), cookie, now(), lifetimes())
    return Staff(opened) if opened else None


def opened() -> Opened | None:
    """The session of this request, at whatever stage, or None."""
    user = current_user._get_current_object()  # noqa: SLF001  the proxy's documented way
    return None if isinstance(user, AnonymousUserMixin) else cast(Staff, user).opened


def present() -> Opened:
    """The session of this request; raises NotAllowed when there is none."""
    found = opened()
    if found is None:
        raise NotAllowed("Log in first.")
    return found


def known() -> Opened | None:
    """The session if this request has looked it up already; asks nobody."""
    user = g.get("_login_user")
    return user.opened if isinstance(user, Staff) else None


def principal() -> Principal:
    """Who is logged in, with their open box; raises NotAllowed when nobody is."""
    who = optional_principal()
    if who is None:
        raise NotAllowed("Log in first.")
    return who


def optional_principal() -> Principal | None:
    """Who is logged in, or None."""
    found = opened()
    return found.principal if found else None


def visitor() -> Visitor:
    """What `helpline.security` asks; being asked is activity unless the page only polls."""
    found = opened()
    if found is None:
        return Visitor()
    if not _only_polls():
        touch_activity()
    if found.principal is None:
        return Visitor(half=True)
    return Visitor(role=found.principal.role, fresh=found.fresh)


def polling(view: View) -> View:
    """Declare that asking for this view is no activity: the page asks by itself."""
    vars(view)["polling"] = True
    return view


def touch_activity() -> None:
    """Count this request as activity; a page that polls calls it while a call is in progress."""
    found = opened()
    if found is not None:
        sessions.touch(found, now())


def now() -> datetime:
    """The moment of this request; tests turn the clock."""
    clock: Callable[[], datetime] = current_app.extensions.get("helpline.clock", utc_now)
    return clock()


def lifetimes() -> Lifetimes:
    """How long sessions last here."""
    security = config().security
    return Lifetimes(
        timedelta(minutes=security.idle_minutes), timedelta(hours=security.session_hours)
    )


def config() -> Config:
    """This installation's settings."""
    found: Config = current_app.extensions["helpline.config"]
    return found


def origin() -> Origin:
    """Where this request comes from, for throttling and for the owner's list of sessions."""
    return Origin(
        _address(request.remote_addr or ""),
        request.cookies.get(BROWSER_COOKIE, ""),
        _device(request.user_agent.string),
    )


def relying_party() -> RelyingParty | None:
    """To whom security keys answer here; None at a bare IP address."""
    settings = config().site
    return security_keys.relying_party(settings.public_url, settings.name)


def proof(form: ProofForm) -> Proof:
    """What the form gives as second proof."""
    return Proof(
        form.code.data or "", form.answer.data or "", form.recovery.data or "", relying_party()
    )


def presented_cookie() -> bytes | None:
    """The 32 bytes of the session cookie, if the browser sent a well-formed one."""
    value = request.cookies.get(COOKIE, "")
    try:
        cookie = base64.urlsafe_b64decode((value + "=" * (-len(value) % 4)).encode())
    except (ValueError, binascii.Error):
        return None
    return cookie if len(cookie) == COOKIE_BYTES else None


def give_cookie(response: AnyResponse, cookie: bytes) -> AnyResponse:
    """Hand a new session to the browser."""
    value = base64.urlsafe_b64encode(cookie).decode().rstrip("=")
    response.set_cookie(COOKIE, value, secure=True, httponly=True, samesite="Strict")
    return response


def take_cookie(response: AnyResponse) -> AnyResponse:
    """Take the session cookie back."""
    response.delete_cookie(COOKIE, secure=True, httponly=True, samesite="Strict")
    return response


def remember_browser(response: AnyResponse, value: str) -> AnyResponse:
    """Let this browser be counted by itself at the next login."""
    response.set_cookie(
        BROWSER_COOKIE,
        value,
        max_age=_BROWSER_DAYS * 86400,
        secure=True,
        httponly=True,
        samesite="Strict",
    )
    return response


def place_of(found: Opened) -> str:
    """Where somebody at this stage belongs."""
    if found.principal is None:
        return url_for(_STEPS[found.stage])
    return home(found.principal.role)


def home(role: Role) -> str:
    """The first page of a role."""
    endpoint = HOMES[role]
    known = endpoint in current_app.view_functions
    return url_for(endpoint if known else "accounts.own")


def step(stage: Stage) -> Opened | ResponseReturnValue:
    """The session if it is at `stage`, else the way to where it belongs."""
    found = opened()
    if found is None:
        return redirect(url_for("accounts.login"))
    return found if found.stage is stage else redirect(place_of(found))


def local(target: str | None) -> str | None:
    """A page of ours to go on to, or None: never an address elsewhere."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return None
    parts = urlsplit(target)
    if parts.scheme or parts.netloc or any(ord(letter) < 32 for letter in target):
        return None
    return target


def own_browser(person: uuid.UUID) -> None:
    """Remember whose pages this browser shows from now on; forms kept over a login go to them."""
    owner = session.get(OWNER)
    if owner is None or owner["id"] != str(person):
        session[OWNER] = {"id": str(person), "since": int(time.time())}


def fresh_form() -> None:
    """Begin a new form token, so that none from before the login holds."""
    session.pop("csrf_token", None)


def see_other(target: str) -> Response:
    """Go on by GET."""
    return cast(Response, redirect(target, 303))


def _only_polls() -> bool:
    view = current_app.view_functions.get(request.endpoint or "")
    if getattr(view, "polling", False):
        return True
    headers = request.headers
    return request.method == "GET" and "HX-Request" in headers and "If-None-Match" in headers


def _address(text: str) -> str:
    """An IPv4 address, or the /64 network of an IPv6 address, which belongs to one household."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return ""
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)


def _device(agent: str) -> str:
    """A few words by which the owner knows the browser again."""
    browsers = ("Firefox", "Edg", "OPR", "Chrome", "Safari")
    systems = ("Android", "iPhone", "iPad", "Windows", "Mac OS", "Linux")
    browser = next((name for name in browsers if name in agent), "")
    system = next((name for name in systems if name in agent), "")
    names = {"Edg": "Edge", "OPR": "Opera", "Mac OS": "Mac"}
    return ", ".join(names.get(name, name) for name in (browser, system) if name)
