from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.web.accounts.accounts_house import House, opened


@pytest.fixture
def house(tmp_path: Path, sqlite_url: str) -> Iterator[House]:
    """A founded organisation with one supervisor, nils.compass."""
    with opened(tmp_path, sqlite_url) as found:
        yield found


@pytest.fixture
def house_on_either(tmp_path: Path, database_url: str) -> Iterator[House]:
    """The same, once on SQLite and once on PostgreSQL."""
    with opened(tmp_path, database_url) as found:
        yield found
