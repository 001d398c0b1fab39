"""Writers of one SQLite database take turns, and nobody who fails or dies keeps a turn."""

import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import Engine
from sqlalchemy.exc import OperationalError

from helpline import sqlite

HOLDER = """
import sys, time
from sqlalchemy import create_engine, text
from helpline import sqlite
engine = create_engine(sys.argv[1])
sqlite.prepare(engine)
with engine.begin() as connection:
    connection.execute(text("INSERT INTO kept VALUES (1)"))
    print("writing", flush=True)
    time.sleep(600)
"""


@pytest.fixture
def url(tmp_path: Path) -> str:
    place = f"sqlite:///{tmp_path / 'turns.sqlite3'}"
    with _engine(place).begin() as connection:
        connection.execute(text("CREATE TABLE kept (number INTEGER)"))
    return place


def _engine(url: str) -> Engine:
    engine = create_engine(url, connect_args={"check_same_thread": False})
    sqlite.prepare(engine)
    return engine


def test_a_killed_writer_gives_its_turn_back_and_leaves_nothing(url: str) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, url], stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "writing\n"
        others: list[int] = []
        waits = threading.Thread(target=lambda: others.append(_count(url)))
        waits.start()
        waits.join(0.2)
        assert others == [], "two writers at once"
        holder.send_signal(signal.SIGKILL)
        waits.join(20)
    assert others == [0]


def test_a_transaction_that_fails_gives_its_turn_back(url: str) -> None:
    engine = _engine(url)
    with pytest.raises(OperationalError), engine.begin() as connection:
        connection.execute(text("INSERT INTO nowhere VALUES (1)"))
    assert _count(url) == 0


def test_one_connection_keeps_its_turn_over_several_transactions_and_then_gives_it_back(
    url: str,
) -> None:
    engine = _engine(url)
    with engine.connect() as connection:
        for number in range(3):
            connection.execute(text("INSERT INTO kept VALUES (:n)"), {"n": number})
            connection.commit()
    assert _count(url) == 3


def test_many_writers_lose_no_update(url: str) -> None:
    """Each reads, then writes one more; processes have locks of their own, as these engines do."""
    with _engine(url).begin() as connection:
        connection.execute(text("INSERT INTO kept VALUES (0)"))

    def add() -> None:
        engine = _engine(url)
        for _ in range(20):
            with engine.begin() as connection:
                now = connection.scalar(text("SELECT number FROM kept"))
                connection.execute(text("UPDATE kept SET number = :n"), {"n": now + 1})
        engine.dispose()

    writers = [threading.Thread(target=add) for _ in range(6)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    with _engine(url).begin() as connection:
        assert connection.scalar(text("SELECT number FROM kept")) == 120


def _count(url: str) -> int:
    with _engine(url).begin() as connection:
        return int(connection.scalar(text("SELECT count(*) FROM kept")) or 0)
