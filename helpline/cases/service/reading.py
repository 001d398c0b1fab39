"""Reading a whole case: every entry, every clock, what may be done, and whether it all holds."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import bindparam, or_, select

from helpline.audit.service import record, record_reading
from helpline.cases.models import Case, Link, Sound
from helpline.cases.rules import clocks
from helpline.cases.rules.clocks import Clock
from helpline.cases.rules.kinds import EntryKind
from helpline.cases.rules.policy import Act, Decision
from helpline.cases.rules.state import State
from helpline.cases.rules.status import Status
from helpline.cases.service import (
    cards,
    entries,
    files,
    numbers,
    opening,
    places,
    reaching,
    receipts,
    timelines,
)
from helpline.cases.service.cards import CardView
from helpline.cases.service.entries import Opened
from helpline.cases.service.files import CaseFile
from helpline.errors import NotFound
from helpline.extensions import db
from helpline.keys.service import boxes
from helpline.keys.service.principal import Principal
from helpline.keys.service.site import Tampered

_LINKS = select(Link).where(
    or_(Link.case_id == bindparam("case"), Link.other_id == bindparam("case"))
)


@dataclass(frozen=True, slots=True)
class LinkedCase:
    """Another case that has to do with this one; `kind` is same_phone or joined.

    `into`: this case came later, or was joined into the other. `waits`: nobody has the other.
    """

    id: uuid.UUID
    reference: str
    status: str
    kind: str
    into: bool
    mine: bool
    waits: bool


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case as a page shows it.

    timeline    every entry that opens, oldest first; faults name those that do not
    deliveries  text entry's id -> what the carrier said of it last
    read        letter entry's id -> whether the worker has read it
    decisions   whether we may ring, text, leave a message now
    cards       those of other cases of the same phone
    """

    case: Case
    state: State
    timeline: tuple[Opened, ...] = field(repr=False)
    clocks: tuple[Clock, ...]
    next: Clock | None
    decisions: Mapping[Act, Decision]
    card: CardView | None
    cards: tuple[CardView, ...]
    links: tuple[LinkedCase, ...]
    deliveries: Mapping[str, str]
    read: Mapping[str, bool]
    ways: tuple[Status, ...]
    letterboxes: int
    has_number: bool
    zone: str
    line_name: str
    faults: tuple[tuple[str, int], ...]

    @property
    def needs_card(self) -> bool:
        """Whether a serious case still says nothing to whoever answers its phone next."""
        if not clocks.is_heavy(self.state.severity) or self.case.handle is None:
            return False
        return self.card is None or not self.card.must_know


def read(principal: Principal, case_id: uuid.UUID, now: datetime) -> CaseView:
    """Read a case; the reading stands in the trail.

    Raises NotFound without a grant, ReasonNeeded for a supervisor whom nothing calls there.
    """
    file = files.open_file(principal, case_id, whole=True)
    opening.check(file, now)
    timeline = _everything(file)
    if file.fresh and not file.faults:
        file.save()
    number = numbers.current(file.opened, file.state.number)
    card, others = cards.around(file, number.handle if number else None)
    cards.audit(principal, others, now)
    working = file.calendars.working(file.state.line)
    every = clocks.clocks(file.state, working)
    line = file.calendars.line(file.state.line)
    record_reading(
        principal.site,
        "case.read",
        now,
        actor=principal.person,
        object_id=case_id,
        detail={"faults": ",".join(name for name, _ in file.faults)} if file.faults else None,
    )
    return CaseView(
        case=file.case,
        state=file.state,
        timeline=tuple(timeline),
        clocks=every,
        next=clocks.soonest(file.state, every),
        decisions=reaching.decide_all(file, number, others, now),
        card=card,
        cards=tuple(others),
        links=_links(principal, case_id),
        deliveries=_deliveries(timeline),
        read=_read_letters(timeline),
        ways=file.state.ways,
        letterboxes=len(receipts.letterboxes_of(case_id)),
        has_number=number is not None,
        zone=file.calendars.zone(file.state.line),
        line_name=line.name if line else "",
        faults=tuple(dict.fromkeys(file.faults)),
    )


def listen(principal: Principal, sound_id: uuid.UUID, now: datetime) -> bytes:
    """A voicemail or recording, opened in memory; recorded. NotFound without a grant."""
    row = db.session.get(Sound, sound_id)
    if row is None:
        raise NotFound
    opened = boxes.open_one(principal, row.case_id)
    data = opened.read(row.content, places.sound(row.id))
    record(principal.site, "case.listened", now, actor=principal.person, object_id=row.case_id)
    return data


def _everything(file: CaseFile) -> list[Opened]:
    """Every entry, with the history compared to what the header says of it."""
    kept = timelines.read(file) if _history_holds(file) else None
    if kept is not None:
        return kept
    found: list[Opened] = []
    broken = {sequence for name, sequence in file.faults if name == files.ENTRY_FAULT}
    for entry in file.entries:
        try:
            found.append(entries.read(file.opened, entry))
        except (Tampered, NotFound):
            if entry.sequence not in broken:
                file.fault(files.ENTRY_FAULT, entry.sequence)
    if not file.faults:
        timelines.keep(file, found)
    return found


def _history_holds(file: CaseFile) -> bool:
    """Whether these are the entries that the header vouches for, in their order."""
    running = b""
    for expected, entry in enumerate(file.entries, start=1):
        running = entries.extend_hash(running, entry)
        if entry.sequence != expected:
            file.fault(files.HISTORY_FAULT, entry.sequence)
    if running != file.hash or len(file.entries) != file.count:
        file.fault(files.HISTORY_FAULT)
        return False
    return True


def _links(principal: Principal, case_id: uuid.UUID) -> tuple[LinkedCase, ...]:
    rows = db.session.scalars(_LINKS, {"case": case_id}).all()
    if not rows:
        return ()
    others = {row.other_id if row.case_id == case_id else row.case_id: row for row in rows}
    cases = db.session.scalars(select(Case).where(Case.id.in_(list(others)))).all()
    return tuple(
        LinkedCase(
            id=case.id,
            reference=case.reference,
            status=case.status,
            kind=others[case.id].kind,
            into=others[case.id].case_id == case_id,
            mine=case.assignee == principal.person,
            waits=case.assignee is None and case.status != Status.CLOSED.value,
        )
        for case in sorted(cases, key=lambda case: case.reference)
    )


def _deliveries(timeline: Sequence[Opened]) -> dict[str, str]:
    return {
        str(item.event.body.get("entry")): str(item.event.body.get("state"))
        for item in timeline
        if item.event.kind is EntryKind.DELIVERY
    }


def _read_letters(timeline: Sequence[Opened]) -> dict[str, bool]:
    heard: dict[str, int] = {}
    for item in timeline:
        if item.event.kind is EntryKind.LETTERS_READ:
            box = str(item.event.body["box"])
            heard[box] = max(heard.get(box, 0), int(item.event.body["upto"]))
    return {
        str(item.id): any(
            sequence <= heard.get(box, 0) for box, sequence in item.event.body["boxes"]
        )
        for item in timeline
        if item.event.kind is EntryKind.LETTER_OUT
    }
