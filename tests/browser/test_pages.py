"""Every page: axe finds nothing, wide or narrow, light or dark; nothing scrolls sideways."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from helpline.cli.common import make_app, read_config
from helpline.reports.views import subjects
from tests.browser.demo import Demo
from tests.browser.looks import complaints
from tests.browser.navigators.house import House
from tests.browser.navigators.staff import Staff
from tests.load.storms import storm

pytestmark = [pytest.mark.browser, *storm]

# Addresses as routes have them; "<...>" is followed from the list that stands before the arrow.
COUNSELLOR = (
    "/desk", "/callbacks", "/cases", "/cases/record", "/cases/search", "/hotline/duty", "/account",
    "/quality",
    "/cases/<uuid:case_id>", "/cases/<uuid:case_id>/coding", "/cases/<uuid:case_id>/policy",
    "/cases/<uuid:case_id>/status", "/cases/<uuid:case_id>/close",
    "/directory",
)  # fmt: skip
# Pages of a case that has come far: each is followed from the page that leads there.
OF_A_CASE = (
    "/cases/<uuid:case_id>/consent", "/cases/<uuid:case_id>/consent/<consent_id>/back",
    "/cases/<uuid:case_id>/protected", "/cases/<uuid:case_id>/openers",
    "/cases/<uuid:case_id>/tell/<any(factory, certifier, authority, partner):recipient>",
    "/cases/<uuid:case_id>/letters/<disclosure_id>",
    "/cases/<uuid:case_id>/letters/<disclosure_id>/answer",
    "/cases/<uuid:case_id>/plan", "/cases/<uuid:case_id>/plan/<plan_id>/word",
    "/cases/<uuid:case_id>/minutes", "/cases/<uuid:case_id>/minutes/<minutes_id>/word",
    "/cases/<uuid:case_id>/talk", "/cases/<uuid:case_id>/talk/<talk_id>/move",
    "/cases/<uuid:case_id>/talk/<talk_id>/end", "/cases/<uuid:case_id>/step",
    "/cases/<uuid:case_id>/refer", "/cases/<uuid:case_id>/referrals/<referral_id>",
    "/cases/<uuid:case_id>/related",
)  # fmt: skip
FOR_TWO = ("/cases/<uuid:case_id>/permit", "/cases/<uuid:case_id>/second/<question_id>")
AFTER_THE_END = ("/cases/<uuid:case_id>/watch",)
DESTRUCTION = ("/cases/<uuid:case_id>/legal-hold", "/cases/<uuid:case_id>/destroy")
CERTIFIER = ("/letters", "/letters/<uuid:letter_id>")
WAGES = "The wages of October were not paid."
COMPOSERS = ("text", "letter", "call")
SUPERVISOR = (
    "/directory", "/directory/<uuid:service_id>",
    "/surveys/after-close",
    "/board", "/cases/all", "/approvals", "/people", "/call-log", "/flags", "/rota",
    "/reports", "/reports/close", "/reports/remarks", "/reports/remarks/story",
    "/reports/remarks/notice",
    "/cases/hand-over", "/people/<uuid:person>/languages", "/people/<uuid:person>/remove",
    "/account/password", "/account/second-factor", "/account/recovery-codes",
    "/people/review", "/kept",
    "/quality/rate/<uuid:person>",
    "/cases/second", "/cases/openings", "/cases/destroyed",
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
READER = (
    "/reports", "/reports/factories", "/reports/factories/<factory_code>", "/reports/compare",
    "/account",
)  # fmt: skip
PLACES = "/reports/places"
REACH = ("/register/reach", "/register/reach/import")
OF_A_FACTORY = (
    "/register/reach/<uuid:factory_id>/<any(cards, posters, training, test_call):kind>",
    "/register/reach/rows/<uuid:row_id>",
)
ASSIGNED = ("/register/assigned", "/register/assigned/<uuid:person>")
FILES_OF_NUMBERS = tuple(
    f"/reports/<{subjects.SORT}>/<code>/{name}"
    for name in (
        "numbers.json", "numbers.csv", "page.pdf", "charts/<name>.svg", "charts/<name>.vl.json",
    )
)  # fmt: skip
NOBODY = (
    "/results",
    "/results/<tag>",
    "/login",
    "/locked",
    "/invitation/<token>",
    "/sandbox/phone",
    "/sandbox/codes",
)
ELSEWHERE = {
    "/": "leads on", "/sandbox": "leads on", "/healthz": "no page", "/readyz": "no page",
    "/board/now": "a part of /board", "/cases/standing": "a part of /board",
    "/desk/list": "a part of /desk",
    "/hotline/now": "a part of every page", "/hotline/cards": "a part of /hotline/now",
    "/hotline/transfer": "leads on without a talk",
    "/cases/<uuid:case_id>/present": "a part of a case",
    "/cases/<uuid:case_id>/legal-hold/lift": "looks as /legal-hold",
    "/hotline/softphone": "in test_softphone", "/hotline/softphone/duty": "a part of the softphone",
    "/cases/<uuid:case_id>/open": "in the test of a case that has come far",
    "/hotline/line-now": "a part of /desk", "/telephony/sound/<uuid:sound_id>": "a sound",
    "/register/sounds/<uuid:sound_id>": "a sound", "/cases/sounds/<uuid:sound_id>": "a sound",
    **dict.fromkeys(FILES_OF_NUMBERS, "a file"),
    f"/reports/<{subjects.OTHERS}>/<code>": "in test_reports_pages",
    "/reports/close/now": "a part of /reports/close",
    "/reports/close/plan": "there while a quarter is closed",
    "/reports/close/<period>/prepare": "leads on", "/reports/close/<period>/publish": "leads on",
    "/reports/releases/<int:number>.json": "a file",
    "/reports/releases/<int:number>.signatures.json": "a file",
    "/reports/remarks/<int:number>.json": "a file",
    "/reports/remarks/<int:number>.signatures.json": "a file",
    "/reports/remarks/<int:number>/approve": "leads on",
    "/reports/remarks/<int:number>/take-back": "leads on",
    "/reports/releases/<int:number>/own.json": "a file", "/register/reach.csv": "a file",
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
    "factory_code": "LC-0401",
    "tag": "hi",
}
FOUND_ON = {
    "case_id": "/cases", "person": "/people", "factory_id": "/register/factories",
    "line_id": "/register/lines", "service_id": "/directory",
}  # fmt: skip
REMEMBER_WHAT_IS_REACHED = """() => {
    window.reached = new Set();
    document.addEventListener("focusin", (event) => window.reached.add(event.target));
}"""
ACTIONS = """[...document.querySelectorAll("main :is(a[href], button, summary, input, textarea)")]
    .filter((one) => one.type !== "hidden" && one.checkVisibility())"""
HOW_MANY = f"() => {ACTIONS}.length + 30"
NOT_REACHED = f"""() => {ACTIONS}.filter((one) => !window.reached.has(one))
    .map((one) => one.outerHTML.slice(0, 120))"""
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
    seen = {*COUNSELLOR, *SUPERVISOR, *ADMINISTRATOR, *READER, PLACES, *NOBODY}
    seen |= {*REACH, REACH[0] + "/<uuid:factory_id>", *OF_A_FACTORY, *ASSIGNED}
    seen |= {*ELSEWHERE, *OF_A_CASE, *FOR_TWO, *AFTER_THE_END, *DESTRUCTION, *CERTIFIER}
    assert {route for route in routes - seen if "/static/" not in route} == set()


def test_the_pages_of_a_counsellor(looked_at: House) -> None:
    ada = looked_at.counsellor()
    found = looked(looked_at, ada, COUNSELLOR)
    ada.opens("/cases")
    ada.page.locator(".row-link").first.click()
    case = ada.sees_the_case_open()
    for way in COMPOSERS:
        ada.opens(f"{case}?write={way}")
        found += complaints(ada.page)
    ada.opens("/board")
    assert found + complaints(ada.page) == []


def _followed(person: Staff, start: str, routes: tuple[str, ...]) -> list[str]:
    """What is wrong with pages to which `start` leads."""
    person.opens(start)
    content, found = person.page.content(), []
    for route in routes:
        wanted = re.sub("<[^>]*>", '[^/"]+', route)
        link = re.search(f'href="({wanted})"', content)
        assert link, f"{start} does not lead to {route}"
        person.opens(link[1])
        found += complaints(person.page)
    return found


def test_the_pages_of_a_case_that_has_come_far(looked_at: House) -> None:
    ada, nils, cleo = looked_at.counsellor(), looked_at.supervisor(), looked_at.certifier()
    ada.records_a_visit("Nobody of the hall was paid.")
    case = ada.address
    ada.opens(f"{case}/tell/factory")
    found = complaints(ada.page)
    ada.opens(case)
    ada.codes("W1", "S2 Right withheld")
    nils.opens(f"{case}/open")
    found += complaints(nils.page)
    for recipient, button in (("factory", "It has gone out"), ("certifier", "Put in their inbox")):
        ada.writes_down_a_consent(f"The {recipient}", WAGES, "Yes, ask them.")
        ada.opens_the_letter_to(f"The {recipient}")
        ada.sends_the_letter(WAGES, button)
        ada.sees_in_the_timeline(WAGES)
    ada.writes_a_plan("October is paid.")
    ada.agrees_on_a_talk()
    ada.writes_minutes("The worker waits until Friday.")
    ada.refers_to("Lamp Street Legal Aid")
    found += complaints(ada.page) + _followed(ada, case, OF_A_CASE)
    cleo.opens("/letters")
    found += complaints(cleo.page) + _followed(cleo, "/letters", CERTIFIER[1:])

    ada.opens(case)
    ada.clicks("Raise to S4")
    ada.asks_to_close("Put right, in full", "October is paid.")
    ada.is_told_to("Wait for the second person")
    found += _followed(nils, case, FOR_TWO)
    nils.agrees_as_the_second(ada.reference)
    found += _followed(ada, case, AFTER_THE_END) + _followed(nils, case, DESTRUCTION)
    assert found == []


def test_a_case_is_worked_on_with_the_keyboard_alone(looked_at: House) -> None:
    """Every button, link and field of its page is reached; C opens the consent."""
    ada = looked_at.counsellor()
    ada.records_a_visit("Nobody of the hall was paid.")
    ada.opens(ada.address)
    ada.page.evaluate(REMEMBER_WHAT_IS_REACHED)
    for _ in range(ada.page.evaluate(HOW_MANY)):
        ada.page.keyboard.press("Tab")
    assert ada.page.evaluate(NOT_REACHED) == []
    ada.page.evaluate("document.activeElement.blur()")
    ada.page.keyboard.press("c")
    expect(ada.page.get_by_role("heading", name="What does the worker agree to?")).to_be_visible()


def test_the_pages_of_a_supervisor(looked_at: House) -> None:
    assert looked(looked_at, looked_at.supervisor(), SUPERVISOR) == []


def test_the_pages_of_an_administrator(looked_at: House) -> None:
    otto = looked_at.administrator()
    found = looked(looked_at, otto, (*ADMINISTRATOR, *REACH, ASSIGNED[0]))
    assert found + _followed(otto, ASSIGNED[0], ASSIGNED[1:]) == []


def test_the_pages_of_an_auditor(looked_at: House) -> None:
    iris = looked_at.auditor()
    found = looked(looked_at, iris, (*READER, PLACES, *REACH))
    iris.opens(REACH[0])
    factory = re.search(f'href="({REACH[0]}/{IDENTITY})"', iris.page.content())
    assert factory
    found += _followed(iris, factory[1], OF_A_FACTORY)
    iris.opens(factory[1])
    assert found + complaints(iris.page) == []


def test_the_pages_of_a_sponsor(looked_at: House) -> None:
    assert looked(looked_at, looked_at.sponsor(), READER) == []


def test_the_pages_of_nobody(looked_at: House) -> None:
    page = looked_at.nobody()
    found = []
    for route in (*NOBODY, "/nothing-here"):
        page.goto(looked_at.demo.url + re.sub(r"<(\w+)>", lambda match: FILLED[match[1]], route))
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
