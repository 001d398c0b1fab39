"""The certifier's inbox: letters sealed to them, and nothing else of the case.

Each letter lies in a box of its own, held by the certifiers; their answers stand beside it on its
shelf and go into the case through the case's slot, which they cannot open. The letter of a case
that is kept to named people is held by the certifiers one by one, since supervision holds their
team.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from helpline.audit.service import record
from helpline.cases.models import CertifierLetter
from helpline.cases.rules.kinds import EntryKind
from helpline.cases.rules.plain import from_plain, to_plain
from helpline.cases.service import intake, named, places, shells
from helpline.cases.service.content import pack, unpack
from helpline.cases.service.files import CaseFile
from helpline.errors import BadInput, Conflict, NotAllowed, NotFound
from helpline.extensions import db
from helpline.keys.rules import Role, Team
from helpline.keys.service import boxes, directory
from helpline.keys.service.boxes import Holder, OpenBox
from helpline.keys.service.principal import Principal
from helpline.keys.service.site import Site

WORDS_LENGTH = 4_000
PAGE = 100


@dataclass(frozen=True, slots=True)
class Inside:
    """What a letter's box holds. `name` is the letter's own, it says nothing of the case."""

    name: str
    disclosure: str
    at: datetime
    text: str = field(repr=False)
    acknowledged: datetime | None = None
    planned: str = field(default="", repr=False)
    planned_for: date | None = None
    words: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class LetterInbox:
    """A letter as the certifier sees it."""

    id: uuid.UUID
    revision: int
    inside: Inside


def deliver(file: CaseFile, disclosure: str, text: str, now: datetime) -> None:
    """Put a letter into the inbox. Raises Conflict while there is no certifier."""
    site = file.principal.site
    opened = boxes.make(site, "letter", _holders(site, file.case.id))
    row = CertifierLetter(id=opened.id, case_id=file.case.id, day=now.date(), revision=0)
    _write(opened, row, Inside(f"L-{shells.new_reference()}", disclosure, now, text))
    db.session.add(row)


def inbox(principal: Principal) -> tuple[LetterInbox, ...]:
    """Every letter that the certifier holds, newest first."""
    _only_certifiers(principal)
    rows = db.session.scalars(
        select(CertifierLetter).order_by(CertifierLetter.day.desc(), CertifierLetter.id).limit(PAGE)
    ).all()
    opened = boxes.open_many(principal, [row.id for row in rows])
    found = [_view(opened[row.id], row) for row in rows if row.id in opened]
    return tuple(sorted(found, key=lambda letter: letter.inside.at, reverse=True))


def read(principal: Principal, letter_id: uuid.UUID, now: datetime) -> LetterInbox:
    """One letter; the reading stands in the trail. NotFound without a grant."""
    _only_certifiers(principal)
    row = _locked(letter_id)
    found = _view(boxes.open_one(principal, letter_id), row)
    record(principal.site, "letter.read", now, actor=principal.person, object_id=letter_id)
    return found


def acknowledge(principal: Principal, letter_id: uuid.UUID, now: datetime) -> None:
    """The certifier has it."""
    _respond(principal, letter_id, now, {}, "letter.acknowledged")


def respond(
    principal: Principal,
    letter_id: uuid.UUID,
    planned: str,
    planned_for: date | None,
    words: str,
    now: datetime,
) -> None:
    """The certifier says what they plan by which day, or answers in words. Raises BadInput."""
    planned, words = planned.strip(), words.strip()
    if not planned and not words:
        raise BadInput("Write what you plan, or an answer.", "planned")
    if planned and planned_for is None:
        raise BadInput("Say by which day.", "planned_for")
    if max(len(planned), len(words)) > WORDS_LENGTH:
        raise BadInput("Write at most %(most)s characters.", "words", most=WORDS_LENGTH)
    said = {"planned": planned, "text": words}
    if planned and planned_for is not None:
        said["planned_for"] = planned_for.isoformat()
    _respond(principal, letter_id, now, said, "letter.answered")


def _respond(
    principal: Principal, letter_id: uuid.UUID, now: datetime, said: dict[str, str], name: str
) -> None:
    _only_certifiers(principal)
    row = _locked(letter_id)
    opened = boxes.open_one(principal, letter_id)
    inside = _view(opened, row).inside
    body: dict[str, Any] = {"disclosure": inside.disclosure, **said}
    inside = replace(
        inside,
        acknowledged=inside.acknowledged or now,
        planned=said.get("planned") or inside.planned,
        planned_for=(
            date.fromisoformat(said["planned_for"]) if "planned_for" in said else inside.planned_for
        ),
        words=said.get("text") or inside.words,
    )
    _write(opened, row, inside)
    intake.add(principal.site, row.case_id, EntryKind.ANSWER, body, now, by=principal.person)
    record(principal.site, name, now, actor=principal.person, object_id=letter_id)


def _holders(site: Site, case_id: uuid.UUID) -> Sequence[Holder]:
    state = directory.read(site).state
    team = state.teams.get(Team.CERTIFIER)
    if team is None or not team.members:
        raise Conflict("No certifier has been admitted yet.")
    if named.people_of(site, case_id) is None:
        return [boxes.team_holder(site, Team.CERTIFIER)]
    return [boxes.person_holder(site, person) for person in sorted(team.members)]


def _view(opened: OpenBox, row: CertifierLetter) -> LetterInbox:
    data = opened.read(row.content, places.certifier_letter(row.id, row.revision))
    return LetterInbox(row.id, row.revision, from_plain(Inside, unpack(data)))


def _write(opened: OpenBox, row: CertifierLetter, inside: Inside) -> None:
    row.revision += 1
    place = places.certifier_letter(row.id, row.revision)
    row.content = opened.write(pack(to_plain(inside)), place)


def _locked(letter_id: uuid.UUID) -> CertifierLetter:
    row = db.session.get(CertifierLetter, letter_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound
    return row


def _only_certifiers(principal: Principal) -> None:
    if principal.role is not Role.CERTIFIER:
        raise NotAllowed("Only the certifier reads these letters.")
