"""An installation with accounts, register and cases, a line, and a carrier that takes texts."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from helpline.cases import views as cases
from helpline.cases.rules.kinds import EntryKind
from helpline.cases.service import intake
from helpline.cases.service.intake import Contact
from helpline.extensions import db
from helpline.keys.rules import Role
from helpline.register import views as register
from helpline.register.models import Factory, Line
from helpline.register.service import taxonomy
from helpline.unit_of_work import unit_of_work
from telephony.numbers import CallerNumber
from telephony.provider import Urls
from tests.web.accounts.accounts_house import Browser, House, opened

NUMBER = "+860000000042"
MORNING = datetime(2026, 11, 23, 3, 0, 17, tzinfo=UTC)


@dataclass
class Postbox:
    """A carrier that keeps what it is asked to send."""

    sent: list[tuple[str, str, str]] = field(default_factory=list)

    def send_text(self, to: CallerNumber, from_: CallerNumber, body: str, urls: Urls) -> str:
        self.sent.append((to.reveal(), from_.reveal(), body))
        return f"SM{len(self.sent):032d}"


@dataclass
class Desk:
    """The house with a line; people log in through browsers."""

    house: House
    line: UUID
    postbox: Postbox

    def login(self, name: str) -> Browser:
        browser = self.house.browser()
        browser.log_in(name)
        return browser

    def receive(
        self, number: str | None = NUMBER, kind: EntryKind = EntryKind.VOICE_IN, **content: object
    ) -> UUID:
        handle = self.house.site.handle(number) if number else None
        contact = Contact(kind, self.line, "zh-Hans", content=content, number=number, handle=handle)
        with unit_of_work():
            return intake.receive(self.house.site, contact, self.house.now).case_id


def revision(browser: Browser) -> str:
    found = re.search(r'name="revision"[^>]*value="(\d+)"', browser.text)
    assert found
    return found[1]


@pytest.fixture
def desk(tmp_path: Path, sqlite_url: str) -> Iterator[Desk]:
    yield from _opened(tmp_path, sqlite_url)


@pytest.fixture
def either_desk(tmp_path: Path, database_url: str) -> Iterator[Desk]:
    """Once on SQLite and once on PostgreSQL, for what two requests at once may break."""
    yield from _opened(tmp_path, database_url)


def _opened(folder: Path, url: str) -> Iterator[Desk]:
    postbox, line = Postbox(), uuid4()
    with opened(folder, url, register, cases, now=MORNING) as house:
        house.app.extensions["helpline.provider"] = postbox
        with unit_of_work():
            taxonomy.install(MORNING.date())
            db.session.add(_line(line))
            db.session.add(
                Factory(
                    code="GD-0417",
                    key_code="4170",
                    name="Papercrane Toys",
                    country="CN",
                    province="Lampshire",
                    workers=450,
                )
            )
        house.add("ada.lantern", Role.COUNSELLOR, ("zh-Hans",))
        house.add("tao.willow", Role.COUNSELLOR, ("hi",))
        house.add("rosa.pebble", Role.ADMINISTRATOR)
        yield Desk(house, line, postbox)


def _line(line: UUID) -> Line:
    return Line(
        id=line,
        number="+860000000001",
        name="Guangdong line",
        kind="answering",
        languages=["zh-Hans", "yue", "en"],
        zone="Asia/Shanghai",
        country="CN",
        week=["09:00-21:00"] * 7,
        emergency_numbers=["110"],
        ready=True,
    )
