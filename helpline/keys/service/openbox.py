"""A box that is open in this request, a slot that anybody may put into, and who holds."""

import uuid
from dataclasses import dataclass, field

from crypto.boxes import Box, PublicBox
from crypto.errors import CryptoError
from helpline.errors import NotFound
from helpline.extensions import db
from helpline.keys.models import BoxGeneration
from helpline.keys.rules import Place, Sealed
from helpline.keys.service.site import Site, Tampered, binding


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


def _previous(box_id: uuid.UUID, generation: int, box: Box) -> Box:
    row = db.session.get_one(BoxGeneration, (box_id, generation))
    bound = binding(previous_place(box_id, generation), str(box_id), generation)
    try:
        return Box.from_secret(box.open_shelf(row.previous or b"", bound))
    except CryptoError:
        raise Tampered("an older generation does not open") from None


def previous_place(box_id: uuid.UUID, generation: int) -> Place:
    """Where a generation keeps the secret of the one before."""
    return Place("previous", "box_generations", f"{box_id}:{generation}")
