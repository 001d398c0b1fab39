"""The text of a case folded for search, on its shelf, good up to an entry."""

import uuid
from collections.abc import Sequence

from helpline.cases.models import Digest
from helpline.cases.rules.state import Event
from helpline.cases.service import entries, places
from helpline.cases.service.content import searchable
from helpline.errors import NotFound
from helpline.extensions import db
from helpline.keys.rules import Sealed
from helpline.keys.service.boxes import OpenBox
from helpline.keys.service.site import Tampered

STEP = 4096
LENGTH_BYTES = 4
"""What sealing adds in front before it pads."""


def extend(opened: OpenBox, case_id: uuid.UUID, upto: int, fresh: Sequence[Event]) -> None:
    """Add the words of new entries; a digest that is behind or broken is made from all of them."""
    row = db.session.get(Digest, case_id)
    if row is not None and row.upto == upto:
        return
    text = read(opened, row) if row is not None else ""
    whole = row is None or text is None or row.upto != upto - len(fresh)
    if whole and upto != len(fresh):
        text = _rebuilt(opened, case_id, upto)
    else:
        text = _joined([text or "", *(searchable(event) for event in fresh)])
    if row is None:
        row = Digest(case_id=case_id, revision=0)
        db.session.add(row)
    row.revision += 1
    row.upto = upto
    row.content = opened.write(_padded(text), places.digest(case_id, row.revision))


def lacks(
    opened: OpenBox, case_id: uuid.UUID, revision: int, content: Sealed, words: Sequence[bytes]
) -> Sequence[bytes]:
    """Which of these folded words, as UTF-8, a digest has not; one that does not hold has none.
    Looks in the bytes as they were padded: a search opens a thousand."""
    try:
        data = opened.read(content, places.digest(case_id, revision))
    except (Tampered, NotFound):
        return words
    return [word for word in words if word not in data]


def read(opened: OpenBox, row: Digest) -> str | None:
    """The folded text, or None if the row does not hold."""
    try:
        data = opened.read(row.content, places.digest(row.case_id, row.revision))
        return data.decode().rstrip(" ")
    except (Tampered, NotFound, UnicodeDecodeError):
        return None


def _rebuilt(opened: OpenBox, case_id: uuid.UUID, upto: int) -> str:
    texts = []
    for entry in entries.after(case_id, 0):
        if entry.sequence > upto:
            break
        try:
            texts.append(searchable(entries.read(opened, entry).event))
        except (Tampered, NotFound):
            continue
    return _joined(texts)


def _joined(texts: Sequence[str]) -> str:
    return "\n".join(text for text in texts if text)


def _padded(text: str) -> bytes:
    """Padded to steps of 4 kB, so that its size says little about who wrote how much."""
    data = text.encode()
    steps = -(-(len(data) + LENGTH_BYTES) // STEP)
    return data.ljust(steps * STEP - LENGTH_BYTES)
