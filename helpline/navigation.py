"""The side navigation: each room adds its own pages, this file only orders them by role."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask, current_app, g, request, url_for
from flask_babel import LazyString

_ITEMS = "helpline.navigation"


@dataclass(frozen=True, slots=True)
class Page:
    """A page that people of these roles find in the side navigation.

    `icon` is a name in the icon sprite; `key` a keyboard shortcut; `count` says how many things
    wait there, or None for no number; `order` counts from the top; `bar`: also in the phone's bar,
    there under the name `short`.
    """

    endpoint: str
    label: LazyString | str
    icon: str
    roles: frozenset[str]
    order: int
    key: str = ""
    count: Callable[[], int | None] | None = None
    bar: bool = False
    short: LazyString | str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """A page as the template shows it."""

    url: str
    label: str
    icon: str
    key: str
    count: int | None
    active: bool
    bar: bool
    short: str


def init_app(app: Flask) -> None:
    """Begin with an empty navigation."""
    app.extensions[_ITEMS] = []


def add(app: Flask, page: Page) -> None:
    """Add a page; called by a room's `init_app`."""
    app.extensions[_ITEMS].append(page)


def stand_under(endpoint: str) -> None:
    """The page being made stands under this one, whatever its address says."""
    g.stands_under = endpoint


def items_for(role: str) -> list[Item]:
    """The navigation of a role; the page marked is the present one or the one above it."""
    pages: list[Page] = sorted(current_app.extensions[_ITEMS], key=lambda page: page.order)
    pages = [page for page in pages if role in page.roles]
    urls = [url_for(page.endpoint) for page in pages]
    above = [url for url in urls if f"{request.path}/".startswith(f"{url}/")]
    present = max(above, key=len, default="")
    if "stands_under" in g:
        present = url_for(g.stands_under)
    return [
        Item(
            url=url,
            label=str(page.label),
            icon=page.icon,
            key=page.key,
            count=page.count() if page.count else None,
            active=url == present,
            bar=page.bar,
            short=str(page.short),
        )
        for page, url in zip(pages, urls, strict=True)
    ]
