"""SQLite as a database for many writers on one machine: durable, shredding, one writer at a time.

SQLite itself lets writers who wait sleep and look again, for longer each time, so that a caller's
first answer could take seconds while later ones were served. Here a transaction first waits at a
lock of the operating system, which wakes whoever waits at once and which the kernel gives back if
a process dies. A transaction that says that it only reads waits for nobody: it sees the database
as it stood when it began, and a write in it is refused.
"""

import fcntl
import os
import sqlite3

from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import ConnectionPoolEntry

PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "secure_delete=ON",
    "busy_timeout=30000",
)
READS = "helpline_reads"
"""The execution option of a connection whose transaction only reads."""
_TURN = "turn"
"""The open lock file of a connection."""
_HAS_TURN = "has turn"


def prepare(engine: Engine) -> None:
    """Every transaction that may write waits for its turn, takes the write lock, and gives both
    back at its end.

    Taking the write lock at once means that a transaction never fails half way because another
    one wrote.
    """

    @event.listens_for(engine, "connect")
    def connected(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")

    if engine.url.database:  # a database in memory has one connection and nobody who waits
        _take_turns(engine, f"{engine.url.database}-turn")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        if _only_reads(connection):
            connection.info[READS] = True
            connection.exec_driver_sql("PRAGMA query_only=ON")
            connection.exec_driver_sql("BEGIN")
        else:
            connection.exec_driver_sql("BEGIN IMMEDIATE")

    @event.listens_for(engine, "checkin")
    def over(connection: sqlite3.Connection | None, record: ConnectionPoolEntry) -> None:
        if record.info.pop(READS, False) and connection is not None:
            connection.execute("PRAGMA query_only=OFF")


def only_read(error: DBAPIError) -> bool:
    """Whether a transaction that said that it only reads came to write."""
    return getattr(error.orig, "sqlite_errorname", "") == "SQLITE_READONLY"


def _only_reads(connection: Connection) -> bool:
    return bool(connection.get_execution_options().get(READS))


def shred(engine: Engine) -> None:
    """Fold the log into the database and empty it: what was overwritten stands in no file.

    For SQLite; another database is left alone. A log that somebody reads just now stays.
    """
    if engine.dialect.name != "sqlite":
        return
    connection = engine.raw_connection()
    try:
        connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()


def _take_turns(engine: Engine, lock: str) -> None:
    @event.listens_for(engine, "connect")
    def connected(_connection: sqlite3.Connection, record: ConnectionPoolEntry) -> None:
        record.info[_TURN] = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        if not _only_reads(connection) and not connection.info.get(_HAS_TURN):
            fcntl.flock(connection.info[_TURN], fcntl.LOCK_EX)
            connection.info[_HAS_TURN] = True

    @event.listens_for(engine, "checkin")
    def over(_connection: sqlite3.Connection | None, record: ConnectionPoolEntry) -> None:
        if record.info.pop(_HAS_TURN, False):
            fcntl.flock(record.info[_TURN], fcntl.LOCK_UN)

    @event.listens_for(engine, "close")
    def closed(_connection: sqlite3.Connection, record: ConnectionPoolEntry) -> None:
        turn = record.info.pop(_TURN, None)
        record.info.pop(_HAS_TURN, None)
        if turn is not None:
            os.close(turn)
