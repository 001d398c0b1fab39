"""What the benchmarks of the desk measure is what they say: so many cases, so many entries."""

from collections.abc import Callable
from pathlib import Path

from sqlalchemy import func, select

from helpline.cases.models import Case, Entry
from helpline.cases.service import lists
from helpline.cases.service.lists import Which
from helpline.columns import utc_now
from helpline.extensions import db
from tests.installation import Installation
from tests.load import desk
from tests.load.desk_copies import beside, copy_rows

CASES, ENTRIES, LONG, ALL = 20, 6, 2, 45


def test_the_maker_makes_what_it_says(make_installation: Callable[..., Installation]) -> None:
    house = make_installation()
    person, colleague = house.counsellors[:2]
    made = desk.make(house, person, CASES, ENTRIES, LONG)
    assert desk.fill(house, ALL) == ALL - CASES
    with house.work():
        cases = db.session.scalars(select(Case).where(Case.assignee == person.id)).all()
        entries = {case.id: case.entries for case in cases}
        kept = db.session.scalar(
            select(func.count()).select_from(Entry).where(Entry.case_id.in_(entries))
        )
        assert len(db.session.scalars(select(Case.id)).all()) == ALL
    assert set(entries) == set(made.cases)
    assert [entries[case_id] for case_id in made.long] == [desk.LONG] * LONG
    assert kept == sum(entries.values()) == LONG * desk.LONG + (CASES - LONG) * ENTRIES
    assert desk.hand_over(house, person, colleague) == CASES
    with house.work():
        assert len(lists.search(house.principal(colleague), desk.RARE)) == CASES // desk.EVERY
        assert not lists.search(house.principal(person), desk.RARE)


def test_rows_copied_to_another_database_open_there(
    make_installation: Callable[..., Installation], new_database: Callable[[], str], tmp_path: Path
) -> None:
    house = make_installation()
    made = desk.make(house, house.counsellors[0], CASES, ENTRIES, LONG)
    url = new_database()
    copy_rows(str(house.config.database.url), url)
    there = beside(house, tmp_path / "there", url)
    try:
        with there.work():
            found = lists.listing(there.principal(there.counsellors[0]), Which.MINE, utc_now())
    finally:
        there.close()
    assert {row.case.id for row in found.rows} == set(made.cases)
    assert not any(row.faults for row in found.rows)
