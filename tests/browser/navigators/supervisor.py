"""A supervisor: admits, assigns, confirms."""

from playwright.sync_api import expect

from tests.browser.navigators.staff import Staff


class Supervisor(Staff):
    """Somebody who answers for the team."""

    def admits(self, name: str, digits: str) -> None:
        """Type the digits that the newcomer reads out."""
        self.opens("/people")
        waiting = self.page.locator("#waiting").get_by_role("listitem").filter(has_text=name)
        waiting.get_by_role("link", name="Admit").click()
        self.confirms()
        expect(self.page.get_by_role("heading", name=f"Admit {name}")).to_be_visible()
        self.page.get_by_label("digits").fill(digits)
        self.clicks("Admit")
        expect(self.page.get_by_role("heading", name="Team")).to_be_visible()
        expect(waiting).to_have_count(0)

    def assigns(self, case: str, name: str) -> None:
        self.opens(case)
        self.page.get_by_label("Counsellor", exact=True).select_option(label=name)
        self.clicks("Assign")
        expect(self.page.locator("h1 + .chips")).to_contain_text(name)

    def confirms_change(self, words: str) -> None:
        """Say yes to what an administrator proposed."""
        self.opens("/approvals")
        change = self.page.locator("section.panel", has_text=words)
        change.get_by_role("button", name="Confirm").click()
        self.confirms()
        expect(self.page.locator("#recent")).to_be_visible()
