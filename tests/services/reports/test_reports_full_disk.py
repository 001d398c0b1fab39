"""A full disk: one release or none, and the closing is taken to its end once there is room."""

import resource
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from helpline.extensions import db
from tests.load.storms import storm
from tests.services.reports.conftest import FIRST, House, contacts
from tests.services.reports.test_reports_once import (
    Stands,
    in_a_process,
    prepares,
    publishes,
    ready,
    stands,
    takes_it_to_the_end,
)

pytestmark = storm
DISK_FULL = "53100"
NO_ROOM = f"""
CREATE OR REPLACE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = '{DISK_FULL}'; END $$
"""
WRITTEN = {
    "prepare": ("cycle_keys", "facts", "closings", "audit_rows"),
    "publish": ("releases", "sealed_atoms", "closings", "audit_rows"),
}
"""What each act writes, of which a server may say that there is no room for it."""


def _act(house: House, what: str) -> tuple[Callable[[], object], Stands]:
    """What is to be done, and what stands before."""
    if what == "prepare":
        house.enter(contacts(8, FIRST))
        return lambda: prepares(house, house.nils, FIRST), Stands(0, [], {None})
    ready(house, 8)
    return partial(publishes, house, FIRST), Stands(0, [FIRST.name], {FIRST.name})


@pytest.mark.parametrize("what", ["prepare", "publish"])
def test_a_full_disk_leaves_one_release_or_none(house: House, what: str) -> None:
    act, before = _act(house, what)
    sizes = [_no_byte_left(house, size) for size in (0, 34000, 50000, 80000)]
    pages = [_no_page_left(many) for many in (0, 1, 3, 9)]
    full = 0
    for narrow in (*sizes, *pages):
        if _ends_with(house, narrow, act) == 0:  # there was room enough
            break
        assert stands(house) == before
        full += 1
    else:
        assert in_a_process(house, act) == 0
    assert full >= 2, "the disk was never full"
    if what == "prepare":
        assert stands(house) == Stands(0, [FIRST.name], {FIRST.name})
        takes_it_to_the_end(house, FIRST)
    assert stands(house) == Stands(1, [], {FIRST.name})


def _ends_with(house: House, narrow: Callable[[], None], act: Callable[[], object]) -> int:
    def narrowed() -> None:
        narrow()
        act()

    ended = in_a_process(house, narrowed)
    assert ended in (0, 1)
    return ended


def _no_page_left(pages: int) -> Callable[[], None]:
    """The database may grow by so many pages."""

    def narrow() -> None:
        have = db.session.execute(text("PRAGMA page_count")).scalar_one()
        db.session.execute(text(f"PRAGMA max_page_count={have + pages}"))

    return narrow


def _no_byte_left(house: House, size: int) -> Callable[[], None]:
    """No file of the process may become longer than the database is, and so much more."""
    path = Path(house.organisation.config.database.url.removeprefix("sqlite:///"))

    def narrow() -> None:
        log = path.with_name(f"{path.name}-wal")
        most = (log.stat().st_size if log.exists() else 0) + size
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))

    return narrow


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@pytest.mark.parametrize("what", ["prepare", "publish"])
def test_a_server_without_room_leaves_one_release_or_none(either_house: House, what: str) -> None:
    house = either_house
    act, before = _act(house, what)
    for table in WRITTEN[what]:
        with _no_room_in(house, table):
            with pytest.raises(DBAPIError) as refused, house.work():
                act()
            assert getattr(refused.value.orig, "sqlstate", "") == DISK_FULL, table
            assert stands(house) == before
    with house.work():
        act()
    assert stands(house).frozen == {FIRST.name}
    if what == "publish":
        assert stands(house) == Stands(1, [], {FIRST.name})


@contextmanager
def _no_room_in(house: House, table: str) -> Iterator[None]:
    """The server answers as PostgreSQL does on a full disk whenever this table is written."""
    with house.work():
        db.session.execute(text(NO_ROOM))
        db.session.execute(
            text(
                f"CREATE TRIGGER no_room BEFORE INSERT OR UPDATE OR DELETE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION no_room()"
            )
        )
    yield
    with house.work():
        db.session.execute(text(f"DROP TRIGGER no_room ON {table}"))
