"""Somebody new, from the link of the invitation to the waiting page."""

import base64
import re

from playwright.sync_api import Page, expect

from tests.browser.demo import Demo
from tests.browser.navigators.caseworker import CaseWorker

PASSWORD = "violet thunder canyon ribbon seven"


class Newcomer:
    """Somebody who was invited."""

    def __init__(self, page: Page, demo: Demo, link: str) -> None:
        self.page, self.demo, self._link = page, demo, link

    def sets_a_password(self) -> None:
        self.page.goto(self._link)
        self.page.locator("#password").fill(PASSWORD)
        self.page.locator("#again").fill(PASSWORD)
        self.page.get_by_role("button", name="Continue").click()

    def adds_an_app(self, login: str) -> None:
        """Type the letters instead of taking the picture, and give the app's first code."""
        self.page.get_by_text("Type it instead").click()
        letters = self.page.locator(".app-letters").inner_text().replace(" ", "").upper()
        factor = base64.b32decode(letters + "=" * (-len(letters) % 8))
        self.page.get_by_label("Code", exact=True).fill(self.demo.unused_code(login, factor))
        self.page.get_by_role("button", name="Continue").click()
        self.page.get_by_role("link", name="I have written them down").click()

    def digits(self) -> str:
        """The 24 digits to read out."""
        groups = self.page.get_by_label("Your 24 digits")
        expect(groups).to_be_visible()
        return " ".join(groups.locator("li").all_inner_texts())

    def is_let_in(self, login: str) -> CaseWorker:
        """The page goes on to the desk by itself, once admitted."""
        self.page.wait_for_url(re.compile("/desk"))
        return CaseWorker(self.page, self.demo, login)
