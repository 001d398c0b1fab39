"""An organisation that publishes: two supervisors, an auditor, a sponsor of two factories."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from helpline.cases import views as cases
from helpline.keys.rules import Role
from helpline.register import views as register
from helpline.register.service import assigned
from helpline.register.service.assigned import Choice
from helpline.register.service.author import Author
from helpline.unit_of_work import unit_of_work
from tests.services.reports.conftest import (
    FIRST,
    after,
    code_contacts,
    contacts,
    expect_rate,
    furnish,
)
from tests.web.accounts.accounts_house import House, opened

SPONSORED = ("GD-1", "GD-6")
READERS = {"mara.slate": Role.SUPERVISOR, "iris.ledger": Role.AUDITOR}


@pytest.fixture
def house(tmp_path: Path, sqlite_url: str) -> Iterator[House]:
    people = {"kira.ribbon": Role.SPONSOR, **READERS}
    with opened(tmp_path, sqlite_url, register, cases, now=after(FIRST), people=people) as found:
        expect_rate(found.app)
        sponsor = found.people["kira.ribbon"].account
        with unit_of_work():
            line = furnish()
        with unit_of_work():
            for code in SPONSORED:
                assigned.assign(Author(found.site), sponsor, Choice(code=code), found.now)
        with unit_of_work():
            code_contacts(found.site, line, contacts(1, FIRST))
        yield found
