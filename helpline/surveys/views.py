"""What supervisors read of what workers answered."""

from flask import Blueprint, Flask, render_template
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import lazy_gettext as _

from helpline import navigation
from helpline.accounts.views import now, principal
from helpline.keys.rules import Role
from helpline.security import allow
from helpline.surveys import rules
from helpline.surveys.service import answers as service


def init_app(app: Flask) -> None:
    """Add the room's page."""
    blueprint = Blueprint("surveys", __name__)
    blueprint.add_url_rule("/surveys/after-close", "after_close", after_close)
    app.register_blueprint(blueprint)
    readers = frozenset({Role.SUPERVISOR.value})
    navigation.add(
        app,
        navigation.Page(
            "surveys.after_close", _("Survey after close"), "clipboard-data", readers, 78
        ),
    )


@allow(Role.SUPERVISOR)
def after_close() -> ResponseReturnValue:
    """How easy it was to reach us, and whether workers are satisfied with how we helped."""
    return render_template(
        "surveys/after_close.html",
        found=service.results(principal(), rules.AFTER_CLOSE, now()),
        fewest=rules.FEWEST,
        language=str(get_locale() or "en").replace("_", "-"),
    )
