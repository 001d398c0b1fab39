"""Record acts, chain them, and find out whether anybody changed what was recorded."""

import json
import os
import tempfile
import uuid
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.orm import aliased

from helpline.audit.models import AuditLink, AuditRow
from helpline.audit.rules import BEGINNING, Done, Event, Verdict, chained, digest
from helpline.columns import new_id
from helpline.extensions import db
from helpline.keys.rules import Place, Team
from helpline.keys.service import boxes
from helpline.keys.service.principal import Principal
from helpline.keys.service.site import Site, Tampered
from helpline.unit_of_work import after_commit, at_last

HEAD_FILE = "audit-head.json"
BATCH = 500
MOST_FAULTS = 50
_MARK = aliased(AuditRow)
_MARKED = select(_MARK.id).where(
    _MARK.act == bindparam("seen"),
    _MARK.actor_id == bindparam("person"),
    _MARK.object_id == AuditRow.id,
)
_UNSEEN = (
    select(func.count())
    .select_from(AuditRow)
    .where(AuditRow.act == bindparam("act"), AuditRow.day >= bindparam("since"))
    .where(AuditRow.actor_id != bindparam("person"), ~_MARKED.exists())
)


def record(
    site: Site,
    act: str,
    now: datetime,
    *,
    actor: uuid.UUID | None = None,
    object_id: uuid.UUID | None = None,
    detail: Mapping[str, str] | None = None,
) -> None:
    """Write down an act in the present transaction: it stands exactly if the act stands.

    `act` is a fixed name like "case.read" (at most 64 characters). `detail` is sealed; even so it
    holds no number, no receipt and no case text.
    """
    db.session.add(_row(site, act, now, actor, object_id, detail))


def record_reading(
    site: Site,
    act: str,
    now: datetime,
    *,
    actor: uuid.UUID,
    object_id: uuid.UUID,
    detail: Mapping[str, str] | None = None,
) -> None:
    """Write down, as the last of this request, what somebody has read: nothing is shown unless
    this stands."""
    row = _row(site, act, now, actor, object_id, detail)
    at_last(lambda: db.session.add(row))


def _row(
    site: Site,
    act: str,
    now: datetime,
    actor: uuid.UUID | None,
    object_id: uuid.UUID | None,
    detail: Mapping[str, str] | None,
) -> AuditRow:
    row = AuditRow(id=new_id(), day=now.date(), act=act, actor_id=actor, object_id=object_id)
    content = json.dumps({"at": now.isoformat(), "detail": dict(detail or {})}, sort_keys=True)
    row.content = boxes.put_to_team(site, Team.SUPERVISION, content.encode(), _place(row.id))
    row.row_stamp = site.stamp(("audit", str(row.id)), _digest(row))
    return row


def link(site: Site) -> int:
    """Chain the rows that are not linked yet; returns how many. The worker process calls it.

    Two workers at once: one of them fails with a duplicate sequence and runs again.
    """
    rows = db.session.scalars(
        select(AuditRow)
        .where(AuditRow.linked.is_(False))
        .order_by(AuditRow.day, AuditRow.id)
        .limit(BATCH)
    ).all()
    if not rows:
        return 0
    sequence, head = _head()
    for row in rows:
        sequence += 1
        head = chained(head, sequence, _row_digest(row))
        stamp = site.stamp(("audit link", str(sequence)), head)
        db.session.add(AuditLink(sequence=sequence, row_id=row.id, hash=head, stamp=stamp))
    db.session.execute(
        update(AuditRow)
        .where(AuditRow.id.in_([row.id for row in rows]))
        .values(linked=True)
        .execution_options(synchronize_session=False)
    )
    db.session.flush()
    after_commit(lambda: _keep_head(site.state_folder, sequence, head))
    return len(rows)


def verify(site: Site) -> Verdict:
    """Walk the whole trail: every row's stamp, every link, and the head this node has seen."""
    faults = list(_walk(site))
    linked = db.session.scalar(select(func.count()).select_from(AuditLink)) or 0
    missing = select(AuditLink.row_id).where(AuditLink.row_id == AuditRow.id).exists()
    unlinked, oldest = db.session.execute(
        select(func.count(), func.min(AuditRow.day)).where(~missing)
    ).one()
    for row in db.session.scalars(select(AuditRow).where(~missing)).yield_per(BATCH):
        faults += _row_faults(site, row, f"the row {row.id}, not yet linked,")
    return Verdict(linked, unlinked, oldest, tuple(faults[:MOST_FAULTS]))


def read(principal: Principal, object_id: uuid.UUID, limit: int = 200) -> Sequence[Event]:
    """What was done to one thing, oldest first; only members of supervision open it."""
    rows = db.session.scalars(
        select(AuditRow).where(AuditRow.object_id == object_id).order_by(AuditRow.day).limit(limit)
    )
    events = []
    for row in rows:
        opened = boxes.read_team(principal, Team.SUPERVISION, row.content, _place(row.id))
        content = json.loads(opened)
        at = datetime.fromisoformat(content["at"])
        events.append(
            Event(at, row.act, str(row.actor_id or ""), str(row.object_id), content["detail"])
        )
    return sorted(events, key=lambda event: event.at)


def acts(act: str, since: date) -> Sequence[AuditRow]:
    """The rows of one kind of act since a day, newest first; their details stay sealed."""
    query = select(AuditRow).where(AuditRow.act == act, AuditRow.day >= since)
    return db.session.scalars(query.order_by(AuditRow.day.desc(), AuditRow.id)).all()


