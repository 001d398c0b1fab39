"""What was half written when the page locked comes back after unlocking, in a real browser."""

import pytest
from playwright.sync_api import expect

from tests.browser.looks import complaints
from tests.browser.navigators.house import House

pytestmark = pytest.mark.browser

WORDS = "她说门被锁上了。 They ring again on Friday."


def test_a_half_written_form_comes_back_after_the_lock(looked_at: House) -> None:
    ada = looked_at.counsellor()
    ada.opens("/cases")
    ada.page.locator(".row-link").first.click()
    case = ada.sees_the_case_open()
    ada.opens(f"{case}?write=call")
    ada.page.get_by_label("What was said").fill(WORDS)
    with ada.page.expect_request("**/kept/half-written"):
        ada.page.get_by_role("button", name="Lock").first.click()
    expect(ada.page.get_by_role("heading", name="Locked")).to_be_visible()
    ada.page.get_by_label("Password of", exact=False).fill(ada.demo.logins[ada.login].password)
    ada.page.get_by_role("button", name="Unlock").click()
    ada.page.get_by_label("Code", exact=True).fill(ada.demo.code(ada.login))
    ada.page.get_by_role("button", name="Log in", exact=True).click()
    ada.reads(WORDS)
    assert complaints(ada.page) == []
    ada.clicks("Send it now")
    expect(ada.page.get_by_label("What was said")).to_have_value(WORDS)
    ada.opens("/kept")
    ada.reads("Nothing waits to be sent.")
