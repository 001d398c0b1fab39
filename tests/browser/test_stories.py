"""The first ways through the house, in a real browser; the demo's carrier stands between people."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.navigators.house import House
from tests.browser.navigators.worker import SOUTH

pytestmark = pytest.mark.browser

SENTENCE = "September wages have not come."
SUMMARY = "Spoken through; the worker knows the rule."
LETTER = "The wages come on Friday."


def test_a_call_becomes_a_case_that_is_noted_coded_and_closed(house: House) -> None:
    worker, ada = house.worker("Lin Example"), house.counsellor("ada.lantern")
    ada.goes_on_duty()
    worker.rings()
    worker.asks_for_a_person()
    caller = ada.is_rung().inner_text()
    assert "+86" in caller
    assert "0042" not in caller
    ada.takes_the_call()
    worker.is_talking()
    ada.sees_the_case_open()
    ada.writes_a_note(SENTENCE)
    worker.hangs_up()
    ada.codes("W1", "S2 Right withheld")
    ada.closes("Advice was enough", SUMMARY)
    ada.reads(SENTENCE)


def test_with_a_receipt_a_worker_comes_back_from_another_phone(house: House) -> None:
    worker, wren = house.worker("Wei Sample"), house.counsellor("wren.harbour")
    wren.goes_on_duty()
    worker.rings()
    worker.asks_for_a_person()
    wren.is_rung()
    wren.takes_the_call()
    case = wren.sees_the_case_open()
    wren.ends_the_call()
    worker.hears("Keep it where nobody finds it")
    receipt = worker.receipt()
    worker.hangs_up()
    wren.opens(case)
    wren.writes_to_the_receipt_page(LETTER)
    wren.is_ready_again()

    worker.takes("Shared phone of dormitory 3")
    worker.rings()
    worker.hears("For English, press 3")
    worker.presses("3")
    worker.hears("Only we hear you")
    worker.presses("3")
    worker.hears("Key in your 16 digits")
    worker.presses(*receipt, "#")
    worker.hears(LETTER)
    worker.presses("2")
    wren.is_rung()
    wren.takes_the_call()
    assert wren.sees_the_case_open() == case
    calls = wren.page.locator(".case-timeline").get_by_text("Call from worker", exact=True)
    expect(calls).to_have_count(2)
    worker.hangs_up()


def test_a_text_goes_from_inbox_to_close_with_the_keyboard_alone(house: House) -> None:
    worker, tao = house.worker("Asha Example"), house.counsellor("tao.willow")
    worker.texts("The canteen water smells.", SOUTH)
    worker.is_texted("We have your message.")
    tao.opens("/desk")
    keys = tao.page.keyboard
    row = tao.page.locator("[data-row]", has_text="Text message").filter(has_text="25 characters")
    for _ in range(10):
        keys.press("j")
        if row.evaluate("row => row.contains(document.activeElement)"):
            break
    keys.press("t")
    tao.sees_the_case_open()
    keys.press("m")
    keys.type("Asked the canteen.")
    tao.tabs_to("Save note")
    keys.press("Enter")
    expect(tao.page.locator(".case-timeline")).to_contain_text("Asked the canteen.")
    keys.press("e")
    tao.tabs_to_field("Mainly about")
    keys.type("D2")
    tao.tabs_to_field("S4 Danger now")
    keys.press("Space")
    for _ in range(3):
        keys.press("ArrowDown")
    tao.tabs_to("Save coding")
    keys.press("Enter")
    expect(tao.page.locator("h1 + .chips")).to_contain_text("S1 Unclear")
    tao.tabs_to("Close with an outcome")
    keys.press("Enter")
    tao.tabs_to_field("In one sentence")
    keys.type(SUMMARY)
    tao.tabs_to("Close the case")
    keys.press("Enter")
    expect(tao.page.locator("h1 + .chips")).to_contain_text("Closed")


def test_an_invited_counsellor_is_admitted_by_digits_and_goes_on_duty(house: House) -> None:
    otto, nils = house.administrator(), house.supervisor()
    mira = house.newcomer(otto.invites("mira.copper", "English"))
    mira.sets_a_password()
    mira.adds_an_app("mira.copper")
    nils.admits("Mira Copper", mira.digits())
    mira.page.wait_for_url(re.compile("/desk"))
    mira.page.get_by_label("Your phone for this shift").fill("+860000000919")
    mira.page.get_by_role("button", name="Go on duty").click()
    expect(mira.page.get_by_role("button", name="On duty")).to_be_visible()
    mira.page.get_by_role("button", name="Off", exact=True).click()


def test_a_contact_is_recorded_by_hand_while_the_carrier_is_out_of_action(house: House) -> None:
    asha = house.counsellor("asha.marigold")
    with house.demo.wire.cut():
        asha.opens("/cases/record")
        asha.page.get_by_label("How it came").select_option(label="A visit")
        asha.page.get_by_label("What was said").fill(SENTENCE)
        asha.page.get_by_label("Telephone number").fill("+860000000042")
        asha.clicks("Save the contact")
        receipt = asha.page.locator(".receipt-digits").inner_text()
        assert re.fullmatch(r"\d{4} \d{4} \d{4} \d{4}", receipt)
        asha.reads(SENTENCE)
        asha.opens("/cases")
        asha.page.locator(".row-link").first.click()
        asha.sees_the_case_open()
        expect(asha.page.locator(".receipt-digits")).to_have_count(0)


def test_a_supervisor_assigns_a_contact(house: House) -> None:
    nils, kavi = house.supervisor(), house.counsellor("kavi.paperkite")
    worker = house.worker("Kavi Sample")
    worker.texts("Bus late at night.", SOUTH)
    nils.opens("/desk")
    nils.page.locator("[data-row]", has_text="18 characters").get_by_role("link").click()
    case = nils.sees_the_case_open()
    nils.assigns(case, "Kavi Paperkite")
    kavi.opens(case)
    kavi.reads("Kavi Paperkite")


def test_a_lines_new_number_counts_after_a_supervisors_word(house: House) -> None:
    otto, nils = house.administrator(), house.supervisor()
    before = otto.number_of("South line")
    otto.proposes_number("South line", "+910000000177")
    assert otto.number_of("South line") == before
    nils.confirms_change("+910000000177")
    assert otto.number_of("South line") == "+910000000177"


def test_an_auditor_reads_that_nothing_is_released(house: House) -> None:
    iris = house.auditor()
    iris.opens("/reports")
    iris.reads("There is no release yet.")
