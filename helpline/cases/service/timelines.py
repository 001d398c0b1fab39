"""A case's entries as a holder opened them once, on its shelf, so that a page opens them at once.

Good for exactly those entries whose running hash it names, which is also what the header vouches
for: one entry more or less, or another byte in one, and every entry is opened itself.
"""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from helpline.cases.models import Timeline
from helpline.cases.rules.kinds import EntryKind
from helpline.cases.rules.state import Event
from helpline.cases.service import places
from helpline.cases.service.content import pack, unpack
from helpline.cases.service.entries import Opened
from helpline.cases.service.files import CaseFile
from helpline.errors import NotFound
from helpline.extensions import db
from helpline.keys.service.site import Tampered
from helpline.unit_of_work import at_last

MOST: Final = 200
"""Entries of a case whose timeline is kept: it is written whole after each new one."""


def read(file: CaseFile) -> list[Opened] | None:
    """The entries, if what is kept is of exactly these.

    Written in the case's present generation: whoever has only an older one writes no history.
    """
    row = db.session.get(Timeline, file.case.id)
    if row is None or row.generation != file.opened.generation:
        return None
    try:
        values = unpack(file.opened.read(row.content, places.timeline(row.case_id, row.revision)))
    except (Tampered, NotFound):
        return None
    if values["hash"] != file.hash.hex():
        return None
    return [
        Opened(
            uuid.UUID(entry_id),
            sequence,
            Event(EntryKind(kind), datetime.fromisoformat(at), by, body),
        )
        for entry_id, sequence, kind, at, by, body in values["entries"]
    ]


def keep(file: CaseFile, found: Sequence[Opened]) -> None:
    """Lay what was opened on the shelf, at the end of this request."""
    if len(found) <= MOST:
        at_last(lambda: _write(file, found))


def _write(file: CaseFile, found: Sequence[Opened]) -> None:
    case_id = file.case.id
    row = db.session.get(Timeline, case_id, populate_existing=True)
    if row is None:
        row = Timeline(case_id=case_id, revision=0)
        db.session.add(row)
    row.revision += 1
    told = [
        (
            str(one.id),
            one.sequence,
            one.event.kind.value,
            one.event.at.isoformat(),
            one.event.by,
            dict(one.event.body),
        )
        for one in found
    ]
    plain = pack({"hash": file.hash.hex(), "entries": told})
    row.content = file.opened.write(plain, places.timeline(case_id, row.revision))
