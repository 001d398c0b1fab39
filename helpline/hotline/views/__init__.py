"""The hotline's addresses: the carrier's webhooks and the staff's pages."""

from typing import Any

from flask import Blueprint, Flask, url_for
from flask_babel import lazy_gettext as _

from helpline import navigation
from helpline.accounts.views import visit
from helpline.cases.views.steps import on_heavier
from helpline.extensions import csrf
from helpline.hotline.views import (
    callbacks,
    desk,
    guests,
    jobs,
    lead,
    quality,
    softphone,
    webhooks,
    wellbeing,
    words,
)
from helpline.keys.rules import Role
from helpline.navigation import Page

__all__ = ["init_app", "jobs"]

STAFF = frozenset({Role.COUNSELLOR.value, Role.SUPERVISOR.value})
LEADS = frozenset({Role.SUPERVISOR.value})


def init_app(app: Flask) -> None:
    """Register webhooks, pages and navigation."""
    carrier = Blueprint("telephony", __name__, url_prefix="/telephony")
    webhooks.register(carrier)
    csrf.exempt(carrier)
    app.register_blueprint(carrier)
    pages = Blueprint("hotline", __name__)
    for part in (desk, callbacks, guests, lead, quality, softphone, wellbeing):
        part.register(pages)
    app.register_blueprint(pages)
    app.context_processor(_call_of_visitor)
    app.context_processor(softphone.offered)
    on_heavier(app, desk.rated_heavy)
    words.init_app(app)
    _navigate(app)


def _navigate(app: Flask) -> None:
    navigation.add(app, Page("hotline.board", _("Wall board"), "list-check", LEADS, 5))
    navigation.add(
        app,
        Page(
            "hotline.callbacks",
            _("Callbacks"),
            "phone-incoming",
            STAFF,
            20,
            count=callbacks.count,
            bar=True,
        ),
    )
    navigation.add(app, Page("hotline.duty", _("Duty"), "phone", STAFF, 60, bar=True))
    navigation.add(app, Page("hotline.rota", _("On call"), "calendar-event", LEADS, 70))
    navigation.add(app, Page("hotline.log", _("Call log"), "list", LEADS, 75))
    navigation.add(app, Page("hotline.quality", _("Quality"), "heart-handshake", STAFF, 72))
    navigation.add(app, Page("hotline.flags", _("Put aside"), "flag", LEADS, 76))


def _call_of_visitor() -> dict[str, Any]:
    """Where a page of whoever takes calls asks for the call now; asks nobody for it."""
    found = visit.known()
    if found is None or found.principal is None or found.principal.role.value not in STAFF:
        return {}
    return {"now_url": url_for("hotline.now")}
