"""Boxes of cases and workers: make, put in, open, hand to new holders.

`OpenBox` is a box that a person holds in this request. Nothing here needs to know what a case is.
"""

import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from sqlalchemy import delete, select

from crypto import boxes
from crypto.boxes import Box, PublicBox
from crypto.errors import CryptoError
from crypto.sealing import Binding
from helpline.errors import NotFound, Unavailable
from helpline.extensions import db
from helpline.keys.models import BoxGeneration, Grant
from helpline.keys.rules import Place, Sealed, Team, TeamEntry
from helpline.keys.service import directory
from helpline.keys.service.principal import Principal
from helpline.keys.service.site import Site, Tampered, binding

Kind = Literal["case", "worker", "team", "letter"]
RENEWED_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Holder:
    """Who will hold a box: a person's or team's box with its public key."""

    box: uuid.UUID
    generation: int
    public: PublicBox


@dataclass(frozen=True, slots=True)
class Slot:
    """Where anybody may put something for a box's holders, at its newest generation."""

    site: Site
    box: uuid.UUID
    generation: int
    public: PublicBox

    def put(self, plain: bytes, place: Place) -> Sealed:
        """Seal it; nobody who does not hold the box can read it."""
        return self.site.put(self.public, str(self.box), self.generation, plain, place)


@dataclass(slots=True)
class OpenBox:
    """A box that is open in this request, at the newest generation its holder was granted."""

    site: Site
    id: uuid.UUID
    generation: int
    box: Box
    _older: dict[int, Box] = field(default_factory=dict, repr=False)

    @property
    def slot(self) -> Slot:
        """The slot of a box that was just made; of one that was opened there may be a newer."""
        return Slot(self.site, self.id, self.generation, self.box.public)

    def write(self, plain: bytes, place: Place) -> Sealed:
        """Lay something on the shelf."""
        data = self.box.seal_shelf(plain, binding(place, str(self.id), self.generation))
        return Sealed(data, self.generation)

    def read(self, sealed: Sealed, place: Place) -> bytes:
        """Open what stands at `place`; raises `Tampered` or NotFound (a newer generation)."""
        box = self.at(sealed.generation)
        bound = binding(place, str(self.id), sealed.generation)
        try:
            if sealed.stamp is None:
                return box.open_shelf(sealed.data, bound)
            self.site.check_sealed(sealed, str(self.id), place)
            return box.open_slot(sealed.data, bound)
        except CryptoError:
            raise Tampered(f"a row of {place.table} does not open") from None

    def at(self, generation: int) -> Box:
        """The box at an older generation; NotFound for a newer one."""
        if generation > self.generation:
            raise NotFound
        if not self._older:
            self._older[self.generation] = self.box
        oldest = min(self._older)
        while oldest > generation:
            self._older[oldest - 1] = _previous(self.id, oldest, self._older[oldest])
            oldest -= 1
        return self._older[generation]


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
    _store_generation(opened, kind, previous=None)
    _grant(opened, holders)
    return opened


def slot(site: Site, box_id: uuid.UUID) -> Slot:
    """The slot of a case's or worker's box; needs no key. Raises NotFound, Tampered."""
    row = _newest(box_id)
    return Slot(site, box_id, row.generation, _public(site, row))


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
    best: dict[uuid.UUID, Grant] = {}
    query = select(Grant).where(
        Grant.box_id.in_(box_ids), Grant.holder_id.in_(principal.holder_ids())
    )
    for grant in db.session.scalars(query):
        known = best.get(grant.box_id)
        if known is None or _better(principal, grant, known):
            best[grant.box_id] = grant
    # A list opens many boxes: holders and public keys are looked up once, not once a box.
    publics = _generations([grant for grant in best.values() if not grant.on_shelf])
    holders: dict[tuple[uuid.UUID, int], Box] = {}
    opened: dict[uuid.UUID, OpenBox] = {}
    for box_id, grant in best.items():
        through = (grant.holder_id, grant.holder_generation)
        if through not in holders:
            holders[through] = _holder_box(principal, grant)
        row = publics.get((box_id, grant.generation))
        if row is None and not grant.on_shelf:
            raise Tampered("a grant of a box that does not exist")
        expected = _public(principal.site, row) if row is not None else None
        box = _unwrap(grant, holders[through], expected)
        opened[box_id] = OpenBox(principal.site, box_id, grant.generation, box)
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
    fresh = _next_generation(opened, kind)
    db.session.execute(delete(Grant).where(Grant.box_id == opened.id))
    _grant(fresh, holders)
    return fresh


