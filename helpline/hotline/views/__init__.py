"""The hotline's addresses: the carrier's webhooks and the staff's pages."""

from flask import Blueprint, Flask
from flask_babel import lazy_gettext as _l

from helpline import navigation
from helpline.extensions import csrf
from helpline.hotline.views import jobs, webhooks
from helpline.keys.rules import Role
from helpline.navigation import Page

__all__ = ["init_app", "jobs"]

CALLS = frozenset({Role.COUNSELLOR.value, Role.SUPERVISOR.value})
LEADS = frozenset({Role.SUPERVISOR.value})


def init_app(app: Flask) -> None:
    """Register webhooks, pages and navigation."""
    carrier = Blueprint("telephony", __name__, url_prefix="/telephony")
    webhooks.register(carrier)
    csrf.exempt(carrier)
    app.register_blueprint(carrier)
