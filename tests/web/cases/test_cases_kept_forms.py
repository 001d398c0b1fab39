"""What was written when the session was over is not lost: it is offered again after the login."""

import dataclasses
import re
import threading
import time
from datetime import timedelta
from html import unescape
from uuid import UUID

import pytest
from sqlalchemy import select, update
from werkzeug.serving import make_server

from helpline.accounts.models import KeptForm
from helpline.accounts.rules import Lifetimes
from helpline.accounts.service import admission, kept, login, sessions
from helpline.accounts.views.visit import lifetimes
from helpline.cases.rules.kinds import EntryKind
from helpline.cases.service import reading
from helpline.extensions import db
from helpline.security import allow
from helpline.unit_of_work import unit_of_work
from tests.visitor import Visitor
from tests.web.accounts.accounts_house import PASSWORD, Browser, House
from tests.web.cases.conftest import Desk

ADA = "ada.lantern"
WORDS = "她说门被锁上了。 Second line: <b>not bold</b> & more"


@pytest.fixture
def case(desk: Desk) -> UUID:
    """A case in the inbox, which ada may write notes into."""
    return desk.receive(kind=EntryKind.SMS, text="工资没有发")


def open_note(desk: Desk, case: UUID) -> Browser:
    """Ada has the case's page open, with the form for a note."""
    browser = desk.login(ADA)
    browser.get(f"/cases/{case}?write=note")
    assert 'name="csrf_token"' in browser.text
    return browser


def send(browser: Browser, case: UUID, token: str, text: str = WORDS) -> None:
    """Send the note as it stands on a page that was opened before."""
    browser._ask(
        f"/cases/{case}/note",
        method="POST",
        data={"csrf_token": token, "text": text},
        headers={"Referer": f"http://localhost/cases/{case}?write=note"},
        follow_redirects=True,
    )


def token_of(browser: Browser) -> str:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', browser.text)
    assert found
    return unescape(found[1])


def unlock(browser: Browser, house: House) -> None:
    browser.send("/login", password=PASSWORD)
    browser.send("/login/code", code=house.code(ADA))


def send_kept(browser: Browser) -> None:
    way = re.search(r'action="(/kept/[^"]+/send)"', browser.text)
    assert way, browser.text
    assert browser.page is not None
    page = browser.page.get_data(as_text=True)
    form = page.split(way[1])[1].split("</form>")[0]
    named = re.findall(r'<textarea name="([^"]+)" hidden>\n(.*?)</textarea>', form, re.DOTALL)
    fields = {name: unescape(value) for name, value in named}
    data = {"csrf_token": token_of(browser), **fields}
    again = browser._ask(way[1], method="POST", data=data)
    assert again.status_code == 307  # a browser repeats the same fields there
    browser._ask(again.headers["Location"], method="POST", data=data, follow_redirects=True)


def notes(desk: Desk, case: UUID) -> list[str]:
    with unit_of_work():
        who = desk.house.principal(ADA)
        view = reading.read(who, case, desk.house.now)
        return [
            entry.event.body["text"]
            for entry in view.timeline
            if entry.event is not None and entry.event.kind is EntryKind.NOTE
        ]


def rows() -> list[KeptForm]:
    db.session.rollback()
    return list(db.session.scalars(select(KeptForm)))


def test_over_http_a_note_sent_after_thirty_idle_minutes_is_offered_and_sent(
    desk: Desk, case: UUID
) -> None:
    house = desk.house
    server = make_server("127.0.0.1", 0, house.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    ada = Visitor(f"http://127.0.0.1:{server.server_port}")
    try:
        ada.fill("/login", {"login_name": ADA, "password": PASSWORD})
        ada.fill("/login/code", {"code": house.code(ADA)})
        page = ada.get(f"/cases/{case}?write=note")
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)
        assert token
        house.later(minutes=31)
        answer = ada.post(
            f"/cases/{case}/note",
            {"csrf_token": unescape(token[1]), "text": WORDS},
            Referer=page.url,
        )
        assert answer.url.partition("?")[0].endswith("/locked")
        assert "What you wrote is kept, sealed. Log in" in answer.text
        assert WORDS not in unescape(answer.text)
        ada.fill("/login", {"login_name": ADA, "password": PASSWORD}, page="/locked")
        offered = ada.fill("/login/code", {"code": house.code(ADA)})
        assert "/kept" in offered.url
        assert WORDS in unescape(offered.text)
    finally:
        ada.close()
        server.shutdown()
        thread.join()
        server.server_close()
    assert len(rows()) == 1


