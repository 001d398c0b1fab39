"""Referrals to the directory's services, related cases, and who else has a case open."""

import dataclasses
from datetime import timedelta
from uuid import UUID

import pytest

from helpline.cases.models import Presence
from helpline.cases.rules.consents import Purpose
from helpline.cases.rules.referrals import Became, Passed
from helpline.cases.service import assignment, coding, presence, reading, referring, relating
from helpline.cases.service.coding import Coding
from helpline.errors import BadInput, Conflict, NotFound
from helpline.extensions import db
from helpline.register.models import Factory, Service
from helpline.register.service import services
from tests.services.cases.conftest import MONDAY, OTHER_NUMBER, Desk, later
from tests.services.cases.ledger import TELL, agreed, state_of, taken


@pytest.fixture
def clinic(desk: Desk) -> UUID:
    """One service of the directory."""
    with desk.work():
        row = Service(
            name="Lamp Clinic", known_as="lamp clinic", kind="health", country="CN", folded="lamp"
        )
        db.session.add(row)
        db.session.flush()
        return row.id


def refer(desk: Desk, case_id: UUID, service: UUID, passed: Passed) -> str:
    with desk.work():
        return referring.refer(desk.ada, case_id, service, passed, "Open until six.", later(days=1))


def test_the_address_needs_no_consent_and_counts_as_an_act(desk: Desk, clinic: UUID) -> None:
    case_id = taken(desk)
    sent = refer(desk, case_id, clinic, Passed.ADDRESS)
    with desk.work():
        referring.became(desk.ada, case_id, sent, Became.HELPED, "It did good.", later(days=5))
    state = state_of(desk, case_id)
    assert [(one.name, one.became) for one in state.referrals] == [("Lamp Clinic", Became.HELPED)]
    assert state.acted == later(days=1)


def test_we_tell_a_service_only_with_a_consent_that_names_it(desk: Desk, clinic: UUID) -> None:
    case_id = taken(desk)
    word = dataclasses.replace(TELL, purpose=Purpose.REFER, recipient=None, whom="Other Clinic")
    agreed(desk, case_id, word)
    with pytest.raises(Conflict):
        refer(desk, case_id, clinic, Passed.BY_US)
    agreed(desk, case_id, dataclasses.replace(word, whom="lamp clinic"))
    refer(desk, case_id, clinic, Passed.BY_US)


def test_a_retired_service_is_not_offered(desk: Desk, clinic: UUID) -> None:
    case_id = taken(desk)
    with desk.work():
        db.session.get_one(Service, clinic).active = False
    with desk.work():
        assert services.by_id(clinic) is not None
    with pytest.raises(BadInput):
        refer(desk, case_id, clinic, Passed.ADDRESS)


def second_case(desk: Desk) -> UUID:
    case_id = desk.receive(OTHER_NUMBER, later(days=2)).case_id
    with desk.work():
        assignment.claim(desk.ada, case_id, later(days=2))
    return case_id


def in_one_factory(desk: Desk, *cases: UUID) -> None:
    with desk.work():
        db.session.add(
            Factory(
                code="GD-0417",
                key_code="4170",
                name="Papercrane Toys",
                country="CN",
                province="Lampshire",
                workers=450,
            )
        )
    for case_id in cases:
        with desk.work():
            coded = Coding(main="W1", severity=2, factory="GD-0417")
            coding.code(desk.ada, case_id, coded, later(days=3))


def test_a_related_case_is_suggested_linked_and_parted_again(desk: Desk) -> None:
    one, other = taken(desk), second_case(desk)
    with desk.work():
        assert relating.suggest(desk.ada, one) == ()
    in_one_factory(desk, one, other)
    with desk.work():
        [row] = relating.suggest(desk.ada, one)
        name = row.case.reference
        assert row.case.id == other
    with desk.work():
        relating.relate(desk.ada, one, name.lower(), later(days=4))
    with desk.work():
        assert relating.suggest(desk.ada, one) == ()
        assert [link.id for link in reading.read(desk.ada, other, later(days=4)).links] == [one]
    with desk.work(), pytest.raises(Conflict):
        relating.relate(desk.ada, one, name, later(days=4))
    with desk.work():
        relating.part(desk.ada, one, other, later(days=5))
    with desk.work():
        assert reading.read(desk.ada, one, later(days=5)).links == ()
        assert [row.case.id for row in relating.suggest(desk.ada, one)] == [other]


def test_a_case_that_somebody_else_handles_is_neither_suggested_nor_linked(desk: Desk) -> None:
    one, other = taken(desk), second_case(desk)
    in_one_factory(desk, one, other)
    with desk.work():
        assignment.assign(desk.supervisor, other, desk.colleague, later(days=4))
        name = reading.read(desk.ben, other, later(days=4)).case.reference
    with desk.work():
        assert relating.suggest(desk.ada, one) == ()
    with desk.work(), pytest.raises(NotFound):
        relating.relate(desk.ada, one, name, later(days=4))
    with desk.work(), pytest.raises(BadInput):
        relating.relate(desk.ada, one, "NONE", later(days=4))


def test_two_people_see_that_both_have_the_case_open(desk: Desk) -> None:
    case_id = taken(desk)
    with desk.work():
        assert presence.mark(desk.ada, case_id, MONDAY) == ()
    with desk.work():
        assert presence.mark(desk.supervisor, case_id, MONDAY) == (desk.counsellor,)
    soon = MONDAY + timedelta(minutes=2)
    with desk.work():
        assert presence.mark(desk.supervisor, case_id, soon) == ()
    with desk.work():
        assert db.session.query(Presence).count() == 1
    with desk.work(), pytest.raises(NotFound):
        presence.mark(desk.ben, case_id, soon)
