"""A counsellor: a desk in one window, a desk phone in another."""

from playwright.sync_api import Locator, Page, expect

from tests.browser.navigators.caseworker import CaseWorker


class Counsellor(CaseWorker):
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
        expect(box).to_contain_text("Call for you", ignore_case=True)
        expect(self._phone_state).to_contain_text("rings")
        return box

    def takes_the_call(self) -> None:
        """Pick up, hear the whisper, press 1. In danger "Please log in" may ring first."""
        self._picks_up()
        said = self.phone.locator("[data-show=captions]")
        expect(said.locator(".say").last).to_be_visible()
        if "1" not in said.inner_text():
            expect(self._phone_state).to_contain_text("rings")
            self._picks_up()
            expect(said).to_contain_text("1")
        self.phone.get_by_role("button", name="1 Take the call").click()
        expect(self._phone_state).to_contain_text("Talking with the worker")

    def _picks_up(self) -> None:
        self.phone.get_by_role("button", name="Pick up").click()

    def answers(self) -> str:
        """Is rung, takes the call, sees its case; the case's address."""
        self.is_rung()
        self.takes_the_call()
        return self.sees_the_case_open()

    def ends_the_call(self) -> None:
        self.phone.get_by_role("button", name="Hang up").click()

    def is_ready_again(self) -> None:
        self.opens("/desk")
        self.clicks("I am ready now")
        expect(self.page.get_by_role("button", name="I am ready now")).to_have_count(0)

    @property
    def _phone_state(self) -> Locator:
        return self.phone.locator("#desk").get_by_role("status")
