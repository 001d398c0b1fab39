"""What whoever handles a case does on its page, counsellor or supervisor."""

from datetime import UTC, datetime, timedelta

from playwright.sync_api import Locator, expect

from tests.browser.navigators.staff import Staff

CHIPS = "h1 + .chips"


class CaseWorker(Staff):
    """Somebody with a case open."""

    # What is written

    def writes_a_note(self, words: str) -> None:
        self.page.get_by_label("Note", exact=True).fill(words)
        self.clicks("Save note")
        self.sees_in_the_timeline(words)

    def begins_a_note(self, words: str) -> None:
        """Write, and leave it half written: it is kept by itself."""
        with self.page.expect_response("**/draft/note"):
            self.page.get_by_label("Note", exact=True).fill(words)

    def writes_to_the_receipt_page(self, words: str) -> None:
        self.page.get_by_role("link", name="Receipt page").click()
        self.page.get_by_label("On the receipt page").fill(words)
        self.page.get_by_label("May be read aloud").check()
        self.clicks("Put on receipt page")
        self.sees_in_the_timeline(words)

    def writes_down_a_talk(self, words: str) -> None:
        """The worker was reached by telephone; what was said."""
        self.page.get_by_role("link", name="Call", exact=True).click()
        self._says("Did you reach the worker?", "Yes")
        self.page.get_by_label("What was said").fill(words)
        self.clicks("Save the call")
        self.sees_in_the_timeline(words)

    def sees_in_the_timeline(self, words: str) -> None:
        expect(self.timeline).to_contain_text(words)

    @property
    def timeline(self) -> Locator:
        return self.page.locator(".case-timeline")

    def records_a_visit(self, words: str) -> None:
        """Somebody came; the case is theirs who wrote it down."""
        self.opens("/cases/record")
        self.page.get_by_label("How it came").select_option(label="A visit")
        self.page.get_by_label("What was said").fill(words)
        self.clicks("Save the contact")
        self.sees_in_the_timeline(words)

    @property
    def address(self) -> str:
        """Where the case at hand stands."""
        link = self.page.get_by_role("link", name="Who opened this")
        return str(link.get_attribute("href")).removesuffix("/openers")

    @property
    def reference(self) -> str:
        """The name of the case at hand, such as 7K4Q."""
        return self.page.locator("h1").inner_text().split()[-1]

    # What it is, and where it stands

    def codes(self, about: str, severity: str) -> None:
        self.clicks("Edit coding")
        self.page.get_by_label("Mainly about").select_option(about)
        self.page.get_by_label(severity).check()
        self.clicks("Save coding")
        self.sees_on_top(severity)

    def moves_on_to(self, *statuses: str) -> None:
        """One status after the other."""
        for status in statuses:
            self.clicks("Change status")
            self.page.get_by_role("radio", name=status).check()
            self.clicks("Change status")
            self.sees_on_top(status)

    def writes_down_how_to_reach(self, *, ring: str, must_know: str = "") -> None:
        """The worker's answers: "Yes" or "No" to ringing; what whoever answers must know."""
        self.clicks("Change how to reach the worker")
        group = self.page.get_by_role("group", name="May we ring this number?")
        group.get_by_label(ring, exact=True).check()
        self.page.get_by_label("What whoever answers must know").fill(must_know)
        self.clicks("Save answers")
        expect(self.page.get_by_role("heading", name="Timeline")).to_be_visible()

    def sees_on_top(self, words: str) -> None:
        """This stands beside the name of the case: severity, status, who has it."""
        expect(self.page.locator(CHIPS)).to_contain_text(words)

    def is_told_to(self, act: str) -> None:
        """What comes next."""
        expect(self.page.locator("#next-title")).to_have_text(act)

    # What may be told, and to whom

    def protects(self, name: str) -> None:
        """The worker's name never leaves the case."""
        self.clicks("What never leaves this case")
        self.page.get_by_label("The worker's name").fill(name)
        self.clicks("Save")
        expect(self.page.get_by_role("heading", name="Consent")).to_be_visible()

    def writes_down_a_consent(self, recipient: str, what: str, words: str) -> None:
        """The worker agrees that this is told to one recipient."""
        self.clicks("Write down an answer")
        self.page.get_by_label("Who may be told").select_option(label=recipient)
        self._says("What does the worker say?", "Yes")
        self.page.get_by_label("In the worker's words").fill(words)
        self.page.get_by_label("What happened").fill(what)
        self.clicks("Save the answer")
        self.sees_in_the_ledger(words)

    def sees_in_the_ledger(self, words: str) -> None:
        expect(self.page.locator("#part-ledger")).to_contain_text(words)

    def opens_the_letter_to(self, recipient: str) -> None:
        consent = self.page.locator(".ledger > li", has_text=recipient)
        consent.get_by_role("link", name="Write the letter").click()

    def sends_the_letter(self, text: str, button: str = "It has gone out") -> None:
        self.page.get_by_label("Letter", exact=True).fill(text)
        self.clicks(button)

    def is_refused_the_letter(self, because: str, text: str) -> None:
        """It says why; what was typed stands there still."""
        expect(self.page.get_by_role("alert")).to_contain_text(because)
        expect(self.page.get_by_label("Letter", exact=True)).to_have_value(text)

    def writes_down_what_they_answered(self, recipient: str, words: str) -> None:
        letter = self.page.locator(".ledger > li", has_text=recipient)
        letter.get_by_role("link", name="They answered").click()
        self.page.get_by_label("What they answered").fill(words)
        self.clicks("Save the answer")
        self.sees_in_the_timeline(words)

    # What is agreed

    def agrees_on_a_talk(self) -> None:
        """The worker rings us, in some days."""
        self.clicks("Agree on a talk")
        self.page.get_by_label("When, by the line's clock").fill(f"{some_day()}T19:00")
        self.page.get_by_label("How", exact=True).select_option(label="The worker rings us")
        self.clicks("Save the talk")
        self.sees_in_the_ledger("The worker rings us")

    def writes_a_plan(self, text: str) -> None:
        self.page.locator("#part-ledger").get_by_role("link", name="Write a plan").click()
        self.page.get_by_label("What is put right, and by whom").fill(text)
        self.page.get_by_label("All of it by").fill(some_day())
        self.clicks("Save the plan")
        self.sees_in_the_ledger(text)

    def hears_that_the_worker_agrees_to_the_plan(self, words: str) -> None:
        self.clicks("What the worker says to it")
        self._says("Does the worker agree?", "Yes")
        self.page.get_by_label("In the worker's words").fill(words)
        self.clicks("Save the answer")
        self.sees_in_the_ledger("agreed by the worker")

    def writes_minutes(self, text: str) -> None:
        self.clicks("Write minutes")
        self.page.get_by_label("Minutes of the talk").fill(text)
        self.clicks("Save minutes")
        self.sees_in_the_timeline(text)

    def refers_to(self, service: str) -> None:
        """The worker has the address and goes there."""
        self.clicks("Refer")
        self.page.get_by_role("radio", name=service).check()
        self.page.get_by_label("The worker has the address and goes there").check()
        self.clicks("Save the referral")
        self.sees_in_the_ledger(service)

    # Other cases

    def links(self, reference: str) -> None:
        """This case has to do with that one."""
        self.clicks("Look for related cases")
        self.page.get_by_label("Name of the other case").fill(reference)
        self.clicks("Link the two")
        expect(self.other_case(reference)).to_be_visible()

    def parts(self, reference: str) -> None:
        self.clicks(f"Part {reference}")
        expect(self.other_case(reference)).to_have_count(0)

    def other_case(self, reference: str) -> Locator:
        """A case that stands under "Other cases"."""
        return self.page.locator(".link-row", has_text=reference)

    # The end

    def closes(self, outcome: str, words: str) -> None:
        self.asks_to_close(outcome, words)
        self.sees_on_top("Closed")

    def asks_to_close(self, outcome: str, words: str) -> None:
        """With the worker's word; a serious case waits for a second person then."""
        self.clicks("Close with an outcome")
        self.page.get_by_label("Outcome").select_option(label=outcome)
        self.page.get_by_label("Says it is settled").check()
        self.page.get_by_label("In one sentence").fill(words)
        self.clicks("Close the case")

    def _says(self, question: str, answer: str) -> None:
        """Yes or No, two buttons of one weight."""
        group = self.page.get_by_role("group", name=question)
        group.get_by_text(answer, exact=True).click()


def some_day() -> str:
    """A day to come, as a date field takes it."""
    return (datetime.now(UTC) + timedelta(days=20)).date().isoformat()
