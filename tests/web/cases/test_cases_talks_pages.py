"""What the desk shows of a talk: that the worker was told, and what they asked with the number."""

from datetime import timedelta
from uuid import UUID

import pytest

from crypto.receipts import Receipt
from helpline.cases.service import receipts, talks
from helpline.keys.service import letterboxes
from helpline.unit_of_work import unit_of_work
from telephony.flow import Wish
from tests.web.accounts.accounts_house import Browser
from tests.web.cases.conftest import Desk
from tests.web.cases.test_cases_ledger_pages import coded, link


@pytest.fixture
def ada(desk: Desk) -> Browser:
    return desk.login("ada.lantern")


def agreed(desk: Desk, browser: Browser) -> tuple[UUID, str]:
    """A case with a receipt and a talk that was agreed on its page; the id of the talk."""
    case_id, site = coded(desk, browser), desk.house.site
    keys = letterboxes.stretch(site, Receipt.new())
    with unit_of_work():
        receipts.issue(site, case_id, keys, desk.house.now)
    at = (desk.house.now + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    browser.get(f"/cases/{case_id}/talk")
    browser.send(f"/cases/{case_id}/talk", at=at, how="worker_rings", minutes="50")
    move = link(browser, f"/cases/{case_id}/talk/[0-9a-f]+/move")
    return case_id, move.split("/")[-2]


def test_the_case_says_that_the_worker_hears_of_the_talk(desk: Desk, ada: Browser) -> None:
    agreed(desk, ada)
    assert "the worker hears it with the number" in ada.text


@pytest.mark.parametrize(
    ("wish", "words"),
    [
        (Wish.MOVE, "The worker asks for another time."),
        (Wish.CANCEL, "The worker cancels it."),
    ],
)
def test_what_the_worker_asked_is_what_comes_next(
    desk: Desk, ada: Browser, wish: Wish, words: str
) -> None:
    case_id, talk_id = agreed(desk, ada)
    ada.get(f"/cases/{case_id}")
    assert "Agree on another time" not in ada.text
    with unit_of_work():
        talks.wish(desk.house.site, case_id, talk_id, wish, desk.line, desk.house.now)
    ada.get(f"/cases/{case_id}")
    assert words in ada.text
    assert "Agree on another time" in ada.text
    ada.get(f"/cases/{case_id}/talk/{talk_id}/end")
    ada.send(f"/cases/{case_id}/talk/{talk_id}/end", state="cancelled")
    assert words not in ada.text
