"""The phone in the browser, in a real Chromium: the carrier is out of reach, or a stand-in.

The first test loads the carrier's own library with the network off. The second puts a script that
connects at once in the library's place, to see the page's own states.
"""

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Dialog, Page, expect
from werkzeug.serving import make_server

from helpline.keys.rules import Role
from tests.browser.looks import complaints
from tests.browser.parts.parts_site import CHROMIUM_ARGUMENTS
from tests.carrier_rest import free_port
from tests.whole import COOKIE, whole

pytestmark = pytest.mark.browser

LIBRARY = "**/vendor/twilio-voice/twilio.min.js"
SIGNALLING = "wss://voice-js.roaming.twilio.com/signal"
UNREACHABLE = (
    f"WebSocket connection to '{SIGNALLING}' failed: "
    "Error in connection establishment: net::ERR_NAME_NOT_RESOLVED"
)
STAND_IN = """
class Emitter {
  #heard = {};
  on(name, work) { (this.#heard[name] ??= []).push(work); }
  emit(name, what) { for (const work of this.#heard[name] ?? []) work(what); }
}
class Call extends Emitter {
  sent = ""; quiet = false;
  accept() { this.emit("accept"); }
  sendDigits(keys) { this.sent += keys; }
  mute(on) { this.quiet = on; this.emit("mute", on); }
  isMuted() { return this.quiet; }
  disconnect() { this.emit("disconnect"); }
}
class Device extends Emitter {
  state = "unregistered";
  constructor(token, options) {
    super();
    globalThis.device = Object.assign(this, { token, options });
  }
  async register() { this.state = "registered"; this.emit("registered"); }
  updateToken(token) { this.token = token; }
  destroy() { this.state = "destroyed"; this.emit("unregistered"); }
  ring() { globalThis.call = new Call(); this.emit("incoming", globalThis.call); }
}
globalThis.Twilio = { Device };
"""


