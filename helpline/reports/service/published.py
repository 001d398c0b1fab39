"""Releases as they stand in the database."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from helpline.errors import NotFound
from helpline.extensions import db
from helpline.keys.rules import Place, Team
from helpline.keys.service import boxes
from helpline.keys.service.principal import Principal
from helpline.reports.models import ReleaseRow
from helpline.reports.rules import canonical
from helpline.reports.rules.release import Release


def last() -> ReleaseRow | None:
    """The newest release."""
    query = select(ReleaseRow).order_by(ReleaseRow.number.desc()).limit(1)
    return db.session.scalars(query).one_or_none()


def bodies() -> list[bytes]:
    """The bodies of all releases, the oldest first."""
    return list(db.session.scalars(select(ReleaseRow.body).order_by(ReleaseRow.number)))


def releases() -> tuple[Release, ...]:
    """All releases, the oldest first."""
    return tuple(canonical.read(body) for body in bodies())


def shared(principal: Principal) -> list[Any]:
    """Which pairs of published parts k workers or more share, as each closing kept them."""
    team = boxes.team_box(principal, Team.REPORTING)
    found: list[Any] = []
    for row in db.session.scalars(select(ReleaseRow).order_by(ReleaseRow.number)):
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
    found = row(number)
    pairs = (
        (found.publisher_key, found.publisher_signature),
        (found.approver_key, found.approver_signature),
    )
    return canonical.canonical(
        {
            "number": found.number,
            "digest": found.digest,
            "signatures": [
                {"key": key.hex(), "signature": signature.hex()} for key, signature in pairs
            ],
        }
    )


def message(digest: str) -> bytes:
    """What publishers sign: ASCII, so that a small script can check it."""
    return f"helpline release {digest}".encode()
