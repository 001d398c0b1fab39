"""Receipts: sixteen digits open a worker's letterbox from any telephone, and nothing else.

The letterbox holds what was said to the worker, and by the worker with the receipt in hand, from
the moment it exists; never the case. Who calls stretches the receipt before the transaction:
`helpline.keys.service.letterboxes.stretch`.
"""

import logging
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, func, or_, select

from crypto.receipts import Receipt
from helpline.cases.models import Letter, WorkerReceipt
from helpline.cases.rules.agenda import Coming, next_talk
from helpline.cases.rules.kinds import EntryKind
from helpline.cases.rules.state import Event
from helpline.cases.service import entries, places, shells
from helpline.cases.service.content import pack, unpack
from helpline.columns import new_id
from helpline.extensions import db
from helpline.keys.service import boxes, letterboxes
from helpline.keys.service.boxes import OpenBox
from helpline.keys.service.letterboxes import ReceiptKeys
from helpline.keys.service.site import Site, Tampered

log = logging.getLogger(__name__)

FROM_US = "us"
FROM_WORKER = "worker"
READ_MARK = "read"
WISH_MARK = "wish"
_LETTERBOXES = select(WorkerReceipt.box_id).where(
    or_(
        WorkerReceipt.case_id == bindparam("case"),
        WorkerReceipt.case_id.in_(shells.JOINED_INTO),
    )
)


@dataclass(frozen=True, slots=True)
class LetterView:
    """One letter, from us or the worker's own words; `talk`: the id of the talk it tells of."""

    sequence: int
    text: str = field(repr=False)
    language: str
    at: datetime
    from_us: bool
    by_phone: bool
    read: bool
    talk: str = ""


@dataclass(frozen=True, slots=True)
class Letters:
    """An opened letterbox. `letters`: what is unread and may be spoken, oldest first.

    `talk` is the next one to come. Of what was told of one talk only the last is spoken.
    `box_id` and `upto` are for `letters_heard`; they open nothing.
    """

    case_id: uuid.UUID
    box_id: uuid.UUID
    upto: int
    letters: tuple[LetterView, ...] = ()
    everything: tuple[LetterView, ...] = field(default=(), repr=False)
    talk: Coming | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class FreshReceipt:
    """A new receipt before anybody has it: `groups` are shown or read aloud once, kept nowhere."""

    groups: tuple[str, str, str, str] = field(repr=False)
    keys: ReceiptKeys = field(repr=False)


def fresh(site: Site) -> FreshReceipt:
    """Make and stretch a receipt. Slow: before the transaction."""
    receipt = Receipt.new()
    return FreshReceipt(receipt.groups, letterboxes.stretch(site, receipt))


def issue(
    site: Site,
    case_id: uuid.UUID,
    keys: ReceiptKeys,
    now: datetime,
    *,
    ends: uuid.UUID | None = None,
) -> uuid.UUID:
    """Give a case's worker a receipt; returns the letterbox's id. NotFound without the case.

    `ends`: the letterbox of a receipt that this one replaces, because it was not heard.
    """
    case = shells.lock(shells.joined_to(case_id))
    if ends is not None:
        end(ends)
    box_id = make(case.id, keys, site)
    body = {"box": str(box_id), "replaces": str(ends) if ends else None}
    entries.put(site, case, Event(EntryKind.RECEIPT_GIVEN, now, None, body))
    return box_id


def make(case_id: uuid.UUID, keys: ReceiptKeys, site: Site) -> uuid.UUID:
    """Make the letterbox alone; who calls writes the entry."""
    box = boxes.make(site, "worker", [])
    row = WorkerReceipt(
        lookup=keys.lookup, box_id=box.id, case_id=case_id, wrapped=letterboxes.lock(keys, box)
    )
    db.session.add(row)
    db.session.flush()
    return box.id


def end(box_id: uuid.UUID) -> None:
    """End a receipt: its letterbox opens never again."""
    db.session.execute(delete(Letter).where(Letter.box_id == box_id))
    db.session.execute(delete(WorkerReceipt).where(WorkerReceipt.box_id == box_id))
    boxes.destroy(box_id)


def open_letters(
    site: Site, keys: ReceiptKeys, now: datetime, *, mark_read: bool = True
) -> Letters | None:
    """Open the letterbox of a receipt; None if no receipt is like this.

    `mark_read`: what is unread counts as read; else call `letters_heard` when it was heard.
    """
    row = db.session.get(WorkerReceipt, keys.lookup)
    if row is None:
        return None
    opened = letterboxes.unlock(site, keys, row.wrapped, row.box_id)
    contents = _read(opened)
    everything = _views(contents)
    unread = [letter for letter in everything if letter.from_us and not letter.read]
    last = {letter.talk: letter.sequence for letter in unread if letter.talk}
    spoken = tuple(
        letter
        for letter in unread
        if letter.by_phone and last.get(letter.talk, letter.sequence) == letter.sequence
    )
    upto = max((letter.sequence for letter in everything), default=0)
    case_id = shells.joined_to(row.case_id)
    talk = next_talk((values["talk"] for _, values in contents if "talk" in values), now)
    found = Letters(case_id, row.box_id, upto, spoken, tuple(everything), talk)
    if mark_read and spoken:
        letters_heard(site, row.box_id, upto, now)
    return found


