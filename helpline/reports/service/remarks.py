"""Words beside the numbers: one publisher writes them, another approves, and they stay.

    write_notice(principal, release, unit, words, now)     of an error in a release
    write_story(principal, words, now)                     what changed since workers called
    approve(principal, number, now)                        by a second person: for good
    take_back(principal, number, now)                      a story's words; its digest stays

A remark that waits lies on reporting's shelf, one at a time.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select

from helpline.audit import service as audit
from helpline.errors import Conflict, NotAllowed, NotFound
from helpline.extensions import db
from helpline.keys.rules import Place, Team
from helpline.keys.service import boxes, signatures
from helpline.keys.service.principal import Principal
from helpline.keys.service.signatures import Signature
from helpline.keys.service.site import Tampered
from helpline.register.rules.values import Wrong
from helpline.reports.models import RemarkDraft, RemarkRow
from helpline.reports.rules import canonical, remarks
from helpline.reports.rules.release import Status
from helpline.reports.rules.remarks import Kind, Remark
from helpline.reports.service import published

UNIT: Final = "unit"
"""The field of a form in which it is typed."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A remark that nobody has approved, and who wrote it."""

    remark: Remark
    row: RemarkDraft


def write_notice(
    principal: Principal, number: int, unit: str, words: Mapping[str, str], now: datetime
) -> None:
    """Tell of an error in a release, of one unit's numbers or of all ("").

    Raises Wrong (no such unit, or no number of it is published there: of what is hidden nothing
    is said), NotFound (no such release) and what `typed` raises.
    """
    _publisher(principal)
    row = published.row(number)
    release = canonical.read(row.body)
    shown = {one.unit for one in release.contacts if one.status is Status.OK}
    if unit and unit not in shown:
        raise Wrong(UNIT, "This release publishes no number of it.")
    _keep(principal, Kind.NOTICE, row.digest, unit, words, now)


def write_story(principal: Principal, words: Mapping[str, str], now: datetime) -> None:
    """Tell what changed since workers called."""
    _publisher(principal)
    _keep(principal, Kind.STORY, "", "", words, now)


def waiting(principal: Principal) -> Waiting | None:
    """The remark that waits for its second person."""
    _publisher(principal)
    row = db.session.scalars(select(RemarkDraft)).one_or_none()
    return None if row is None else Waiting(_opened(principal, row)[1], row)


def approve(principal: Principal, number: int, now: datetime) -> None:
    """Sign what another person wrote, and publish it. Raises NotAllowed, Conflict, `Tampered`."""
    _publisher(principal)
    row = _draft(number)
    if row.publisher_id == principal.person:
        raise NotAllowed("You wrote this, so another person approves it.")
    body, remark = _opened(principal, row)
    first = Signature(row.publisher_id, row.publisher_key, row.signature)
    signatures.check(principal.site, first, message(row.digest))
    if canonical.digest(body) != row.digest:
        raise Tampered("a remark is not the one that was signed")
    if remark.number != _next()[0]:
        raise Conflict("Another one was published meanwhile. Discard this one.")
    second = signatures.sign(principal, message(row.digest))
    made = RemarkRow(
        number=remark.number,
        kind=remark.kind.value,
        previous=remark.previous,
        digest=row.digest,
        body=body,
        **published.by_two(first, second, now.date()),
    )
    db.session.add(made)
    db.session.delete(row)
    _recorded(principal, "reports.remark_published", number, row.digest, now)


def discard(principal: Principal, number: int, now: datetime) -> None:
    """Throw a remark away that nobody has approved."""
    _publisher(principal)
    row = _draft(number)
    db.session.delete(row)
    _recorded(principal, "reports.remark_discarded", number, row.digest, now)


def take_back(principal: Principal, number: int, now: datetime) -> None:
    """Delete a story's words. Raises Conflict for a notice, which stays as its release does."""
    _publisher(principal)
    row = db.session.get(RemarkRow, number, with_for_update=True)
    if row is None or row.body is None:
        raise NotFound
    if row.kind != Kind.STORY:
        raise Conflict("A notice stays, as its release does. Write another one.")
    row.body = None
    _recorded(principal, "reports.remark_taken_back", number, row.digest, now)


