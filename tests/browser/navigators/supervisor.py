"""A supervisor: admits, assigns, confirms."""

from playwright.sync_api import expect

from tests.browser.navigators.caseworker import CaseWorker


class Supervisor(CaseWorker):
    """Somebody who answers for the team."""

    def admits(self, name: str, digits: str) -> None:
        """Type the digits that the newcomer reads out."""
        self.opens("/people")
        waiting = self.page.locator("#waiting").get_by_role("listitem").filter(has_text=name)
        waiting.get_by_role("link", name="Admit").click()
        self._types(name, digits)
        team = self.page.get_by_role("heading", name="Team")
        expect(self.asked_again.or_(team)).to_be_visible()
        if self.asked_again.is_visible():  # the newcomer read them out after ten minutes
            self._types(name, digits)
        expect(team).to_be_visible()
        expect(waiting).to_have_count(0)

    def _types(self, name: str, digits: str) -> None:
        shown = self.page.get_by_role("heading", name=f"Admit {name}")
        expect(shown.or_(self.asked_again)).to_be_visible()
        self.confirms()
        expect(shown).to_be_visible()
        self.page.get_by_label("digits").fill(digits)
        self.clicks("Admit")

    def assigns(self, case: str, name: str) -> None:
        self.opens(case)
        people = self.page.get_by_label("Counsellor", exact=True)
        label = people.locator("option", has_text=name).inner_text()  # with what they have to do
        people.select_option(label=label)
        reference = self.reference
        self.clicks("Assign")
        expect(self.page.locator("[data-row]", has_text=reference)).to_contain_text(name)

    def has_looked_at_it(self) -> None:
        """A serious case: the supervisor says so, and need not again."""
        self.clicks("I have looked at it")
        expect(self.page.get_by_role("button", name="I have looked at it")).to_have_count(0)

    def agrees_as_the_second(self, reference: str) -> None:
        """Find the case among what waits for a second person, read it, and agree."""
        self.opens("/cases/second")
        row = self.page.locator("[data-row]", has_text=reference)
        row.locator(".row-link").click()
        self.sees_the_case_open()
        self.is_told_to("Look at it, then decide")
        self.clicks("Decide")
        self._says("Do you agree?", "Yes")
        self.clicks("Save the decision")
        self.sees_on_top("Closed")

    def opens_with_a_reason(self, case: str, reason: str) -> None:
        """A colleague's case: why it is opened stands in it."""
        self.opens(case)
        expect(self.page.get_by_role("heading", name="Why do you open this case?")).to_be_visible()
        self.page.get_by_label("Reason").fill(reason)
        self.clicks("Open the case")
        self.sees_in_the_timeline(reason)

    def keeps_to_named_people(self, *names: str) -> None:
        """Of the supervisors only this one; whoever handles it stays; `names` besides."""
        self.page.get_by_text("Keep it to named people").click()
        for name in names:
            self.page.get_by_role("checkbox", name=name).check()
        self.clicks("Keep to these people")
        expect(self.page.get_by_text("Kept to:")).to_be_visible()

    def hands_over(self, giver: str, taker: str) -> None:
        """Every case of one to another, in one step."""
        self.opens("/cases/hand-over")
        self.page.get_by_label("From", exact=True).select_option(label=giver)
        self.page.get_by_label("To", exact=True).select_option(label=taker)
        self.clicks("Hand over every case")
        expect(self.page.get_by_text("handed over")).to_be_visible()

    def removes(self, name: str) -> None:
        """For good: their keys open nothing that comes later."""
        self.opens("/people")
        row = self.page.get_by_role("row", name=name)
        row.locator("summary").click()
        row.get_by_role("link", name="Remove").click()
        self.confirms()
        self.clicks("Remove")
        expect(self.page.get_by_text("Removed.")).to_be_visible()

    def confirms_change(self, words: str) -> None:
        """Say yes to what an administrator proposed."""
        self.opens("/approvals")
        change = self.page.locator("section.panel", has_text=words)
        change.get_by_role("button", name="Confirm").click()
        self.confirms()
        expect(self.page.locator("#recent")).to_be_visible()
