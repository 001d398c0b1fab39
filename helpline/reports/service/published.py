"""Releases as they stand in the database."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import defer

from helpline.errors import NotFound
from helpline.extensions import db
from helpline.keys.rules import Place, Team
from helpline.keys.service import boxes
from helpline.keys.service.principal import Principal
from helpline.keys.service.signatures import Signature
from helpline.reports.models import ReleaseRow, RemarkRow, SignedByTwo
from helpline.reports.rules import canonical
from helpline.reports.rules.release import Release

_LARGE: Final = (defer(ReleaseRow.body), defer(ReleaseRow.sealed))


def last() -> ReleaseRow | None:
    """The newest release; its body is loaded when somebody asks for it."""
    query = select(ReleaseRow).order_by(ReleaseRow.number.desc()).limit(1)
    return db.session.scalars(query.options(*_LARGE)).one_or_none()


def bodies() -> list[bytes]:
    """The bodies of all releases, the oldest first."""
    return list(_bodies(0))


def _bodies(since: int) -> Iterator[bytes]:
    """One by one: together they are large."""
    query = select(ReleaseRow.number).where(ReleaseRow.period >= f"{since:04}")
    for number in db.session.scalars(query.order_by(ReleaseRow.number)).all():
        yield db.session.execute(
            select(ReleaseRow.body).where(ReleaseRow.number == number)
        ).scalar_one()


def releases(since: int = 0) -> tuple[Release, ...]:
    """All releases of this year and later, the oldest first, without what they divide of years
    before it."""
    return tuple(_later(canonical.parse(body), since * 12) for body in _bodies(since))


def _later(release: Release, month: int) -> Release:
    found = tuple(cut for cut in release.divided if cut.period.after > month)
    return replace(release, divided=found) if len(found) < len(release.divided) else release


def shared(principal: Principal) -> list[Any]:
    """Which pairs of published parts k workers or more share, as each closing kept them."""
    team = boxes.team_box(principal, Team.REPORTING)
    found: list[Any] = []
    query = select(ReleaseRow).order_by(ReleaseRow.number).options(defer(ReleaseRow.body))
    for row in db.session.scalars(query):
        found += json.loads(team.read(row.content, shared_place(row.number)))
    return found


def shared_place(number: int) -> Place:
    """Where a release keeps them."""
    return Place("shared", "releases", str(number))


def chain() -> Sequence[tuple[int, str, str]]:
    """Number, period and digest of every release, the newest first."""
    query = select(ReleaseRow.number, ReleaseRow.period, ReleaseRow.digest)
    rows = db.session.execute(query.order_by(ReleaseRow.number.desc()))
    return [(number, period, digest) for number, period, digest in rows]


def row(number: int) -> ReleaseRow:
    """One release; raises NotFound."""
    found = db.session.get(ReleaseRow, number)
    if found is None:
        raise NotFound
    return found


def signed(number: int) -> bytes:
    """The digest of a release with both signatures, as canonical JSON; raises NotFound.

    What is signed is the ASCII text "helpline release <digest>", by Ed25519.
    """
    return signed_by_two(row(number))


def signed_by_two(found: ReleaseRow | RemarkRow) -> bytes:
    """The digest of what two people signed with both signatures, as canonical JSON."""
    return canonical.canonical(
        {
            "number": found.number,
            "digest": found.digest,
            "signatures": [
                {"key": one.key.hex(), "signature": one.signature.hex()} for one in both(found)
            ],
        }
    )


def both(found: SignedByTwo) -> tuple[Signature, Signature]:
    """The signatures of who prepared it and of who approved it."""
    return (
        Signature(found.publisher_id, found.publisher_key, found.publisher_signature),
        Signature(found.approver_id, found.approver_key, found.approver_signature),
    )


def by_two(first: Signature, second: Signature, day: date) -> dict[str, Any]:
    """The columns of `SignedByTwo`."""
    return {
        "publisher_id": first.by,
        "publisher_key": first.key,
        "publisher_signature": first.signature,
        "approver_id": second.by,
        "approver_key": second.key,
        "approver_signature": second.signature,
        "published": day,
    }


def message(digest: str) -> bytes:
    """What publishers sign: ASCII, so that a small script can check it."""
    return f"helpline release {digest}".encode()
