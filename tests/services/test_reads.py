"""Whoever reads waits for nobody; what it writes all the same comes last, or nothing is shown."""

import threading
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from sqlalchemy import text

from helpline import extensions, unit_of_work
from helpline.config import Config, Database, Secret
from helpline.errors import Conflict
from helpline.extensions import db
from helpline.unit_of_work import HelplineFlask, at_last, done, in_unit_of_work, reads, release
from tests.services.kept import SECONDS, keep, words


@reads
def _page() -> str:
    return " ".join(words())


class House:
    """An application with two pages, which a test gives it."""

    def __init__(self, app: HelplineFlask) -> None:
        self.app = app
        for name in ("page", "other"):
            app.add_url_rule(f"/{name}", name, _page)

    def get(self, view: Callable[[], str], name: str = "page") -> tuple[int, str]:
        self.app.view_functions[name] = view
        answer = self.app.test_client().get(f"/{name}")
        return answer.status_code, answer.text

    def words(self) -> list[str]:
        with self.app.app_context():
            return in_unit_of_work(words)


@pytest.fixture
def house(bare: Flask, database_url: str) -> Iterator[House]:
    bare.extensions["sqlalchemy"].session.remove()
    app = HelplineFlask("helpline")
    app.register_error_handler(Conflict, lambda error: (str(error), 409))
    extensions.init_database(app, Config(database=Database(Secret(database_url))))
    yield House(app)
    with app.app_context():
        db.engine.dispose()


def test_a_page_is_read_while_somebody_else_writes(house: House) -> None:
    writing, read = threading.Event(), threading.Event()

    def write() -> None:
        keep("other")
        db.session.flush()
        writing.set()
        assert read.wait(SECONDS)

    def other() -> None:
        with house.app.app_context():
            in_unit_of_work(write)

    thread = threading.Thread(target=other)
    thread.start()
    assert writing.wait(SECONDS)
    assert house.get(_page) == (200, "")
    read.set()
    thread.join(SECONDS)
    assert house.words() == ["other"]


def test_a_page_that_comes_to_write_is_run_again_and_writes_once(house: House) -> None:
    runs: list[int] = []

    @reads
    def visit() -> str:
        runs.append(1)
        keep("unannounced")
        return "done"

    assert house.get(visit) == (200, "done")
    assert house.words() == ["unannounced"]
    with house.app.app_context():
        assert len(runs) == (2 if db.engine.dialect.name == "sqlite" else 1)


def test_the_next_page_on_that_connection_may_write(house: House) -> None:
    house.get(_page)

    def visit() -> str:
        keep("later")
        return "done"

    assert house.get(visit) == (200, "done")
    assert house.words() == ["later"]


@pytest.mark.parametrize("early", [False, True])
def test_what_comes_last_stands_when_the_page_is_shown(house: House, early: bool) -> None:
    @reads
    def visit() -> str:
        at_last(lambda: keep("read"))
        seen = " ".join(words())
        if early:
            done()
        return f"seen: {seen}"

    assert house.get(visit) == (200, "seen: ")
    assert house.words() == ["read"]


def test_nothing_is_shown_if_what_comes_last_fails(house: House) -> None:
    @reads
    def visit() -> str:
        at_last(lambda: keep("first"))
        at_last(lambda: db.session.execute(text("INSERT INTO nowhere VALUES (1)")))
        return "secret"

    status, shown = house.get(visit)
    assert status == 500
    assert "secret" not in shown
    assert house.words() == []


def test_nothing_comes_last_of_a_page_that_was_refused(house: House) -> None:
    @reads
    def visit() -> str:
        at_last(lambda: keep("never"))
        raise Conflict("Not now.")

    assert house.get(visit) == (409, "Not now.")
    assert house.words() == []


def test_it_comes_last_of_a_page_that_writes_too_and_of_one_that_let_go(house: House) -> None:
    def visit() -> str:
        at_last(lambda: keep("seen"))
        release()
        keep("written")
        return "done"

    assert house.get(visit) == (200, "done")
    assert house.words() == ["seen", "written"]


def test_what_was_said_at_the_door_outlives_a_second_run(house: House) -> None:
    runs: list[int] = []
    house.app.before_request(lambda: at_last(lambda: keep("came in")))

    @reads
    def visit() -> str:
        runs.append(1)
        at_last(lambda: keep(f"run {len(runs)}"))
        keep("unannounced")
        return "done"

    assert house.get(visit) == (200, "done")
    assert house.words() == ["came in", f"run {len(runs)}", "unannounced"]


def test_after_the_commit_nothing_comes_last(bare: Flask) -> None:
    def visit() -> None:
        done()
        at_last(lambda: keep("lost"))

    with pytest.raises(RuntimeError, match="after done"):
        in_unit_of_work(visit)
    assert words() == []


def test_pages_are_made_one_after_the_other(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unit_of_work, "PATIENCE_SECONDS", SECONDS)
    inside, most, lock = [0], [0], threading.Lock()

    @reads
    def visit() -> str:
        with lock:
            inside[0] += 1
            most[0] = max(most[0], inside[0])
        words()
        with lock:
            inside[0] -= 1
        return "done"

    house.app.view_functions["page"] = visit
    found: list[int] = []

    def one() -> None:
        found.extend(house.app.test_client().get("/page").status_code for _ in range(5))

    threads = [threading.Thread(target=one) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(SECONDS)
    assert found == [200] * 30
    assert most == [1]


def test_nobody_waits_long_for_a_page_that_hangs(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unit_of_work, "PATIENCE_SECONDS", 0.05)
    hanging, let_go = threading.Event(), threading.Event()

    @reads
    def hang() -> str:
        hanging.set()
        let_go.wait(SECONDS)
        return "late"

    thread = threading.Thread(target=lambda: house.get(hang))
    thread.start()
    assert hanging.wait(SECONDS)
    assert house.get(_page, "other") == (200, "")
    assert not let_go.is_set()
    let_go.set()
    thread.join(SECONDS)
    assert not thread.is_alive()
