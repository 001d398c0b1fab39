"""Cards: what whoever answers this number next must know, sealed to intake."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, or_, select

from helpline.audit.service import record_reading
from helpline.cases.models import Card, Case
from helpline.cases.rules.clocks import is_heavy
from helpline.cases.rules.policy import Policy
from helpline.cases.rules.status import Status
from helpline.cases.service import named, places
from helpline.cases.service.content import pack, unpack
from helpline.cases.service.files import CaseFile
from helpline.errors import BadInput
from helpline.extensions import db
from helpline.keys.rules import Team
from helpline.keys.service import boxes
from helpline.keys.service.principal import Principal
from helpline.keys.service.site import Tampered

MUST_KNOW_LENGTH = 500
_CARDS = (
    select(Card, Case).join(Case, Case.id == Card.case_id).order_by(Case.opened_on.desc(), Case.id)
)
_WITH_HANDLE = _CARDS.where(Card.handle == bindparam("handle"))
_AROUND = _CARDS.where(or_(Card.case_id == bindparam("case"), Card.handle == bindparam("handle")))


@dataclass(frozen=True, slots=True)
class CardView:
    """A card, opened."""

    case_id: uuid.UUID
    reference: str
    closed: bool
    policy: Policy
    must_know: str
    languages: tuple[str, ...]


def write(file: CaseFile, must_know: str) -> None:
    """Write the card of a case with a handle; the state's policy stands on it.

    Raises BadInput where a serious case says nothing to whoever answers. The card of a case that
    is kept to named people holds the contact policy alone.
    """
    case = file.case
    kept = named.people_of(file.principal.site, case.id) is not None
    must_know = "" if kept else must_know.strip()
    if len(must_know) > MUST_KNOW_LENGTH:
        raise BadInput("Write at most %(most)s characters.", "must_know", most=MUST_KNOW_LENGTH)
    if is_heavy(file.state.severity) and not must_know and not kept:
        raise BadInput("At S3 and S4 write what whoever answers must know.", "must_know")
    if case.handle is None:
        return
    row = db.session.get(Card, case.id)
    if row is None:
        row = Card(case_id=case.id, revision=0)
    row.handle = case.handle
    row.revision += 1
    plain = pack(
        {
            "policy": file.state.policy.to_dict(),
            "must_know": must_know,
            "languages": [file.state.language],
        }
    )
    intake = boxes.team_box(file.principal, Team.INTAKE)
    row.content = intake.write(plain, places.card(case.id, row.revision))
    db.session.add(row)


def own(file: CaseFile) -> CardView | None:
    """The case's own card."""
    row = db.session.get(Card, file.case.id)
    return _read(file.principal, row, file.case) if row else None


def of_same_phone(file: CaseFile, handle: bytes | None) -> list[CardView]:
    """The cards of other cases with this handle, for whoever handles a contact of it."""
    return around(file, handle)[1]


def around(file: CaseFile, handle: bytes | None) -> tuple[CardView | None, list[CardView]]:
    """The case's own card, and those of other cases with this handle."""
    asked = {"case": file.case.id, "handle": handle}
    views = [_read(file.principal, *row) for row in db.session.execute(_AROUND, asked)]
    own = next((view for view in views if view.case_id == file.case.id), None)
    return own, [view for view in views if view is not own]


def for_answering(principal: Principal, handle: bytes, now: datetime) -> list[CardView]:
    """The cards of a handle for whoever the phone rings at; each reading is audited.

    Who calls has seen to it that this contact rings at, or is talking to, the principal.
    """
    found = db.session.execute(_WITH_HANDLE, {"handle": handle}).all()
    views = [_read(principal, card, case) for card, case in found]
    audit(principal, views, now)
    return views


def audit(principal: Principal, views: Sequence[CardView], now: datetime) -> None:
    """Record that these cards were read."""
    for view in views:
        record_reading(
            principal.site, "card.read", now, actor=principal.person, object_id=view.case_id
        )


def _read(principal: Principal, card: Card, case: Case) -> CardView:
    """A card that does not hold counts as the strictest one: nobody rings or texts by it."""
    closed = case.status == Status.CLOSED.value
    try:
        data = boxes.read_team(
            principal, Team.INTAKE, card.content, places.card(card.case_id, card.revision)
        )
        values = unpack(data)
    except Tampered:
        strict = Policy.from_dict({"ring": "no", "text": "no", "message": "no"})
        return CardView(card.case_id, case.reference, closed, strict, "", ())
    return CardView(
        card.case_id,
        case.reference,
        closed,
        Policy.from_dict(values["policy"]),
        values["must_know"],
        tuple(values["languages"]),
    )