def _next_generation(opened: OpenBox, kind: str) -> OpenBox:
    """A new secret, with the present one on its shelf; nobody is granted it yet."""
    fresh = OpenBox(opened.site, opened.id, opened.generation + 1, Box.new())
    place = _previous_place(fresh.id, fresh.generation)
    bound = binding(place, str(fresh.id), fresh.generation)
    _store_generation(fresh, kind, previous=fresh.box.seal_shelf(opened.box.secret, bound))
    return fresh


def renew_held(
    site: Site,
    left: Mapping[uuid.UUID, OpenBox],
    holder_of: Callable[[uuid.UUID], Holder | None],
) -> int:
    """New generations of what these teams hold, for whoever of the holders stays; how many.

    `left`: the teams' boxes by id, as somebody held them who has left; `holder_of`: a holder as the
    directory states it now, None for who is gone. A grant that was tampered with keeps nobody in:
    it stays as it is, and the alarm is raised.
    """
    held = (
        select(Grant.box_id)
        .join(
            BoxGeneration,
            (BoxGeneration.box_id == Grant.box_id) & (BoxGeneration.generation == Grant.generation),
        )
        .where(Grant.holder_id.in_(left), BoxGeneration.kind != "team")
        .distinct()
    )
    ids = db.session.scalars(held).all()
    for start in range(0, len(ids), RENEWED_AT_ONCE):
        _renew(site, ids[start : start + RENEWED_AT_ONCE], left, holder_of)
    return len(ids)


def _renew(
    site: Site,
    ids: Sequence[uuid.UUID],
    left: Mapping[uuid.UUID, OpenBox],
    holder_of: Callable[[uuid.UUID], Holder | None],
) -> None:
    grants = db.session.scalars(select(Grant).where(Grant.box_id.in_(ids))).all()
    publics = _generations(grants)
    holders: dict[uuid.UUID, list[Grant]] = {}
    for grant in grants:
        holders.setdefault(grant.box_id, []).append(grant)
    fresh = []
    for box_id, of_box in holders.items():
        through = next(grant for grant in of_box if grant.holder_id in left)
        row = publics[box_id, through.generation]
        try:
            holder = left[through.holder_id].at(through.holder_generation)
            old = _secret(through, holder, _public(site, row))
        except Tampered:
            continue
        fresh.append(
            (_next_generation(OpenBox(site, box_id, row.generation, old), row.kind), of_box)
        )
    gone = [opened.id for opened, _ in fresh]
    db.session.execute(
        delete(Grant).where(Grant.box_id.in_(gone)).execution_options(synchronize_session=False)
    )
    for grant in grants:
        db.session.expunge(grant)
    for opened, of_box in fresh:
        stay = (holder_of(grant.holder_id) for grant in of_box)
        _grant(opened, [holder for holder in stay if holder is not None])
    db.session.flush()


def add_holders(opened: OpenBox, holders: Iterable[Holder]) -> None:
    """Let more holders open the box at its present generation."""
    have = set(
        db.session.scalars(
            select(Grant.holder_id).where(
                Grant.box_id == opened.id, Grant.generation == opened.generation
            )
        )
    )
    _grant(opened, [holder for holder in holders if holder.box not in have])


def holders_of(box_id: uuid.UUID) -> frozenset[uuid.UUID]:
    """Who holds the newest generation of a box, by box id."""
    newest = _newest(box_id).generation
    query = select(Grant.holder_id).where(Grant.box_id == box_id, Grant.generation == newest)
    return frozenset(db.session.scalars(query))


