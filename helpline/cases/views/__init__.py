"""Pages of the desk: the inbox, one's cases, a case, what supervisors do with cases."""

from flask import Blueprint, Flask
from flask_babel import lazy_gettext as _

from helpline import navigation
from helpline.cases.views import case, desk, record, steps, supervision
from helpline.keys.rules import Role
from helpline.navigation import Page

HANDLERS = frozenset({Role.COUNSELLOR.value, Role.SUPERVISOR.value})
SUPERVISORS = frozenset({Role.SUPERVISOR.value})


def init_app(app: Flask) -> None:
    """Add the room: its pages and its places in the navigation."""
    blueprint = Blueprint("cases", __name__)
    for pages in (desk, record, case, steps, supervision):
        pages.register(blueprint)
    app.register_blueprint(blueprint)
    for page in (
        Page("cases.desk", _("Desk"), "inbox", HANDLERS, 10, count=desk.waiting, bar=True),
        Page("cases.mine", _("My cases"), "archive", HANDLERS, 30, count=desk.own, bar=True),
        Page("cases.search", _("Search"), "search", HANDLERS, 40, key="/"),
        Page("cases.every", _("All cases"), "list", SUPERVISORS, 42),
    ):
        navigation.add(app, page)
