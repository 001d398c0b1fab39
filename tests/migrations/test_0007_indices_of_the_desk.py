"""The migration of the desk's indices: each case keeps what it is due, and what it waits for."""

from datetime import UTC, date, datetime
from uuid import uuid4

import flask_migrate
from sqlalchemy import select, text

from helpline.cases.models import Case, Entry
from helpline.cases.rules.clocks import FAR
from helpline.extensions import db
from helpline.unit_of_work import HelplineFlask, unit_of_work

MONDAY = datetime(2026, 11, 23, 3, tzinfo=UTC)


def case(reference: str, due: datetime) -> Case:
    return Case(
        id=uuid4(),
        reference=reference,
        status="received",
        rank=1,
        language="en",
        opened_on=date(2026, 11, 23),
        due=due,
    )


def test_it_goes_down_and_up_again_and_each_case_keeps_what_it_is_due(app: HelplineFlask) -> None:
    with unit_of_work():
        db.session.add_all([case("TEST", MONDAY), case("REST", FAR)])
    db.session.remove()
    flask_migrate.downgrade(revision="0006")
    unset = text("SELECT reference FROM cases WHERE due IS NULL")
    assert db.session.execute(unset).scalars().all() == ["REST"]
    db.session.remove()
    flask_migrate.upgrade()
    with unit_of_work():
        rows = db.session.query(Case).order_by(Case.due).all()
        assert [(row.reference, row.due) for row in rows] == [("TEST", MONDAY), ("REST", FAR)]


def test_what_waits_for_a_second_person_still_waits(app: HelplineFlask) -> None:
    asked, given, again = case("WAIT", MONDAY), case("GONE", MONDAY), case("ANEW", MONDAY)
    kinds = {asked: "a", given: "ag", again: "aga"}
    with unit_of_work():
        db.session.add_all(kinds)
        db.session.flush()
        for row, letters in kinds.items():
            for sequence, letter in enumerate(letters, start=1):
                kind = "second_asked" if letter == "a" else "second_given"
                db.session.add(
                    Entry(
                        case_id=row.id,
                        sequence=sequence,
                        kind=kind,
                        sealed=b"",
                        generation=1,
                    )
                )
    db.session.remove()
    flask_migrate.downgrade(revision="0006")
    flask_migrate.upgrade()
    with unit_of_work():
        waiting = select(Case.reference).where(Case.asks_second.is_(True))
        assert sorted(db.session.scalars(waiting)) == ["ANEW", "WAIT"]
