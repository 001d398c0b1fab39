from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser.demo import Demo
from tests.browser.navigators.house import House
from tests.browser.parts.parts_site import launch

CONTACTS = 15
expect.set_options(timeout=20_000)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A real Chromium, off the network."""
    with sync_playwright() as playwright, launch(playwright) as browser:
        yield browser


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A small organisation with a few past contacts, served."""
    running = Demo.start(tmp_path_factory.mktemp("demo") / "state", CONTACTS)
    yield running
    running.stop()


@pytest.fixture(scope="session")
def sessions() -> dict[str, object]:
    """Who is logged in already: each login's cookies."""
    return {}


@pytest.fixture
def house(browser: Browser, demo: Demo, sessions: dict[str, object]) -> Iterator[House]:
    """Everybody with a browser of their own; they go home, off duty, at the end."""
    made = House(browser, demo, sessions)
    yield made
    made.close()


@pytest.fixture
def looked_at(browser: Browser, demo: Demo, sessions: dict[str, object]) -> Iterator[House]:
    """The same, in browsers that let axe write its styles."""
    made = House(browser, demo, sessions, bypass_csp=True)
    yield made
    made.close()