@pytest.fixture
def url(sqlite_url: str, tmp_path: Path) -> Iterator[tuple[str, str]]:
    """(address of a helpline whose counsellors may ring in their browser, one's cookie)."""
    port = free_port()
    address = f"http://localhost:{port}"
    house = whole(sqlite_url, tmp_path, softphone=True, public_url=address)
    house.app.config["PREFERRED_URL_SCHEME"] = "http"
    server = make_server("127.0.0.1", port, house.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield address, house.cookie(Role.COUNSELLOR)
    server.shutdown()
    thread.join()
    server.server_close()
    house.close()


@pytest.fixture(scope="module")
def heard(browser: Browser) -> Iterator[Browser]:
    """A Chromium with an invented microphone, allowed at once, that finds no carrier."""
    more = [
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        "--host-resolver-rules=MAP *.twilio.com ~NOTFOUND",
    ]
    with browser.browser_type.launch(
        executable_path=shutil.which("chromium"), args=[*CHROMIUM_ARGUMENTS, *more]
    ) as made:
        yield made


@pytest.fixture
def desk(heard: Browser, url: tuple[str, str]) -> Iterator[BrowserContext]:
    """A counsellor's browser in which a stand-in connects at once."""
    with logged_in(heard, url) as context:
        stand_in(context)
        yield context


def logged_in(browser: Browser, url: tuple[str, str], **options: Any) -> BrowserContext:
    address, cookie = url
    context = browser.new_context(base_url=address, **options)
    context.add_cookies(
        [
            {
                "name": COOKIE,
                "value": cookie,
                "domain": "localhost",
                "path": "/",
                "secure": True,
                "httpOnly": True,
                "sameSite": "Strict",
            }
        ]
    )
    return context


def stand_in(context: BrowserContext) -> None:
    context.route(
        LIBRARY, lambda route: route.fulfill(body=STAND_IN, content_type="text/javascript")
    )


def opened(context: BrowserContext) -> Page:
    """The page of the phone, reached as a counsellor does, from the page Duty."""
    page = context.new_page()
    page.goto("/hotline/duty")
    page.get_by_role("button", name="Ring in this browser").click()
    expect(page.get_by_role("heading", name="Phone in the browser")).to_be_visible()
    return page


def shown(page: Page, name: str) -> None:
    """The page says this state, and no other."""
    expect(page.locator(f"[data-state={name}]")).to_be_visible()
    expect(page.locator("[data-state]:visible")).to_have_count(1)


def test_without_a_network_it_says_use_your_phone(heard: Browser, url: tuple[str, str]) -> None:
    with logged_in(heard, url) as context:
        said: list[str] = []
        page = context.new_page()
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("console", lambda line: said.append(line.text))
        asked: list[str] = []
        page.on("websocket", lambda socket: asked.append(socket.url))
        page.on("request", lambda request: asked.append(request.url))
        page.goto("/hotline/duty")
        page.get_by_role("button", name="Ring in this browser").click()
        expect(page.get_by_text("Carrier gone: use your phone")).to_be_visible(timeout=25_000)
        shown(page, "gone")
        expect(page.get_by_role("button", name="Try again")).to_be_visible()
        expect(page.get_by_role("button", name="Answer")).to_be_hidden()
        assert page.evaluate("typeof Twilio.Device") == "function"
        assert {one for one in asked if not one.startswith(url[0])} == {SIGNALLING}
        # Chromium itself writes down the host it cannot find: neither the page nor the library
        # says a word, and the policy refuses nothing.
        assert {line for line in said if not line.startswith(UNREACHABLE)} == set()


def test_a_call_is_answered_taken_muted_and_ended(desk: BrowserContext) -> None:
    page = opened(desk)
    shown(page, "ready")
    assert page.evaluate("device.options.publishEvents") is False
    page.evaluate("device.ring()")
    shown(page, "ringing")
    page.get_by_role("button", name="Answer").click()
    shown(page, "answered")
    assert page.evaluate("call.sent") == ""
    page.get_by_role("button", name="Press 1").click()
    shown(page, "talking")
    assert page.evaluate("call.sent") == "1"
    page.get_by_role("button", name="Mute", exact=True).click()
    shown(page, "muted")
    page.get_by_role("button", name="Unmute").click()
    page.evaluate("call.emit('reconnecting')")
    shown(page, "gone")
    page.evaluate("call.emit('reconnected')")
    shown(page, "talking")
    page.get_by_role("button", name="Hang up").click()
    shown(page, "ready")
    first = page.evaluate("device.token")
    page.wait_for_timeout(1100)
    page.evaluate("device.emit('tokenWillExpire')")
    page.wait_for_function("first => device.token !== first", arg=first)


def test_links_open_beside_the_phone_and_closing_it_asks_first(desk: BrowserContext) -> None:
    page = opened(desk)
    shown(page, "ready")
    with desk.expect_page() as beside:
        page.get_by_role("link", name="Callbacks").first.click()
    beside.value.wait_for_load_state()
    beside.value.close()
    shown(page, "ready")
    asked: list[str] = []

    def leave(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", leave)
    page.close(run_before_unload=True)
    page.wait_for_event("close")
    assert asked == ["beforeunload"]


def test_duty_that_ended_elsewhere_silences_the_phone(desk: BrowserContext) -> None:
    page = opened(desk)
    shown(page, "ready")
    other = desk.new_page()
    other.goto("/hotline/duty")
    other.get_by_role("button", name="Off", exact=True).click()
    shown(page, "off")
    assert page.evaluate("device.state") == "destroyed"
    expect(page.get_by_role("button", name="Ring in this browser")).to_be_visible()


def test_a_browser_without_a_microphone_says_so(desk: BrowserContext) -> None:
    desk.add_init_script("navigator.mediaDevices.getUserMedia = () => Promise.reject()")
    page = opened(desk)
    shown(page, "microphone")
    expect(page.get_by_role("button", name="Try again")).to_be_visible()


def test_the_page_pleases_axe(heard: Browser, url: tuple[str, str]) -> None:
    with logged_in(heard, url, bypass_csp=True) as context:
        stand_in(context)
        page = opened(context)
        shown(page, "ready")
        page.evaluate("device.ring()")
        shown(page, "ringing")
        assert complaints(page) == []
