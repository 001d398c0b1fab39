"""The certifier: reads letters addressed to them, and nothing else of a case."""

from playwright.sync_api import expect

from tests.browser.navigators.caseworker import some_day
from tests.browser.navigators.staff import Staff


class Certifier(Staff):
    """Somebody who certifies factories."""

    def reads_the_newest_letter(self, words: str) -> None:
        self.opens("/letters")
        self.page.get_by_role("table").get_by_role("link").first.click()
        self.reads(words)

    def has_the_letter(self) -> None:
        self.clicks("I have it")
        expect(self.page.get_by_role("button", name="I have it")).to_have_count(0)

    def plans(self, what: str) -> None:
        """What will be done, by some day."""
        self.page.get_by_label("What you plan").fill(what)
        self.page.get_by_label("By which day").fill(some_day())
        self.clicks("Send the answer")
        expect(self.page.get_by_role("heading", name="What you answered")).to_be_visible()
