"""Everybody who takes part in a story, each with a browser of their own."""

from dataclasses import dataclass, field
from typing import TypeVar

from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.demo import Demo
from tests.browser.navigators.administrator import Administrator
from tests.browser.navigators.auditor import Auditor
from tests.browser.navigators.certifier import Certifier
from tests.browser.navigators.counsellor import Counsellor
from tests.browser.navigators.newcomer import Newcomer
from tests.browser.navigators.sponsor import Sponsor
from tests.browser.navigators.staff import Staff
from tests.browser.navigators.supervisor import Supervisor
from tests.browser.navigators.worker import Worker

Someone = TypeVar("Someone", bound=Staff)
DESK = {"width": 1280, "height": 900}


@dataclass
class House:
    """`sessions`: who is logged in already. `errors`: what the browsers' consoles complained of.

    `bypass_csp`: axe writes styles, which the pages' policy forbids.
    """

    browser: Browser
    demo: Demo
    sessions: dict[str, object]
    bypass_csp: bool = False
    errors: list[str] = field(default_factory=list)
    _contexts: list[BrowserContext] = field(default_factory=list)
    _staff: list[Staff] = field(default_factory=list)

    def worker(self, phone: str = "Lin Example") -> Worker:
        """Somebody with this telephone in the hand."""
        return Worker(self._page(), self.demo.url, phone)

    def counsellor(self, login: str = "ada.lantern") -> Counsellor:
        desk_phone = self._page()
        number = self.demo.phone_of(login)
        desk_phone.goto(f"{self.demo.url}/sandbox/desk-phone/{number[1:]}")
        return self._log_in(Counsellor, login).with_phone(desk_phone, number)

    def supervisor(self, login: str = "nils.compass") -> Supervisor:
        return self._log_in(Supervisor, login)

    def administrator(self) -> Administrator:
        return self._log_in(Administrator, "otto.ledger")

    def auditor(self) -> Auditor:
        return self._log_in(Auditor, "iris.abacus")

    def sponsor(self) -> Sponsor:
        return self._log_in(Sponsor, "kira.ribbon")

    def certifier(self) -> Certifier:
        return self._log_in(Certifier, "cleo.sealwax")

    def newcomer(self, link: str) -> Newcomer:
        """Somebody who was given the link of an invitation."""
        return Newcomer(self._page(), self.demo, link)

    def nobody(self) -> Page:
        """A browser in which nobody is logged in."""
        return self._page()

    def close(self) -> None:
        for person in self._staff:
            person.goes_home()
            self.sessions[person.login] = person.page.context.storage_state()
        for context in self._contexts:
            context.close()
        assert self.errors == []

    def _log_in(self, kind: type[Someone], login: str) -> Someone:
        page = self._page(self.sessions.get(login))
        person = kind(page, self.demo, login)
        if login not in self.sessions:
            person.logs_in()
            self.sessions[login] = page.context.storage_state()
        self._staff.append(person)
        return person

    def _page(self, state: object = None) -> Page:
        context = self.browser.new_context(
            viewport=DESK,  # type: ignore[arg-type]
            reduced_motion="reduce",
            bypass_csp=self.bypass_csp,
            storage_state=state,  # type: ignore[arg-type]
        )
        self._contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: self.errors.append(f"{page.url}: {error}"))
        page.on(
            "console",
            lambda message: (
                self.errors.append(f"{page.url}: {message.text}")
                if "Content Security Policy" in message.text
                else None
            ),
        )
        return page
