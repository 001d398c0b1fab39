"""Counters by line and day, and by counsellor and day."""

import uuid
from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import bindparam, select, update

from helpline.extensions import db
from helpline.hotline.models import LineDay, PersonDay
from helpline.hotline.service import rows
from helpline.register.service.lines import LineView


def day_of(line: LineView, now: datetime) -> date:
    """The day by the line's own clock."""
    return line.calendar.local(now).date()


_DAYS = rows.table(LineDay)
_ONE_MORE = (
    update(_DAYS)
    .where(
        _DAYS.c.line_id == bindparam("line"),
        _DAYS.c.day == bindparam("on"),
        _DAYS.c.what == bindparam("counted"),
    )
    .values(count=_DAYS.c.count + 1)
)


def add(line_id: uuid.UUID, day: date, what: str) -> None:
    """Count one more; two first ones at once are settled by running one of them again.

    Everybody counts in the same row: it comes last, so that it is locked for a moment only.
    """
    where = {"line": line_id, "on": day, "counted": what}
    if not rows.write(_ONE_MORE, where):
        db.session.add(LineDay(line_id=line_id, day=day, what=what, count=1))
        db.session.flush()


def of_day(line_id: uuid.UUID, day: date) -> Mapping[str, int]:
    """All counters of a line on a day."""
    rows = db.session.execute(
        select(LineDay.what, LineDay.count).where(LineDay.line_id == line_id, LineDay.day == day)
    )
    return {what: int(number) for what, number in rows}


def talk(person: uuid.UUID, day: date, *, heavy: bool) -> None:
    """Count a talk of a counsellor."""
    changed = rows.changed(
        update(PersonDay)
        .where(PersonDay.person_id == person, PersonDay.day == day)
        .values(calls=PersonDay.calls + 1, heavy=PersonDay.heavy + int(heavy))
    )
    if not changed:
        db.session.add(PersonDay(person_id=person, day=day, calls=1, heavy=int(heavy)))
        db.session.flush()


def debrief(person: uuid.UUID, day: date) -> None:
    """Count a debrief of a counsellor."""
    changed = rows.changed(
        update(PersonDay)
        .where(PersonDay.person_id == person, PersonDay.day == day)
        .values(debriefs=PersonDay.debriefs + 1)
    )
    if not changed:
        db.session.add(PersonDay(person_id=person, day=day, calls=0, heavy=0, debriefs=1))
        db.session.flush()


def weighs_more(person: uuid.UUID, day: date) -> None:
    """A talk that was counted already turned out to be heavy."""
    rows.changed(
        update(PersonDay)
        .where(PersonDay.person_id == person, PersonDay.day == day)
        .values(heavy=PersonDay.heavy + 1)
    )


def of_person(person: uuid.UUID, day: date) -> tuple[int, int]:
    """(talks, heavy ones) of a counsellor on a day."""
    row = db.session.get(PersonDay, (person, day))
    return (row.calls, row.heavy) if row else (0, 0)


def heavy_on(day: date) -> Mapping[uuid.UUID, int]:
    """Heavy talks of everybody on a day."""
    rows = db.session.execute(
        select(PersonDay.person_id, PersonDay.heavy).where(PersonDay.day == day)
    )
    return {row.person_id: row.heavy for row in rows}