def held_by_teams(site: Site, box_ids: Sequence[uuid.UUID]) -> frozenset[uuid.UUID]:
    """Which of these boxes a team holds; the others are held by people alone."""
    teams = [entry.box for entry in directory.read(site).state.teams.values()]
    query = select(Grant.box_id).where(Grant.box_id.in_(box_ids), Grant.holder_id.in_(teams))
    return frozenset(db.session.scalars(query))


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
    opened = _unwrap(grant, box, PublicBox.decode(entry.public))
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
    opened = _unwrap(grant, box, PublicBox.decode(entry.public))
    principal.team_boxes[team] = opened
    return opened


def _generations(grants: Sequence[Grant]) -> dict[tuple[uuid.UUID, int], BoxGeneration]:
    """The generations that these grants are of, in one query."""
    if not grants:
        return {}
    query = select(BoxGeneration).where(BoxGeneration.box_id.in_([row.box_id for row in grants]))
    return {(row.box_id, row.generation): row for row in db.session.scalars(query)}


def _holder_box(principal: Principal, grant: Grant) -> Box:
    if grant.holder_id == principal.person:
        return principal.box
    state = directory.read(principal.site).state
    for name, entry in state.teams.items():
        if entry.box == grant.holder_id:
            return team_box(principal, name).at(grant.holder_generation)
    raise NotFound


def _unwrap(grant: Grant, holder: Box, expected: PublicBox | None) -> Box:
    """Open a grant; one that came through the slot moves to the holder's shelf, which
    authenticates it from then on."""
    opened = _secret(grant, holder, expected)
    if not grant.on_shelf:
        grant.sealed = holder.seal_shelf(opened.secret, _grant_binding(grant))
        grant.on_shelf = True
    return opened


def _secret(grant: Grant, holder: Box, expected: PublicBox | None) -> Box:
    """What a grant gives; through the slot it counts only if it yields the expected public key."""
    bound = _grant_binding(grant)
    try:
        if grant.on_shelf:
            return Box.from_secret(holder.open_shelf(grant.sealed, bound))
        if expected is None:
            raise Tampered("a grant without a known public key")
        return boxes.accept_grant(grant.sealed, holder, bound, expected.slot)
    except CryptoError:
        raise Tampered("a grant does not open") from None


def _grant_binding(grant: Grant) -> Binding:
    place = _grant_place(grant.box_id, grant.generation)
    return binding(place, str(grant.holder_id), grant.holder_generation)


def _grant(opened: OpenBox, holders: Iterable[Holder]) -> None:
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


def _store_generation(opened: OpenBox, kind: str, previous: bytes | None) -> None:
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


def _public(site: Site, row: BoxGeneration) -> PublicBox:
    site.check(_public_place(row.kind, row.box_id, row.generation), row.public, row.stamp)
    return PublicBox.decode(row.public)


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


def _previous(box_id: uuid.UUID, generation: int, box: Box) -> Box:
    row = db.session.get_one(BoxGeneration, (box_id, generation))
    bound = binding(_previous_place(box_id, generation), str(box_id), generation)
    try:
        return Box.from_secret(box.open_shelf(row.previous or b"", bound))
    except CryptoError:
        raise Tampered("an older generation does not open") from None


def _better(principal: Principal, grant: Grant, known: Grant) -> bool:
    """Newer first; of the same generation the person's own, which needs no team."""
    own = (grant.holder_id == principal.person, known.holder_id == principal.person)
    return (grant.generation, own[0]) > (known.generation, own[1])


def _grant_place(box_id: uuid.UUID, generation: int) -> Place:
    return Place("grant", "grants", f"{box_id}:{generation}")


def _previous_place(box_id: uuid.UUID, generation: int) -> Place:
    return Place("previous", "box_generations", f"{box_id}:{generation}")


def _public_place(kind: str, box_id: uuid.UUID, generation: int) -> tuple[str, ...]:
    return ("public", kind, str(box_id), str(generation))
