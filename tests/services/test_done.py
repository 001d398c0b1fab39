"""A page is made once its work is committed: others need not wait, and nothing comes after."""

import threading

import pytest
from flask import Flask

from helpline import jobs
from helpline.extensions import db
from helpline.unit_of_work import after_commit, done, in_unit_of_work
from tests.services.kept import SECONDS, keep, words


def test_others_write_while_the_page_is_made(bare: Flask) -> None:
    written = threading.Event()

    def somebody_else() -> None:
        with bare.app_context():
            in_unit_of_work(lambda: keep("other"))
        written.set()

    def visit() -> bool:
        keep("own")
        done()
        threading.Thread(target=somebody_else).start()
        return written.wait(SECONDS)

    assert in_unit_of_work(visit)
    assert words() == ["other", "own"]


def test_what_was_done_stands_though_the_page_fails(bare: Flask) -> None:
    left: list[str] = []

    def visit() -> None:
        keep("read")
        after_commit(lambda: left.append("told"))
        done()
        raise ValueError("a template fails")

    with pytest.raises(ValueError, match="template"):
        in_unit_of_work(visit)
    assert words() == ["read"]
    assert left == ["told"]


def test_a_write_after_it_is_refused(bare: Flask) -> None:
    def visit() -> None:
        done()
        db.session.add(jobs.Job(name="late", arguments={}, attempts=0))

    with pytest.raises(RuntimeError, match="after done"):
        in_unit_of_work(visit)
    assert db.session.query(jobs.Job).count() == 0
    in_unit_of_work(lambda: keep("the next request"))
    assert words() == ["the next request"]
