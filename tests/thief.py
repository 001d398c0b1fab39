"""What a thief of database and disk finds: every table, every file, every way to write a word."""

import base64
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import select

from helpline.extensions import Base, db
from tests.installation import Installation

Find = tuple[str, str]
"""Where something was found, and in which spelling."""

SPARED = frozenset({"config.toml", "site.key"})


def spellings(word: str) -> dict[str, bytes]:
    """The word as it could lie somewhere: encodings, escapes, and base64 at each alignment."""
    plain = word.encode()
    found = {
        "plain": plain,
        "utf-16-le": word.encode("utf-16-le"),
        "utf-16-be": word.encode("utf-16-be"),
        "hex": plain.hex().encode(),
        "HEX": plain.hex().upper().encode(),
        "escaped": json.dumps(word)[1:-1].encode(),
        "quoted": quote(word).encode(),
    }
    for shift in range(3):
        coded = base64.b64encode(b"\0" * shift + plain)
        start = -(-shift * 8 // 6)
        end = (shift + len(plain)) * 8 // 6
        found[f"base64+{shift}"] = coded[start:end]
        found[f"base64url+{shift}"] = base64.urlsafe_b64encode(b"\0" * shift + plain)[start:end]
    return found


def search(installation: Installation, words: list[str], more: dict[str, bytes]) -> list[Find]:
    """Every place in tables, files and `more` at which a word can be read."""
    places = [*_tables(installation), *_files(installation), *more.items()]
    wanted = {raw: f"{word} ({name})" for word in words for name, raw in spellings(word).items()}
    return [
        (place, found) for place, data in places for raw, found in wanted.items() if raw in data
    ]


def _tables(installation: Installation) -> Iterator[tuple[str, bytes]]:
    """Every column of every table, all rows together, as bytes."""
    with installation.work():
        for table in Base.metadata.sorted_tables:
            rows = db.session.execute(select(table)).all()
            for number, column in enumerate(table.columns):
                yield f"{table.name}.{column.name}", b"\n".join(_raw(row[number]) for row in rows)


def _files(installation: Installation) -> Iterator[tuple[str, bytes]]:
    """The installation's folder with its logs, and the database's own files."""
    for path in [*installation.folder.rglob("*"), *_database_files(installation)]:
        if path.is_file() and path.name not in SPARED:
            yield path.name, path.read_bytes()


def _database_files(installation: Installation) -> list[Path]:
    url = installation.config.database.url
    if url.startswith("sqlite:///"):
        path = Path(url.removeprefix("sqlite:///"))
        return [*path.parent.glob(f"{path.name}*")]
    founded = Path(installation.config.site.site_key_file).stat().st_mtime
    with installation.work():
        here = db.session.connection().exec_driver_sql("SHOW data_directory").scalar_one()
        number = db.session.connection().exec_driver_sql(
            "SELECT oid FROM pg_database WHERE datname = current_database()"
        )
        folder = Path(str(here))
        return [*(folder / "base" / str(number.scalar_one())).rglob("*"), *_wal(folder, founded)]


def _wal(folder: Path, since: float) -> list[Path]:
    """The log's segments; what was written before the installation was founded holds none of it."""
    segments = (folder / "pg_wal").glob("0*")
    return [*(one for one in segments if one.stat().st_mtime >= since), *folder.glob("*log*")]


def _raw(value: object) -> bytes:
    if isinstance(value, bytes):
        return value
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False).encode()
    return str(value).encode()


def write_ahead_log(installation: Installation) -> int:
    """How many bytes wait in SQLite's write-ahead log: the search must see it before it goes."""
    path = Path(f"{installation.config.database.url.removeprefix('sqlite:///')}-wal")
    return path.stat().st_size if path.exists() else 0


def checkpoint(installation: Installation) -> None:
    """Let SQLite move its log into the file and shorten it."""
    path = installation.config.database.url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
