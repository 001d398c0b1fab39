"""Work that follows a commit: rows written in the act's own transaction, run at least once.

A row holds the name of its handler and opaque ids, never a number or content. It is deleted when
done. Its only time counts from its last attempt, so that it does not tell when a worker acted.
"""

import logging
import random
import uuid
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from sqlalchemy import JSON, Integer, String, delete, func, or_, select, update
from sqlalchemy.orm import Mapped, mapped_column

from helpline.columns import UtcDateTime, new_id
from helpline.extensions import Model, db
from helpline.unit_of_work import unit_of_work

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=2)
LONGEST_PAUSE = timedelta(hours=1)
Arguments = Mapping[str, str]
Handler = Callable[[Arguments, datetime], None]
_HANDLERS: dict[str, Handler] = {}
_PERIODIC: dict[str, tuple[timedelta, Callable[[datetime], None]]] = {}


class Job(Model):
    """One thing still to be done."""

    __tablename__ = "jobs"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(64))
    arguments: Mapped[dict[str, str]] = mapped_column(JSON)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    run_after: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)


class NotYet(Exception):
    """Raised by a handler whose time has not come: tried again after the usual pause."""


def handler(name: str) -> Callable[[Handler], Handler]:
    """Register the function that does the jobs called `name`; it must be idempotent."""

    def keep(function: Handler) -> Handler:
        _HANDLERS[name] = function
        return function

    return keep


def enqueue(name: str, arguments: Arguments) -> None:
    """Add a job to the current transaction."""
    db.session.add(Job(name=name, arguments=dict(arguments)))


def periodic(
    name: str, every: timedelta
) -> Callable[[Callable[[datetime], None]], Callable[[datetime], None]]:
    """Register something that the worker does again and again; safe with several workers."""

    def keep(function: Callable[[datetime], None]) -> Callable[[datetime], None]:
        _PERIODIC[name] = (every, function)
        return function

    return keep


def run_periodic(now: datetime, last: dict[str, datetime]) -> None:
    """Do what is due again, each in a unit of work of its own; `last` is kept by the caller."""
    for name, (every, function) in _PERIODIC.items():
        if name in last and now - last[name] < every:
            continue
        last[name] = now
        try:
            with unit_of_work():
                function(now)
        except Exception as error:
            log.warning("%s failed with %s", name, type(error).__name__, exc_info=error)


def registered() -> tuple[frozenset[str], frozenset[str]]:
    """The names of all handlers, and of what is done again and again."""
    return frozenset(_HANDLERS), frozenset(_PERIODIC)


def waiting() -> int:
    """How many jobs are not done yet."""
    return db.session.scalar(select(func.count()).select_from(Job)) or 0


def run_due(now: datetime, limit: int = 50) -> int:
    """Run what is due, each job in a unit of work of its own; return how many were done."""
    done = 0
    for _ in range(limit):
        job = _lease(now)
        if job is None:
            break
        done += _run(job, now)
    return done


def _lease(now: datetime) -> Job | None:
    """Take one job for two minutes; whoever dies with it gives it back by that."""
    with unit_of_work():
        due = (
            select(Job.id)
            .where(or_(Job.run_after.is_(None), Job.run_after <= now))
            .order_by(Job.run_after.nulls_first())
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        found = db.session.scalar(due)
        if found is None:
            return None
        return db.session.scalar(
            update(Job)
            .where(Job.id == found)
            .values(attempts=Job.attempts + 1, run_after=now + LEASE)
            .returning(Job)
        )


def _run(job: Job, now: datetime) -> bool:
    ident, name, arguments, attempts = job.id, job.name, dict(job.arguments), job.attempts
    try:
        with unit_of_work():
            _HANDLERS[name](arguments, now)
            db.session.execute(delete(Job).where(Job.id == ident))
    except Exception as error:  # noqa: BLE001  any failure means: again, later
        if not isinstance(error, NotYet):
            log.warning("job %s failed with %s, try %d", name, type(error).__name__, attempts)
        with unit_of_work():
            again = now + pause_after(attempts)
            db.session.execute(update(Job).where(Job.id == ident).values(run_after=again))
        return False
    return True


def pause_after(attempts: int) -> timedelta:
    """Doubling pauses from 2 s to an hour, with a tenth of chance so that retries spread."""
    pause = min(timedelta(seconds=2 ** min(attempts, 20)), LONGEST_PAUSE)
    return pause * (1 + random.random() / 10)  # noqa: S311  no secret hangs on it
