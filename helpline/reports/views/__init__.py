"""What publishers close and auditors read: releases."""

from flask import Blueprint, Flask
from flask_babel import lazy_gettext as _

from helpline import navigation
from helpline.keys.rules import Role
from helpline.reports.views import closing, factories, releases
from helpline.reports.views.releases import READERS


def init_app(app: Flask) -> None:
    """Add the room's pages."""
    blueprint = Blueprint("reports", __name__)
    closing.register(blueprint)
    factories.register(blueprint)
    releases.register(blueprint)
    app.register_blueprint(blueprint)
    navigation.add(
        app,
        navigation.Page(
            endpoint="reports.start",
            label=_("Reports"),
            icon="chart-line",
            roles=frozenset(READERS),
            order=90,
        ),
    )
    navigation.add(
        app,
        navigation.Page(
            endpoint="reports.factories",
            label=_("Factories"),
            icon="building-factory-2",
            roles=frozenset({Role.AUDITOR}),
            order=85,
        ),
    )
    navigation.add(
        app,
        navigation.Page(
            endpoint="reports.close",
            label=_("Publish"),
            icon="clipboard-data",
            roles=frozenset({Role.SUPERVISOR}),
            order=95,
        ),
    )
