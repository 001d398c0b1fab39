"""Boxes of cases and workers: make, put in, open, hand to new holders.

How a grant looks stands in `grants`, an open box in `openbox`. Nothing here needs to know what a
case is.
"""

import uuid
from collections.abc import Iterable, Sequence
from typing import Literal

from sqlalchemy import delete, select

from crypto.boxes import Box, PublicBox
from helpline.errors import NotFound, Unavailable
from helpline.extensions import db
from helpline.keys.models import BoxGeneration, Grant
from helpline.keys.rules import Place, Sealed, Team, TeamEntry
from helpline.keys.service import directory, grants
from helpline.keys.service.grants import Granted
from helpline.keys.service.openbox import Holder, OpenBox, Slot
from helpline.keys.service.principal import Principal
from helpline.keys.service.site import Site, Tampered

__all__ = [
    "Holder",
    "Kind",
    "OpenBox",
    "Slot",
    "add_holders",
    "destroy",
    "held",
    "held_by_teams",
    "holders_of",
    "make",
    "new_generation",
    "open_many",
    "open_one",
    "open_team_as",
    "person_holder",
    "put",
    "put_to_person",
    "put_to_team",
    "read_own",
    "read_team",
    "slot",
    "team_box",
    "team_holder",
]

Kind = Literal["case", "worker", "team", "letter"]


def person_holder(site: Site, person: uuid.UUID) -> Holder:
    """A person as holder, by the public key that the directory states."""
    entry = directory.read(site).state.people.get(person)
    if entry is None:
        raise NotFound
    return Holder(person, 1, PublicBox.decode(entry.public))


def team_holder(site: Site, team: Team) -> Holder:
    """A team as holder, by the public key that the directory states."""
    entry = directory.read(site).state.teams.get(team)
    if entry is None:
        raise Unavailable("The teams of this installation are not set up yet.")
    return Holder(entry.box, entry.generation, PublicBox.decode(entry.public))


def put_to_team(site: Site, team: Team, plain: bytes, place: Place) -> Sealed:
    """Seal something to a team."""
    holder = team_holder(site, team)
    return site.put(holder.public, str(holder.box), holder.generation, plain, place)


def put_to_person(site: Site, person: uuid.UUID, plain: bytes, place: Place) -> Sealed:
    """Seal something to a person whom the directory states; raises NotFound."""
    holder = person_holder(site, person)
    return site.put(holder.public, str(person), holder.generation, plain, place)


def read_own(principal: Principal, sealed: Sealed, place: Place) -> bytes:
    """Open what was put to the principal; raises `Tampered`."""
    return OpenBox(principal.site, principal.person, 1, principal.box).read(sealed, place)


def make(site: Site, kind: Kind, holders: Iterable[Holder]) -> OpenBox:
    """Make a new box held by `holders`; whoever called may write to it within this request."""
    opened = OpenBox(site, uuid.uuid4(), 1, Box.new())
    grants.store_generation(opened, kind, previous=None)
    grants.give(opened, holders)
    return opened


def slot(site: Site, box_id: uuid.UUID) -> Slot:
    """The slot of a case's or worker's box; needs no key. Raises NotFound, Tampered."""
    row = _newest(box_id)
    return Slot(site, box_id, row.generation, grants.public_of(site, row))


def put(site: Site, box_id: uuid.UUID, plain: bytes, place: Place) -> Sealed:
    """Put something into a case's or worker's box."""
    return slot(site, box_id).put(plain, place)


def open_one(principal: Principal, box_id: uuid.UUID) -> OpenBox:
    """Open a box that the principal holds; NotFound if they do not, as if it did not exist."""
    opened = open_many(principal, [box_id]).get(box_id)
    if opened is None:
        raise NotFound
    return opened


def open_many(principal: Principal, box_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, OpenBox]:
    """Open whichever of these boxes the principal holds, each at the newest generation granted."""
    best: dict[uuid.UUID, Granted] = {}
    for grant in grants.of(box_ids, principal.holder_ids()):
        known = best.get(grant.box_id)
        if known is None or _better(principal, grant, known):
            best[grant.box_id] = grant
    # A list opens many boxes: holders and public keys are looked up once, not once a box.
    put = [grant for grant in best.values() if not grant.on_shelf]
    publics = grants.stated(put)
    holders: dict[tuple[uuid.UUID, int], Box] = {}
    opened: dict[uuid.UUID, OpenBox] = {}
    for box_id, grant in best.items():
        through = (grant.holder_id, grant.holder_generation)
        if through not in holders:
            holders[through] = _holder_box(principal, grant)
        row = publics.get((box_id, grant.generation))
        if row is None and not grant.on_shelf:
            raise Tampered("a grant of a box that does not exist")
        expected = grants.expected_of(principal.site, row) if row is not None else None
        box = grants.secret_of(grant, holders[through], expected)
        opened[box_id] = OpenBox(principal.site, box_id, grant.generation, box)
    grants.to_shelf(
        (grant, holders[grant.holder_id, grant.holder_generation], opened[grant.box_id].box)
        for grant in put
    )
    return opened


