"""A page is made once its work is committed: others need not wait, and nothing comes after."""

import threading

import pytest
from flask import Flask
from sqlalchemy import column, insert, table, text

from helpline import jobs
from helpline.extensions import db
from helpline.unit_of_work import after_commit, done, in_unit_of_work

KEPT = table("kept", column("word"))
SECONDS = 20


def _keep(word: str) -> None:
    db.session.execute(insert(KEPT).values(word=word))


def _words() -> list[str]:
    return list(db.session.scalars(text("SELECT word FROM kept ORDER BY word")))


def test_others_write_while_the_page_is_made(bare: Flask) -> None:
    written = threading.Event()

    def somebody_else() -> None:
        with bare.app_context():
            in_unit_of_work(lambda: _keep("other"))
        written.set()

    def visit() -> bool:
        _keep("own")
        done()
        threading.Thread(target=somebody_else).start()
        return written.wait(SECONDS)

    assert in_unit_of_work(visit)
    assert _words() == ["other", "own"]


def test_what_was_done_stands_though_the_page_fails(bare: Flask) -> None:
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


def test_a_write_after_it_is_refused(bare: Flask) -> None:
    def visit() -> None:
        done()
        db.session.add(jobs.Job(name="late", arguments={}, attempts=0))

    with pytest.raises(RuntimeError, match="after done"):
        in_unit_of_work(visit)
    assert db.session.query(jobs.Job).count() == 0
    in_unit_of_work(lambda: _keep("the next request"))
    assert _words() == ["the next request"]
