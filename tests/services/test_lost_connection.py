"""A database that was restarted: whoever comes next is served, and nothing is done twice."""

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import column, create_engine, insert, table, text
from sqlalchemy.exc import OperationalError

from helpline import extensions
from helpline.config import Config, Database, Secret
from helpline.extensions import db
from helpline.unit_of_work import after_commit, in_unit_of_work

KEPT = table("kept", column("word"))


# SQLite has no server that could go away.
pytestmark = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


@pytest.fixture
def app(database_url: str) -> Iterator[Flask]:
    app = Flask("helpline")
    extensions.init_database(app, Config(database=Database(Secret(database_url))))
    with app.app_context():
        db.session.execute(text("CREATE TABLE kept (word TEXT)"))
        db.session.commit()
        yield app
        db.session.remove()
        db.engine.dispose()


def _break_connections(app: Flask) -> None:
    """What a restart does to everybody who is connected."""
    other = create_engine(app.config["SQLALCHEMY_DATABASE_URI"])
    with other.begin() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE pid <> pg_backend_pid() AND datname = current_database()"
            )
        )
    other.dispose()


def _words() -> list[str]:
    return list(db.session.scalars(text("SELECT word FROM kept ORDER BY word")))


def test_a_connection_that_broke_while_idle_is_replaced(app: Flask) -> None:
    _break_connections(app)
    left: list[str] = []

    def keep() -> None:
        db.session.execute(insert(KEPT).values(word="first"))
        after_commit(lambda: left.append("first"))

    in_unit_of_work(keep)
    assert _words() == ["first"]
    assert left == ["first"]


def test_a_connection_that_breaks_half_way_is_run_again_from_the_start(app: Flask) -> None:
    runs: list[int] = []

    def keep() -> None:
        runs.append(1)
        db.session.execute(insert(KEPT).values(word="one"))
        if len(runs) == 1:
            _break_connections(app)
        db.session.execute(insert(KEPT).values(word="two"))

    in_unit_of_work(keep)
    assert _words() == ["one", "two"]
    assert len(runs) == 2


def test_a_connection_that_breaks_at_the_commit_is_not_tried_again(app: Flask) -> None:
    runs: list[int] = []

    def keep() -> None:
        runs.append(1)
        db.session.execute(insert(KEPT).values(word="perhaps"))
        _break_connections(app)

    with pytest.raises(OperationalError):
        in_unit_of_work(keep)
    assert len(runs) == 1
    assert _words() == []
