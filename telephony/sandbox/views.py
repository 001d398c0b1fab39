"""The pages of the demo phones, what their script asks, and the door to the REST interface.

The only module of `telephony` that knows Flask. Pages change things only through requests with
the header `X-Sandbox`, which no other site can send without being asked first.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Blueprint, Response, abort, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from telephony.sandbox import pages
from telephony.sandbox.carrier import Carrier
from telephony.sandbox.pages import BadActError, Cast

View = TypeVar("View", bound=Callable[..., Any])
Declare = Callable[[Callable[..., ResponseReturnValue]], Callable[..., ResponseReturnValue]]

_KEYPAD = (
    ("1", ""),
    ("2", "abc"),
    ("3", "def"),
    ("4", "ghi"),
    ("5", "jkl"),
    ("6", "mno"),
    ("7", "pqrs"),
    ("8", "tuv"),
    ("9", "wxyz"),
    ("*", ""),
    ("0", ""),
    ("#", ""),
)


def as_it_is(view: Callable[..., ResponseReturnValue]) -> Callable[..., ResponseReturnValue]:
    """Declare nothing."""
    return view


def blueprint(
    carrier: Carrier, cast: Cast, prefix: str = "/sandbox", declare: Declare = as_it_is
) -> Blueprint:
    """The routes under `prefix`; `declare` is applied to every view."""
    routes = Blueprint(
        "sandbox",
        __name__,
        url_prefix=prefix,
        template_folder="templates",
        static_folder="static",
        static_url_path="/static",
    )
    _pages(routes, carrier, cast, declare)
    _script(routes, carrier, cast, declare)
    _interface(routes, carrier, declare)
    return routes


def _pages(routes: Blueprint, carrier: Carrier, cast: Cast, declare: Declare) -> None:
    def start() -> ResponseReturnValue:
        return redirect(url_for("sandbox.phone"))

    def phone() -> ResponseReturnValue:
        cast.meet(carrier)
        page = render_template("sandbox/phone.html", keypad=_KEYPAD, **_shown(carrier, cast))
        return _with_microphone(page)

    def desk_phone(number: str) -> ResponseReturnValue:
        cast.meet(carrier)
        full = f"+{number}"
        if full not in cast.desks:
            abort(404)
        page = render_template(
            "sandbox/desk.html", keypad=_KEYPAD, only=full, **_shown(carrier, cast)
        )
        return _with_microphone(page)

    routes.add_url_rule("", "start", declare(start))
    routes.add_url_rule("/phone", "phone", declare(phone))
    routes.add_url_rule("/desk-phone/<number>", "desk_phone", declare(desk_phone))


def _script(routes: Blueprint, carrier: Carrier, cast: Cast, declare: Declare) -> None:
    def state() -> ResponseReturnValue:
        wish = _wish()
        worker, desk = str(wish.get("worker", "")), str(wish.get("desk", ""))
        if (worker and worker not in cast.workers) or (desk and desk not in cast.desks):
            return _no("There is no such telephone in the demo.")
        return jsonify(pages.state(carrier, cast, worker, desk))

    def act(name: str) -> ResponseReturnValue:
        try:
            pages.act(carrier, cast, name, _wish())
        except BadActError as error:
            return _no(str(error))
        return jsonify(done=True)

    routes.add_url_rule("/api/state", "state", declare(state), methods=["POST"])
    routes.add_url_rule("/api/<name>", "act", declare(act), methods=["POST"])


def _interface(routes: Blueprint, carrier: Carrier, declare: Declare) -> None:
    def rest(path: str) -> ResponseReturnValue:
        answer = carrier.rest.handle(
            request.method,
            f"/{path}",
            request.get_data(),
            request.headers.get("Authorization", ""),
        )
        if answer.lost:
            return Response("", 504)
        return Response(answer.body, answer.status, content_type=answer.content_type)

    methods = ["GET", "POST", "DELETE"]
    routes.add_url_rule("/carrier/<path:path>", "rest", declare(rest), methods=methods)


def _shown(carrier: Carrier, cast: Cast) -> dict[str, object]:
    """What both pages need."""
    return {
        "workers": {
            number: (name, pages.readable(number)) for number, name in cast.workers.items()
        },
        "desks": cast.desks,
        "lines": [(line.number, line.name, pages.readable(line.number)) for line in carrier.lines],
        "keywords": cast.keywords,
        "languages": pages.LANGUAGES,
        "links": cast.links,
        "withheld": pages.WITHHELD,
    }


def _wish() -> dict[str, object]:
    if "X-Sandbox" not in request.headers:
        abort(403)
    wish = request.get_json(silent=True)
    if not isinstance(wish, dict):
        abort(400)
    return wish


def _no(reason: str) -> ResponseReturnValue:
    return jsonify(error=reason), 409


def _with_microphone(page: str) -> Response:
    """These pages alone may ask for the microphone."""
    return Response(
        page, headers={"Permissions-Policy": "camera=(), geolocation=(), microphone=(self)"}
    )
