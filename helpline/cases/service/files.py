"""An open case in one request: its state, its new entries, and its header kept true.

The header (status, severity and assignee repeated, count and running hash of the entries, the
state they add up to) lies on the case's shelf and is good up to an entry. Opening a case folds
what came in since through the slot; whoever holds the case then writes the header again. What the
outer row or an entry shows otherwise than the header says was not written by us: it is a *fault*,
shown to whoever reads and never acted upon.
"""

import logging
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, func, select

from helpline.audit.service import record
from helpline.cases.models import Case, Entry, Header
from helpline.cases.rules import clocks, severity
from helpline.cases.rules.clocks import Clock, ClockName
from helpline.cases.rules.folding import fold
from helpline.cases.rules.kinds import EntryKind
from helpline.cases.rules.state import VERSION as FOLDING
from helpline.cases.rules.state import Event, State
from helpline.cases.service import digests, entries, places, shells
from helpline.cases.service.calendars import Calendars
from helpline.cases.service.content import pack, unpack
from helpline.cases.service.entries import Opened
from helpline.errors import NotFound
from helpline.extensions import db
from helpline.keys.service import boxes
from helpline.keys.service.boxes import OpenBox
from helpline.keys.service.principal import Principal
from helpline.keys.service.site import Tampered

log = logging.getLogger(__name__)

SHELL_FAULT = "shell"
HEADER_FAULT = "header"
HISTORY_FAULT = "history"
ENTRY_FAULT = "entry"
_HEADERS = select(Header).where(Header.case_id.in_(bindparam("cases", expanding=True)))


@dataclass(slots=True, eq=False)
class CaseFile:
    """A case that a holder has open. `faults` name what does not hold, with an entry's sequence;
    `entries` are all of them, sealed, if the whole case was opened."""

    principal: Principal
    case: Case
    opened: OpenBox
    state: State = field(default_factory=State)
    count: int = 0
    hash: bytes = b""
    clock: Clock | None = None
    faults: list[tuple[str, int]] = field(default_factory=list)
    fresh: list[Event] = field(default_factory=list, repr=False)
    header: Header | None = field(default=None, repr=False)
    entries: Sequence[Entry] = field(default=(), repr=False)
    calendars: Calendars = field(default_factory=Calendars, repr=False)

    def append(
        self, kind: EntryKind, body: Mapping[str, Any], now: datetime, *, at: datetime | None = None
    ) -> uuid.UUID:
        """Write an entry on the shelf in the principal's name."""
        event = Event(kind, at or now, str(self.principal.person), body)
        entry = entries.write(self.opened, self.case, event)
        self._take(entry, event)
        return entry.id

    def put(self, kind: EntryKind, body: Mapping[str, Any], now: datetime) -> uuid.UUID:
        """Put an entry that nobody wrote, such as a delivery, while the case is open anyway."""
        event = Event(kind, now, None, body)
        entry = entries.put(self.principal.site, self.case, event)
        self._take(entry, event)
        return entry.id

    def take(self, entry: Entry) -> Opened | None:
        """Open an entry that came in since the header was written, and fold it."""
        try:
            found = entries.read(self.opened, entry)
        except (Tampered, NotFound):
            self.fault(ENTRY_FAULT, entry.sequence)
            self._take(entry, None)
            return None
        self._take(entry, found.event)
        return found

    def fault(self, name: str, sequence: int = 0) -> None:
        """Note that something does not hold; the log says where, never what."""
        self.faults.append((name, sequence))
        log.error("a case does not hold: %s, entry %d", name, sequence)

    def refresh_clock(self) -> None:
        """Work out which clock is due next."""
        working = self.calendars.working(self.state.line)
        self.clock = clocks.next_clock(self.state, working)

    def save(self) -> None:
        """Make the outer row say what the state says, and write header and digest."""
        case, state = self.case, self.state
        self.refresh_clock()
        case.status, case.severity = state.status.value, state.severity
        case.rank = severity.rank(state.severity)
        case.assignee = uuid.UUID(state.assignee) if state.assignee else None
        case.language = state.language or case.language
        case.asks_second = state.question is not None
        case.due, case.alarm = clocks.shell_times(self.clock, state.severity)
        self._write_header()
        digests.extend(self.opened, case.id, self.count, self.fresh)
        self.fresh = []
        db.session.flush()

    def _take(self, entry: Entry, event: Event | None) -> None:
        if entry.sequence != self.count + 1:
            self.fault(HISTORY_FAULT, entry.sequence)
        self.count = entry.sequence
        self.hash = entries.extend_hash(self.hash, entry)
        if event is not None:
            self.state = fold(self.state, event)
            self.fresh.append(event)

    def _write_header(self) -> None:
        header = self.header
        if header is None:
            header = Header(case_id=self.case.id, revision=0)
            db.session.add(header)
            self.header = header
        header.revision += 1
        header.upto = self.count
        plain = pack(
            {
                "folding": FOLDING,
                "count": self.count,
                "hash": self.hash.hex(),
                "state": self.state.to_dict(),
                "clock": _clock_to_dict(self.clock),
            }
        )
        header.content = self.opened.write(plain, places.header(self.case.id, header.revision))


def open_file(
    principal: Principal, case_id: uuid.UUID, *, just_taken: bool = False, whole: bool = False
) -> CaseFile:
    """Open and lock a case; NotFound if it does not exist or the principal holds no grant.

    `just_taken`: this transaction has put the assignee into the outer row already. `whole`: keep
    every entry, for whoever reads them all.
    """
    case = shells.lock(case_id)
    file = CaseFile(principal, case, boxes.open_one(principal, case_id))
    header = db.session.get(Header, case_id, populate_existing=True)
    load_header(file, header)
    found = entries.after(case_id, 0 if whole else file.count)
    for entry in found:
        if entry.sequence > file.count:
            file.take(entry)
    file.entries = found if whole else ()
    compare_shell(file, just_taken=just_taken)
    return file


