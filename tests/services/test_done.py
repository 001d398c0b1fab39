"""A page is made once its work is committed: others need not wait, and nothing comes after."""

import threading
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import column, insert, table, text

from helpline import extensions, jobs
from helpline.config import Config, Database, Secret
from helpline.extensions import db
from helpline.unit_of_work import after_commit, done, in_unit_of_work

KEPT = table("kept", column("word"))
SECONDS = 20


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


def _keep(word: str) -> None:
    db.session.execute(insert(KEPT).values(word=word))


def _words() -> list[str]:
    return list(db.session.scalars(text("SELECT word FROM kept ORDER BY word")))


def test_others_write_while_the_page_is_made(app: Flask) -> None:
    written = threading.Event()

    def somebody_else() -> None:
        with app.app_context():
            in_unit_of_work(lambda: _keep("other"))
        written.set()

    def visit() -> bool:
        _keep("own")
        done()
        threading.Thread(target=somebody_else).start()
        return written.wait(SECONDS)

    assert in_unit_of_work(visit)
    assert _words() == ["other", "own"]


def test_what_was_done_stands_though_the_page_fails(app: Flask) -> None:
    left: list[str] = []

    def visit() -> None:
        _keep("read")
        after_commit(lambda: left.append("told"))
        done()
        raise ValueError("a template fails")

    with pytest.raises(ValueError, match="template"):
        in_unit_of_work(visit)
    assert _words() == ["read"]
    assert left == ["told"]


def test_a_write_after_it_is_refused(app: Flask) -> None:
    def visit() -> None:
        done()
        db.session.add(jobs.Job(name="late", arguments={}, attempts=0))

    with pytest.raises(RuntimeError, match="after done"):
        in_unit_of_work(visit)
    assert db.session.query(jobs.Job).count() == 0
    in_unit_of_work(lambda: _keep("the next request"))
    assert _words() == ["the next request"]
