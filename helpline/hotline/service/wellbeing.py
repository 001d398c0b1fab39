"""Heavy talks one after the other, and the debrief that is offered after them.

It counts talks and holds nothing of a worker. It ends with the shift; what stays is how many
heavy talks and debriefs a person had on a day.
"""

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from helpline.errors import Conflict
from helpline.extensions import db
from helpline.hotline import rules
from helpline.hotline.models import Duty
from helpline.hotline.rules import DutyState
from helpline.hotline.service import counts, roster


def offered(row: Duty | None, after: int) -> bool:
    """Whether somebody on duty had so many heavy talks in a row that a debrief is offered."""
    if row is None or row.state == DutyState.OFF:
        return False
    return rules.in_a_row(row.weights) >= after


def ask(person: uuid.UUID) -> None:
    """The counsellor asks for a debrief; supervisors see it. Raises Conflict off duty."""
    row = roster.row_of(person)
    if row.state == DutyState.OFF:
        raise Conflict("You are off duty.")
    row.debrief = True


def asked() -> Sequence[uuid.UUID]:
    """Who asks for a debrief."""
    return db.session.scalars(select(Duty.person_id).where(Duty.debrief.is_(True))).all()


def held(person: uuid.UUID, now: datetime) -> None:
    """A supervisor held it: the count in a row begins again. Raises Conflict if none was due."""
    row = roster.row_of(person)
    if not row.debrief and not rules.in_a_row(row.weights):
        raise Conflict("No debrief was asked for.")
    row.debrief, row.weights = False, []
    counts.debrief(person, now.date())
