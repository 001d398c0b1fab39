"""Pages of the register: what administrators keep, what supervisors confirm, the directory."""

from flask import Blueprint, Flask, request
from flask_babel import lazy_gettext as _

from helpline import navigation
from helpline.keys.rules import Role
from helpline.navigation import Page
from helpline.register.rules import csv_files, sounds
from helpline.register.views import (
    approvals,
    assigned,
    canned,
    factories,
    lines,
    overview,
    reach,
    services,
    taxonomy,
    texts,
)

UPLOAD_LIMIT = max(csv_files.LARGEST, sounds.LARGEST) + 64 * 1024
UPLOADS = frozenset(
    f"register.{page}" for page in ("import_factories", "import_reach", "import_services", "text")
)
_PAGES = (
    ("register.overview", _("Set-up"), "checklist", 50),
    ("register.factories", _("Factories"), "building-factory-2", 51),
    ("register.assigned", _("Assigned factories"), "users-group", 57),
    ("register.lines", _("Lines"), "phone", 52),
    ("register.texts", _("Texts"), "volume", 53),
    ("register.canned", _("Canned answers"), "messages", 54),
    ("register.taxonomy", _("Categories"), "tag", 55),
)


def init_app(app: Flask) -> None:
    """Add the room: its pages and its places in the navigation."""
    blueprint = Blueprint("register", __name__)
    blueprint.url_value_preprocessor(_allow_uploads)
    for pages in (overview, factories, lines, texts, taxonomy, approvals, services, canned):
        pages.register(blueprint)
    for pages in (reach, assigned):
        pages.register(blueprint)
    blueprint.app_context_processor(canned.for_composers)
    app.register_blueprint(blueprint)
    keeper = frozenset({Role.ADMINISTRATOR.value})
    for endpoint, label, icon, order in _PAGES:
        navigation.add(app, Page(endpoint, label, icon, keeper, order, bar=order < 53))
    recorders = frozenset(role.value for role in reach.KEEPERS)
    navigation.add(app, Page("register.reach", _("Reach"), "eye-check", recorders, 56))
    readers = frozenset(role.value for role in services.READERS)
    navigation.add(app, Page("register.services", _("Directory"), "books", readers, 45))
    navigation.add(
        app,
        Page(
            "register.approvals",
            _("To confirm"),
            "shield-check",
            frozenset({Role.SUPERVISOR.value}),
            81,
            count=approvals.waiting_count,
        ),
    )


def _allow_uploads(_endpoint: str | None, _values: dict[str, object] | None) -> None:
    """Larger bodies for the forms with files; decided before the body is first read."""
    if request.endpoint in UPLOADS:
        request.max_content_length = UPLOAD_LIMIT
