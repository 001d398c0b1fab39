"""The shared parts in a real browser: readable, obedient to keys, never moving under somebody."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.parts.parts_site import (
    Heard,
    complaints_of_axe,
    create_site,
    opened,
    served,
)

pytestmark = pytest.mark.browser

ERRORS = ["400", "403", "404", "405", "409", "413", "429", "500", "503", "csrf"]


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def address(heard: Heard) -> Iterator[str]:
    with served(create_site(heard=heard)) as address:
        yield address


@pytest.fixture
def desk(browser: Browser, address: str) -> Iterator[Page]:
    with opened(browser, 1280) as page:
        page.goto(f"{address}/parts_desk", wait_until="load")
        page.wait_for_function("document.documentElement.classList.contains('has-script')")
        yield page


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.closest('[data-row]')?.id ?? ''"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(
    browser: Browser, address: str, width: int, scheme: str
) -> None:
    with opened(browser, width, scheme, bypass_csp=True) as page:
        page.goto(address, wait_until="networkidle")
        assert complaints_of_axe(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_error_pages_say_what_happened_in_one_heading(browser: Browser, address: str) -> None:
    with opened(browser, 390, bypass_csp=True) as page:
        for name in ERRORS:
            page.goto(f"{address}/errors/{name}", wait_until="load")
            assert page.locator("h1").count() == 1
            assert complaints_of_axe(page) == [], name


def test_the_strict_policy_is_obeyed_and_nothing_is_asked_of_another_host(
    browser: Browser, address: str
) -> None:
    said: list[str] = []
    asked: list[str] = []
    with opened(browser, 1280) as page:
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(address, wait_until="networkidle")
        shown = page.evaluate("document.querySelector('.icon use').getBoundingClientRect().width")
    assert [text for text in said if "Content Security Policy" in text or "Error" in text] == []
    assert shown > 0
    assert all(url.startswith((address, "data:")) for url in asked)


def test_320_pixels_and_double_text_need_no_sideways_scroll(browser: Browser, address: str) -> None:
    with opened(browser, 320) as page:
        page.goto(address, wait_until="load")
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
    with opened(browser, 640) as page:
        page.goto(address, wait_until="load")
        page.add_style_tag(url="/static/css/layout.css")
        page.evaluate("document.documentElement.style.setProperty('font-size', '200%')")
        assert page.evaluate("document.documentElement.scrollWidth") <= 640


def test_letters_move_and_act_in_the_focused_row_only(desk: Page) -> None:
    desk.keyboard.press("t")
    assert focused(desk) == "row-a"
    assert "#take" not in desk.url
    desk.keyboard.press("j")
    assert focused(desk) == "row-b"
    desk.keyboard.press("t")
    expect(desk).to_have_url(re.compile("#take-b$"))
    desk.keyboard.press("k")
    desk.keyboard.press("o")
    expect(desk).to_have_url(re.compile("#open-a$"))


def test_letters_are_only_text_inside_a_field_and_can_be_turned_off(desk: Page) -> None:
    desk.locator("#note").press_sequentially("jnt")
    expect(desk.locator("#note")).to_have_value("jnt")
    assert "#" not in desk.url
    desk.locator("#note").blur()
    desk.keyboard.press("?")
    expect(desk.get_by_role("dialog")).to_be_visible()
    desk.get_by_role("checkbox", name="Keys are on").uncheck()
    desk.keyboard.press("Escape")
    desk.keyboard.press("n")
    assert "#record" not in desk.url


def test_a_refresh_waits_while_a_row_has_the_focus(desk: Page, heard: Heard) -> None:
    desk.keyboard.press("j")
    heard.rows = ["c", "a", "b", "d"]
    bar = desk.get_by_role("button", name="2 new, show")
    expect(bar).to_be_visible(timeout=10000)
    assert focused(desk) == "row-a"
    assert desk.locator("[data-row]").count() == 2
    bar.click()
    expect(desk.locator("[data-row]")).to_have_count(4)
    assert focused(desk) == "row-c"


def test_a_refresh_is_shown_at_once_when_nobody_stands_in_the_list(
    desk: Page, heard: Heard
) -> None:
    heard.rows = ["c"]
    expect(desk.locator("#row-c")).to_be_visible(timeout=10000)
    expect(desk.locator("#row-a")).to_have_count(0)


def test_polling_asks_for_changes_only(desk: Page, heard: Heard) -> None:
    expect(desk.get_by_text("Nobody waits")).to_be_visible(timeout=10000)
    for _ in range(100):
        if heard.polls_unchanged:
            break
        desk.wait_for_timeout(100)
    assert heard.polls_unchanged >= 1
    expect(desk.get_by_text("Nobody waits")).to_be_visible()


def test_a_whole_page_is_never_shown_inside_a_part(desk: Page, heard: Heard) -> None:
    expect(desk.get_by_text("Nobody waits")).to_be_visible(timeout=10000)
    desk.locator("#note").fill("Not lost")
    heard.locked = True
    with desk.expect_navigation(timeout=15000):
        pass
    heard.locked = False
    expect(desk.locator("main")).to_have_count(1)
    expect(desk.locator("#note")).to_be_visible()
    assert heard.drafts[-1:] == ["Not lost"]


def test_a_clock_counts_down_and_says_when_it_turns_amber(desk: Page) -> None:
    expect(desk.locator("#ticking .clock-soon")).to_be_visible(timeout=15000)
    expect(desk.locator("#say-polite")).to_have_text("A clock has reached 80 percent.")


def test_a_shown_number_hides_after_a_minute(browser: Browser, address: str) -> None:
    with opened(browser, 1280) as page:
        page.clock.install()
        page.goto(f"{address}/parts_desk", wait_until="load")
        expect(page.get_by_text("+86 000 0000 0042")).to_be_visible()
        page.clock.run_for(61_000)
        expect(page.get_by_text("+86 000 0000 0042")).to_have_count(0)
        expect(page.locator(".number")).to_have_text("+86 ··· ···· ··42")


def test_a_draft_is_kept_in_a_pause_of_writing(desk: Page, heard: Heard) -> None:
    desk.locator("#note").fill("The hall waits")
    expect(desk.locator("[data-draft-state]")).to_have_text("Not kept yet")
    expect(desk.locator("[data-draft-state]")).to_have_text("Draft kept, sealed", timeout=10000)
    assert heard.drafts == ["The hall waits"]


def test_a_draft_is_kept_before_the_page_locks(desk: Page, heard: Heard) -> None:
    desk.locator("#note").fill("Half a sentence")
    desk.locator("#note").blur()
    desk.keyboard.press("l")
    expect(desk.get_by_text("locked")).to_be_visible()
    assert heard.drafts == ["Half a sentence"]


def test_a_form_pressed_twice_is_sent_once(desk: Page, heard: Heard) -> None:
    desk.locator("#note").fill("Once")
    desk.get_by_role("button", name="Save").dblclick()
    expect(desk.get_by_text("sent")).to_be_visible()
    assert heard.sent == ["Once"]


def test_a_blocked_button_says_why(desk: Page) -> None:
    desk.get_by_role("button", name="Send text").focus()
    desk.keyboard.press("Enter")
    expect(desk.locator("#say-polite")).to_have_text(
        "You cannot text now. Texts are safe from 19:00."
    )
