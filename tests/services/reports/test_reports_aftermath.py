"""What happens to a case after its quarter was published changes no file, and the next is right.

Real cases: they come late, are coded anew, withdrawn, linked as one person's, destroyed when their
time is over, and erased since the worker asked.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select

from helpline.cases.models import Case, Fact
from helpline.cases.rules.keeping import Ground
from helpline.cases.rules.kinds import EntryKind
from helpline.cases.rules.status import Outcome
from helpline.cases.service import assignment, coding, erasing, facts, intake, places, relating
from helpline.cases.service import closing as ends
from helpline.cases.service.closing import Ending
from helpline.cases.service.coding import Coding
from helpline.cases.service.content import unpack
from helpline.cases.service.intake import Contact as Call
from helpline.extensions import db
from helpline.keys.rules import Team
from helpline.keys.service import boxes
from helpline.reports.rules.breakdowns import Breakdown
from helpline.reports.rules.periods import Period
from helpline.reports.service import published, verifying
from tests.services.reports.conftest import FIRST, Contact, House, contacts, year
from tests.services.reports.test_reports_closing import prepare, publish

BEGAN = datetime(2025, 2, 10, 3, tzinfo=UTC)
Q2 = Period.named("2025-Q2")
OVER = datetime(2025, 9, 15, 3, tzinfo=UTC)
"""Seven months after: a case without severity is kept for six."""


@dataclass
class Cases:
    """Real cases of one house, all at GD-1, about wages."""

    house: House
    made: int = 0

    def new(self, main: str = "W1", outcome: Outcome | None = Outcome.ADVICE_SUFFICIENT) -> UUID:
        house, now = self.house, BEGAN + timedelta(hours=self.made)
        self.made += 1
        number = f"+8600000{self.made:05}"
        call = Call(
            kind=EntryKind.VOICE_IN,
            line_id=house.line,
            language="zh-Hans",
            number=number,
            handle=house.site.handle(number),
        )
        with house.work():
            case_id = intake.receive(house.site, call, now).case_id
        with house.work():
            assignment.claim(house.ada, case_id, now)
        with house.work():
            self.coded(case_id, main, now)
        if outcome:
            with house.work():
                ends.close(house.ada, case_id, Ending(outcome), now + timedelta(days=1))
        return case_id

    def coded(self, case_id: UUID, main: str, now: datetime) -> None:
        coding.code(self.house.ada, case_id, Coding(main, 0, factory="GD-1"), now)

    def destroy(self, case_id: UUID, ground: Ground) -> None:
        with self.house.work():
            erasing.erase(self.house.nils, case_id, ground, OVER)


@pytest.fixture
def cases(either_house: House) -> Cases:
    return Cases(either_house)


def facts_in(house: House) -> int:
    with house.work():
        return db.session.scalar(select(func.count()).select_from(Fact)) or 0


def atoms(house: House, unit: str) -> dict[str, int]:
    with house.work():
        return {
            row.period.name: row.value
            for release in published.releases()
            for row in release.contacts
            if row.unit == unit and row.value is not None
        }


def by_category(house: House) -> Breakdown:
    with house.work():
        cuts = [cut for release in published.releases() for cut in release.divided]
    found = next(cut.said for cut in cuts if (cut.unit, cut.attribute) == ("GD-1", "category"))
    assert found is not None
    return found


def test_whatever_becomes_of_its_cases_a_release_stays_and_the_year_adds_up(cases: Cases) -> None:
    house = cases.house
    wages = [Contact("GD-1", FIRST.begins + timedelta(days=n), 9000 + n) for n in range(60)]
    house.enter([*wages, *contacts(21, *year(2025))])
    over, asked, recoded, other, same = (cases.new() for _ in range(5))
    cases.new(outcome=Outcome.WITHDRAWN_FEAR)
    publish(house, FIRST)
    with house.work():
        before = published.bodies()[0]
    cases.new()  # late
    cases.destroy(over, Ground.OVER)
    cases.destroy(asked, Ground.ASKED)
    with house.work():
        cases.coded(recoded, "H1", OVER)
    with house.work():
        relating.relate(house.ada, other, db.session.get_one(Case, same).reference, OVER)
    for quarter in year(2025)[1:]:
        publish(house, quarter)
    with house.work():
        assert published.bodies()[0] == before
        assert list(verifying.faults()) == []
    planted = [one for one in house.contacts if one.factory == "GD-1" and one.main != "X1"]
    said = atoms(house, "GD-1")
    assert said["2025-Q1"] == sum(one.day <= FIRST.ends for one in planted) + 6
    assert said["2025-Q2"] == sum(FIRST.ends < one.day <= Q2.ends for one in planted) + 1
    found = by_category(house)
    wanted = sum(one.main.startswith("W") for one in planted) + 6
    assert found.listed["W"] == wanted, "all but the erased one, the late one among them"
    assert sum(found.listed.values()) + found.other == sum(said.values())


def test_what_outlives_its_case_names_neither_it_nor_a_worker_nor_a_day(cases: Cases) -> None:
    house = cases.house
    case_id = cases.new()
    prepare(house, FIRST)
    cases.destroy(case_id, Ground.OVER)
    with house.work():
        [row] = db.session.scalars(select(Fact))
        assert row.case_id != case_id
        assert (row.opening_closed_in, row.ending_closed_in) == (FIRST.name, None)
        team = boxes.team_box(house.mara, Team.REPORTING)
        opening = unpack(team.read(row.opening, places.opening_codes(row.case_id, 1)))
        ending = unpack(team.read(row.ending, places.ending_codes(row.case_id, 1)))
    assert set(opening) == {
        "factory", "country", "main", "codes", "severity", "channel", "reporter", "month", "worker",
    }  # fmt: skip
    assert opening["month"] == 2025 * 12 + 1
    assert (ending["outcome"], ending["closed"]) == ("advice_sufficient", None)


def test_a_fact_whose_quarter_is_open_goes_with_its_case(cases: Cases) -> None:
    case_id = cases.new()
    assert facts_in(cases.house) == 1
    cases.destroy(case_id, Ground.OVER)
    assert facts_in(cases.house) == 0
    with cases.house.work():
        facts.outlive(cases.house.nils, case_id)
    assert facts_in(cases.house) == 0


def test_a_worker_who_asks_leaves_no_fact_behind(cases: Cases) -> None:
    case_id = cases.new()
    prepare(cases.house, FIRST)
    cases.destroy(case_id, Ground.ASKED)
    assert facts_in(cases.house) == 0
