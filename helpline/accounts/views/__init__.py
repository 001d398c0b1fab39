"""Pages of accounts, and what every room asks about the present visitor."""

from collections.abc import Iterator, Sequence
from typing import Any, overload

from flask import Blueprint, Flask, g, render_template, url_for
from flask_babel import lazy_gettext as _

from helpline import navigation, security
from helpline.accounts import rules
from helpline.accounts.forms import ROLE_LABELS
from helpline.accounts.views import (
    enrolment,
    entry,
    factors,
    kept,
    own,
    people,
    proofs,
    review,
    visit,
)
from helpline.accounts.views.visit import (
    now,
    opened,
    optional_principal,
    polling,
    principal,
    touch_activity,
    visitor,
)
from helpline.extensions import login_manager
from helpline.keys.rules import Role
from helpline.navigation import Item
from helpline.unit_of_work import done

__all__ = [
    "init_app",
    "now",
    "opened",
    "optional_principal",
    "page_of",
    "polling",
    "principal",
    "touch_activity",
    "visitor",
]


def init_app(app: Flask) -> None:
    """Add the room: who visits, its pages, and what every template knows of the visitor."""
    # The session row is the only memory of a login: Flask-Login keeps nothing in cookies of its
    # own, and its remember cookie has a name that nobody is ever given.
    login_manager.session_protection = None
    login_manager.request_loader(visit.load)
    login_manager.init_app(app, add_context_processor=False)
    app.config["REMEMBER_COOKIE_NAME"] = "__Host-unused"
    security.recognise(app, visitor)
    security.keep_forms(app, kept.keep_posted)
    blueprint = Blueprint("accounts", __name__)
    for pages in (entry, proofs, enrolment, own, factors, kept, people, review):
        pages.register(blueprint)
    app.register_blueprint(blueprint)
    app.context_processor(_about_visitor)
    navigation.add(
        app,
        navigation.Page(
            endpoint="accounts.people",
            label=_("Team"),
            icon="users",
            roles=frozenset({Role.ADMINISTRATOR, Role.SUPERVISOR}),
            order=80,
            count=people.waiting_count,
        ),
    )


class _Navigation(Sequence[Item]):
    """The side navigation, made only when a template shows it: fragments never do."""

    def __init__(self, role: Role) -> None:
        self._role = role

    @property
    def _items(self) -> list[Item]:
        return _items_of(self._role)

    @overload
    def __getitem__(self, index: int) -> Item: ...
    @overload
    def __getitem__(self, index: slice) -> list[Item]: ...
    def __getitem__(self, index: int | slice) -> Item | list[Item]:
        return self._items[index]

    def __len__(self) -> int:
        return len(self._items)

    def __iter__(self) -> Iterator[Item]:
        return iter(self._items)


def _items_of(role: Role) -> list[Item]:
    """The side navigation with what waits, counted once a request."""
    if "navigation" not in g:
        g.navigation = navigation.items_for(role)
    found: list[Item] = g.navigation
    return found


def page_of(template: str, **values: object) -> str:
    """Make a page once its work is committed, so that nobody waits for words while we write them.

    `values` hold all that the page shows; a template that asks the database begins anew.
    """
    _items_of(principal().role)  # counts what waits, while the transaction lasts
    done()
    return render_template(template, **values)


def _about_visitor() -> dict[str, Any]:
    """What templates show of whoever is logged in; asks nothing that is not known already.

    A page of an error must not depend on the database, so the session is not looked up here.
    """
    found = visit.known()
    if found is None or found.principal is None:
        return {}
    role = found.principal.role
    return {
        "navigation": _Navigation(role),
        "current_person": {
            "name": rules.display_name(found.login_name),
            "role": ROLE_LABELS[role],
        },
        "account_url": url_for("accounts.own"),
        "keep_url": url_for("accounts.keep_half_written"),
        "lock_url": url_for("accounts.lock"),
        "logout_url": url_for("accounts.logout"),
        "lock_after": visit.config().security.idle_minutes * 60,
    }
