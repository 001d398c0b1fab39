from collections.abc import Iterator
from pathlib import Path

import pytest

from helpline.extensions import db
from tests.web.accounts.accounts_house import House, compose, make_site


def _house(folder: Path, url: str) -> Iterator[House]:
    site, recovery = make_site(folder)
    app = compose(site, url)
    found = House(app, site, recovery)
    app.extensions["helpline.clock"] = found.clock
    with app.app_context():
        found.begin()
        yield found
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def house(tmp_path: Path, sqlite_url: str) -> Iterator[House]:
    """A founded organisation with one supervisor, nils.compass."""
    yield from _house(tmp_path, sqlite_url)


@pytest.fixture
def house_on_either(tmp_path: Path, database_url: str) -> Iterator[House]:
    """The same, once on SQLite and once on PostgreSQL."""
    yield from _house(tmp_path, database_url)
