"""One request, one transaction, one commit.

The stages of a request are fixed: load, check access, do, **commit once**, and only then may
anything leave the building (`after_commit`). A view that returns has done its work and is
committed; a view that raises has not, and is rolled back. This is the only file that commits.
"""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar, cast

from flask import Flask
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import DBAPIError, IntegrityError

from helpline.extensions import db

log = logging.getLogger(__name__)

ATTEMPTS = 4
_LEAVING = "after_commit"
_DONE = "done"
_RETRYABLE_STATES = frozenset({"40001", "40P01"})  # serialization failure, deadlock

T = TypeVar("T")


class HelplineFlask(Flask):
    """A Flask application whose every request is one unit of work."""

    def dispatch_request(self) -> ResponseReturnValue:
        return in_unit_of_work(super().dispatch_request)


@contextmanager
def unit_of_work() -> Iterator[None]:
    """Everything inside is committed together, or not at all; for commands and the worker."""
    leaving: list[Callable[[], None]] = []
    db.session.info[_LEAVING] = leaving
    try:
        yield
        if db.session.info.get(_DONE):
            _refuse_writes("a write after done() would be lost")
            db.session.rollback()
        else:
            db.session.commit()
    except BaseException:
        db.session.rollback()
        raise
    finally:
        db.session.info.pop(_LEAVING, None)
        db.session.info.pop(_DONE, None)
    _let_leave(leaving)


def in_unit_of_work(work: Callable[[], T]) -> T:
    """Run `work` and commit; what lost a race or its connection is run again from the start.

    A connection that breaks at the commit itself is not tried again: it may have been done.
    """
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with unit_of_work():
                return work()
        except DBAPIError as error:
            if attempt == ATTEMPTS or not (_lost_a_race(error) or _lost_the_database(error)):
                raise
            log.info("a transaction lost a race or its connection and is run again")
            time.sleep(0.01 * attempt)
    raise AssertionError("unreachable")


def after_commit(leave: Callable[[], None]) -> None:
    """Let something leave the building once the transaction stands; not run if it fails."""
    cast(list[Callable[[], None]], db.session.info[_LEAVING]).append(leave)


def release() -> None:
    """End the transaction before slow work (stretching a password), so that nobody waits for it.

    Refuses when something is waiting to be written: slow work comes before the first write.
    """
    _refuse_writes("release() after a write would lose it")
    db.session.rollback()


def done() -> None:
    """Commit now: what follows only makes a page of what is known, and nobody waits for that.

    The one commit of the request; a write after it is refused.
    """
    db.session.commit()
    db.session.info[_DONE] = True
    _let_leave(db.session.info[_LEAVING])


def _let_leave(leaving: list[Callable[[], None]]) -> None:
    while leaving:
        leaving.pop(0)()


def _refuse_writes(why: str) -> None:
    if db.session.new or db.session.dirty or db.session.deleted:
        raise RuntimeError(why)


def _lost_a_race(error: DBAPIError) -> bool:
    if isinstance(error, IntegrityError):
        return True
    state = getattr(error.orig, "sqlstate", None)
    return state in _RETRYABLE_STATES or "database is locked" in str(error.orig)


def _lost_the_database(error: DBAPIError) -> bool:
    """The connection broke at a statement, so before the commit: nothing of it stands."""
    return error.connection_invalidated and error.statement is not None
