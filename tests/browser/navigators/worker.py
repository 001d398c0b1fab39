"""A worker with a telephone: the browser phone of the demo."""

import re

from playwright.sync_api import Locator, Page, expect

EAST = "+860000000100"
SOUTH = "+910000000100"
_DIGITS = re.compile(r"(?:\d[\s,.]*){16}")


class Worker:
    """Somebody who rings or texts; `phone` as the page names it, such as "Lin Example"."""

    def __init__(self, page: Page, base: str, phone: str) -> None:
        self.page = page
        page.goto(f"{base}/sandbox/phone")
        page.get_by_role("button", name="Read aloud").click()
        self._phone = page.locator("#worker")
        self.takes(phone)

    def takes(self, phone: str) -> None:
        """Another telephone in the hand."""
        select = self.page.get_by_label("Phone in your hand")
        label = select.locator("option", has_text=phone).inner_text()
        select.select_option(label=label)

    def rings(self, line: str = EAST) -> None:
        self.page.get_by_label("Number to ring or text").select_option(line)
        self._phone.get_by_role("button", name="Ring", exact=True).click()
        expect(self._phone.locator(".call-state.live")).to_be_visible()

    def presses(self, *keys: str) -> None:
        for key in keys:
            self._phone.locator(f".key[data-key='{key}']").click()

    def hears(self, words: str) -> None:
        """These words have been spoken in this call."""
        expect(self._captions).to_contain_text(words)

    def is_talking(self) -> None:
        expect(self._phone.get_by_role("status")).to_contain_text("Talking with the counsellor")

    def hangs_up(self) -> None:
        self._phone.get_by_role("button", name="Hang up").click()
        expect(self._phone.get_by_role("status")).to_contain_text("call ended")

    def receipt(self) -> str:
        """The sixteen digits that were spoken."""
        spoken = self._captions.inner_text()
        found = _DIGITS.search(spoken[spoken.index("This is your number") :])
        assert found is not None, spoken
        return re.sub(r"\D", "", found[0])

    def asks_for_a_person(self) -> None:
        """English, no recording, key 2, no factory: until the line looks for somebody."""
        self.hears("For English, press 3")
        self.presses("3")
        self.hears("Only we hear you")
        self.presses("2")
        self.hears("Number on the poster?")
        self.presses("#")
        self.hears("Please wait")

    def presses_the_danger_key(self) -> None:
        """English, no recording, key 9: the line looks for somebody at once."""
        self.hears("For English, press 3")
        self.presses("3")
        self.hears("Only we hear you")
        self.presses("9")

    def texts(self, words: str, line: str = EAST) -> None:
        self.page.get_by_label("Number to ring or text").select_option(line)
        self.page.get_by_label("Text as the worker").fill(words)
        self.page.get_by_role("button", name="Send", exact=True).click()

    def is_texted(self, words: str) -> None:
        """A text with these words has come."""
        expect(self.page.locator(".texts .theirs").last).to_contain_text(words)

    @property
    def _captions(self) -> Locator:
        return self._phone.locator("[data-show=captions]")
