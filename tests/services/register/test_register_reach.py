"""Reach is recorded by whom it may be, corrected with a trace, and imported whole or not at all."""

import threading
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from helpline.accounts.models import Account
from helpline.audit.models import AuditRow
from helpline.errors import BadInput, Conflict, NotAllowed, NotFound
from helpline.extensions import db
from helpline.keys.rules import Role
from helpline.register.models import ReachRow
from helpline.register.rules.factories import FactoryValues
from helpline.register.rules.reach import Reached, ReachKind, ReachValues, Todo
from helpline.register.service import assigned, factories, factory_upkeep, reach, reach_upkeep
from helpline.register.service.assigned import Choice
from helpline.register.service.author import Author
from helpline.unit_of_work import in_unit_of_work
from tests.organisation import Organisation

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
TODAY = NOW.date()
DAY = date(2026, 9, 2)
POSTERS = ReachValues(ReachKind.POSTERS, DAY, 5, 8, (Todo.HANG,))
CALL = ReachValues(ReachKind.TEST_CALL, DAY, reached=Reached.COUNSELLOR, inside=True)
CARDS = ReachValues(ReachKind.CARDS, DAY, 400)
HEADER = "factory,kind,day,number,expected,todo,reached,inside\n"


@dataclass
class Staff:
    """An auditor with the factory GD-1, a sponsor; GD-2 belongs to nobody."""

    auditor: Author
    sponsor: Author
    own: UUID
    other: UUID


@pytest.fixture
def staff(organisation: Organisation, administrator: Author) -> Staff:
    with organisation.work():
        people = [organisation.admit(role) for role in (Role.AUDITOR, Role.SPONSOR)]
        own, other = (
            factory_upkeep.add(
                administrator, FactoryValues(code, "Kite", "CN", place, 100, brands=(brand,)), NOW
            )
            for code, place, brand in (("GD-1", "Lampshire", "Moon"), ("GD-2", "Hills", "Star"))
        )
    with organisation.work():
        auditor, sponsor = (Author.of(organisation.principal(one)) for one in people)
        with_accounts(organisation, people)
    with organisation.work():
        assert auditor.person is not None
        assigned.assign(administrator, auditor.person, Choice(code="gd-1"), NOW)
    return Staff(auditor, sponsor, own, other)


def with_accounts(organisation: Organisation, people: list[UUID]) -> None:
    """Names for people whom the tests' organisation admitted without an account."""
    for number, person in enumerate(people):
        state = {"state": "admitted", "role": "auditor", "login_name": f"some.{number}"}
        db.session.add(Account(id=person, languages=["en"], **state))


def acts() -> list[str]:
    return sorted(
        act for act in db.session.scalars(select(AuditRow.act)) if act.startswith("register.reach")
    )


def test_an_auditor_records_checks_of_their_own_factories(
    organisation: Organisation, staff: Staff
) -> None:
    with organisation.work():
        reach_upkeep.record(staff.auditor, staff.own, POSTERS, NOW)
        reach_upkeep.record(staff.auditor, staff.own, CALL, NOW)
    with organisation.work():
        found = reach.of(staff.own, TODAY)
        assert dict(found.latest) == {ReachKind.POSTERS: POSTERS, ReachKind.TEST_CALL: CALL}
        assert found.outstanding[0] == "Posters: 3 of 8 missing at the last check."
        assert reach.of(staff.other, TODAY).latest == {}
        assert acts() == ["register.reach.recorded"] * 2
        row = db.session.scalars(select(ReachRow)).first()
        assert row is not None
        assert (row.recorded_by, row.recorded_as) == (staff.auditor.person, "auditor")


def test_nobody_records_beyond_their_role_or_their_factories(
    organisation: Organisation, staff: Staff, supervisor: Author
) -> None:
    for author, factory, values, refused in (
        (staff.auditor, staff.other, POSTERS, NotFound),
        (staff.auditor, uuid4(), POSTERS, NotFound),
        (staff.auditor, staff.own, CARDS, NotAllowed),
        (staff.sponsor, staff.own, POSTERS, NotAllowed),
        (supervisor, staff.own, CARDS, NotAllowed),
    ):
        with organisation.work(), pytest.raises(refused):
            reach_upkeep.record(author, factory, values, NOW)
    with organisation.work():
        assert db.session.scalars(select(ReachRow)).all() == []


