"""One request, one transaction, one commit.

The stages of a request are fixed: load, check access, do, **commit once**, and only then may
anything leave the building (`after_commit`). A view that returns has done its work and is
committed; a view that raises has not, and is rolled back. This is the only file that commits.

A view that declares `reads` waits for no writer and lets none wait: what it has to write all the
same, such as who has read a case, is written `at_last`, before anything is shown.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar, cast

from flask import Flask, Response, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import DBAPIError, IntegrityError

from helpline import sqlite
from helpline.extensions import db

log = logging.getLogger(__name__)

ATTEMPTS = 4
PATIENCE_SECONDS = 0.5
_PAGES = threading.Lock()
"""Pages that only read are made one after the other in each process: Python does one thing at a
time anyhow, and taking turns within them makes all of them late. Who waits long goes ahead."""
_LEAVING = "after_commit"
_AT_LAST = "at_last"
_DONE = "done"
_RETRYABLE_STATES = frozenset({"40001", "40P01"})  # serialization failure, deadlock

T = TypeVar("T")
View = TypeVar("View", bound=Callable[..., object])


class HelplineFlask(Flask):
    """A Flask application whose every request is one unit of work."""

    def full_dispatch_request(self) -> Response:
        if not self._reads():
            return super().full_dispatch_request()
        alone = _PAGES.acquire(timeout=PATIENCE_SECONDS)
        try:
            return super().full_dispatch_request()
        finally:
            if alone:
                _PAGES.release()

    def preprocess_request(self) -> ResponseReturnValue | None:
        db.session.info[_AT_LAST] = []
        if self._reads():
            db.session.connection(execution_options={sqlite.READS: True})
        return super().preprocess_request()

    def dispatch_request(self) -> ResponseReturnValue:
        return in_unit_of_work(super().dispatch_request)

    def _reads(self) -> bool:
        return getattr(self.view_functions.get(request.endpoint or ""), "reads", False)


def reads(view: View) -> View:
    """Declare that a view writes nothing as a rule, but for what it writes `at_last`, and asks
    nobody outside the house for anything.

    If it comes to write after all, it is run again as one that writes.
    """
    vars(view)["reads"] = True
    return view


@contextmanager
def unit_of_work() -> Iterator[None]:
    """Everything inside is committed together, or not at all; for commands and the worker."""
    leaving: list[Callable[[], object]] = []
    db.session.info[_LEAVING] = leaving
    db.session.info.setdefault(_AT_LAST, [])
    try:
        yield
        if db.session.info.get(_DONE):
            _refuse_writes("a write after done() would be lost")
            db.session.rollback()
        else:
            _commit()
    except BaseException:
        db.session.rollback()
        raise
    finally:
        for name in (_LEAVING, _AT_LAST, _DONE):
            db.session.info.pop(name, None)
    _let_leave(leaving)


def in_unit_of_work(work: Callable[[], T]) -> T:
    """Run `work` and commit; what lost a race or its connection is run again from the start.

    A connection that breaks at the commit itself is not tried again: it may have been done.
    """
    before = tuple(db.session.info.get(_AT_LAST, ()))  # said while access was checked
    for attempt in range(1, ATTEMPTS + 1):
        try:
            db.session.info[_AT_LAST] = list(before)
            with unit_of_work():
                return work()
        except DBAPIError as error:
            if attempt == ATTEMPTS or not _may_be_run_again(error):
                raise
            log.info("a transaction wrote unannounced, lost a race or its connection: once more")
            time.sleep(0.01 * (attempt - 1))
    raise AssertionError("unreachable")


def after_commit(leave: Callable[[], object]) -> None:
    """Let something leave the building once the transaction stands; not run if it fails."""
    cast(list[Callable[[], object]], db.session.info[_LEAVING]).append(leave)


def at_last(write: Callable[[], object]) -> None:
    """Let something be written with the commit, once all else is known; not run if that fails.

    For what a view that `reads` must write all the same: nothing is shown unless it stands.
    """
    if db.session.info.get(_DONE):
        raise RuntimeError("at_last() after done() would be lost")
    cast(list[Callable[[], object]], db.session.info[_AT_LAST]).append(write)


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
    _commit()
    db.session.info[_DONE] = True
    _let_leave(db.session.info[_LEAVING])


def _commit() -> None:
    """Write what comes last, and commit. A transaction that only read ends before that, with
    everything it has loaded: what is written then waits for its turn and is soon over."""
    last = cast(list[Callable[[], object]], db.session.info.pop(_AT_LAST))
    if last and db.session.connection().get_execution_options().get(sqlite.READS):
        db.session.commit()
    for write in last:
        write()
    db.session.commit()


def _let_leave(leaving: list[Callable[[], object]]) -> None:
    while leaving:
        leaving.pop(0)()


def _refuse_writes(why: str) -> None:
    if db.session.new or db.session.dirty or db.session.deleted:
        raise RuntimeError(why)


def _may_be_run_again(error: DBAPIError) -> bool:
    return sqlite.only_read(error) or _lost_a_race(error) or _lost_the_database(error)


def _lost_a_race(error: DBAPIError) -> bool:
    if isinstance(error, IntegrityError):
        return True
    state = getattr(error.orig, "sqlstate", None)
    return state in _RETRYABLE_STATES or "database is locked" in str(error.orig)


def _lost_the_database(error: DBAPIError) -> bool:
    """The connection broke at a statement, so before the commit: nothing of it stands."""
    return error.connection_invalidated and error.statement is not None
