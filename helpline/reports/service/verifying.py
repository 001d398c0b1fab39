"""Whether every release stands as it was published: chain, signatures, and the ledger of atoms."""

from collections.abc import Iterator

from sqlalchemy import select

from helpline.extensions import db
from helpline.keys.service import signatures
from helpline.keys.service.signatures import Signature
from helpline.reports.models import ReleaseRow, SealedAtom
from helpline.reports.rules import canonical
from helpline.reports.rules.release import atoms_of
from helpline.reports.service.published import message


def faults() -> Iterator[str]:
    """What does not hold, one sentence each, the oldest release first."""
    previous = ""
    rows = db.session.scalars(select(ReleaseRow).order_by(ReleaseRow.number))
    for number, row in enumerate(rows, start=1):
        for fault in _of(row, number, previous):
            yield f"release {row.number} {fault}"
        previous = canonical.digest(row.body)


def _of(row: ReleaseRow, number: int, previous: str) -> Iterator[str]:
    try:
        release = canonical.read(row.body)
    except ValueError:
        yield "cannot be read"
        return
    if (row.number, release.number) != (number, number) or release.previous != previous:
        yield "does not name the one before"
    digest = canonical.digest(row.body)
    signed = (
        Signature(row.publisher_id, row.publisher_key, row.publisher_signature),
        Signature(row.approver_id, row.approver_key, row.approver_signature),
    )
    if not all(signatures.holds(one, message(digest)) for one in signed):
        yield "carries a signature that does not hold"
    if len({one.key for one in signed}) < len(signed):
        yield "is not signed by two people"
    query = select(SealedAtom).where(SealedAtom.release == row.number)
    kept = {(atom.unit, atom.period, atom.part, atom.value) for atom in db.session.scalars(query)}
    if kept != set(atoms_of(release)):
        yield "is not what the ledger holds"
