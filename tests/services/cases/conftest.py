"""A small organisation with a line, two counsellors, and contacts to give them."""

import dataclasses
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast
from uuid import UUID, uuid4

import pytest

from helpline.cases.rules.kinds import EntryKind
from helpline.cases.service import intake
from helpline.cases.service.intake import Contact, Received
from helpline.extensions import db
from helpline.keys.rules import Role
from helpline.keys.service.principal import Principal
from helpline.keys.service.site import Site
from helpline.register.models import Line
from tests.organisation import Organisation, found

MONDAY = datetime(2026, 11, 23, 3, 0, 17, tzinfo=UTC)  # 11:00:17 in Shanghai
NUMBER = "+860000000042"
OTHER_NUMBER = "+860000000077"


@dataclass
class Desk:
    """The organisation, its people and one line."""

    organisation: Organisation
    line: UUID
    counsellor: UUID
    colleague: UUID
    numbers: dict[str, bytes] = field(default_factory=dict)

    @property
    def site(self) -> Site:
        return self.organisation.site

    @property
    def ada(self) -> Principal:
        return self.organisation.principal(self.counsellor)

    @property
    def ben(self) -> Principal:
        return self.organisation.principal(self.colleague)

    @property
    def supervisor(self) -> Principal:
        return self.organisation.supervisor

    def work(self) -> AbstractContextManager[None]:
        return self.organisation.work()

    def handle(self, number: str) -> bytes:
        if number not in self.numbers:
            self.numbers[number] = self.site.handle(number)
        return self.numbers[number]

    def contact(self, number: str | None = NUMBER, **changes: object) -> Contact:
        contact = Contact(
            kind=EntryKind.VOICE_IN,
            line_id=self.line,
            language="zh-Hans",
            number=number,
            handle=self.handle(number) if number else None,
        )
        return dataclasses.replace(contact, **cast(Any, changes))

    def receive(
        self, number: str | None = NUMBER, now: datetime = MONDAY, **changes: object
    ) -> Received:
        with self.work():
            return intake.receive(self.site, self.contact(number, **changes), now)


@pytest.fixture
def desk(sqlite_url: str, tmp_path: Path) -> Iterator[Desk]:
    yield from open_desk(sqlite_url, tmp_path)


@pytest.fixture
def either_desk(database_url: str, tmp_path: Path) -> Iterator[Desk]:
    """The same on each database."""
    yield from open_desk(database_url, tmp_path)


def open_desk(url: str, folder: Path) -> Iterator[Desk]:
    organisation = found(url, folder)
    line = uuid4()
    with organisation.work():
        counsellor = organisation.admit(Role.COUNSELLOR)
    with organisation.work():
        colleague = organisation.admit(Role.COUNSELLOR)
    with organisation.work():
        db.session.add(new_line(line))
    yield Desk(organisation, line, counsellor, colleague)
    organisation.close()


def later(**step: float) -> datetime:
    return MONDAY + timedelta(**step)


def new_line(line: UUID) -> Line:
    """Open from 9 to 21 every day in Shanghai, confirmed."""
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
