"""One organisation on several databases: its rows copied as they are, its keys and people shared.

What took minutes to make is made once; a sealed row opens wherever it lies.
"""

import dataclasses
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from sqlalchemy import Connection, Table, create_engine, func, insert, select

from helpline import extensions
from helpline.config import load
from helpline.extensions import Base
from helpline.keys.views import keep_site
from helpline.unit_of_work import HelplineFlask
from tests.carrier_rest import CarrierRest, free_port
from tests.databases import load_models
from tests.installation import Installation

ROWS = 1000
"""Rows to a statement."""


def beside(house: Installation, folder: Path, database_url: str) -> Installation:
    """The same organisation on another database that has its rows, at an address of its own."""
    folder.mkdir()
    shutil.copytree(house.config_file.parent / "state", folder / "state")
    text = house.config_file.read_text("utf-8")
    port = house.url.rpartition(":")[2]
    text = text.replace(f":{port}", f":{free_port()}")
    text = text.replace(str(house.config.database.url), database_url)
    config_file = folder / "config.toml"
    config_file.write_text(text, "utf-8")
    config_file.chmod(0o600)
    config = load(config_file, {})
    app = HelplineFlask("helpline")
    extensions.init_database(app, config)
    keep_site(app, house.site)
    return dataclasses.replace(
        house,
        folder=folder,
        config_file=config_file,
        config=config,
        app=app,
        rest=CarrierRest(),
        _processes=[],
    )


def copy_file(source: Path, target: Path) -> None:
    """A copy of an SQLite database that other processes may have open."""
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)


def copy_rows(source_url: str, target_url: str) -> None:
    """Every row of every table of ours, into a database that has the tables and no row yet."""
    load_models()
    source, target = create_engine(source_url), create_engine(_driver(target_url))
    with source.connect() as old, target.begin() as new:
        for table in Base.metadata.sorted_tables:
            if not new.scalar(select(func.count()).select_from(table)):
                for rows in _rows(old, table):
                    new.execute(insert(table), rows)
    with target.connect().execution_options(isolation_level="AUTOCOMMIT") as new:
        new.exec_driver_sql("ANALYZE")  # as a database that grew by itself has done long ago
    source.dispose()
    target.dispose()


def _rows(old: Connection, table: Table) -> Iterator[list[dict[str, object]]]:
    found = old.execution_options(yield_per=ROWS).execute(select(table))
    for part in found.mappings().partitions():
        yield [dict(row) for row in part]


def _driver(url: str) -> str:
    return url.replace("postgresql://", "postgresql+psycopg://")
