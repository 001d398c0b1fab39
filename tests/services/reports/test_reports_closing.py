"""A quarter is closed by two people, once, whole or not at all, and never changes."""

import json
import time
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import Engine, event, select, text, update
from sqlalchemy.exc import DBAPIError

from helpline.cases.models import Fact
from helpline.cases.service import places
from helpline.errors import BadInput, Conflict, NotAllowed, NotFound
from helpline.extensions import db
from helpline.keys.rules import Team
from helpline.keys.service import boxes
from helpline.keys.service.site import Tampered
from helpline.reports.models import Closing, CycleKey, ReleaseRow, SealedAtom
from helpline.reports.rules import canonical
from helpline.reports.rules.periods import Period
from helpline.reports.rules.release import Release, Status
from helpline.reports.service import attacking, checking, closing, facts, published, verifying
from helpline.reports.service.closing import CHECKED, CHECKING
from tests.services.reports.conftest import FIRST, RATE, Contact, House, after, contacts, year


def prepare(house: House, closed: Period) -> closing.Handed:
    with house.work():
        return closing.prepare(house.nils, closed, RATE, after(closed))


def check(house: House, handed: closing.Handed) -> None:
    """The check, in this process: `test_the_check_runs_in_a_process` does it in its own."""
    attacking.run(checking.given(handed, str(house.organisation.config.database.url)))


def publish(house: House, closed: Period) -> Release:
    check(house, prepare(house, closed))
    with house.work():
        return closing.publish(house.mara, closed, after(closed))


def test_two_people_publish_what_was_coded(either_house: House) -> None:
    house = either_house
    house.enter(contacts(1, *year(2025)))
    releases = [publish(house, quarter) for quarter in year(2025)]
    counted = Counter(
        (contact.factory, Period.named(f"2025-Q{(contact.day.month + 2) // 3}"))
        for contact in house.contacts
        if not contact.main.startswith("X")
    )
    shown = {
        (row.unit, row.period): row.value
        for release in releases
        for row in release.contacts
        if row.status is Status.OK
    }
    assert shown["GD-1", FIRST] == counted["GD-1", FIRST]
    assert all(
        value == counted[where]
        for where, value in shown.items()
        if where[1].grain == "quarter" and where[0].startswith("GD-")
    )
    with house.work():
        rows = list(db.session.scalars(select(ReleaseRow).order_by(ReleaseRow.number)))
        atoms = list(db.session.scalars(select(SealedAtom)))
        assert db.session.scalars(select(Closing)).all() == []
    assert [row.period for row in rows] == [quarter.name for quarter in year(2025)]
    assert rows[0].previous == ""
    assert [row.previous for row in rows[1:]] == [row.digest for row in rows[:-1]]
    assert {atom.value for atom in atoms if atom.unit == "GD-1"} >= {shown["GD-1", FIRST]}


def test_what_was_published_or_closed_cannot_be_changed(either_house: House) -> None:
    house = either_house
    house.enter(contacts(2, FIRST))
    publish(house, FIRST)
    for statement in (
        update(ReleaseRow).values(period="2020-Q1"),
        update(SealedAtom).values(value=7),
        update(Fact).values(opening_closed_in=None),
        text("DELETE FROM releases"),
        text("DELETE FROM sealed_atoms"),
    ):
        with pytest.raises(DBAPIError), house.work():
            db.session.execute(statement)


def test_the_check_tells_how_far_it_is(house: House) -> None:
    house.enter(contacts(2, FIRST))
    handed = prepare(house, FIRST)
    told: list[str] = []

    def hears(_: object, __: object, statement: str, given: object, *___: object) -> None:
        if statement.startswith("UPDATE closings"):
            told.append(str(given))

    event.listen(Engine, "before_cursor_execute", hears)
    try:
        check(house, handed)
    finally:
        event.remove(Engine, "before_cursor_execute", hears)
    assert len(told) == 2
    assert CHECKING in told[0]
    assert "percent" in told[0]
    assert "stamp" not in told[0]
    assert CHECKED in told[1]


