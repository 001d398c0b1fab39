"""Who holds a box opens it; nobody else does, and nothing opens elsewhere."""

from uuid import UUID

import pytest
from sqlalchemy import select, update

from crypto.boxes import Box, PublicBox, grant
from helpline.errors import NotFound
from helpline.extensions import db
from helpline.keys.models import BoxGeneration, Grant
from helpline.keys.rules import Place, Role, Sealed, Team
from helpline.keys.service import boxes, teams
from helpline.keys.service.site import Tampered, binding
from tests.organisation import Organisation

HERE = Place("entry", "entries", "1")
THERE = Place("entry", "entries", "2")


@pytest.fixture
def counsellor(organisation: Organisation) -> UUID:
    with organisation.work():
        return organisation.admit(Role.COUNSELLOR)


@pytest.fixture
def case(organisation: Organisation) -> tuple[UUID, Sealed]:
    """A case opened by a webhook: nobody is logged in."""
    with organisation.work():
        site = organisation.site
        opened = boxes.make(site, "case", [boxes.team_holder(site, Team.INTAKE)])
        return opened.id, boxes.put(site, opened.id, b"said on the phone", HERE)


def claim(organisation: Organisation, box_id: UUID, person: UUID) -> None:
    with organisation.work():
        site = organisation.site
        opened = boxes.open_one(organisation.principal(person), box_id)
        holders = [
            boxes.person_holder(site, person),
            boxes.team_holder(site, Team.SUPERVISION),
        ]
        boxes.new_generation(opened, "case", holders)


def test_what_a_webhook_puts_in_every_counsellor_of_the_intake_reads(
    organisation: Organisation, counsellor: UUID, case: tuple[UUID, Sealed]
) -> None:
    box_id, sealed = case
    with organisation.work():
        opened = boxes.open_one(organisation.principal(counsellor), box_id)
        assert opened.read(sealed, HERE) == b"said on the phone"


def test_a_grant_that_was_replaced_meanwhile_is_left_alone(
    organisation: Organisation, counsellor: UUID, case: tuple[UUID, Sealed]
) -> None:
    with organisation.work():
        boxes.open_one(organisation.principal(counsellor), case[0])
        newer = update(Grant).where(Grant.box_id == case[0])
        db.session.execute(newer.values(sealed=b"newer", holder_generation=7))
    with organisation.work():
        grant = db.session.scalars(select(Grant).filter_by(box_id=case[0])).one()
        assert (grant.sealed, grant.on_shelf) == (b"newer", False)


def test_the_first_opening_moves_the_grant_to_the_readers_shelf(
    organisation: Organisation, counsellor: UUID, case: tuple[UUID, Sealed]
) -> None:
    for expected in (False, True):
        with organisation.work():
            assert (
                db.session.scalars(select(Grant.on_shelf).filter_by(box_id=case[0])).one()
                is expected
            )
            boxes.open_one(organisation.principal(counsellor), case[0])


def test_after_claiming_only_the_holder_and_supervision_read(
    organisation: Organisation, counsellor: UUID, case: tuple[UUID, Sealed]
) -> None:
    box_id, sealed = case
    with organisation.work():
        colleague = organisation.admit(Role.COUNSELLOR)
    claim(organisation, box_id, counsellor)
    with organisation.work():
        later = boxes.put(organisation.site, box_id, b"said later", THERE)
    with organisation.work():
        for reader in (counsellor, organisation.first):
            opened = boxes.open_one(organisation.principal(reader), box_id)
            assert opened.read(sealed, HERE) == b"said on the phone"
            assert opened.read(later, THERE) == b"said later"
        with pytest.raises(NotFound):
            boxes.open_one(organisation.principal(colleague), box_id)


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.AUDITOR])
def test_administrators_and_auditors_hold_nothing(
    organisation: Organisation, case: tuple[UUID, Sealed], role: Role
) -> None:
    with organisation.work():
        person = organisation.admit(role)
    with organisation.work():
        someone = organisation.principal(person)
        assert someone.teams == ()
        assert boxes.open_many(someone, [case[0]]) == {}
        with pytest.raises(NotFound):
            boxes.team_box(someone, Team.INTAKE)


def test_sealed_bytes_open_only_in_their_own_place(
    organisation: Organisation, case: tuple[UUID, Sealed]
) -> None:
    with organisation.work():
        opened = boxes.open_one(organisation.supervisor, case[0])
        with pytest.raises(Tampered):
            opened.read(case[1], THERE)


