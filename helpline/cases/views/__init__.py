"""Pages of the desk: the inbox, one's cases, a case, what supervisors do with cases."""

from flask import Blueprint, Flask
from flask_babel import lazy_gettext as _

from helpline import navigation
from helpline.cases.views import (
    agenda,
    case,
    certifier,
    desk,
    erasing,
    ledger,
    letters,
    opening,
    record,
    referrals,
    steps,
    supervision,
    words,
)
from helpline.keys.rules import Role
from helpline.navigation import Page

HANDLERS = frozenset({Role.COUNSELLOR.value, Role.SUPERVISOR.value})
SUPERVISORS = frozenset({Role.SUPERVISOR.value})

CERTIFIERS = frozenset({Role.CERTIFIER.value})
_PAGES = (
    desk, record, case, steps, ledger, letters, words, agenda, referrals, opening, certifier,
    supervision, erasing,
)  # fmt: skip


def init_app(app: Flask) -> None:
    """Add the room: its pages and its places in the navigation."""
    blueprint = Blueprint("cases", __name__)
    for pages in _PAGES:
        pages.register(blueprint)
    app.register_blueprint(blueprint)
    for page in (
        Page("cases.desk", _("Desk"), "inbox", HANDLERS, 10, count=desk.waiting, bar=True),
        Page("cases.mine", _("My cases"), "archive", HANDLERS, 30, count=desk.own, bar=True),
        Page("cases.search", _("Search"), "search", HANDLERS, 40, key="/"),
        Page("cases.every", _("All cases"), "list", SUPERVISORS, 42),
        Page(
            "cases.second_looks",
            _("Second look"),
            "users",
            SUPERVISORS,
            43,
            count=words.questions_waiting,
        ),
        Page("cases.openings", _("Opened"), "eye", SUPERVISORS, 44, count=opening.unseen),
        Page("cases.destroyed", _("Destruction"), "trash", SUPERVISORS, 46),
        Page("cases.inbox", _("Letters"), "mail", CERTIFIERS, 10, bar=True),
    ):
        navigation.add(app, page)
