"""What everybody of the staff does alike: log in, confirm that it is them, go home."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.demo import Demo

CASE = re.compile(r"/cases/[0-9a-f-]{36}")


class Staff:
    """Somebody at a desk."""

    def __init__(self, page: Page, demo: Demo, login: str) -> None:
        self.page = page
        self.demo = demo
        self.login = login

    @property
    def name(self) -> str:
        """As pages show it: Ada Lantern."""
        return self.login.replace(".", " ").title()

    def logs_in(self) -> None:
        """Password, then the code of the app."""
        self.page.goto(f"{self.demo.url}/login")
        self.page.get_by_label("Login name").fill(self.login)
        self.page.get_by_label("Password", exact=True).fill(self.demo.logins[self.login].password)
        self.page.get_by_role("button", name="Continue").click()
        self.page.get_by_label("Code", exact=True).fill(self.demo.code(self.login))
        self.page.get_by_role("button", name="Log in").click()
        expect(self.page.locator(".person").first).to_contain_text(self.name)

    def opens(self, path: str) -> None:
        """Go to a page, confirming once more that it is them if the page wants it."""
        self.page.goto(path if path.startswith("http") else f"{self.demo.url}{path}")
        self.confirms()

    @property
    def asked_again(self) -> Locator:
        """The page that wants password and code once more."""
        return self.page.get_by_role("heading", name="Confirm that it is you")

    def confirms(self) -> None:
        """Give password and code again where they are asked for."""
        if not self.asked_again.is_visible():
            return
        self.page.get_by_label("Password", exact=True).fill(self.demo.logins[self.login].password)
        self.page.get_by_label("Code", exact=True).fill(self.demo.code(self.login))
        self.page.get_by_role("button", name="Confirm").click()

    def clicks(self, name: str) -> None:
        """Press a button, or follow a link that looks like one."""
        button = self.page.get_by_role("button", name=name, exact=True)
        link = self.page.get_by_role("link", name=name, exact=True)
        button.or_(link).first.click()

    def reads(self, words: str) -> None:
        """These words stand on the page."""
        expect(self.page.get_by_role("main")).to_contain_text(words)

    def is_shown_nothing(self, path: str) -> None:
        """The page says that nothing is here for them."""
        self.opens(path)
        expect(self.page.get_by_role("heading", name="Nothing is here for you")).to_be_visible()

    def may_not_open(self, path: str) -> None:
        """The page is for another role."""
        self.opens(path)
        expect(self.page.get_by_role("heading", name="You may not do this")).to_be_visible()

    def is_out_of_the_house(self, path: str) -> None:
        """A page that was open to them leads to the login."""
        self.opens(path)
        expect(self.page.get_by_label("Login name")).to_be_visible()

    def sees_the_case_open(self) -> str:
        """The case comes up; its address."""
        self.page.wait_for_url(CASE)
        found = CASE.search(self.page.url)
        assert found is not None
        return found[0]

    def tabs_to(self, name: str) -> None:
        """With the tabulator to a button or link."""
        button = self.page.get_by_role("button", name=name, exact=True)
        link = self.page.get_by_role("link", name=name, exact=True)
        self._tabs_to(button.or_(link).first)

    def tabs_to_field(self, label: str) -> None:
        """With the tabulator to a field."""
        self._tabs_to(self.page.get_by_label(label))

    def _tabs_to(self, wanted: Locator) -> None:
        wanted.wait_for()
        for _ in range(60):
            if wanted.evaluate("element => element === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"the tabulator does not reach {wanted}")

    def goes_home(self) -> None:
        """At the end of a story; whoever is on duty goes off."""
