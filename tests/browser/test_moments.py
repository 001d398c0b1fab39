"""Pages that exist for a moment only: a call that rings, a talk, wrap-up, being admitted."""

import pytest
from playwright.sync_api import expect

from tests.browser.looks import complaints
from tests.browser.navigators.house import House
from tests.load.storms import storm

pytestmark = [pytest.mark.browser, *storm]
WREN = "wren.harbour"


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


def test_a_talk_passed_on_and_listened_to(looked_at: House) -> None:
    """The form, the ring with its brief, three at the talk, the two who stay; then a listener."""
    worker, ada, wren = looked_at.worker(), looked_at.counsellor(), looked_at.counsellor(WREN)
    ada.goes_on_duty()
    worker.rings()
    worker.asks_for_a_person()
    ada.is_rung()
    ada.takes_the_call()
    ada.sees_the_case_open()
    wren.goes_on_duty()
    ada.page.get_by_role("link", name="Pass the talk on").click()
    ada.page.get_by_role("heading", name="Pass the talk on").wait_for()
    found = complaints(ada.page)
    ada.page.get_by_label("Wren Harbour").check()
    ada.page.get_by_label("Brief for your colleague").fill("Safe to talk until six.")
    ada.clicks("Ring my colleague")
    ada.page.get_by_role("alert").filter(has_text="Ask the worker first").wait_for()
    found += complaints(ada.page)
    ada.page.get_by_label("The worker agrees to be passed on").check()
    ada.clicks("Ring my colleague")
    wren.opens("/desk")
    ring = wren.is_rung()
    expect(ring).to_contain_text("Safe to talk until six.")
    found += complaints(wren.page)
    wren.takes_the_call()
    ada.page.get_by_text("you talk as three").wait_for()
    found += complaints(ada.page) + complaints(wren.page)
    ada.clicks("Leave them together")
    worker.is_talking()
    nils = looked_at.supervisor()
    nils.opens("/hotline/duty")
    nils.page.get_by_label("Your phone for this shift").fill("+860000000901")
    nils.clicks("Go on duty")
    nils.clicks("Break")
    nils.opens("/board")
    nils.clicks("Ask to listen Wren Harbour")
    nils.page.get_by_text("Your phone rings when the counsellor agrees").wait_for()
    found += complaints(nils.page)
    wren.opens("/desk")
    wren.page.get_by_text("asks to listen").wait_for()
    found += complaints(wren.page)
    wren.clicks("I agree: they may listen")
    wren.page.get_by_text("You agreed.").wait_for()
    worker.hangs_up()
    nils.opens("/hotline/duty")
    nils.clicks("Off")
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
