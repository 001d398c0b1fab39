"""Pages that exist for a moment only: a call that rings, a talk, wrap-up, being admitted."""

import pytest

from tests.browser.looks import complaints
from tests.browser.navigators.house import House

pytestmark = pytest.mark.browser


def test_a_call_at_each_moment(looked_at: House) -> None:
    worker, ada = looked_at.worker(), looked_at.counsellor()
    ada.goes_on_duty()
    found = complaints(ada.page) + complaints(ada.phone)
    worker.rings()
    worker.asks_for_a_person()
    ada.is_rung()
    found += complaints(ada.page)
    ada.takes_the_call()
    ada.sees_the_case_open()
    ada.page.locator(".live-bar").wait_for()
    found += complaints(ada.page) + complaints(ada.phone) + complaints(worker.page)
    worker.hangs_up()
    ada.opens("/desk")
    ada.page.get_by_role("button", name="I am ready now").wait_for()
    found += complaints(ada.page)
    nils = looked_at.supervisor()
    for path in ("/board", "/call-log"):
        nils.opens(path)
        found += complaints(nils.page)
    assert found == []


def test_being_invited_and_admitted(looked_at: House) -> None:
    otto, nils = looked_at.administrator(), looked_at.supervisor()
    page = looked_at.nobody()
    page.goto(f"{looked_at.demo.url}/login")
    mira = looked_at.newcomer(otto.invites("juno.maple", "English"))
    found = complaints(otto.page)
    mira.sets_a_password()
    found += complaints(mira.page)
    mira.adds_an_app("juno.maple")
    mira.digits()
    found += complaints(mira.page)
    nils.opens("/people")
    found += complaints(nils.page)
    nils.page.locator("#waiting").get_by_role("link", name="Admit").click()
    nils.confirms()
    assert found + complaints(nils.page) == []
