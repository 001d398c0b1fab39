"""A security key in a real browser: Chromium's virtual authenticator answers as a real key does.

The demo is served at an address without a name, to which no key answers, so accounts alone are
served here under the name localhost.
"""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from crypto import totp
from helpline.accounts.service import people
from helpline.columns import utc_now
from helpline.extensions import db
from helpline.keys.service.principal import stretch_new
from helpline.unit_of_work import unit_of_work
from tests.browser.looks import complaints
from tests.carrier_rest import free_port
from tests.web.accounts.accounts_house import PASSWORD, compose, make_site

pytestmark = pytest.mark.browser

NAME = "nils.compass"


@dataclass
class Served:
    """Accounts alone at `url`, with one supervisor; `used` counts the codes that were typed."""

    url: str
    factor: bytes
    used: int = 0

    def code(self) -> str:
        """One of the three codes that count just now, each given once."""
        self.used += 1
        return totp.code_at(self.factor, int(utc_now().timestamp()) + 30 * (self.used - 2))


@pytest.fixture
def served(tmp_path: Path, sqlite_url: str) -> Iterator[Served]:
    port = free_port()
    site, recovery = make_site(tmp_path)
    app = compose(site, sqlite_url, f"http://localhost:{port}")
    app.config["PREFERRED_URL_SCHEME"] = "http"
    with app.app_context():
        with unit_of_work():
            stretched = stretch_new(site, PASSWORD)
            made = people.found(site, recovery, NAME, [], stretched, utc_now())
        db.session.remove()
    server = make_server("127.0.0.1", port, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield Served(f"http://localhost:{port}", made.factor)
    server.shutdown()
    thread.join()
    server.server_close()
    with app.app_context():
        db.engine.dispose()


@dataclass
class Keyed:
    """A browser with a security key; `looks`: axe may write its styles, against the policy."""

    page: Page
    looks: bool

    def complaints(self) -> list[str]:
        return complaints(self.page) if self.looks else []


@pytest.fixture(params=["under the strict policy", "looked at"])
def keyed(browser: Browser, served: Served, request: pytest.FixtureRequest) -> Iterator[Keyed]:
    """A browser with a security key; its console complains of nothing."""
    looks = request.param == "looked at"
    context = browser.new_context(bypass_csp=looks, reduced_motion="reduce")
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda said: errors.append(said.text) if "Policy" in said.text else None)
    devtools = context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "usb",
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    yield Keyed(page, looks)
    context.close()
    assert errors == []


def gives_the_password(page: Page, served: Served) -> None:
    page.goto(f"{served.url}/login")
    page.get_by_label("Login name").fill(NAME)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Continue").click()


def test_a_key_is_registered_logs_in_and_confirms(keyed: Keyed, served: Served) -> None:
    page = keyed.page
    gives_the_password(page, served)
    page.get_by_label("Code", exact=True).fill(served.code())
    page.get_by_role("button", name="Log in", exact=True).click()
    expect(page.get_by_role("heading", name="Nils Compass")).to_be_visible()
    page.get_by_role("link", name="Add a security key").click()
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("Code", exact=True).fill(served.code())
    page.get_by_role("button", name="Confirm", exact=True).click()

    page.get_by_role("button", name="Register the key").click()
    expect(page.get_by_label("Name of the key")).to_be_focused()
    page.get_by_label("Name of the key").fill("ring")
    assert keyed.complaints() == []
    page.get_by_role("button", name="Register the key").click()
    expect(page.locator("#keys")).to_contain_text("ring")
    assert keyed.complaints() == []

    page.get_by_role("button", name="Log out").first.click()
    gives_the_password(page, served)
    assert keyed.complaints() == []
    page.get_by_role("button", name="Use your security key").click()
    expect(page.get_by_role("heading", name="Nils Compass")).to_be_visible()

    page.get_by_role("link", name="Make new recovery codes").click()
    page.get_by_role("button", name="Confirm with your security key").click()
    expect(page.get_by_label("Password", exact=True)).to_be_focused()
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    assert keyed.complaints() == []
    page.get_by_role("button", name="Confirm with your security key").click()
    page.get_by_role("button", name="Make ten codes").click()
    expect(page.get_by_role("heading", name="Your recovery codes")).to_be_visible()
    assert keyed.complaints() == []
    page.get_by_role("link", name="I have written them down").click()
    expect(page.locator("#codes")).to_contain_text("10 recovery codes are left.")
