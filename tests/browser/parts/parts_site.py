"""A page of all shared parts with invented data, served on loopback for a browser to look at.

It is no part of the application: only the templates, the static files and the strict content
security policy are the real ones. Run it to look at the pictures:

    python -m tests.browser.parts.parts_site FOLDER [TEMPLATE,TEMPLATE [TEMPLATE-FOLDER ...]]
"""

import logging
import shutil
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from flask import Flask, Response, render_template, request
from flask_babel import Babel
from flask_wtf import CSRFProtect, FlaskForm
from jinja2 import ChoiceLoader, FileSystemLoader
from playwright.sync_api import Browser, Page, Playwright, sync_playwright
from werkzeug.serving import make_server
from wtforms import BooleanField, PasswordField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice as Choice
from wtforms.validators import InputRequired

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
AXE = ROOT / "tests/browser/vendor/axe-core/axe.min.js"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; font-src 'self'; form-action 'self'; frame-ancestors 'none'; "
    "base-uri 'none'; media-src 'self' blob:"
)
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
NAVIGATION = [
    {"url": "#desk", "label": "Desk", "icon": "inbox", "count": 5, "active": True},
    {"url": "#callbacks", "label": "Callbacks", "icon": "phone-outgoing", "count": 4},
    {"url": "#cases", "label": "My cases", "short": "Cases", "icon": "archive", "count": 18},
    {"url": "#search", "label": "Search", "icon": "search", "key": "/"},
    {"url": "#information", "label": "Information", "icon": "books"},
    {"url": "#referrals", "label": "Referrals", "icon": "map-pin"},
]


class PartsForm(FlaskForm):
    """One field of each kind."""

    login = StringField("Login name", validators=[InputRequired()])
    password = PasswordField("Password", validators=[InputRequired()])
    code = StringField("Code", validators=[InputRequired("Enter the six digits.")])
    language = SelectField("Language", choices=[Choice("cmn", "普通话"), Choice("hi", "हिन्दी")])
    what = TextAreaField("What happened", description="A few words are enough.")
    shared = BooleanField("Somebody else uses this phone")
    way = RadioField("Way", choices=[Choice("call", "Call"), Choice("visit", "Visit")])
    ring = RadioField(
        "May we ring this number?", choices=[Choice("yes", "Yes"), Choice("no", "No")]
    )


@dataclass
class Heard:
    """What the pages sent, and the rows that the next refresh of the list gives."""

    rows: list[str] = field(default_factory=lambda: ["a", "b"])
    drafts: list[str] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)
    polls_unchanged: int = 0
    locked: bool = False


def create_site(*more_templates: Path, heard: Heard | None = None) -> Flask:
    """The small application: "/" shows the parts, "/<name>" any other template of the folders."""
    site = Flask("parts", static_folder=str(ROOT / "helpline/static"))
    site.config.update(SECRET_KEY="parts", TESTING=True)
    site.jinja_loader = ChoiceLoader(
        [
            FileSystemLoader(folder)
            for folder in (ROOT / "helpline/templates", HERE / "templates", *more_templates)
        ]
    )
    Babel(site)
    CSRFProtect(site)
    heard = heard or Heard()
    site.context_processor(lambda: _common(heard))
    _add_pages(site)
    _add_answers(site, heard)
    return site


def _common(heard: Heard) -> dict[str, object]:
    return {
        "navigation": NAVIGATION,
        "current_person": {"name": "Ada Lantern", "role": "Counsellor"},
        "current_duty": {"state": "on_duty"},
        "account_url": "#account",
        "lock_url": "/lock",
        "rows": heard.rows,
    }


def _add_pages(site: Flask) -> None:
    @site.get("/")
    @site.get("/<path:name>")
    def show(name: str = "parts_page") -> str:
        form = PartsForm()
        form.code.errors = ["That code was not accepted."]
        return render_template(f"{name}.html", form=form)

    @site.after_request
    def guard(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = POLICY
        return response


def _add_answers(site: Flask, heard: Heard) -> None:
    @site.post("/draft")
    def draft() -> tuple[str, int]:
        heard.drafts.append(request.form["note"])
        return "", 204

    @site.post("/send")
    def send() -> str:
        time.sleep(0.3)
        heard.sent.append(request.form["note"])
        return "sent"

    @site.post("/lock")
    def lock() -> str:
        return "locked"

    @site.get("/now")
    def now() -> Response:
        if heard.locked:
            return Response(render_template("errors/403.html"))
        response = Response("<p>Nobody waits</p>")
        response.set_etag("same")
        response.make_conditional(request)
        heard.polls_unchanged += response.status_code == 304
        return response


@contextmanager
def served(site: Flask) -> Iterator[str]:
    """The address of the running site on loopback."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", 0, site, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def launch(playwright: Playwright) -> Browser:
    """Debian's Chromium, kept off the network."""
    return playwright.chromium.launch(
        executable_path=shutil.which("chromium"), args=CHROMIUM_ARGUMENTS
    )


@contextmanager
def opened(
    browser: Browser, width: int, scheme: str = "light", bypass_csp: bool = False
) -> Iterator[Page]:
    """A page of that width in "light" or "dark"; axe needs bypass_csp, it writes styles."""
    height = 844 if width < 700 else 900
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if scheme == "dark" else "light",
        reduced_motion="reduce",
        bypass_csp=bypass_csp,
    )
    try:
        yield context.new_page()
    finally:
        context.close()


def complaints_of_axe(page: Page) -> list[str]:
    """What axe finds on the page, one line a finding."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8") + "\n;0")
    found = page.evaluate("axe.run(document, {resultTypes: ['violations'], preload: false})")
    return [
        f"{violation['id']}: {node['target']} {node.get('failureSummary', '')}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]


def take_pictures(folder: Path, names: list[str], *more_templates: Path) -> None:
    """Write NAME-WIDTH-SCHEME.png of each template into the folder; print what axe finds."""
    with (
        served(create_site(*more_templates)) as address,
        sync_playwright() as playwright,
        launch(playwright) as browser,
    ):
        for name in names:
            for width in (1280, 390):
                for scheme in ("light", "dark"):
                    with opened(browser, width, scheme, bypass_csp=True) as page:
                        page.on("console", lambda message: print("console:", message.text))
                        page.on("pageerror", lambda error: print("error:", error))
                        page.goto(f"{address}/{name}", wait_until="networkidle")
                        path = folder / f"{name.replace('/', '-')}-{width}-{scheme}.png"
                        page.screenshot(path=path, full_page=True)
                        for line in complaints_of_axe(page):
                            print(path.name, line)


if __name__ == "__main__":
    chosen = sys.argv[2].split(",") if len(sys.argv) > 2 else ["parts_page"]
    take_pictures(Path(sys.argv[1]), chosen, *map(Path, sys.argv[3:]))