def test_an_entry_without_our_stamp_is_refused(
    organisation: Organisation, case: tuple[UUID, Sealed]
) -> None:
    """Anybody can seal to a public key; only the server can stamp what it took in."""
    with organisation.work():
        row = db.session.scalars(select(BoxGeneration).filter_by(box_id=case[0])).one()
        public = PublicBox.decode(row.public)
        forged = public.put(b"I take it back", binding(THERE, str(case[0]), 1))
        opened = boxes.open_one(organisation.supervisor, case[0])
        for stamp in (b"", b"\0" * 32, case[1].stamp):
            with pytest.raises(Tampered):
                opened.read(Sealed(forged, 1, stamp), THERE)
        with pytest.raises(Tampered):
            opened.read(Sealed(forged, 1, None), THERE)


def test_a_swapped_public_key_of_a_case_takes_nothing_in(
    organisation: Organisation, case: tuple[UUID, Sealed]
) -> None:
    with organisation.work():
        thief = Box.new().public.encode()
        db.session.execute(
            update(BoxGeneration).where(BoxGeneration.box_id == case[0]).values(public=thief)
        )
        with pytest.raises(Tampered):
            boxes.put(organisation.site, case[0], b"more", THERE)


def test_a_swapped_grant_is_refused(organisation: Organisation, case: tuple[UUID, Sealed]) -> None:
    """A thief seals a secret of their own to the intake as "the case's key"."""
    with organisation.work():
        row = db.session.scalars(select(Grant).filter_by(box_id=case[0])).one()
        intake = boxes.team_holder(organisation.site, Team.INTAKE)
        bound = binding(Place("grant", "grants", f"{case[0]}:1"), str(intake.box), 1)
        row.sealed = grant(Box.new(), intake.public, bound)
        db.session.flush()
        with pytest.raises(Tampered):
            boxes.open_one(organisation.supervisor, case[0])


def test_a_removed_counsellors_box_and_old_rows_open_nothing_that_came_later(
    organisation: Organisation, counsellor: UUID, case: tuple[UUID, Sealed]
) -> None:
    with organisation.work():
        gone = organisation.principal(counsellor)
        old_intake = boxes.team_box(gone, Team.INTAKE).box
    with organisation.work():
        assert teams.remove(organisation.supervisor, counsellor)
    with organisation.work():
        site = organisation.site
        later = boxes.make(site, "case", [boxes.team_holder(site, Team.INTAKE)])
        sealed = boxes.put(site, later.id, b"later", THERE)
        row = db.session.scalars(select(Grant).filter_by(box_id=later.id)).one()
        bound = binding(Place("grant", "grants", f"{later.id}:1"), str(row.holder_id), 2)
        with pytest.raises(Exception, match="cannot be opened"):
            old_intake.open_slot(row.sealed, bound)
        with pytest.raises(NotFound):
            boxes.open_one(gone, later.id)
        opened = boxes.open_one(organisation.supervisor, later.id)
        assert opened.read(sealed, THERE) == b"later"
        assert boxes.open_one(organisation.supervisor, case[0]).read(case[1], HERE)


def test_a_removal_renews_what_the_team_holds_for_those_who_stay(
    organisation: Organisation, counsellor: UUID, case: tuple[UUID, Sealed]
) -> None:
    with organisation.work():
        gone = boxes.open_one(organisation.principal(counsellor), case[0])
        site, stays = organisation.site, organisation.admit(Role.COUNSELLOR)
    with organisation.work():
        mine = boxes.make(site, "case", [boxes.person_holder(site, stays)])
    with organisation.work():
        assert teams.remove(organisation.supervisor, counsellor)
    with organisation.work():
        later = boxes.put(site, case[0], b"later", THERE)
        assert later.generation == gone.generation + 1
        with pytest.raises(NotFound):
            gone.read(later, THERE)
        for person in (stays, organisation.first):
            opened = boxes.open_one(organisation.principal(person), case[0])
            assert opened.read(later, THERE) == b"later"
            assert opened.read(case[1], HERE)
        assert boxes.holders_of(case[0]) == {boxes.team_holder(site, Team.INTAKE).box}
        assert boxes.open_one(organisation.principal(stays), mine.id).generation == 1


def test_a_tampered_grant_does_not_keep_anybody_in(
    organisation: Organisation, counsellor: UUID, case: tuple[UUID, Sealed]
) -> None:
    with organisation.work():
        site = organisation.site
        bent = boxes.make(site, "case", [boxes.team_holder(site, Team.INTAKE)])
        row = db.session.scalars(select(Grant).filter_by(box_id=bent.id)).one()
        row.sealed = row.sealed[:-1] + bytes([row.sealed[-1] ^ 1])
    with organisation.work():
        assert teams.remove(organisation.supervisor, counsellor)
    with organisation.work():
        assert boxes.open_one(organisation.supervisor, case[0]).generation == 2
        assert boxes.slot(site, bent.id).generation == 1


def test_destroying_a_box_leaves_nothing_to_open(
    organisation: Organisation, case: tuple[UUID, Sealed]
) -> None:
    with organisation.work():
        boxes.destroy(case[0])
    with organisation.work(), pytest.raises(NotFound):
        boxes.open_one(organisation.supervisor, case[0])
