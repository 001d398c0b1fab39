"""Forms that a lock or the end of a session cut off: sealed to whoever wrote them, offered again.

Nobody is logged in when a form is kept, so it goes through the owner's slot: the server puts it in
and cannot read it. Where the form belongs and what it says is inside; outside stands the day.
"""

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select

from helpline.accounts.models import KeptForm
from helpline.errors import NotFound
from helpline.extensions import db
from helpline.keys.rules import Place
from helpline.keys.service import boxes
from helpline.keys.service.principal import Principal
from helpline.keys.service.site import Site, Tampered

MOST = 20
KEPT_FOR = timedelta(days=7)

Fields = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Kept:
    """A kept form: `action` is where it is sent, `page` where it stood, `fields` what it held."""

    id: uuid.UUID
    action: str
    page: str
    fields: Fields = field(repr=False)


def keep(
    site: Site, person: uuid.UUID, action: str, page: str, fields: Fields, now: datetime
) -> bool:
    """Keep a form for its owner; False if too many wait already or the directory has nobody such.

    The same form sent twice is kept once.
    """
    content = json.dumps(
        {"action": action, "page": page, "fields": list(fields)}, ensure_ascii=False
    )
    ident = uuid.UUID(bytes=site.event_hash("kept form", str(person), content)[:16])
    if db.session.get(KeptForm, ident) is not None:
        return True
    if waiting_count(person) >= MOST:
        return False
    row = KeptForm(id=ident, person_id=person, day=now.date())
    try:
        row.content = boxes.put_to_person(site, person, content.encode(), _place(ident))
    except NotFound:
        return False
    db.session.add(row)
    db.session.flush()
    return True


def waiting_count(person: uuid.UUID) -> int:
    """How many forms wait for this person."""
    return db.session.scalar(select(func.count()).where(KeptForm.person_id == person)) or 0


def waiting(principal: Principal) -> Sequence[Kept]:
    """What waits for this person; a row that somebody changed is left out, and the alarm raised."""
    rows = db.session.scalars(
        select(KeptForm)
        .where(KeptForm.person_id == principal.person)
        .order_by(KeptForm.day, KeptForm.id)
    )
    found = []
    for row in rows:
        try:
            plain = boxes.read_own(principal, row.content, _place(row.id))
        except Tampered:
            continue
        content = json.loads(plain)
        fields = [(str(name), str(value)) for name, value in content["fields"]]
        found.append(Kept(row.id, content["action"], content["page"], fields))
    return found


def drop(principal: Principal, ident: uuid.UUID) -> None:
    """Delete one of the person's kept forms: it was sent again, or thrown away."""
    db.session.execute(
        delete(KeptForm).where(KeptForm.id == ident, KeptForm.person_id == principal.person)
    )


def forget(person: uuid.UUID) -> None:
    """Delete everything kept for somebody who leaves."""
    db.session.execute(delete(KeptForm).where(KeptForm.person_id == person))


def purge(now: datetime) -> None:
    """Delete what nobody came back for."""
    last = (now - KEPT_FOR).date()
    db.session.execute(
        delete(KeptForm).where(KeptForm.day < last).execution_options(synchronize_session=False)
    )


def _place(ident: uuid.UUID) -> Place:
    return Place("kept form", "kept_forms", str(ident))
