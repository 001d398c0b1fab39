"""Telephone numbers of cases: sealed at once, opened only when somebody gives a reason or rings."""

import logging
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import bindparam, func, select

from helpline.cases.models import Case, Number
from helpline.cases.service import places
from helpline.cases.service.content import pack, unpack
from helpline.columns import new_id
from helpline.extensions import db
from helpline.keys.service.boxes import OpenBox, Slot
from helpline.keys.service.site import Tampered
from telephony.numbers import CallerNumber

log = logging.getLogger(__name__)

_OF_CASE = select(Number).where(Number.case_id == bindparam("case")).order_by(Number.sequence)


@dataclass(frozen=True, slots=True)
class KnownNumber:
    """A number of a case, opened. `handle` is what the database knows of it."""

    id: uuid.UUID
    handle: bytes
    _e164: str = field(repr=False)

    @property
    def caller(self) -> CallerNumber:
        return CallerNumber.parse(self._e164)


def put(slot: Slot, case: Case, e164: str, handle: bytes, now: datetime, sequence: int) -> None:
    """Seal a number into a case through its slot; `sequence`: 1 for the first, see `next_of`."""
    row = Number(id=new_id(), case_id=case.id, sequence=sequence)
    plain = pack({"number": e164, "handle": handle.hex(), "at": now.isoformat()})
    row.content = slot.put(plain, places.number(row.id, row.sequence))
    db.session.add(row)


def next_of(case_id: uuid.UUID) -> int:
    """The sequence of the next number of a case whose row the caller has locked."""
    query = select(func.max(Number.sequence)).where(Number.case_id == case_id)
    return (db.session.scalar(query) or 0) + 1


def of_case(opened: OpenBox) -> list[KnownNumber]:
    """Every number of an open case, the first one first; what we did not write is left out."""
    known = []
    for row in _rows(opened.id):
        try:
            known.append(_read(opened, row))
        except Tampered:
            log.error("a number does not hold")
    return known


def every(opened: OpenBox) -> list[KnownNumber]:
    """The same for a check that must not miss one: raises `Tampered` for what does not open."""
    return [_read(opened, row) for row in _rows(opened.id)]


def current(opened: OpenBox, chosen: str | None) -> KnownNumber | None:
    """The number that counts: the chosen one, else the first."""
    known = of_case(opened)
    by_id = {str(number.id): number for number in known}
    return by_id.get(chosen or "") or (known[0] if known else None)


def _read(opened: OpenBox, row: Number) -> KnownNumber:
    values = unpack(opened.read(row.content, places.number(row.id, row.sequence)))
    return KnownNumber(row.id, bytes.fromhex(values["handle"]), values["number"])


def _rows(case_id: uuid.UUID) -> Sequence[Number]:
    return db.session.scalars(_OF_CASE, {"case": case_id}).all()