def letters_heard(site: Site, box_id: uuid.UUID, upto: int, now: datetime) -> None:
    """The worker heard every letter up to this one: said in the letterbox and in the case.

    A receipt that has ended meanwhile is no error.
    """
    row = db.session.scalar(select(WorkerReceipt).where(WorkerReceipt.box_id == box_id))
    if row is None:
        return
    _put(site, box_id, {"from": READ_MARK, "upto": upto, "at": now.isoformat()})
    case = shells.lock(shells.joined_to(row.case_id))
    body = {"box": str(box_id), "upto": upto, "how": "phone"}
    entries.put(site, case, Event(EntryKind.LETTERS_READ, now, None, body))


def put_letter(
    site: Site,
    case_id: uuid.UUID,
    text: str,
    language: str,
    now: datetime,
    *,
    by_phone: bool,
    talk: Mapping[str, str] | None = None,
    only: uuid.UUID | None = None,
) -> list[tuple[uuid.UUID, int]]:
    """Put what a person says to the worker into every letterbox of the case; where it lies.

    `only`: into this one alone. `talk`: the talk it tells of, as
    `helpline.cases.rules.agenda.next_talk` reads it.
    """
    values: dict[str, Any] = {
        "from": FROM_US,
        "text": text,
        "language": language,
        "at": now.isoformat(),
        "by_phone": by_phone,
    }
    values |= {"talk": dict(talk)} if talk else {}
    into = letterboxes_of(case_id) if only is None else [only]
    return [(box_id, _put(site, box_id, values)) for box_id in into]


def copy_words(site: Site, case_id: uuid.UUID, text: str, language: str, now: datetime) -> None:
    """Put the worker's own words, said with the receipt, into the letterbox as well."""
    values = {"from": FROM_WORKER, "text": text, "language": language, "at": now.isoformat()}
    for box_id in letterboxes_of(case_id):
        _put(site, box_id, values)


def mark_wish(site: Site, case_id: uuid.UUID, talk_id: str, wish: str) -> None:
    """Keep in the letterbox what its worker asked for a talk, so that it is not asked again."""
    values = {"from": WISH_MARK, "talk": {"id": talk_id, "wish": wish}}
    for box_id in letterboxes_of(case_id):
        _put(site, box_id, values)


def letterboxes_of(case_id: uuid.UUID) -> list[uuid.UUID]:
    """The letterboxes of a case and of those joined into it."""
    return list(db.session.scalars(_LETTERBOXES, {"case": case_id}))


def _put(site: Site, box_id: uuid.UUID, values: Mapping[str, Any]) -> int:
    newest = db.session.scalar(select(func.max(Letter.sequence)).where(Letter.box_id == box_id))
    row = Letter(id=new_id(), box_id=box_id, sequence=(newest or 0) + 1)
    row.content = boxes.put(site, box_id, pack(values), places.letter(row.id, row.sequence))
    db.session.add(row)
    db.session.flush()
    return row.sequence


def _read(opened: OpenBox) -> list[tuple[int, dict[str, Any]]]:
    """Every letter and mark in order; what does not hold is left out and logged."""
    found: list[tuple[int, dict[str, Any]]] = []
    for row in _rows(opened.id):
        try:
            values = unpack(opened.read(row.content, places.letter(row.id, row.sequence)))
        except Tampered:
            log.error("a letter does not hold")
            continue
        found.append((row.sequence, values))
    return found


def _views(contents: Sequence[tuple[int, Mapping[str, Any]]]) -> list[LetterView]:
    """The letters alone, read up to the last mark."""
    marks = [int(values["upto"]) for _, values in contents if values["from"] == READ_MARK]
    heard = max(marks, default=0)
    letters = [item for item in contents if item[1]["from"] in {FROM_US, FROM_WORKER}]
    return [_view(sequence, values, heard) for sequence, values in letters]


def _view(sequence: int, values: Mapping[str, Any], heard: int) -> LetterView:
    return LetterView(
        sequence=sequence,
        text=values["text"],
        language=values["language"],
        at=datetime.fromisoformat(values["at"]),
        from_us=values["from"] == FROM_US,
        by_phone=bool(values.get("by_phone", False)),
        read=sequence <= heard,
        talk=str(values.get("talk", {}).get("id", "")),
    )


def _rows(box_id: uuid.UUID) -> Sequence[Letter]:
    query = select(Letter).where(Letter.box_id == box_id).order_by(Letter.sequence)
    return db.session.scalars(query).all()
