"""Whether a page can be read and used: what axe finds, and whether it scrolls sideways.

With `SCREENSHOTS=folder` each page that is looked at is also kept there as a picture.
"""

import os
import re
from pathlib import Path
from typing import Literal

from playwright.sync_api import Page

from tests.browser.parts.parts_site import complaints_of_axe
from tests.load.storms import PROVE

FRAGMENTS_ARE_HERE = """() => [...document.querySelectorAll("[hx-trigger^=load]")]
    .filter(element => !element.matches("#now, [data-may-stay-empty]"))
    .every(element => element.children.length > 0 || !element.isConnected)"""
SIDEWAYS = """() => [...document.querySelectorAll("body *")]
    .filter(one => one.getBoundingClientRect().right > innerWidth + 1)
    .slice(0, 3).map(one => `${one.tagName}.${one.className}`)"""
Scheme = Literal["light", "dark"]
LOOKS: tuple[tuple[int, Scheme], ...] = (
    (1280, "light"),
    (390, "dark"),
    (1280, "dark"),
    (390, "light"),
)
"""The first two in `make test`; the others add nothing to most pages and twice the time."""
_IDENTITY = re.compile(r"[0-9a-f]{8}-?[0-9a-f-]{24,}")


def complaints(page: Page) -> list[str]:
    """What is wrong with this page, wide and narrow, light and dark, and at 320 pixels."""
    page.wait_for_function(FRAGMENTS_ARE_HERE)
    found = []
    for width, scheme in LOOKS if PROVE else LOOKS[:2]:
        _as(page, width, scheme)
        found += [f"{width} {scheme}: {line}" for line in complaints_of_axe(page)]
        _keep(page, f"{width}-{scheme}")
    page.set_viewport_size({"width": 320, "height": 800})
    if page.evaluate("document.documentElement.scrollWidth") > 320:
        found.append(f"scrolls sideways at 320: {page.evaluate(SIDEWAYS)}")
    _as(page, *LOOKS[0])
    return [f"{page.url}: {line}" for line in found]


def _as(page: Page, width: int, scheme: Scheme) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)


def _keep(page: Page, look: str) -> None:
    if folder := os.environ.get("SCREENSHOTS"):
        path = _IDENTITY.sub("-", page.url.partition("//")[2].partition("/")[2])
        name = re.sub(r"\W+", "-", path).strip("-") or "root"
        before = len(list(Path(folder).glob(f"{name}-{look}*.png")))
        page.screenshot(path=Path(folder) / f"{name}-{look}-{before + 1}.png", full_page=True)
