"""An organisation with two publishers, factories, and contacts coded over two years."""

import random
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from flask import Flask

from helpline.cases.models import Fact
from helpline.cases.service import places
from helpline.cases.service.content import pack
from helpline.config import Reports
from helpline.extensions import db
from helpline.keys.rules import Role, Team
from helpline.keys.service import boxes
from helpline.keys.service.principal import Principal
from helpline.keys.service.site import Site
from helpline.register.models import Factory
from helpline.register.service import taxonomy
from helpline.reports.rules.periods import Grain, Period
from tests.organisation import Organisation, found
from tests.services.cases.conftest import new_line

RATE = 20.0
CATEGORIES = ("W1", "W3", "H1", "S1", "D2", "V1", "P1", "X1")
FIRST = Period.named("2025-Q1")


@dataclass(frozen=True)
class Contact:
    """What a counsellor coded."""

    factory: str
    day: date
    worker: int
    main: str = "W1"


@dataclass
class House:
    """`nils` and `mara` are publishers; `ada` is a counsellor."""

    organisation: Organisation
    line: UUID
    second: UUID
    counsellor: UUID
    contacts: list[Contact] = field(default_factory=list)

    @property
    def site(self) -> Site:
        return self.organisation.site

    @property
    def nils(self) -> Principal:
        return self.organisation.supervisor

    @property
    def mara(self) -> Principal:
        return self.organisation.principal(self.second)

    @property
    def ada(self) -> Principal:
        return self.organisation.principal(self.counsellor)

    def work(self) -> AbstractContextManager[None]:
        return self.organisation.work()

    def enter(self, contacts: Sequence[Contact]) -> list[UUID]:
        with self.work():
            ids = code_contacts(self.site, self.line, contacts)
        self.contacts += contacts
        return ids


def code_contacts(site: Site, line: UUID, contacts: Sequence[Contact]) -> list[UUID]:
    """Put facts where a counsellor's session puts them."""
    made = [_fact(site, line, contact) for contact in contacts]
    db.session.add_all(made)
    return [row.case_id for row in made]


def _fact(site: Site, line: UUID, contact: Contact) -> Fact:
    row = Fact(case_id=uuid4(), revision=1, opening_revision=1, ending_revision=1)
    opening = {
        "factory": contact.factory,
        "main": contact.main,
        "codes": [contact.main],
        "severity": 2,
        "channel": "voice_in",
        "reporter": "self",
        "language": "zh-Hans",
        "line": str(line),
        "opened": contact.day.isoformat(),
        "handle": contact.worker.to_bytes(32, "big").hex() if contact.worker else None,
    }
    ending = {
        "outcome": "remedied_full",
        "remedy": "money",
        "finding": "grounded",
        "accepted": "yes",
        "closed": contact.day.isoformat(),
        "first_answer_minutes": 30,
        "close_minutes": 9000,
        "waits": False,
    }
    for part, values, place in (
        ("opening", opening, places.opening_codes(row.case_id, 1)),
        ("ending", ending, places.ending_codes(row.case_id, 1)),
    ):
        sealed = boxes.put_to_team(site, Team.REPORTING, pack(values), place)
        setattr(row, f"{part}_sealed", sealed.data)
        setattr(row, f"{part}_generation", sealed.generation)
        setattr(row, f"{part}_stamp", sealed.stamp)
    return row


def expect_rate(app: Flask) -> None:
    """Set what is expected of factories of which nothing is known."""
    trusted = Reports(contacts_per_10000=10 * round(RATE))
    app.extensions["helpline.config"] = replace(app.extensions["helpline.config"], reports=trusted)


@pytest.fixture
def house(sqlite_url: str, tmp_path: Path) -> Iterator[House]:
    yield from open_house(sqlite_url, tmp_path)


@pytest.fixture
def either_house(database_url: str, tmp_path: Path) -> Iterator[House]:
    """The same on each database."""
    yield from open_house(database_url, tmp_path)


def open_house(url: str, folder: Path) -> Iterator[House]:
    organisation = found(url, folder)
    with organisation.work():
        second = organisation.admit(Role.SUPERVISOR)
    with organisation.work():
        counsellor = organisation.admit(Role.COUNSELLOR)
    with organisation.work():
        line = furnish()
    yield House(organisation, line, second, counsellor)
    organisation.close()


FACTORIES = {"GD-1": 4000, "GD-2": 1500, "GD-3": 450, "GD-4": 300, "GD-5": 80, "GD-6": 60}


def furnish() -> UUID:
    """The register: a line, its id, the taxonomy and factories."""
    line = uuid4()
    taxonomy.install(date(2025, 1, 1))
    db.session.add(new_line(line))
    for code, workers in FACTORIES.items():
        db.session.add(factory(code, workers))
    return line


def factory(code: str, workers: int) -> Factory:
    return Factory(
        code=code,
        key_code=f"{1000 + int(code[3:])}",
        name=f"Papercrane {code[3:]}",
        country="CN",
        province="Lampshire",
        workers=workers,
        brands=["Kite"],
    )


def contacts(seed: int, *quarters: Period) -> list[Contact]:
    """About as many as a helpline has that workers trust."""
    chance = random.Random(seed)
    made = []
    for quarter in quarters:
        days = (quarter.ends - quarter.begins).days + 1
        for code, workers in FACTORIES.items():
            for _ in range(round(workers * RATE / 1000 / 4 * chance.uniform(0.7, 1.3))):
                day = quarter.begins + timedelta(days=chance.randrange(days))
                worker = chance.randrange(1, workers) if chance.random() < 0.9 else 0
                made.append(Contact(code, day, worker, chance.choice(CATEGORIES)))
    return made


def year(number: int) -> tuple[Period, ...]:
    return Period(number * 12, Grain.YEAR).split(Grain.QUARTER)


def after(closed: Period) -> datetime:
    """Noon of the first day on which a quarter may be closed."""
    day = closed.closes
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
