"""Writing to a worker: canned answers by keyboard, and the length of a text as it travels."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from telephony.texting import Alphabet, segments
from tests.browser.parts.parts_site import (
    Heard,
    complaints_of_axe,
    create_site,
    opened,
    served,
)

pytestmark = pytest.mark.browser

TEXTS = (
    "", "a", "x" * 160, "x" * 161, "[" * 80, "€" * 81, "x" * 152 + "€" + "x" * 20, "我" * 70,
    "我" * 71, "😀" * 35, "😀" * 36, "我" * 66 + "😀" + "x", "नमस्ते", "line\r\nline", "Ünï",
)  # fmt: skip


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def address(heard: Heard) -> Iterator[str]:
    with served(create_site(heard=heard)) as address:
        yield f"{address}/parts_compose"


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    with opened(browser, 390, bypass_csp=True) as page:
        page.goto(address, wait_until="load")
        page.wait_for_function("document.documentElement.classList.contains('has-script')")
        yield page


def test_the_page_counts_as_the_telephone_does(page: Page) -> None:
    script = "text => import('/static/js/compose.js').then(made => made.segments(text))"
    for text in TEXTS:
        wanted, counted = segments(text), page.evaluate(script, text)
        assert counted == {
            "latin": wanted.alphabet is Alphabet.GSM7,
            "characters": wanted.characters,
            "parts": wanted.parts,
        }, text


def test_characters_parts_and_script_are_counted_while_one_writes(page: Page) -> None:
    place, box = page.locator("[data-counts]"), page.get_by_label("What happened")
    expect(place).to_have_text("160 in Latin script.")
    box.fill("We ring at noon.")
    expect(place).to_have_text("Characters: 16, parts: 1, Latin")
    box.fill("中午打给您。" * 12)
    expect(place).to_have_text("Characters: 72, parts: 2, other")
    box.fill("")
    expect(place).to_have_text("160 in Latin script.")


def test_an_answer_goes_in_at_the_cursor_by_keyboard_and_nothing_is_sent(
    page: Page, heard: Heard
) -> None:
    box = page.get_by_label("What happened")
    box.fill("Good morning. Goodbye.")
    box.press("Home")
    for _ in range(len("Good morning.")):
        box.press("ArrowRight")
    page.get_by_label("Canned answers").focus()
    page.keyboard.press("w")  # a list goes to the choice that begins so
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(box).to_have_value("Good morning. We have your message. Goodbye.")
    expect(box).to_be_focused()
    page.keyboard.type(" We ring.")
    expect(box).to_have_value("Good morning. We have your message. We ring. Goodbye.")
    expect(page.locator("[data-draft-state]")).to_have_text("Draft kept, sealed", timeout=10_000)
    assert heard.drafts == ["Good morning. We have your message. We ring. Goodbye."]
    assert heard.sent == []


def test_without_having_been_in_the_box_an_answer_follows_what_stands_there(page: Page) -> None:
    page.evaluate("document.getElementById('note').value = 'A draft.'")
    page.get_by_label("Canned answers").select_option("Emergency numbers")
    page.get_by_role("button", name="Insert").click()
    expect(page.get_by_label("What happened")).to_have_value("A draft. 紧急请拨打110。")


def test_nothing_chosen_inserts_nothing(page: Page) -> None:
    page.get_by_role("button", name="Insert").click()
    expect(page.get_by_label("What happened")).to_have_value("")
    expect(page.get_by_label("Canned answers")).to_be_focused()


def test_without_script_the_answers_can_be_read(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 800})
    page = context.new_page()
    page.goto(address)
    assert page.get_by_label("Canned answers").is_hidden()
    page.locator("summary", has_text="Canned answers").click()
    expect(page.get_by_text("紧急请拨打110。")).to_be_visible()
    context.close()


def test_axe_finds_nothing_and_nothing_scrolls_sideways(page: Page) -> None:
    assert complaints_of_axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
