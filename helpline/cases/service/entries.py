"""Entries: appended through the slot or on the shelf, opened again, hashed in order."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import bindparam, select

from helpline.cases.models import Case, Entry
from helpline.cases.rules.state import Event
from helpline.cases.service import places
from helpline.cases.service.content import pack_event, unpack_event
from helpline.columns import new_id
from helpline.extensions import db
from helpline.keys.rules import Place
from helpline.keys.service import boxes
from helpline.keys.service.boxes import OpenBox, Slot
from helpline.keys.service.site import Site, digest

LAST: Final = 2**31 - 1
"""The highest number an entry can have."""
_AFTER: Final = (
    select(Entry)
    .where(Entry.case_id == bindparam("case"))
    .where(Entry.sequence > bindparam("sequence"), Entry.sequence <= bindparam("upto"))
    .order_by(Entry.sequence)
)


@dataclass(frozen=True, slots=True)
class Opened:
    """An entry that was opened."""

    id: uuid.UUID
    sequence: int
    event: Event


def put(site: Site, case: Case, event: Event) -> Entry:
    """Append through the slot: anybody may, nobody can read it without holding the case."""
    return put_into(boxes.slot(site, case.id), case, event)


def put_into(slot: Slot, case: Case, event: Event) -> Entry:
    """The same, for whoever knows the case's slot already."""
    entry = _next(case, event)
    entry.content = slot.put(pack_event(event), _place(entry))
    db.session.add(entry)
    return entry


def write(opened: OpenBox, case: Case, event: Event) -> Entry:
    """Append on the shelf, by a holder."""
    entry = _next(case, event)
    entry.content = opened.write(pack_event(event), _place(entry))
    db.session.add(entry)
    db.session.flush()
    return entry


def read(opened: OpenBox, entry: Entry) -> Opened:
    """Open an entry; raises `Tampered` if it is not what we wrote there."""
    data = opened.read(entry.content, _place(entry))
    return Opened(entry.id, entry.sequence, unpack_event(entry.kind, data))


def after(case_id: uuid.UUID, sequence: int, upto: int | None = None) -> Sequence[Entry]:
    """The entries of a case that follow this one, in order, to the end or up to `upto`."""
    asked = {"case": case_id, "sequence": sequence, "upto": upto or LAST}
    return db.session.scalars(_AFTER, asked).all()


def extend_hash(running: bytes, entry: Entry) -> bytes:
    """The running hash with one more entry: its id, place in the order, kind and sealed bytes."""
    return digest(
        running, entry.id.bytes, str(entry.sequence).encode(), entry.kind.encode(), entry.sealed
    )


def _next(case: Case, event: Event) -> Entry:
    """The next entry of a case whose row the caller has locked."""
    case.entries += 1
    return Entry(id=new_id(), case_id=case.id, sequence=case.entries, kind=event.kind.value)


def _place(entry: Entry) -> Place:
    return places.entry(entry.id, entry.sequence, entry.kind)