def test_an_administrator_records_every_kind_of_every_factory(
    organisation: Organisation, staff: Staff, administrator: Author
) -> None:
    with organisation.work():
        for values in (CARDS, CALL):
            reach_upkeep.record(administrator, staff.other, values, NOW)
        assert set(reach.of(staff.other, TODAY).latest) == {ReachKind.CARDS, ReachKind.TEST_CALL}


def test_a_correction_leaves_a_trace(organisation: Organisation, staff: Staff) -> None:
    better = ReachValues(ReachKind.POSTERS, DAY, 8, 8)
    with organisation.work():
        first = reach_upkeep.record(staff.auditor, staff.own, POSTERS, NOW)
    with organisation.work():
        second = reach_upkeep.revise(staff.auditor, first, better, NOW)
    with organisation.work():
        assert reach.of(staff.own, TODAY).latest[ReachKind.POSTERS] == better
        assert [(one.id, one.state) for one in reach.history(staff.own)] == [
            (second, "stands"),
            (first, "revised"),
        ]
        assert db.session.get_one(ReachRow, second).replaces == first
        assert db.session.get_one(ReachRow, first).ended_by == staff.auditor.person
    with organisation.work():
        reach_upkeep.withdraw(staff.auditor, second, NOW)
    with organisation.work():
        assert reach.of(staff.own, TODAY).latest == {}
        assert [one.state for one in reach.history(staff.own)] == ["withdrawn", "revised"]
        assert acts() == [f"register.reach.{act}" for act in ("recorded", "revised", "withdrawn")]
    with organisation.work(), pytest.raises(Conflict):
        reach_upkeep.withdraw(staff.auditor, first, NOW)
    with organisation.work(), pytest.raises(Conflict):
        reach_upkeep.revise(staff.auditor, first, better, NOW)


def test_what_is_not_theirs_is_not_corrected_either(
    organisation: Organisation, staff: Staff, administrator: Author
) -> None:
    with organisation.work():
        foreign = reach_upkeep.record(administrator, staff.other, POSTERS, NOW)
        cards = reach_upkeep.record(administrator, staff.own, CARDS, NOW)
    for row, refused in ((foreign, NotFound), (cards, NotAllowed), (uuid4(), NotFound)):
        with organisation.work(), pytest.raises(refused):
            reach_upkeep.withdraw(staff.auditor, row, NOW)
    with organisation.work(), pytest.raises(BadInput):
        reach_upkeep.revise(administrator, cards, POSTERS, NOW)


def test_a_day_holds_one_fact_of_a_kind(organisation: Organisation, staff: Staff) -> None:
    with organisation.work():
        reach_upkeep.record(staff.auditor, staff.own, POSTERS, NOW)
    with organisation.work(), pytest.raises(BadInput) as refused:
        reach_upkeep.record(staff.auditor, staff.own, POSTERS, NOW)
    assert refused.value.field == "day"


