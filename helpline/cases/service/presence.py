"""Who else has a case open now: a mark that lives as long as the page asks for it."""

import uuid
from datetime import datetime, timedelta

from sqlalchemy import delete, select

from helpline.cases.models import Presence
from helpline.extensions import db
from helpline.keys.service import boxes
from helpline.keys.service.principal import Principal

LASTS = timedelta(seconds=45)
"""A little more than two of the page's questions."""


def mark(principal: Principal, case_id: uuid.UUID, now: datetime) -> tuple[uuid.UUID, ...]:
    """Say that this person has the case open; returns who else has. NotFound without a grant."""
    boxes.open_one(principal, case_id)
    db.session.execute(delete(Presence).where(Presence.until < now))
    db.session.merge(Presence(case_id=case_id, person_id=principal.person, until=now + LASTS))
    db.session.flush()
    others = select(Presence.person_id).where(
        Presence.case_id == case_id, Presence.person_id != principal.person
    )
    return tuple(db.session.scalars(others.order_by(Presence.person_id)))
