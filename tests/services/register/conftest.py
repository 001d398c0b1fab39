from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from helpline.keys.rules import Role
from helpline.register.service.author import Author
from tests.organisation import Organisation, found

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


@pytest.fixture
def organisation(database_url: str, tmp_path: Path) -> Iterator[Organisation]:
    made = found(database_url, tmp_path)
    yield made
    made.close()


@pytest.fixture
def administrator(organisation: Organisation) -> Author:
    with organisation.work():
        person = organisation.admit(Role.ADMINISTRATOR)
        return Author.of(organisation.principal(person))


@pytest.fixture
def supervisor(organisation: Organisation) -> Author:
    with organisation.work():
        return Author.of(organisation.supervisor)


@pytest.fixture
def command(organisation: Organisation) -> Author:
    """The command line of the server."""
    return Author(organisation.site)