def test_whoever_prepared_it_does_not_publish_it(house: House) -> None:
    house.enter(contacts(3, FIRST))
    check(house, prepare(house, FIRST))
    with pytest.raises(NotAllowed), house.work():
        closing.publish(house.nils, FIRST, after(FIRST))
    with pytest.raises(NotAllowed), house.work():
        closing.publish(house.ada, FIRST, after(FIRST))
    with pytest.raises(NotAllowed), house.work():
        closing.prepare(house.ada, FIRST, RATE, after(FIRST))
    for look in (
        lambda row: closing.look(house.ada, row),
        lambda _: closing.again(house.ada, FIRST),
    ):
        with pytest.raises(NotAllowed), house.work():
            look(db.session.get_one(Closing, FIRST.name))


def test_quarters_are_closed_in_order_and_not_too_early(house: House) -> None:
    with pytest.raises(BadInput), house.work():
        closing.prepare(house.nils, FIRST, RATE, after(FIRST))
    house.enter(contacts(4, FIRST))
    early, second = after(FIRST) - timedelta(days=1), Period.named("2025-Q2")
    for quarter, now in ((FIRST, early), (second, after(second))):
        with pytest.raises(BadInput), house.work():
            closing.prepare(house.nils, quarter, RATE, now)
    prepare(house, FIRST)
    with pytest.raises(Conflict), house.work():
        closing.prepare(house.mara, FIRST, RATE, after(FIRST))


def test_nothing_unchecked_or_altered_is_published(house: House) -> None:
    house.enter(contacts(5, FIRST))
    handed = prepare(house, FIRST)
    with pytest.raises(Conflict), house.work():
        closing.publish(house.mara, FIRST, after(FIRST))
    with house.work():
        row = db.session.get_one(Closing, FIRST.name)
        row.state, row.report = CHECKED, {"tested": 9, "findings": 0, "stamp": "0" * 64}
    with pytest.raises(Tampered), house.work():
        closing.publish(house.mara, FIRST, after(FIRST))
    check(house, handed)
    with house.work():
        db.session.get_one(Closing, FIRST.name).digest = "0" * 64
    with pytest.raises(Tampered), house.work():
        closing.publish(house.mara, FIRST, after(FIRST))
    with house.work():
        assert db.session.scalars(select(ReleaseRow)).all() == []


def test_a_check_that_died_is_started_again(house: House) -> None:
    house.enter(contacts(6, FIRST))
    first = prepare(house, FIRST)
    with house.work():
        assert db.session.get_one(Closing, FIRST.name).state == CHECKING
        second = closing.again(house.mara, FIRST)
    assert first == second
    check(house, second)
    with house.work():
        closing.publish(house.mara, FIRST, after(FIRST))


def test_a_discarded_plan_is_made_again_with_what_came_since(house: House) -> None:
    house.enter(contacts(7, FIRST))
    first = prepare(house, FIRST)
    with house.work():
        closing.discard(house.nils, FIRST, after(FIRST))
    assert prepare(house, FIRST).body == first.body
    with house.work():
        row = db.session.get_one(Closing, FIRST.name)
        assert closing.look(house.mara, row).frozen.facts == len(house.contacts)
        closing.discard(house.nils, FIRST, after(FIRST))
    house.enter([Contact("GD-1", FIRST.begins, 17)] * 9)
    with house.work():
        second = closing.prepare(house.mara, FIRST, RATE, after(FIRST))
    values = [
        next(row.value for row in release.contacts if (row.unit, row.period) == ("GD-1", FIRST))
        for release in (canonical.read(first.body), canonical.read(second.body))
    ]
    assert values[1] == (values[0] or 0) + 9, "what was frozen, and what came late"
    with pytest.raises(NotFound), house.work():
        closing.discard(house.nils, Period.named("2025-Q2"), after(FIRST))


def test_what_comes_late_or_is_coded_anew_changes_no_old_number(house: House) -> None:
    ids = house.enter(contacts(8, FIRST))
    before = canonical.body(publish(house, FIRST))
    late = [Contact("GD-1", FIRST.ends, n + 1) for n in range(20)]
    second = Period.named("2025-Q2")
    house.enter([*late, *contacts(9, second)])
    again = update(Fact).where(Fact.case_id == ids[0]).values(opening_revision=2)
    with pytest.raises(DBAPIError), house.work():
        db.session.execute(again)
    with house.work():
        db.session.delete(db.session.get_one(Fact, ids[1]))  # erased
    release = publish(house, second)
    row = next(row for row in release.contacts if (row.unit, row.period) == ("GD-1", second))
    own = [one for one in house.contacts if one.factory == "GD-1" and not one.main.startswith("X")]
    inside = [one for one in own if one.day > FIRST.ends]
    assert row.value == len(inside) + len(late)
    with house.work():
        assert published.bodies()[0] == before


