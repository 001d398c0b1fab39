"""A counsellor: a desk in one window, a desk phone in another."""

from playwright.sync_api import Locator, Page, expect

from tests.browser.navigators.staff import Staff


class Counsellor(Staff):
    """Somebody who takes calls and works on cases."""

    phone: Page
    number: str

    def with_phone(self, page: Page, number: str) -> "Counsellor":
        """Their desk phone, in a window of its own."""
        self.phone, self.number = page, number
        return self

    # The line

    def goes_on_duty(self) -> None:
        self.opens("/desk")
        self.page.get_by_label("Your phone for this shift").fill(self.number)
        self.clicks("Go on duty")
        expect(self.page.get_by_role("button", name="On duty")).to_have_attribute(
            "aria-pressed", "true"
        )

    def goes_home(self) -> None:
        self.opens("/hotline/duty")
        off = self.page.get_by_role("button", name="Off", exact=True)
        if off.count():
            off.click()
            expect(self.page.get_by_role("button", name="Go on duty")).to_be_visible()

    def is_rung(self) -> Locator:
        """The desk phone rings and the page says so; what it tells of the caller."""
        box = self.page.locator("[data-ring]")
        expect(box).to_contain_text("Call for you")
        expect(self._phone_state).to_contain_text("rings")
        return box

    def takes_the_call(self) -> None:
        """Pick up, hear the whisper, press 1."""
        self.phone.get_by_role("button", name="Pick up").click()
        expect(self.phone.locator("[data-show=captions] .say")).to_be_visible()
        self.phone.get_by_role("button", name="1 Take the call").click()
        expect(self._phone_state).to_contain_text("Talking with the worker")

    def ends_the_call(self) -> None:
        self.phone.get_by_role("button", name="Hang up").click()

    def is_ready_again(self) -> None:
        self.opens("/desk")
        self.clicks("I am ready now")
        expect(self.page.get_by_role("button", name="I am ready now")).to_have_count(0)

    # The case

    def writes_a_note(self, words: str) -> None:
        self.page.get_by_label("Note", exact=True).fill(words)
        self.clicks("Save note")
        expect(self.page.locator(".case-timeline")).to_contain_text(words)

    def writes_to_the_receipt_page(self, words: str) -> None:
        self.page.get_by_role("link", name="Receipt page").click()
        self.page.get_by_label("On the receipt page").fill(words)
        self.page.get_by_label("May be read aloud").check()
        self.clicks("Put on receipt page")
        expect(self.page.locator(".case-timeline")).to_contain_text(words)

    def codes(self, about: str, severity: str) -> None:
        self.page.get_by_role("link", name="Edit coding").click()
        self.page.get_by_label("Mainly about").select_option(about)
        self.page.get_by_label(severity).check()
        self.clicks("Save coding")
        expect(self.page.locator("h1 + .chips")).to_contain_text(severity)

    def closes(self, outcome: str, words: str) -> None:
        self.clicks("Close with an outcome")
        self.page.get_by_label("Outcome").select_option(label=outcome)
        self.page.get_by_label("Says it is settled").check()
        self.page.get_by_label("In one sentence").fill(words)
        self.clicks("Close the case")
        expect(self.page.locator("h1 + .chips")).to_contain_text("Closed")

    @property
    def _phone_state(self) -> Locator:
        return self.phone.locator("#desk").get_by_role("status")
