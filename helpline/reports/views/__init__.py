"""What publishers close and auditors read: releases."""

from flask import Blueprint, Flask
from flask_babel import lazy_gettext as _

from helpline import navigation
from helpline.keys.rules import Role
from helpline.navigation import Page
from helpline.reports.views import (
    closing,
    comparing,
    factories,
    files,
    jobs,
    plans,
    public,
    releases,
    remarks,
)
from helpline.reports.views.readers import WITH_SPONSORS

__all__ = ["init_app", "jobs"]

_AUDITORS = frozenset({Role.AUDITOR})
_OUTSIDE = frozenset({Role.AUDITOR, Role.SPONSOR})
_SUPERVISORS = frozenset({Role.SUPERVISOR})
PAGES = (
    Page("reports.factories", _("Factories"), "building-factory-2", _OUTSIDE, 85),
    Page("reports.places", _("Places and brands"), "map-pin", _AUDITORS, 86, short=_("Places")),
    Page("reports.compare", _("Compare"), "chart-dots", _OUTSIDE, 87),
    Page("reports.start", _("Reports"), "chart-line", frozenset(WITH_SPONSORS), 90),
    Page("reports.close", _("Publish"), "clipboard-data", _SUPERVISORS, 95),
)


def init_app(app: Flask) -> None:
    """Add the room's pages."""
    blueprint = Blueprint("reports", __name__)
    for pages in (closing, comparing, factories, files, plans, public, releases, remarks):
        pages.register(blueprint)
    app.register_blueprint(blueprint)
    for page in PAGES:
        navigation.add(app, page)
