"""What the tests of the unit of work share: an application with a database of one table."""

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import text

from helpline import extensions
from helpline.config import Config, Database, Secret
from helpline.extensions import db


@pytest.fixture
def bare(database_url: str) -> Iterator[Flask]:
    """An application that has a database and nothing else; words are kept in `kept`."""
    app = Flask("helpline")
    extensions.init_database(app, Config(database=Database(Secret(database_url))))
    with app.app_context():
        db.session.execute(text("CREATE TABLE kept (word TEXT)"))
        db.session.commit()
        yield app
        db.session.remove()
        db.engine.dispose()
