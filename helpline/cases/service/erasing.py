"""Destroying a case: its box, everything sealed to it, every row that names it; and the register.

Never by itself: a supervisor does it, when its time is over or because the worker asked. A legal
hold stops it. What was published before stays as it is. What a closed quarter counted of it stays
for the numbers of its year, under no case's name; if the worker asked, that is gone, too.
"""

import uuid
from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import Select, Table, delete, select, update

from helpline import sqlite
from helpline.audit.service import record
from helpline.cases.models import Case, CertifierLetter, Destruction, Link, WorkerReceipt
from helpline.cases.rules.keeping import TOLD_BEFORE, Ground, Kept, standing
from helpline.cases.rules.kinds import EntryKind
from helpline.cases.rules.status import Status
from helpline.cases.service import facts, files
from helpline.cases.service.acts import act, given, only_supervisors
from helpline.cases.service.lists import Row, rows
from helpline.columns import new_id
from helpline.errors import Conflict
from helpline.extensions import Base, db
from helpline.keys.service import boxes
from helpline.keys.service.principal import Principal
from helpline.unit_of_work import after_commit

REASON_LENGTH = 500
PAGE = 100


def ending(principal: Principal, today: date) -> tuple[Row, ...]:
    """Closed cases that the principal holds whose time is over, or will be within 30 days."""
    return rows(principal, db.session.scalars(_ending(today)).all())


def own_ending(principal: Principal, today: date) -> tuple[Row, ...]:
    """The same of the cases that the principal handles, without those on legal hold."""
    query = _ending(today).where(Case.assignee == principal.person)
    found = rows(principal, db.session.scalars(query).all())
    return tuple(row for row in found if not row.state.legal_hold)


def _ending(today: date) -> Select[Case]:
    """What ends first comes first. A date that is not set is no reason to end."""
    last = today + TOLD_BEFORE
    return (
        select(Case)
        .where(Case.retain_until <= last)
        .order_by(Case.retain_until, Case.id)
        .limit(PAGE)
    )


def hold(principal: Principal, case_id: uuid.UUID, reason: str, now: datetime) -> None:
    """A legal hold: the case is kept until somebody lifts it. Raises BadInput, Conflict."""
    _set_hold(principal, case_id, reason, now, held=True)


def lift_hold(principal: Principal, case_id: uuid.UUID, reason: str, now: datetime) -> None:
    """The legal hold is over; the case's own date counts again."""
    _set_hold(principal, case_id, reason, now, held=False)


def erase(principal: Principal, case_id: uuid.UUID, ground: Ground, now: datetime) -> None:
    """Destroy a closed case for ever. Raises Conflict, NotAllowed.

    Its time must be over, or the worker have asked.
    """
    only_supervisors(principal)
    file = files.open_file(principal, case_id)
    if file.state.status is not Status.CLOSED:
        raise Conflict("Only a closed case is destroyed.")
    where = standing(file.case.retain_until, now.date(), held=file.state.legal_hold)
    if where is Kept.HELD:
        raise Conflict("A legal hold keeps this case.")
    if ground is Ground.OVER and where is not Kept.OVER:
        raise Conflict("The time of this case is not over yet.")
    db.session.expire_all()
    if ground is Ground.OVER:
        facts.outlive(principal, case_id)
        db.session.flush()
    _destroy(case_id)
    db.session.add(
        Destruction(
            id=new_id(),
            case_id=case_id,
            ground=ground.value,
            day=now.date(),
            person_id=principal.person,
        )
    )
    detail = {"ground": ground.value}
    record(
        principal.site,
        "case.destroyed",
        now,
        actor=principal.person,
        object_id=case_id,
        detail=detail,
    )
    after_commit(lambda: sqlite.shred(db.engine))


def register(limit: int = PAGE) -> Sequence[Destruction]:
    """What was destroyed, newest first."""
    query = select(Destruction).order_by(Destruction.day.desc(), Destruction.id).limit(limit)
    return db.session.scalars(query).all()


def _destroy(case_id: uuid.UUID) -> None:
    """Every table that names the case, of whichever room: a table made later is not forgotten."""
    letterboxes = select(WorkerReceipt.box_id).where(WorkerReceipt.case_id == case_id)
    letters = select(CertifierLetter.id).where(CertifierLetter.case_id == case_id)
    for box_id in [*db.session.scalars(letterboxes), *db.session.scalars(letters), case_id]:
        boxes.destroy(box_id)
    db.session.execute(delete(Link).where((Link.case_id == case_id) | (Link.other_id == case_id)))
    for table in reversed(Base.metadata.sorted_tables):
        if "case_id" in table.c and table.name != Destruction.__tablename__:
            _forget(table, case_id)
    db.session.execute(delete(Case).where(Case.id == case_id))
    db.session.expunge_all()


def _forget(table: Table, case_id: uuid.UUID) -> None:
    """Rows that are about the case go; rows that only point there point nowhere."""
    if table.c.case_id.nullable:
        db.session.execute(update(table).where(table.c.case_id == case_id).values(case_id=None))
        return
    db.session.execute(delete(table).where(table.c.case_id == case_id))


def _set_hold(
    principal: Principal, case_id: uuid.UUID, reason: str, now: datetime, *, held: bool
) -> None:
    only_supervisors(principal)
    reason = given(reason, "reason", REASON_LENGTH)
    with act(principal, case_id, "case.legal_hold", now) as file:
        if file.state.legal_hold is held:
            raise Conflict("This was decided already.")
        file.append(EntryKind.LEGAL_HOLD, {"held": held, "reason": reason}, now)
