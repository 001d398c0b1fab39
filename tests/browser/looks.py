"""Whether a page can be read and used: what axe finds, and whether it scrolls sideways."""

from playwright.sync_api import Page

from tests.browser.parts.parts_site import complaints_of_axe

FRAGMENTS_ARE_HERE = """() => [...document.querySelectorAll("[hx-trigger^=load]")]
    .filter(element => !element.matches("#now, [data-may-stay-empty]"))
    .every(element => element.children.length > 0 || !element.isConnected)"""
SIDEWAYS = """() => [...document.querySelectorAll("body *")]
    .filter(one => one.getBoundingClientRect().right > innerWidth + 1)
    .slice(0, 3).map(one => `${one.tagName}.${one.className}`)"""


def complaints(page: Page) -> list[str]:
    """What is wrong with this page, wide and light, narrow and dark, and at 320 pixels."""
    page.wait_for_function(FRAGMENTS_ARE_HERE)
    found = []
    for width, scheme in ((1280, "light"), (390, "dark")):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        found += [f"{width} {scheme}: {line}" for line in complaints_of_axe(page)]
    page.set_viewport_size({"width": 320, "height": 800})
    if page.evaluate("document.documentElement.scrollWidth") > 320:
        found.append(f"scrolls sideways at 320: {page.evaluate(SIDEWAYS)}")
    page.set_viewport_size({"width": 1280, "height": 900})
    page.emulate_media(color_scheme="light")
    return [f"{page.url}: {line}" for line in found]
