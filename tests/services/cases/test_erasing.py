"""A destroyed case is gone from every table; holds and dates stop it; a register says what went."""

from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import LargeBinary, Uuid, select

from helpline.cases.models import Case, Destruction
from helpline.cases.rules.consents import Recipient
from helpline.cases.rules.keeping import Ground, Kept, standing
from helpline.cases.rules.status import Outcome
from helpline.cases.service import (
    assignment,
    closing,
    coding,
    erasing,
    receipts,
    relating,
    writing,
)
from helpline.cases.service.closing import Ending
from helpline.cases.service.coding import Coding
from helpline.errors import BadInput, Conflict, NotAllowed, NotFound
from helpline.extensions import Base, db
from helpline.keys.rules import Role
from tests.services.cases.conftest import OTHER_NUMBER, Desk, later
from tests.services.cases.ledger import CERTIFIER, agreed, state_of, taken, told

LONG_AFTER = later(days=365 * 4)


def closed(desk: Desk) -> UUID:
    case_id = taken(desk)
    with desk.work():
        closing.close(desk.ada, case_id, Ending(Outcome.ADVICE_SUFFICIENT), later(days=1))
    return case_id


def rich(desk: Desk) -> UUID:
    """A closed case with everything that a case may have."""
    with desk.work():
        desk.organisation.admit(Role.CERTIFIER)
    case_id = taken(desk)
    agreed(desk, case_id, CERTIFIER)
    told(desk, case_id, "Wages are unpaid.", Recipient.CERTIFIER)
    with desk.work():
        fresh = receipts.fresh(desk.site)
        writing.give_receipt(desk.ada, case_id, fresh.keys, later(minutes=30))
        writing.letter(desk.ada, case_id, "It goes on.", later(minutes=31), by_phone=True)
        writing.keep_draft(desk.ada, case_id, "note", "half a sentence")
    other = desk.receive(OTHER_NUMBER, later(days=1)).case_id
    with desk.work():
        assignment.claim(desk.ada, other, later(days=1))
        name = db.session.get_one(Case, other).reference
        relating.relate(desk.ada, case_id, name, later(days=1))
    with desk.work():
        closing.close(desk.ada, case_id, Ending(Outcome.ADVICE_SUFFICIENT), later(days=2))
    return case_id


def erase(desk: Desk, case_id: UUID, ground: Ground = Ground.OVER) -> None:
    with desk.work():
        erasing.erase(desk.supervisor, case_id, ground, LONG_AFTER)


def places_of(desk: Desk, case_id: UUID) -> set[str]:
    """Every column of every table in which the case's id stands."""
    found = set()
    with desk.work():
        for table in Base.metadata.sorted_tables:
            for column in table.columns:
                if isinstance(column.type, Uuid):
                    wanted: object = case_id
                elif isinstance(column.type, LargeBinary):
                    wanted = case_id.bytes
                else:
                    continue
                if db.session.execute(select(column).where(column == wanted)).first():
                    found.add(f"{table.name}.{column.name}")
    return found


def test_a_destroyed_case_stands_in_no_table_but_trail_and_register(either_desk: Desk) -> None:
    desk = either_desk
    case_id = rich(desk)
    assert {"entries.case_id", "receipts.case_id", "links.case_id", "drafts.case_id"} <= places_of(
        desk, case_id
    )
    erase(desk, case_id)
    assert places_of(desk, case_id) == {"audit_rows.object_id", "destructions.case_id"}
    with pytest.raises(NotFound):
        state_of(desk, case_id)
    with desk.work():
        [row] = erasing.register()
        assert (row.ground, row.day) == ("over", LONG_AFTER.date())


def test_a_case_whose_time_is_not_over_goes_only_if_the_worker_asked(desk: Desk) -> None:
    case_id = closed(desk)
    with desk.work(), pytest.raises(Conflict):
        erasing.erase(desk.supervisor, case_id, Ground.OVER, later(days=40))
    with desk.work():
        erasing.erase(desk.supervisor, case_id, Ground.ASKED, later(days=40))


def test_an_open_case_is_not_destroyed_and_no_counsellor_destroys(desk: Desk) -> None:
    case_id = taken(desk)
    with desk.work(), pytest.raises(Conflict):
        erasing.erase(desk.supervisor, case_id, Ground.ASKED, later(days=40))
    with desk.work(), pytest.raises(NotAllowed):
        erasing.erase(desk.ada, case_id, Ground.ASKED, later(days=40))


def test_a_legal_hold_keeps_a_case_whatever_its_date(desk: Desk) -> None:
    case_id = closed(desk)
    with desk.work(), pytest.raises(BadInput):
        erasing.hold(desk.supervisor, case_id, " ", later(days=2))
    with desk.work():
        erasing.hold(desk.supervisor, case_id, "A court asks.", later(days=2))
    for ground in Ground:
        with pytest.raises(Conflict):
            erase(desk, case_id, ground)
    with desk.work():
        erasing.lift_hold(desk.supervisor, case_id, "It is decided.", later(days=9))
    erase(desk, case_id)


def test_what_ends_within_a_month_is_told_before(desk: Desk) -> None:
    case_id = closed(desk)
    with desk.work():
        until = db.session.get_one(Case, case_id).retain_until
        assert until is not None
        assert erasing.ending(desk.supervisor, date(2027, 1, 1)) == ()
        assert [row.case.id for row in erasing.ending(desk.supervisor, until)] == [case_id]
        assert [row.case.id for row in erasing.own_ending(desk.ada, until)] == [case_id]
        assert erasing.own_ending(desk.supervisor, until) == ()
        assert db.session.query(Destruction).count() == 0
    with desk.work():
        erasing.hold(desk.supervisor, case_id, "A court asks.", later(days=2))
    with desk.work():
        assert erasing.own_ending(desk.ada, until) == ()


@pytest.mark.parametrize(
    ("day", "held", "kept"),
    [
        (date(2027, 1, 1), False, Kept.KEPT),
        (date(2029, 11, 1), False, Kept.SOON),
        (date(2029, 11, 24), False, Kept.OVER),
        (date(2030, 1, 1), True, Kept.HELD),
    ],
)
def test_where_a_closed_case_stands(day: date, held: bool, kept: Kept) -> None:
    assert standing(date(2029, 11, 23), day, held=held) is kept


def test_a_case_opened_again_has_no_end(desk: Desk) -> None:
    case_id = closed(desk)
    desk.receive(now=later(days=3), case_id=case_id)
    with desk.work():
        assert db.session.get_one(Case, case_id).retain_until is None
    with desk.work():
        coding.code(desk.ada, case_id, Coding(main="W1", severity=2), later(days=4))
