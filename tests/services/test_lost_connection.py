"""A database that was restarted: whoever comes next is served, and nothing is done twice."""

import pytest
from flask import Flask
from sqlalchemy import column, create_engine, insert, table, text
from sqlalchemy.exc import OperationalError

from helpline.extensions import db
from helpline.unit_of_work import after_commit, in_unit_of_work

KEPT = table("kept", column("word"))


# SQLite has no server that could go away.
pytestmark = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


def _break_connections(bare: Flask) -> None:
    """What a restart does to everybody who is connected."""
    other = create_engine(bare.config["SQLALCHEMY_DATABASE_URI"])
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


def test_a_connection_that_broke_while_idle_is_replaced(bare: Flask) -> None:
    _break_connections(bare)
    left: list[str] = []

    def keep() -> None:
        db.session.execute(insert(KEPT).values(word="first"))
        after_commit(lambda: left.append("first"))

    in_unit_of_work(keep)
    assert _words() == ["first"]
    assert left == ["first"]


def test_a_connection_that_breaks_half_way_is_run_again_from_the_start(bare: Flask) -> None:
    runs: list[int] = []

    def keep() -> None:
        runs.append(1)
        db.session.execute(insert(KEPT).values(word="one"))
        if len(runs) == 1:
            _break_connections(bare)
        db.session.execute(insert(KEPT).values(word="two"))

    in_unit_of_work(keep)
    assert _words() == ["one", "two"]
    assert len(runs) == 2


def test_a_connection_that_breaks_at_the_commit_is_not_tried_again(bare: Flask) -> None:
    runs: list[int] = []

    def keep() -> None:
        runs.append(1)
        db.session.execute(insert(KEPT).values(word="perhaps"))
        _break_connections(bare)

    with pytest.raises(OperationalError):
        in_unit_of_work(keep)
    assert len(runs) == 1
    assert _words() == []