def detail_of(principal: Principal, row: AuditRow) -> Mapping[str, str]:
    """The sealed particulars of a row; only members of supervision open them."""
    opened = boxes.read_team(principal, Team.SUPERVISION, row.content, _place(row.id))
    detail: Mapping[str, str] = json.loads(opened)["detail"]
    return detail


def count_unseen(act: str, seen: str, person: uuid.UUID, since: date) -> int:
    """How many rows of `act` by others this person has not marked with a row of `seen`."""
    asked = {"act": act, "seen": seen, "person": person, "since": since}
    return db.session.scalar(_UNSEEN, asked) or 0


def readers(object_id: uuid.UUID, kinds: Collection[str]) -> Sequence[tuple[uuid.UUID, date, int]]:
    """Who did one of these to a thing, on which day, how often; newest first."""
    query = (
        select(AuditRow.actor_id, AuditRow.day, func.count())
        .where(AuditRow.object_id == object_id, AuditRow.act.in_(kinds))
        .where(AuditRow.actor_id.is_not(None))
        .group_by(AuditRow.actor_id, AuditRow.day)
        .order_by(AuditRow.day.desc(), AuditRow.actor_id)
    )
    return [(person, day, times) for person, day, times in db.session.execute(query) if person]


def last(site: Site, act: str, object_id: uuid.UUID) -> Done | None:
    """Who did `act` to this thing last, on which day; a row whose stamp does not hold is no act."""
    rows = db.session.scalars(
        select(AuditRow)
        .where(AuditRow.object_id == object_id, AuditRow.act == act)
        .order_by(AuditRow.day.desc())
    )
    for row in rows:
        if row.actor_id is not None and not list(_row_faults(site, row, "")):
            return Done(row.day, row.actor_id)
    return None


def last_days(
    acts: Collection[str],
    *,
    actors: Collection[uuid.UUID] = (),
    objects: Collection[uuid.UUID] = (),
) -> dict[uuid.UUID, date]:
    """The last day on which one of `acts` was done by each of `actors`, or to each of `objects`.

    Give one of the two. It reads the clear columns and walks no stamp: `verify` does that.
    """
    whom = AuditRow.actor_id if actors else AuditRow.object_id
    rows = db.session.execute(
        select(whom, func.max(AuditRow.day))
        .where(AuditRow.act.in_(acts), whom.in_(actors or objects))
        .group_by(whom)
    )
    return {ident: day for ident, day in rows if ident is not None}


def _walk(site: Site) -> Iterator[str]:
    head, expected = BEGINNING, 1
    kept_at, kept = _kept_head(site.state_folder)
    for found, row in _links():
        where = f"link {found.sequence}"
        if found.sequence != expected:
            yield f"{where}: the links from {expected} on are missing"
        head = chained(head, found.sequence, _row_digest(row) if row else b"")
        if row is None:
            yield f"{where}: its row is missing"
        else:
            yield from _row_faults(site, row, f"{where}: its row")
        if found.hash != head:
            yield f"{where}: its hash does not follow from the row and the link before"
        try:
            site.check(("audit link", str(found.sequence)), found.hash, found.stamp)
        except Tampered:
            yield f"{where}: its stamp does not hold"
        if found.sequence == kept_at and found.hash != kept:
            yield f"{where}: this node has seen another chain"
        head, expected = found.hash, found.sequence + 1
    if expected <= kept_at:
        yield f"the chain ends before link {kept_at}, which this node has seen"


def _links() -> Iterator[tuple[AuditLink, AuditRow | None]]:
    query = (
        select(AuditLink, AuditRow)
        .outerjoin(AuditRow, AuditRow.id == AuditLink.row_id)
        .order_by(AuditLink.sequence)
    )
    for found, row in db.session.execute(query).yield_per(BATCH):  # noqa: UP028  rows to tuples
        yield found, row


def _row_faults(site: Site, row: AuditRow, where: str) -> Iterator[str]:
    try:
        site.check(("audit", str(row.id)), _digest(row), row.row_stamp)
    except Tampered:
        yield f"{where} was changed"


def _head() -> tuple[int, bytes]:
    last = db.session.scalars(
        select(AuditLink).order_by(AuditLink.sequence.desc()).limit(1)
    ).one_or_none()
    return (last.sequence, last.hash) if last else (0, BEGINNING)


def _place(row_id: uuid.UUID) -> Place:
    return Place("audit", "audit_rows", str(row_id))


def _digest(row: AuditRow) -> bytes:
    """Everything a row says, without its stamp."""
    return digest(
        row.id.bytes,
        row.day.isoformat().encode(),
        row.act.encode(),
        row.actor_id.bytes if row.actor_id else b"",
        row.object_id.bytes if row.object_id else b"",
        row.sealed,
        str(row.generation).encode(),
        row.stamp or b"",
    )


def _row_digest(row: AuditRow) -> bytes:
    return digest(_digest(row), row.row_stamp)


def _keep_head(folder: Path, sequence: int, head: bytes) -> None:
    """Remember on this node how far the chain went, outside the database."""
    if _kept_head(folder)[0] > sequence:
        return
    with tempfile.NamedTemporaryFile("w", dir=folder, delete=False, encoding="ascii") as file:
        json.dump({"sequence": sequence, "hash": head.hex()}, file)
        file.flush()
        os.fsync(file.fileno())
    Path(file.name).replace(folder / HEAD_FILE)


def _kept_head(folder: Path) -> tuple[int, bytes]:
    try:
        kept = json.loads((folder / HEAD_FILE).read_text(encoding="ascii"))
        return int(kept["sequence"]), bytes.fromhex(kept["hash"])
    except FileNotFoundError:
        return 0, BEGINNING