def test_a_closed_fact_holds_no_handle_and_no_day(house: House) -> None:
    ids = house.enter([Contact("GD-1", FIRST.begins, 5), Contact("GD-1", FIRST.ends, 5)])
    prepare(house, FIRST)
    with house.work():
        team = boxes.team_box(house.nils, Team.REPORTING)
        found = [db.session.get_one(Fact, case_id) for case_id in ids]
        assert {row.opening_stamp for row in found} == {None}
        plain = [
            json.loads(team.read(row.opening, places.opening_codes(row.case_id, 1)))
            for row in found
        ]
    assert {"handle", "opened", "line"}.isdisjoint(plain[0])
    assert plain[0]["worker"] == plain[1]["worker"] != 0
    assert facts.worker_number(b"another key", (5).to_bytes(32, "big").hex()) != plain[0]["worker"]


def test_the_key_of_worker_numbers_goes_when_its_three_years_are_over(house: House) -> None:
    last = Period.named("2027-Q4")
    house.enter([Contact("GD-1", last.begins, n) for n in range(1, 30)])
    check(house, prepare(house, last))
    with house.work():
        assert db.session.get(CycleKey, "2025-2027") is not None
        closing.publish(house.mara, last, after(last))
    with house.work():
        assert db.session.get(CycleKey, "2025-2027") is None


def test_the_check_runs_in_a_process_that_holds_no_key(house: House) -> None:
    house.enter(contacts(10, FIRST))
    handed = prepare(house, FIRST)
    checking.start(handed, str(house.organisation.config.database.url))
    deadline = time.monotonic() + 60
    state = CHECKING
    while state == CHECKING and time.monotonic() < deadline:
        time.sleep(0.2)
        with house.work():
            row = db.session.get_one(Closing, FIRST.name)
            state, report = row.state, dict(row.report)
    assert state == CHECKED
    assert report["findings"] == 0
    assert report["tested"] > 0
    with house.work():
        closing.publish(house.mara, FIRST, after(FIRST))


def test_endings_are_published_a_year_later(house: House) -> None:
    house.enter(contacts(11, *year(2025), *year(2026)))
    for quarter in (*year(2025), *year(2026)):
        release = publish(house, quarter)
    said = {(cut.unit, cut.period.name, cut.attribute): cut.said for cut in release.divided}
    assert ("GD-1", "2025", "outcome") in said
    assert ("GD-1", "2026", "outcome") not in said
    assert ("GD-1", "2026", "category") in said
    assert said["GD-1", "2026", "category"] is not None


def test_whoever_changes_what_was_published_is_found(house: House) -> None:
    house.enter(contacts(12, *year(2025)[:2]))
    for quarter in year(2025)[:2]:
        publish(house, quarter)
    with house.work():
        assert list(verifying.faults()) == []
    with house.work():  # somebody who owns the database takes the guards away
        for table in ("releases", "sealed_atoms"):
            db.session.execute(text(f"DROP TRIGGER {table}_stays_update"))
        db.session.execute(text("UPDATE sealed_atoms SET value = value + 1 WHERE release = 1"))
        other = update(ReleaseRow).where(ReleaseRow.number == 2)
        db.session.execute(other.values(approver_signature=b"\0" * 64))
    with house.work():
        assert list(verifying.faults()) == [
            "release 1 is not what the ledger holds",
            "release 2 carries a signature that does not hold",
        ]
    with house.work():
        first = update(ReleaseRow).where(ReleaseRow.number == 1)
        body = published.bodies()[0].replace(b'"lag_days":45', b'"lag_days":40')
        db.session.execute(first.values(body=body))
    with house.work():
        assert "release 1 carries a signature that does not hold" in list(verifying.faults())
        assert "release 2 does not name the one before" in list(verifying.faults())