def notices(units: Collection[str] | None = None) -> Sequence[Remark]:
    """Notices, the newest first: of these units and of whole releases, or all."""
    found = (remarks.read(row.body) for row in _rows(Kind.NOTICE) if row.body is not None)
    return [one for one in found if _speaks_of(one, units)]


def stories() -> Sequence[Remark]:
    """What changed since workers called, the newest first."""
    return [remarks.read(row.body) for row in _rows(Kind.STORY) if row.body is not None]


def body(number: int, units: Collection[str] | None = None) -> bytes:
    """The bytes that are hashed and signed; raises NotFound, also where they were taken back, and
    where they speak of none of these units."""
    row = _row(number, units)
    if row.body is None:
        raise NotFound
    return row.body


def signed(number: int, units: Collection[str] | None = None) -> bytes:
    """The digest of a remark with both signatures, as `published.signed` writes a release's; raises
    NotFound as `body` does, but for a story whose words were taken back."""
    return published.signed_by_two(_row(number, units))


def message(digest: str) -> bytes:
    """What publishers sign: ASCII, so that a small script can check it."""
    return f"helpline remark {digest}".encode()


def _keep(
    principal: Principal,
    kind: Kind,
    about: str,
    unit: str,
    words: Mapping[str, str],
    now: datetime,
) -> None:
    if db.session.scalar(select(RemarkDraft.number)) is not None:
        raise Conflict("Another one waits for its second person.")
    number, previous = _next()
    text = remarks.typed(words, unit)
    remark = Remark(number, previous, kind, about, unit, text, now.date())
    plain = remarks.body(remark)
    digest = canonical.digest(plain)
    first = signatures.sign(principal, message(digest))
    row = RemarkDraft(
        number=number,
        digest=digest,
        publisher_id=first.by,
        publisher_key=first.key,
        signature=first.signature,
    )
    row.content = boxes.team_box(principal, Team.REPORTING).write(plain, _place(number))
    db.session.add(row)
    _recorded(principal, "reports.remark_written", number, digest, now)


def _opened(principal: Principal, row: RemarkDraft) -> tuple[bytes, Remark]:
    plain = boxes.team_box(principal, Team.REPORTING).read(row.content, _place(row.number))
    return plain, remarks.read(plain)


def _next() -> tuple[int, str]:
    """The number of the next remark, and the digest of the one before."""
    last = db.session.scalars(select(RemarkRow).order_by(RemarkRow.number.desc()).limit(1)).first()
    return (last.number + 1, last.digest) if last else (1, "")


def _rows(kind: Kind) -> Sequence[RemarkRow]:
    query = select(RemarkRow).where(RemarkRow.kind == kind.value)
    return db.session.scalars(query.order_by(RemarkRow.number.desc())).all()


def _row(number: int, units: Collection[str] | None) -> RemarkRow:
    found = db.session.get(RemarkRow, number)
    if found is None or (found.body and not _speaks_of(remarks.read(found.body), units)):
        raise NotFound
    return found


def _speaks_of(remark: Remark, units: Collection[str] | None) -> bool:
    """Whether it is of one of these units, or of no single one; None: of any."""
    return units is None or not remark.unit or remark.unit in units


def _draft(number: int) -> RemarkDraft:
    row = db.session.get(RemarkDraft, number, with_for_update=True)
    if row is None:
        raise NotFound
    return row


def _place(number: int) -> Place:
    return Place("remark", "remark_drafts", str(number))


def _publisher(principal: Principal) -> None:
    if Team.REPORTING not in principal.teams:
        raise NotAllowed("Only publishers write beside the numbers.")


def _recorded(principal: Principal, act: str, number: int, digest: str, now: datetime) -> None:
    detail = {"remark": str(number), "digest": digest}
    audit.record(principal.site, act, now, actor=principal.person, detail=detail)
