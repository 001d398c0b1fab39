from collections.abc import Iterator
from pathlib import Path

import pytest

from helpline.keys.rules import Role
from helpline.register import views as register
from helpline.register.service import taxonomy
from helpline.unit_of_work import unit_of_work
from tests.web.accounts.accounts_house import Browser, House, opened


@pytest.fixture
def house(tmp_path: Path, sqlite_url: str) -> Iterator[House]:
    """An organisation with the supervisor nils.compass and the administrator ida.ledger."""
    with opened(tmp_path, sqlite_url, register, people={"ida.ledger": Role.ADMINISTRATOR}) as found:
        with unit_of_work():
            taxonomy.install(found.now.date())
        yield found


@pytest.fixture
def ida(house: House) -> Browser:
    """The administrator's browser."""
    browser = house.browser()
    browser.log_in("ida.ledger")
    return browser


@pytest.fixture
def nils(house: House) -> Browser:
    """The supervisor's browser."""
    browser = house.browser()
    browser.log_in("nils.compass")
    return browser
