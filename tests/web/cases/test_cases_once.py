"""A form that shows a worker's number acts once, however often it is sent."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from uuid import UUID

from sqlalchemy import func, select
from werkzeug.test import TestResponse

from helpline.accounts.models import SpentForm
from helpline.accounts.rules import Lifetimes
from helpline.accounts.service import login
from helpline.cases.models import Case, WorkerReceipt
from helpline.extensions import db
from helpline.unit_of_work import unit_of_work
from tests.web.accounts.accounts_house import Browser
from tests.web.cases.conftest import Desk

DIGITS = re.compile(r"\d{4} \d{4} \d{4} \d{4}")
DAY = timedelta(days=1)


def contact(desk: Desk, **more: str) -> dict[str, str]:
    fields = {
        "kind": "walk_in",
        "at": "2026-11-23T10:30",
        "line": str(desk.line),
        "language": "yue",
        "text": "A visit about the canteen.",
        "receipt": "y",
    }
    return fields | more


def count(model: type[Case] | type[WorkerReceipt] | type[SpentForm]) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def taken(desk: Desk, browser: Browser) -> UUID:
    case_id = desk.receive()
    browser.get("/desk")
    browser.send(f"/cases/{case_id}/take")
    return case_id


def at_once(browser: Browser, path: str, fields: dict[str, str]) -> list[TestResponse]:
    """The same form, sent twice at the same moment from the same browser."""
    browsers = [browser, Browser(browser.house)]
    for name in ("__Host-helpline", "__Host-form"):
        browsers[1].client.set_cookie(
            name, browser.cookie(name) or "", secure=True, path="/", origin_only=True
        )
    gate = Barrier(2)

    def send(one: Browser) -> TestResponse:
        with browser.house.app.app_context():
            gate.wait()
            return one.client.post(path, data=fields, base_url="https://localhost")

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(send, browsers))


def test_a_reloaded_contact_is_one_contact(desk: Desk) -> None:
    ada = desk.login("ada.lantern")
    ada.get("/cases/record")
    fields = ada.hidden() | contact(desk)
    ada.send("/cases/record", **fields)
    first = DIGITS.search(ada.text)
    assert first
    again = ada.send("/cases/record", **fields)
    assert again.status_code == 409
    assert "This contact was saved already." in ada.text
    assert not DIGITS.search(ada.text)
    assert (count(Case), count(WorkerReceipt)) == (1, 1)
    case_id = db.session.scalars(select(Case.id)).one()
    assert f'href="/cases/{case_id}"' in ada.text


def test_a_reloaded_receipt_is_one_receipt(desk: Desk) -> None:
    ada = desk.login("ada.lantern")
    case_id = taken(desk, ada)
    fields = ada.hidden()
    ada.send(f"/cases/{case_id}/receipt", **fields)
    assert DIGITS.search(ada.text)
    again = ada.send(f"/cases/{case_id}/receipt", **fields)
    assert again.status_code == 409
    assert "This number was made already." in ada.text
    assert not DIGITS.search(ada.text)
    assert count(WorkerReceipt) == 1
    assert f'href="/cases/{case_id}"' in ada.text
    ada.get(f"/cases/{case_id}")
    ada.send(f"/cases/{case_id}/receipt")
    assert DIGITS.search(ada.text)
    assert count(WorkerReceipt) == 2


def test_a_contact_that_was_refused_can_be_mended_and_sent(desk: Desk) -> None:
    ada = desk.login("ada.lantern")
    ada.get("/cases/record")
    assert ada.send("/cases/record", **contact(desk, at="2027-11-23T10:30")).status_code == 400
    ada.send("/cases/record", **contact(desk))
    assert DIGITS.search(ada.text)


def test_a_form_without_its_token_does_nothing(desk: Desk) -> None:
    ada = desk.login("ada.lantern")
    case_id = taken(desk, ada)
    assert ada.send(f"/cases/{case_id}/receipt", once="").status_code == 400
    ada.get("/cases/record")
    assert ada.send("/cases/record", **contact(desk, once="")).status_code == 400
    assert (count(Case), count(WorkerReceipt)) == (1, 0)
    ada.send("/cases/record", **contact(desk))
    assert DIGITS.search(ada.text)


def test_a_double_click_is_one_act(either_desk: Desk) -> None:
    desk = either_desk
    ada = desk.login("ada.lantern")
    case_id = taken(desk, ada)
    answers = at_once(ada, f"/cases/{case_id}/receipt", ada.hidden())
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    assert count(WorkerReceipt) == 1
    ada.get("/cases/record")
    ada.send("/cases/record/draft", text="A visit")
    ada.get("/cases/record")
    answers = at_once(ada, "/cases/record", ada.hidden() | contact(desk))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    assert (count(Case), count(WorkerReceipt)) == (2, 2)


def test_spent_forms_are_forgotten_when_no_page_can_send_them_again(desk: Desk) -> None:
    ada = desk.login("ada.lantern")
    ada.get("/cases/record")
    ada.send("/cases/record", **contact(desk))
    assert count(SpentForm) == 1
    lifetimes = Lifetimes(timedelta(minutes=20), timedelta(hours=12))
    for later, left in ((timedelta(hours=13), 1), (2 * DAY, 0)):
        with unit_of_work():
            login.purge(desk.house.now + later, lifetimes)
        assert count(SpentForm) == left
