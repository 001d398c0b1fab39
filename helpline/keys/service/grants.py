"""Grants and generations: what gives a box to its holders, and what takes it from who left."""

import uuid
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import bindparam, select, update

from crypto import boxes
from crypto.boxes import Box, PublicBox
from crypto.errors import CryptoError
from crypto.sealing import Binding
from helpline.extensions import db
from helpline.keys.models import BoxGeneration, Grant
from helpline.keys.rules import Place
from helpline.keys.service.openbox import Holder, OpenBox, previous_place
from helpline.keys.service.site import Site, Tampered, binding
from helpline.unit_of_work import at_last


class Granted(NamedTuple):
    """A row of `Grant` as it is read: a search reads a thousand."""

    box_id: uuid.UUID
    generation: int
    holder_id: uuid.UUID
    holder_generation: int
    sealed: bytes
    on_shelf: bool


class Stated(NamedTuple):
    """What a search reads of a row of `BoxGeneration`: whose public key it is, and our stamp."""

    box_id: uuid.UUID
    generation: int
    kind: str
    public: bytes
    stamp: bytes


AnyGrant = Grant | Granted
_COLUMNS = tuple(getattr(Grant, name) for name in Granted._fields)
_GRANTED = select(*_COLUMNS).where(
    Grant.box_id.in_(bindparam("boxes", expanding=True)),
    Grant.holder_id.in_(bindparam("holders", expanding=True)),
)
_STATED = select(*(getattr(BoxGeneration, name) for name in Stated._fields)).where(
    BoxGeneration.box_id.in_(bindparam("boxes", expanding=True))
)
_MOVE = update(Grant).where(
    Grant.box_id == bindparam("box"),
    Grant.generation == bindparam("of"),
    Grant.holder_id == bindparam("holder"),
    Grant.holder_generation == bindparam("holder_of"),
)


def of(box_ids: Sequence[uuid.UUID], holders: Sequence[uuid.UUID]) -> list[Granted]:
    """Every grant of these boxes to one of these holders."""
    found = db.session.execute(_GRANTED, {"boxes": box_ids, "holders": holders})
    return [Granted._make(row) for row in found]


def to_shelf(opened: Iterable[tuple[AnyGrant, Box, Box]]) -> None:
    """Move grants that were opened through the slot to their holder's shelf, which authenticates
    them from then on: grant, holder, what it gave. One statement: a hand-over leaves a thousand.
    One that was replaced by then is left alone."""
    moved = [
        {
            "box": grant.box_id,
            "of": grant.generation,
            "holder": grant.holder_id,
            "holder_of": grant.holder_generation,
            "sealed": holder.seal_shelf(box.secret, _bound(grant)),
            "on_shelf": True,
        }
        for grant, holder, box in opened
    ]
    if moved:
        at_last(lambda: db.session.connection().execute(_MOVE, moved))


def give(opened: OpenBox, holders: Iterable[Holder]) -> None:
    """Put the secret of an open box into the boxes of its new holders."""
    for holder in holders:
        bound = binding(
            _grant_place(opened.id, opened.generation), str(holder.box), holder.generation
        )
        db.session.add(
            Grant(
                box_id=opened.id,
                generation=opened.generation,
                holder_id=holder.box,
                holder_generation=holder.generation,
                sealed=boxes.grant(opened.box, holder.public, bound),
                on_shelf=False,
            )
        )


def unwrap(grant: Grant, holder: Box, expected: PublicBox | None) -> Box:
    """Open a grant; one that came through the slot moves to the holder's shelf, which
    authenticates it from then on."""
    opened = secret_of(grant, holder, expected)
    if not grant.on_shelf:
        to_shelf([(grant, holder, opened)])
    return opened


def secret_of(grant: AnyGrant, holder: Box, expected: PublicBox | None) -> Box:
    """What a grant gives; through the slot it counts only if it yields the expected public key."""
    bound = _bound(grant)
    try:
        if grant.on_shelf:
            return Box.from_secret(holder.open_shelf(grant.sealed, bound))
        if expected is None:
            raise Tampered("a grant without a known public key")
        return boxes.accept_grant(grant.sealed, holder, bound, expected.slot)
    except CryptoError:
        raise Tampered("a grant does not open") from None


def next_generation(opened: OpenBox, kind: str) -> OpenBox:
    """A new secret, with the present one on its shelf; nobody is granted it yet."""
    fresh = OpenBox(opened.site, opened.id, opened.generation + 1, Box.new())
    place = previous_place(fresh.id, fresh.generation)
    bound = binding(place, str(fresh.id), fresh.generation)
    store_generation(fresh, kind, previous=fresh.box.seal_shelf(opened.box.secret, bound))
    return fresh


def store_generation(opened: OpenBox, kind: str, previous: bytes | None) -> None:
    """Keep a generation's public key with our stamp, and the older secret on its shelf."""
    public = opened.box.public.encode()
    db.session.add(
        BoxGeneration(
            box_id=opened.id,
            generation=opened.generation,
            kind=kind,
            public=public,
            stamp=opened.site.stamp(_public_place(kind, opened.id, opened.generation), public),
            previous=previous,
        )
    )


def public_of(site: Site, row: BoxGeneration) -> PublicBox:
    """The public key of a generation, if our stamp on it holds; raises `Tampered`."""
    site.check(_public_place(row.kind, row.box_id, row.generation), row.public, row.stamp)
    return PublicBox.decode(row.public)


def stated(grants: Sequence[AnyGrant]) -> dict[tuple[uuid.UUID, int], Stated]:
    """What the generations that these grants are of say of themselves, in one query."""
    if not grants:
        return {}
    found = db.session.execute(_STATED, {"boxes": [grant.box_id for grant in grants]})
    return {(row.box_id, row.generation): Stated._make(row) for row in found}


def expected_of(site: Site, row: Stated) -> PublicBox:
    """The public key that a grant of this generation must yield; raises `Tampered`."""
    site.check(_public_place(row.kind, row.box_id, row.generation), row.public, row.stamp)
    return PublicBox.read(row.public)


def _bound(grant: AnyGrant) -> Binding:
    place = _grant_place(grant.box_id, grant.generation)
    return binding(place, str(grant.holder_id), grant.holder_generation)


def _grant_place(box_id: uuid.UUID, generation: int) -> Place:
    return Place("grant", "grants", f"{box_id}:{generation}")


def _public_place(kind: str, box_id: uuid.UUID, generation: int) -> tuple[str, ...]:
    return ("public", kind, str(box_id), str(generation))
