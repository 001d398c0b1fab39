"""An administrator: people, lines, factories; never a case."""

from playwright.sync_api import expect

from tests.browser.navigators.staff import Staff


class Administrator(Staff):
    """Somebody who keeps the register."""

    def invites(self, login: str, language: str) -> str:
        """Invite a counsellor; the link, which is shown once."""
        self.opens("/people/invite")
        self.page.get_by_label("Login name").fill(login)
        self.page.get_by_label("Role").select_option("counsellor")
        self.page.get_by_label(language).check()
        self.clicks("Make the link")
        return self.page.locator(".link-once").inner_text()

    def proposes_number(self, line: str, number: str) -> None:
        """Give a line another number."""
        self.opens("/register/lines")
        self.page.get_by_role("link", name=line).click()
        self.page.get_by_label("Telephone number").fill(number)
        self.clicks("Save the line")
        self.confirms()

    def number_of(self, line: str) -> str:
        self.opens("/register/lines")
        row = self.page.get_by_role("row").filter(has_text=line)
        expect(row).to_be_visible()
        return row.locator("bdi").first.inner_text()
