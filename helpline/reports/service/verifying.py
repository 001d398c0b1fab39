"""Whether every release and every remark stands as it was published: chains, signatures, and the
ledger of atoms."""

from collections.abc import Iterator

from sqlalchemy import select

from helpline.extensions import db
from helpline.keys.service import signatures
from helpline.reports.models import ReleaseRow, RemarkRow, SealedAtom, SignedByTwo
from helpline.reports.rules import canonical, remarks
from helpline.reports.rules.release import atoms_of
from helpline.reports.rules.remarks import Kind
from helpline.reports.service import published
from helpline.reports.service.remarks import message as remark_message


def faults() -> Iterator[str]:
    """What does not hold, one sentence each, the oldest release first; then the remarks."""
    previous = ""
    rows = db.session.scalars(select(ReleaseRow).order_by(ReleaseRow.number))
    for number, row in enumerate(rows, start=1):
        for fault in _of(row, number, previous):
            yield f"release {row.number} {fault}"
        previous = canonical.digest(row.body)
    previous, digests = "", set(db.session.scalars(select(ReleaseRow.digest)))
    for number, remark in enumerate(
        db.session.scalars(select(RemarkRow).order_by(RemarkRow.number)), start=1
    ):
        if (remark.number, remark.previous) != (number, previous):
            yield f"remark {remark.number} does not name the one before"
        for fault in _of_remark(remark, digests):
            yield f"remark {remark.number} {fault}"
        previous = remark.digest


def _of(row: ReleaseRow, number: int, previous: str) -> Iterator[str]:
    try:
        release = canonical.read(row.body)
    except ValueError:
        yield "cannot be read"
        return
    if (row.number, release.number) != (number, number) or release.previous != previous:
        yield "does not name the one before"
    yield from _signed(row, published.message(canonical.digest(row.body)))
    query = select(SealedAtom).where(SealedAtom.release == row.number)
    kept = {(atom.unit, atom.period, atom.part, atom.value) for atom in db.session.scalars(query)}
    if kept != set(atoms_of(release)):
        yield "is not what the ledger holds"


def _of_remark(row: RemarkRow, releases: set[str]) -> Iterator[str]:
    """Of a story that was taken back, the chain and the signatures over its digest are left."""
    yield from _signed(row, remark_message(row.digest))
    if row.body is None:
        if row.kind != Kind.STORY:
            yield "has lost its words"
        return
    try:
        remark = remarks.read(row.body)
    except ValueError:
        yield "cannot be read"
        return
    if canonical.digest(row.body) != row.digest:
        yield "is not what was signed"
    if (remark.number, remark.previous, remark.kind) != (row.number, row.previous, row.kind):
        yield "is not what its row says"
    if remark.about and remark.about not in releases:
        yield "speaks of a release that there is not"


def _signed(row: SignedByTwo, message: bytes) -> Iterator[str]:
    signed = published.both(row)
    if not all(signatures.holds(one, message) for one in signed):
        yield "carries a signature that does not hold"
    if len({one.key for one in signed}) < len(signed):
        yield "is not signed by two people"
