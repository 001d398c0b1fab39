"""Every page: axe finds nothing, wide or narrow, light or dark; nothing scrolls sideways."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page

from helpline.cli.common import make_app, read_config
from tests.browser.demo import Demo
from tests.browser.looks import complaints
from tests.browser.navigators.house import House
from tests.browser.navigators.staff import Staff

pytestmark = pytest.mark.browser

# Addresses as routes have them; "<...>" is followed from the list that stands before the arrow.
COUNSELLOR = (
    "/desk", "/callbacks", "/cases", "/cases/record", "/cases/search", "/hotline/duty", "/account",
    "/quality",
    "/cases/<uuid:case_id>", "/cases/<uuid:case_id>/coding", "/cases/<uuid:case_id>/policy",
    "/cases/<uuid:case_id>/status", "/cases/<uuid:case_id>/close",
    "/directory",
)  # fmt: skip
COMPOSERS = ("text", "letter", "call")
SUPERVISOR = (
    "/directory", "/directory/<uuid:service_id>",
    "/surveys/after-close",
    "/board", "/cases/all", "/approvals", "/people", "/call-log", "/flags", "/rota", "/reports",
    "/cases/hand-over", "/people/<uuid:person>/languages", "/people/<uuid:person>/remove",
    "/account/password", "/account/second-factor", "/account/recovery-codes",
    "/people/review", "/kept",
    "/quality/rate/<uuid:person>",
)  # fmt: skip
ADMINISTRATOR = (
    "/directory/import", "/directory/new", "/register/canned", "/register/canned/new",
    "/register/canned/<answer>/<language>",
    "/register", "/register/categories", "/register/categories/<code>",
    "/register/categories/new", "/register/factories", "/register/factories/<uuid:factory_id>",
    "/register/factories/import", "/register/factories/new", "/register/lines",
    "/register/lines/<uuid:line_id>", "/register/lines/<uuid:line_id>/texts/<language>",
    "/register/lines/<uuid:line_id>/texts/<language>/<key>", "/register/lines/new",
    "/register/texts", "/people/invite", "/people/<uuid:person>/invite-again",
)  # fmt: skip
NOBODY = ("/login", "/locked", "/invitation/<token>", "/sandbox/phone", "/sandbox/codes")
ELSEWHERE = {
    "/": "leads on", "/sandbox": "leads on", "/healthz": "no page", "/readyz": "no page",
    "/board/now": "a part of /board", "/desk/list": "a part of /desk",
    "/hotline/now": "a part of every page", "/hotline/cards": "a part of /hotline/now",
    "/hotline/transfer": "leads on without a talk",
    "/hotline/line-now": "a part of /desk", "/telephony/sound/<uuid:sound_id>": "a sound",
    "/register/sounds/<uuid:sound_id>": "a sound", "/cases/sounds/<uuid:sound_id>": "a sound",
    "/register/factories.csv": "a file", "/directory.csv": "a file",
    "/sandbox/carrier/<path:path>": "the carrier",
    "/sandbox/desk-phone/<number>": "in test_moments", "/confirm": "in test_moments",
    "/login/code": "in test_moments", "/callbacks/<uuid:callback_id>": "in test_moments",
    "/waiting": "in test_moments", "/login/second-factor": "in test_moments",
    "/people/<uuid:person>/admit": "in test_moments",
    "/people/proposals/<uuid:proposal>": "in test_moments",
    "/account/security-keys/new": "in test_security_keys: the demo's address has no name",
}  # fmt: skip
FILLED = {
    "language": "zh-Hans",
    "key": "greeting",
    "answer": "received",
    "code": "W1",
    "token": "seven",
}
FOUND_ON = {
    "case_id": "/cases", "person": "/people", "factory_id": "/register/factories",
    "line_id": "/register/lines", "service_id": "/directory",
}  # fmt: skip
IDENTITY = r"([0-9a-f]{8}-[0-9a-f-]{27})"


def looked(house: House, person: Staff, routes: tuple[str, ...]) -> list[str]:
    found, known = [], dict(FILLED)
    for route in routes:
        name = re.search(r"<uuid:(\w+)>", route)
        if name and name[1] not in known:
            person.opens(FOUND_ON[name[1]])
            path = route.split("<")[0]
            known[name[1]] = re.findall(f'href="{path}{IDENTITY}', person.page.content())[-1]
        person.opens(re.sub(r"<(?:\w+:)?(\w+)>", lambda match: known[match[1]], route))
        found += complaints(person.page)
    return found


def test_every_page_is_looked_at(demo: Demo) -> None:
    app = make_app(read_config(Path(demo.folder) / "config.toml"))
    routes = {rule.rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    seen = {*COUNSELLOR, *SUPERVISOR, *ADMINISTRATOR, *NOBODY, *ELSEWHERE}
    assert {route for route in routes - seen if "/static/" not in route} == set()


def test_the_pages_of_a_counsellor(looked_at: House) -> None:
    ada = looked_at.counsellor()
    found = looked(looked_at, ada, COUNSELLOR)
    ada.opens("/cases")
    ada.page.locator("[data-row-link]").first.click()
    case = ada.sees_the_case_open()
    for way in COMPOSERS:
        ada.opens(f"{case}?write={way}")
        found += complaints(ada.page)
    ada.opens("/board")
    assert found + complaints(ada.page) == []


def test_the_pages_of_a_supervisor(looked_at: House) -> None:
    assert looked(looked_at, looked_at.supervisor(), SUPERVISOR) == []


def test_the_pages_of_an_administrator(looked_at: House) -> None:
    assert looked(looked_at, looked_at.administrator(), ADMINISTRATOR) == []


def test_the_pages_of_an_auditor(looked_at: House) -> None:
    assert looked(looked_at, looked_at.auditor(), ("/reports", "/account")) == []


def test_the_pages_of_nobody(looked_at: House) -> None:
    page = looked_at.nobody()
    found = []
    for route in (*NOBODY, "/nothing-here"):
        page.goto(looked_at.demo.url + route.replace("<token>", "seven"))
        found += complaints(page)
    assert found == []


def _refused(page: Page, button: str) -> list[str]:
    page.get_by_role("button", name=button, exact=True).first.click()
    page.get_by_role("alert").filter(visible=True).first.wait_for()
    return complaints(page)


def test_forms_that_were_refused(looked_at: House) -> None:
    """The page says what is missing; the summary has the focus."""
    page = looked_at.nobody()
    page.goto(f"{looked_at.demo.url}/login")
    page.get_by_label("Login name").fill("nobody.here")
    page.get_by_label("Password", exact=True).fill("wrong")
    found = _refused(page, "Continue")
    ada, otto = looked_at.counsellor(), looked_at.administrator()
    for person, path, button in (
        (ada, "/cases/record", "Save the contact"),
        (otto, "/people/invite", "Make the link"),
        (otto, "/register/factories/new", "Save the factory"),
        (otto, "/register/lines/new", "Save the line"),
        (otto, "/register/categories/new", "Add the code"),
    ):
        person.opens(path)
        found += _refused(person.page, button)
        assert person.page.evaluate("document.activeElement.matches('[data-takes-focus]')"), path
    assert found == []
