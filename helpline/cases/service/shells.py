"""The outer rows of cases: find, lock, name."""

import secrets
import uuid
from typing import Final

from sqlalchemy import bindparam, select

from helpline.cases.models import Case, Link
from helpline.errors import Conflict, NotFound
from helpline.extensions import db

ALPHABET: Final = "23456789BCDFGHJKMNPQRSTVWXZ"
JOINED: Final = "joined"
SAME_PHONE: Final = "same_phone"
RELATED: Final = "related"
STALE: Final = (
    "Somebody else changed this case. Your text is kept below. Read the change, then save again."
)
_LOCKED: Final = (
    select(Case)
    .where(Case.id == bindparam("case"))
    .with_for_update()
    .execution_options(populate_existing=True)
)
_NAMED: Final = select(Case.id).where(Case.reference == bindparam("reference"))
JOINED_INTO: Final = select(Link.case_id).where(
    Link.other_id == bindparam("case"), Link.kind == JOINED
)
"""The cases that were joined into `case`."""


def find(case_id: uuid.UUID) -> Case:
    """The case's row; NotFound if there is none."""
    case = db.session.get(Case, case_id)
    if case is None:
        raise NotFound
    return case


def lock(case_id: uuid.UUID) -> Case:
    """The case's row as it stands now, locked until this transaction ends."""
    case = db.session.scalar(_LOCKED, {"case": case_id})
    if case is None:
        raise NotFound
    return case


def check_revision(case: Case, revision: int | None) -> None:
    """Raise Conflict unless the form was made from this revision; None asks for no check."""
    if revision is not None and revision != case.revision:
        raise Conflict(STALE)


def new_reference() -> str:
    """A short random name that no case has; longer when the short ones get scarce."""
    for length in (4, 4, 4, 5, 5, 6, 8):
        name = "".join(secrets.choice(ALPHABET) for _ in range(length))
        if db.session.scalar(_NAMED, {"reference": name}) is None:
            return name
    raise Conflict("No free case name was found. Try again.")


def joined_to(case_id: uuid.UUID) -> uuid.UUID:
    """The case into which this one was joined, or itself."""
    seen = {case_id}
    while True:
        into = db.session.scalar(
            select(Link.other_id).where(Link.case_id == case_id, Link.kind == JOINED)
        )
        if into is None or into in seen:
            return case_id
        case_id = into
        seen.add(into)


def joined_into(case_id: uuid.UUID) -> list[uuid.UUID]:
    """The cases that were joined into this one."""
    return list(db.session.scalars(JOINED_INTO, {"case": case_id}))
