"""An organisation that publishes: two supervisors, an auditor, a sponsor of two factories."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from helpline.cases import views as cases
from helpline.config import Reports
from helpline.extensions import db
from helpline.keys.rules import Role
from helpline.register import views as register
from helpline.register.service import assigned
from helpline.register.service.assigned import Choice
from helpline.register.service.author import Author
from helpline.unit_of_work import unit_of_work
from tests.services.reports.conftest import (
    FIRST,
    RATE,
    after,
    code_contacts,
    contacts,
    furnish,
)
from tests.web.accounts.accounts_house import House, compose, make_site

SPONSORED = ("GD-1", "GD-6")


@pytest.fixture
def house(tmp_path: Path, sqlite_url: str) -> Iterator[House]:
    site, recovery = make_site(tmp_path)
    app = compose(site, sqlite_url)
    trusted = Reports(contacts_per_10000=10 * round(RATE))
    app.extensions["helpline.config"] = replace(app.extensions["helpline.config"], reports=trusted)
    for room in (register, cases):
        room.init_app(app)
    found = House(app, site, recovery, now=after(FIRST))
    app.extensions["helpline.clock"] = found.clock
    with app.app_context():
        found.begin()
        found.add("mara.slate", Role.SUPERVISOR)
        found.add("iris.ledger", Role.AUDITOR)
        sponsor = found.add("kira.ribbon", Role.SPONSOR)
        with unit_of_work():
            line = furnish()
        with unit_of_work():
            for code in SPONSORED:
                assigned.assign(Author(site), sponsor, Choice(code=code), found.now)
        with unit_of_work():
            code_contacts(found.site, line, contacts(1, FIRST))
        yield found
        db.session.remove()
        db.engine.dispose()