def test_of_two_who_correct_at_once_one_is_told(organisation: Organisation, staff: Staff) -> None:
    with organisation.work():
        first = reach_upkeep.record(staff.auditor, staff.own, POSTERS, NOW)
    ended: list[str] = []
    ready = threading.Barrier(2)

    def correct(number: int) -> None:
        values = ReachValues(ReachKind.POSTERS, DAY, number, 8)
        ready.wait()
        try:
            with organisation.app.app_context():
                in_unit_of_work(lambda: reach_upkeep.revise(staff.auditor, first, values, NOW))
            ended.append("corrected")
        except Conflict:
            ended.append("told")

    both = [threading.Thread(target=correct, args=(number,)) for number in (6, 7)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join(60)
    assert sorted(ended) == ["corrected", "told"]
    with organisation.work():
        states = [one.state for one in reach.history(staff.own)]
        assert states == ["stands", "revised"]


def test_one_wrong_row_and_nothing_of_a_file_is_kept(
    organisation: Organisation, staff: Staff, administrator: Author
) -> None:
    data = HEADER + (
        "GD-1,posters,2026-09-02,5,8,hang,,\n"
        "GD-9,cards,2026-09-02,100,,,,\n"
        "GD-2,training,2026-09-02,none,,,,\n"
    )
    with organisation.work():
        done = reach_upkeep.import_csv(administrator, data.encode(), NOW)
    assert [(one.row, one.reason) for one in done.problems] == [
        (3, "factory: GD-9 is not in the register."),
        (4, "number: This is a whole number from 0 to 1000000."),
    ]
    with organisation.work():
        assert db.session.scalars(select(ReachRow)).all() == []
        assert acts() == []


def test_an_auditors_file_holds_their_kinds_and_their_factories(
    organisation: Organisation, staff: Staff
) -> None:
    data = HEADER + (
        "GD-2,posters,2026-09-02,5,8,,,\n"
        "GD-9,posters,2026-09-02,5,8,,,\n"
        "GD-1,cards,2026-09-02,5,,,,\n"
    )
    with organisation.work():
        done = reach_upkeep.import_csv(staff.auditor, data.encode(), NOW)
    assert [(one.row, one.reason) for one in done.problems] == [
        (2, "factory: GD-2 is not one of your factories."),
        (3, "factory: GD-9 is not one of your factories."),
        (4, "kind: Your role does not record this."),
    ]


def test_a_file_that_is_imported_again_adds_nothing(
    organisation: Organisation, staff: Staff, administrator: Author
) -> None:
    with organisation.work():
        reach_upkeep.record(staff.auditor, staff.own, POSTERS, NOW)
        reach_upkeep.record(administrator, staff.other, CARDS, NOW)
        reach_upkeep.record(administrator, staff.other, CALL, NOW)
        written = reach_upkeep.export_csv(administrator).encode()
        assert written.count(b"\n") == 4
        assert reach_upkeep.export_csv(staff.auditor).count("\n") == 2
    with organisation.work():
        done = reach_upkeep.import_csv(administrator, written, NOW)
        assert (done.added, done.unchanged, done.problems) == (0, 3, ())
    changed = written.replace(b",400,", b",401,")
    with organisation.work():
        done = reach_upkeep.import_csv(administrator, changed, NOW)
        assert [one.reason.partition(":")[0] for one in done.problems] == ["day"]


def test_factories_are_assigned_by_what_they_have_in_common(
    organisation: Organisation, staff: Staff, administrator: Author
) -> None:
    person = staff.sponsor.person
    assert person is not None
    with organisation.work():
        assert assigned.assign(administrator, person, Choice(province="Lampshire"), NOW) == 1
        assert assigned.assign(administrator, person, Choice(brand="Star"), NOW) == 1
        assert assigned.assign(administrator, person, Choice(brand="Star"), NOW) == 0
    with organisation.work():
        assert [one.code for one in factories.all_factories(person)] == ["GD-1", "GD-2"]
        many = {one.id: number for one, number in assigned.everybody(administrator)}
        assert many == {person: 2, staff.auditor.person: 1}
    both = Choice(province="Hills", brand="Star")
    with organisation.work():
        assert assigned.take_back(administrator, person, both, NOW) == 1
        assert factories.by_code("GD-2", person) is None
        assert factories.by_id(staff.other, person) is None
        assert factories.page("", 1, person).total == 1
        assert factories.page("Kite", 1, person).total == 1
    for choice in (Choice(), Choice(code="GD-9"), Choice(code="GD-1", province="Hills")):
        with organisation.work(), pytest.raises(BadInput):
            assigned.assign(administrator, person, choice, NOW)
    with organisation.work():
        found = list(db.session.scalars(select(AuditRow.act).order_by(AuditRow.act)))
        assert found.count("register.assigned") == 3
        assert found.count("register.assigned.taken_back") == 1


def test_only_auditors_and_sponsors_are_assigned_factories(
    organisation: Organisation, staff: Staff, administrator: Author
) -> None:
    for person in (administrator.person, organisation.first, uuid4()):
        assert person is not None
        with organisation.work(), pytest.raises(NotFound):
            assigned.assign(administrator, person, Choice(code="GD-1"), NOW)
