"""For whoever watches the servers: is this node alive, is it ready; and what the worker repeats."""

from datetime import datetime, timedelta

from flask import Blueprint, Flask, Response, jsonify
from flask.typing import ResponseReturnValue

from helpline import jobs
from helpline.accounts.service import login
from helpline.accounts.views.visit import lifetimes
from helpline.audit import service as audit
from helpline.keys.views import site
from helpline.operations import service
from helpline.security import public


def init_app(app: Flask) -> None:
    """Add the room's routes."""
    blueprint = Blueprint("operations", __name__)
    blueprint.add_url_rule("/healthz", "alive", alive)
    blueprint.add_url_rule("/readyz", "ready", ready)
    app.register_blueprint(blueprint)


@public
def alive() -> ResponseReturnValue:
    """The process answers; nothing else is asked."""
    return Response("ok\n", mimetype="text/plain")


@public
def ready() -> ResponseReturnValue:
    """Whether calls and cases can be served; 503 if not. Tells no figures."""
    found = service.readiness(site())
    response = jsonify(found.words())
    response.status_code = 200 if found.is_ready else 503
    return response


@jobs.periodic("linking the audit trail", timedelta(seconds=3))
def link_trail(_now: datetime) -> None:
    """Chain what was recorded since."""
    audit.link(site())


@jobs.periodic("ending sessions", timedelta(minutes=1))
def end_sessions(now: datetime) -> None:
    """Delete sessions that are over, with the secrets wrapped in them."""
    login.purge(now, lifetimes())