def zone_of(principal: Principal, case_id: uuid.UUID) -> str:
    """The zone of the clock on the wall of the case's line."""
    file = open_file(principal, case_id)
    return file.calendars.zone(file.state.line)


def open_files(principal: Principal, cases: Sequence[Case]) -> list[CaseFile]:
    """Open many cases for a list: headers in bulk, and entries only where a header is behind.

    Cases that the principal does not hold are left out.
    """
    opened: dict[uuid.UUID, OpenBox] = {}
    headers: dict[uuid.UUID, Header] = {}
    for part in _parts([case.id for case in cases]):
        opened |= _open_boxes(principal, part)
        rows = db.session.scalars(_HEADERS, {"cases": part})
        headers |= {row.case_id: row for row in rows}
    calendars = Calendars()
    files = [
        CaseFile(principal, case, opened[case.id], calendars=calendars)
        for case in cases
        if case.id in opened
    ]
    for file in files:
        load_header(file, headers.get(file.case.id))
    behind = [file for file in files if file.fresh or file.count < file.case.entries]
    for file in files:
        if file not in behind:
            compare_shell(file)
    _catch_up(behind)
    return files


def _open_boxes(principal: Principal, ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, OpenBox]:
    """Open many boxes at once; one forged grant does not take the whole list away."""
    try:
        return boxes.open_many(principal, ids)
    except Tampered:
        log.error("a grant in a list does not hold")
    opened: dict[uuid.UUID, OpenBox] = {}
    for case_id in ids:
        try:
            opened |= boxes.open_many(principal, [case_id])
        except Tampered:
            continue
    return opened


def load_header(file: CaseFile, header: Header | None) -> None:
    """Read the header into the file; one that does not open is a fault and is made anew."""
    file.header = header
    if header is None:
        return
    try:
        place = places.header(file.case.id, header.revision)
        values = unpack(file.opened.read(header.content, place))
    except Tampered:
        file.fault(HEADER_FAULT)
        return
    count, running = values["count"], bytes.fromhex(values["hash"])
    if values.get("folding") != FOLDING:
        _fold_again(file, count, running)
        return
    file.count, file.hash = count, running
    file.state = State.from_dict(values["state"])
    file.clock = _clock_from_dict(values["clock"])


def _fold_again(file: CaseFile, count: int, running: bytes) -> None:
    """A header that an older program wrote: its state from every entry that it vouches for."""
    for entry in entries.after(file.case.id, 0, upto=count):
        file.take(entry)
    if (file.count, file.hash) != (count, running):
        file.fault(HISTORY_FAULT, count)
    file.refresh_clock()


def compare_shell(file: CaseFile, *, just_taken: bool = False) -> bool:
    """Compare the outer row with what header and entries add up to; returns whether it holds."""
    case = file.case
    assignee = None if just_taken or case.assignee is None else str(case.assignee)
    before = len(file.faults)
    if (case.status, case.severity, assignee) != file.state.shell:
        file.fault(SHELL_FAULT)
    if case.entries != file.count:
        file.fault(HISTORY_FAULT, case.entries)
    return len(file.faults) == before


def retain_until(closed: date, severity_now: int | None, months: int, years: int) -> date:
    """The last day a closed case is kept: months for information only, years for the rest."""
    days = 365 * years if severity_now else 31 * months
    return closed + timedelta(days=days)


def keep_on(file: CaseFile, now: datetime) -> None:
    """A case that is open again has no last day; the trail says so."""
    if file.case.retain_until is None:
        return
    file.case.retain_until = None
    principal = file.principal
    record(principal.site, "case.kept_on", now, actor=principal.person, object_id=file.case.id)


def _catch_up(files: Sequence[CaseFile]) -> None:
    """Fold what came in since; write the header where nobody else is at it."""
    if not files:
        return
    free: set[uuid.UUID] = set()
    arrived: dict[uuid.UUID, list[Entry]] = {file.case.id: [] for file in files}
    for part in _parts(list(arrived)):
        unlocked = select(Case.id).where(Case.id.in_(part)).with_for_update(skip_locked=True)
        free |= set(db.session.scalars(unlocked))
        behind = (
            select(Entry)
            .outerjoin(Header, Header.case_id == Entry.case_id)
            .where(Entry.case_id.in_(part))
            .where(Entry.sequence > func.coalesce(Header.upto, 0))
            .order_by(Entry.sequence)
        )
        for entry in db.session.scalars(behind):
            arrived[entry.case_id].append(entry)
    for file in files:
        for entry in arrived[file.case.id]:
            if entry.sequence > file.count:
                file.take(entry)
        file.refresh_clock()
        if compare_shell(file) and file.case.id in free:
            file.save()


def _parts(ids: Sequence[uuid.UUID], size: int = 500) -> Iterable[Sequence[uuid.UUID]]:
    return (ids[n : n + size] for n in range(0, len(ids), size))


def _clock_to_dict(clock: Clock | None) -> dict[str, Any] | None:
    if clock is None:
        return None
    paused = clock.paused_until.isoformat() if clock.paused_until else None
    return {
        "name": clock.name.value,
        "start": clock.start.isoformat(),
        "due": clock.due.isoformat(),
        "paused": paused,
    }


def _clock_from_dict(stored: Mapping[str, Any] | None) -> Clock | None:
    if stored is None:
        return None
    return Clock(
        ClockName(stored["name"]),
        datetime.fromisoformat(stored["start"]),
        datetime.fromisoformat(stored["due"]),
        None,
        datetime.fromisoformat(stored["paused"]) if stored["paused"] else None,
    )
