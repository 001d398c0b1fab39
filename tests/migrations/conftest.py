"""What the tests of migrations share: an application on a database of either kind."""

from collections.abc import Iterator

import pytest

from helpline.extensions import db
from helpline.unit_of_work import HelplineFlask
from tests.databases import bare_app


@pytest.fixture
def app(database_url: str) -> Iterator[HelplineFlask]:
    """An application on a database at the newest revision."""
    made = bare_app(database_url)
    with made.app_context():
        yield made
        db.session.remove()
        db.engine.dispose()