def held(principal: Principal) -> Sequence[uuid.UUID]:
    """The ids of every box granted to the principal, directly or through a team."""
    query = select(Grant.box_id).where(Grant.holder_id.in_(principal.holder_ids())).distinct()
    return db.session.scalars(query).all()


def new_generation(opened: OpenBox, kind: Kind, holders: Iterable[Holder]) -> OpenBox:
    """Give the box a new secret, held by `holders` alone; they can open what came before.

    Older grants are deleted: their holders may know the old secret and never learn the new one.
    """
    newest = _newest(opened.id)
    if newest.generation != opened.generation:
        raise NotFound
    fresh = grants.next_generation(opened, kind)
    db.session.execute(delete(Grant).where(Grant.box_id == opened.id))
    grants.give(fresh, holders)
    return fresh


def add_holders(opened: OpenBox, holders: Iterable[Holder]) -> None:
    """Let more holders open the box at its present generation."""
    have = set(
        db.session.scalars(
            select(Grant.holder_id).where(
                Grant.box_id == opened.id, Grant.generation == opened.generation
            )
        )
    )
    grants.give(opened, [holder for holder in holders if holder.box not in have])


def holders_of(box_id: uuid.UUID) -> frozenset[uuid.UUID]:
    """Who holds the newest generation of a box, by box id."""
    newest = _newest(box_id).generation
    query = select(Grant.holder_id).where(Grant.box_id == box_id, Grant.generation == newest)
    return frozenset(db.session.scalars(query))


def held_by_teams(site: Site, box_ids: Sequence[uuid.UUID]) -> frozenset[uuid.UUID]:
    """Which of these boxes a team holds; the others are held by people alone."""
    teams = [entry.box for entry in directory.read(site).state.teams.values()]
    return frozenset(grant.box_id for grant in grants.of(box_ids, teams))


def destroy(box_id: uuid.UUID) -> None:
    """Delete every generation and grant of a box: what lies in it opens never again."""
    db.session.execute(delete(Grant).where(Grant.box_id == box_id))
    db.session.execute(delete(BoxGeneration).where(BoxGeneration.box_id == box_id))


def read_team(principal: Principal, team: Team, sealed: Sealed, place: Place) -> bytes:
    """Open what was put to a team; NotFound for who does not stand in it."""
    return team_box(principal, team).read(sealed, place)


def team_box(principal: Principal, team: Team) -> OpenBox:
    """A team's box as an `OpenBox`, for its shelf and its older generations."""
    entry = directory.read(principal.site).state.teams[team]
    opened = _open_team(principal, team)
    return OpenBox(principal.site, entry.box, entry.generation, opened)


def open_team_as(site: Site, entry: TeamEntry, holder: Holder, box: Box) -> OpenBox:
    """A team's box, opened by a holder that is no person (supervision, recovery)."""
    grant = db.session.get(Grant, (entry.box, entry.generation, holder.box))
    if grant is None:
        raise NotFound
    opened = grants.unwrap(grant, box, PublicBox.decode(entry.public))
    return OpenBox(site, entry.box, entry.generation, opened)


def _open_team(principal: Principal, team: Team) -> Box:
    known = principal.team_boxes.get(team)
    if known is not None:
        return known
    state = directory.read(principal.site).state
    entry = state.teams.get(team)
    if entry is None:
        raise NotFound
    holder, box = principal.person, principal.box
    if principal.person not in entry.members:
        if team is Team.SUPERVISION:
            raise NotFound
        # Supervision holds every team's box: a supervisor who is no member opens it through that.
        holder, box = state.teams[Team.SUPERVISION].box, _open_team(principal, Team.SUPERVISION)
    grant = db.session.get(Grant, (entry.box, entry.generation, holder))
    if grant is None:
        raise NotFound
    opened = grants.unwrap(grant, box, PublicBox.decode(entry.public))
    principal.team_boxes[team] = opened
    return opened


def _holder_box(principal: Principal, grant: Granted) -> Box:
    if grant.holder_id == principal.person:
        return principal.box
    state = directory.read(principal.site).state
    for name, entry in state.teams.items():
        if entry.box == grant.holder_id:
            return team_box(principal, name).at(grant.holder_generation)
    raise NotFound


def _newest(box_id: uuid.UUID) -> BoxGeneration:
    row = db.session.scalars(
        select(BoxGeneration)
        .where(BoxGeneration.box_id == box_id)
        .order_by(BoxGeneration.generation.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        raise NotFound
    return row


def _better(principal: Principal, grant: Granted, known: Granted) -> bool:
    """Newer first; of the same generation the person's own, which needs no team."""
    own = (grant.holder_id == principal.person, known.holder_id == principal.person)
    return (grant.generation, own[0]) > (known.generation, own[1])
