"""What auditors read: published releases."""

from flask import Blueprint, Flask, render_template
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _

from helpline import navigation
from helpline.keys.rules import Role
from helpline.security import allow

_READERS = (Role.AUDITOR, Role.SUPERVISOR)


def init_app(app: Flask) -> None:
    """Add the room's pages."""
    blueprint = Blueprint("reports", __name__)
    blueprint.add_url_rule("/reports", "start", start)
    app.register_blueprint(blueprint)
    navigation.add(
        app,
        navigation.Page(
            endpoint="reports.start",
            label=_("Reports"),
            icon="chart-line",
            roles=frozenset(_READERS),
            order=90,
        ),
    )


@allow(*_READERS)
def start() -> ResponseReturnValue:
    """Which releases there are."""
    return render_template("reports/start.html")