def test_what_was_kept_is_sent_where_it_belongs(desk: Desk, case: UUID) -> None:
    browser = open_note(desk, case)
    token = token_of(browser)
    desk.house.later(minutes=31)
    send(browser, case, token)
    assert browser.path == "/locked"
    unlock(browser, desk.house)
    assert browser.path == "/kept"
    send_kept(browser)
    assert browser.path == f"/cases/{case}"
    assert notes(desk, case) == [WORDS]
    assert rows() == []


def test_it_is_kept_when_the_session_was_ended_elsewhere(desk: Desk, case: UUID) -> None:
    browser = open_note(desk, case)
    token = token_of(browser)
    with unit_of_work():
        sessions.end_all(desk.house.people[ADA].account)
    send(browser, case, token)
    assert browser.path == "/login"
    assert "is kept, sealed" in browser.text
    browser.log_in(ADA)
    assert browser.path == "/kept"
    assert WORDS in browser.text


def test_it_is_kept_when_another_tab_was_locked(desk: Desk, case: UUID) -> None:
    browser = open_note(desk, case)
    token = token_of(browser)
    browser.send("/lock")
    send(browser, case, token)
    assert browser.path == "/locked"
    unlock(browser, desk.house)
    assert browser.path == "/kept"
    assert WORDS in browser.text


def test_it_is_offered_at_once_when_another_tab_has_logged_in_again(desk: Desk, case: UUID) -> None:
    browser = open_note(desk, case)
    token = token_of(browser)
    browser.send("/lock")
    unlock(browser, desk.house)
    send(browser, case, token)
    assert browser.path == "/kept"
    send_kept(browser)
    assert notes(desk, case) == [WORDS]


def test_it_is_kept_while_one_confirms_that_it_is_oneself(desk: Desk) -> None:
    @allow("counsellor", fresh=True)
    def grave() -> str:
        return "done"

    desk.house.app.add_url_rule("/grave", "grave", grave, methods=["POST"])
    browser = desk.login(ADA)
    browser.get("/account")
    data = {"csrf_token": token_of(browser), "reason": WORDS}
    browser._ask("/grave", method="POST", data=data, follow_redirects=True)
    assert browser.path == "/confirm"
    browser.confirm(ADA)
    assert browser.path == "/kept"
    send_kept(browser)
    assert browser.text == "done"


def test_nobody_else_in_the_same_browser_is_offered_it(desk: Desk, case: UUID) -> None:
    browser = open_note(desk, case)
    token = token_of(browser)
    browser.send("/logout")
    time.sleep(1.1)  # a page is younger than a login by whole seconds
    browser.log_in("tao.willow")
    send(browser, case, token)
    assert browser.path == f"/cases/{case}/note"
    assert "open for too long" in browser.text
    assert rows() == []


def test_the_row_says_nothing_but_whose_and_which_day(desk: Desk, case: UUID) -> None:
    browser = open_note(desk, case)
    token = token_of(browser)
    desk.house.later(minutes=31)
    send(browser, case, token)
    (row,) = rows()
    assert row.day == desk.house.now.date()
    assert len(row.sealed) > 1136
    for word in (WORDS, "门", "/note", str(case), "csrf"):
        assert word.encode() not in row.sealed


def test_sent_twice_it_is_kept_once(desk: Desk, case: UUID) -> None:
    browser = open_note(desk, case)
    token = token_of(browser)
    desk.house.later(minutes=31)
    send(browser, case, token)
    send(browser, case, token)
    assert len(rows()) == 1
    send(browser, case, token, "another")
    assert len(rows()) == 2


def test_at_most_twenty_wait(desk: Desk, case: UUID) -> None:
    house = desk.house
    person = house.people[ADA].account
    with unit_of_work():
        done = [
            kept.keep(house.site, person, "/x", "/", [("text", str(number))], house.now)
            for number in range(21)
        ]
    assert done == [True] * 20 + [False]


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/cases/{case}/take", {}),
        ("/account/password", {"password": PASSWORD, "again": PASSWORD}),
        ("/confirm", {"password": PASSWORD, "code": "123456"}),
    ],
)
def test_buttons_and_passwords_are_never_kept(
    desk: Desk, case: UUID, path: str, fields: dict[str, str]
) -> None:
    browser = open_note(desk, case)
    data = {"csrf_token": token_of(browser), **fields}
    desk.house.later(minutes=31)
    browser._ask(path.format(case=case), method="POST", data=data, follow_redirects=True)
    assert browser.path == "/locked"
    assert "Log in, and it is offered" not in browser.text
    assert rows() == []


def test_drafts_that_a_script_sends_are_not_kept_twice(desk: Desk, case: UUID) -> None:
    browser = open_note(desk, case)
    data = {"csrf_token": token_of(browser), "text": WORDS}
    desk.house.later(minutes=31)
    headers = {"Sec-Fetch-Dest": "empty"}
    browser._ask(f"/cases/{case}/draft/note", method="POST", data=data, headers=headers)
    assert rows() == []
    headers["HX-Request"] = "true"
    answer = browser._ask(f"/cases/{case}/note", method="POST", data=data, headers=headers)
    assert answer.headers["HX-Redirect"] == "/login"
    assert len(rows()) == 1


@pytest.mark.parametrize("token", ["", "x", "IjEi.aSGGAA.AAAA"])
def test_a_stranger_leaves_nothing(desk: Desk, case: UUID, token: str) -> None:
    browser = open_note(desk, case)
    desk.house.later(minutes=31)
    send(browser, case, token)
    assert rows() == []
    send(desk.house.browser(), case, token)
    assert rows() == []


def test_it_is_thrown_away_on_request_and_after_seven_days(desk: Desk, case: UUID) -> None:
    browser = open_note(desk, case)
    token = token_of(browser)
    desk.house.later(minutes=31)
    send(browser, case, token)
    unlock(browser, desk.house)
    way = re.search(r"/kept/[^\"]+/drop", browser.text)
    assert way
    browser.send(way[0])
    assert rows() == []
    assert browser.path == "/desk"

    token = token_of(browser)
    desk.house.later(minutes=31)
    send(browser, case, token)
    limits = dataclasses.replace(_lifetimes(desk.house), longest=timedelta(days=30))
    for days, left in ((7, 1), (1, 0)):
        desk.house.later(days=days)
        with unit_of_work():
            login.purge(desk.house.now, limits)
        assert len(rows()) == left


def _lifetimes(house: House) -> Lifetimes:
    with house.app.test_request_context():
        return lifetimes()


def test_a_kept_form_changed_in_the_database_is_left_out(desk: Desk, case: UUID) -> None:
    browser = open_note(desk, case)
    token = token_of(browser)
    desk.house.later(minutes=31)
    send(browser, case, token)
    (row,) = rows()
    with unit_of_work():
        bent = row.sealed[:-1] + bytes([row.sealed[-1] ^ 1])
        db.session.execute(update(KeptForm).values(sealed=bent))
    unlock(browser, desk.house)
    assert browser.path == "/kept"
    assert "Nothing waits to be sent." in browser.text


def test_after_an_idle_session_one_comes_back_to_the_page_one_wanted(
    desk: Desk, case: UUID
) -> None:
    browser = open_note(desk, case)
    desk.house.later(minutes=31)
    browser.get(f"/cases/{case}?write=text")
    assert browser.path == "/locked"
    unlock(browser, desk.house)
    assert browser.path == f"/cases/{case}"


def test_removing_somebody_removes_what_was_kept(desk: Desk, case: UUID) -> None:
    house = desk.house
    person = house.people["tao.willow"].account
    with unit_of_work():
        kept.keep(house.site, person, "/x", "/", [("text", WORDS)], house.now)
    with unit_of_work():
        admission.remove(house.principal("nils.compass"), person, house.now)
    assert rows() == []
    with unit_of_work():
        assert not kept.keep(house.site, person, "/x", "/", [("text", WORDS)], house.now)


HALF = "/kept/half-written"


@pytest.mark.parametrize("minutes", [0, 31])
def test_what_is_half_written_when_the_page_locks_is_offered_after_unlocking(
    desk: Desk, case: UUID, minutes: int
) -> None:
    browser = desk.login(ADA)
    browser.get(f"/cases/{case}?write=call")
    desk.house.later(minutes=minutes)
    data = {"csrf_token": token_of(browser), "kept_action": f"/cases/{case}/call", "text": WORDS}
    headers = {"Referer": f"http://localhost/cases/{case}?write=call", "Sec-Fetch-Dest": "empty"}
    answer = browser.client.post(HALF, data=data, headers=headers)
    assert answer.status_code == 204
    browser.get("/account")
    if minutes:
        assert browser.path == "/locked"
    else:
        browser.send("/lock")
    unlock(browser, desk.house)
    assert browser.path == "/kept"
    assert WORDS in browser.text
    assert f'href="/cases/{case}"' in browser.text


@pytest.mark.parametrize(
    "action",
    ["/account/password", "/login", "/nowhere", "https://evil.example/x", "//evil.example", ""],
)
def test_half_written_forms_are_kept_for_pages_of_staff_alone(
    desk: Desk, case: UUID, action: str
) -> None:
    browser = open_note(desk, case)
    data = {"csrf_token": token_of(browser), "kept_action": action, "text": WORDS}
    browser.client.post(HALF, data=data)
    assert rows() == []


def test_half_written_forms_need_the_token_of_a_page(desk: Desk, case: UUID) -> None:
    browser = open_note(desk, case)
    data = {"kept_action": f"/cases/{case}/note", "text": WORDS}
    assert browser.client.post(HALF, data=data).status_code == 400
    assert rows() == []
