"""How open cases stand, for the supervisor's board: by severity, and by whoever has them."""

from helpline.cases.service import assignment, coding, standing
from helpline.cases.service.coding import Coding
from helpline.cases.service.standing import TIERS, Standing
from helpline.register.service import taxonomy
from tests.services.cases.conftest import MONDAY, Desk, later


def test_open_cases_are_told_by_severity_and_by_person(either_desk: Desk) -> None:
    desk = either_desk
    with desk.work():
        taxonomy.install(MONDAY.date())
    desk.receive(None, danger=True)
    taken = desk.receive(None).case_id
    desk.receive(None)
    with desk.work():
        assignment.claim(desk.ada, taken, MONDAY)
        coding.code(desk.ada, taken, Coding("W1", 2), MONDAY)
    with desk.work():
        found = standing.stood(MONDAY)
        tiers = dict(found.tiers)
    assert [tier for tier, _ in found.tiers] == list(TIERS)
    assert (tiers[4], tiers[3]) == (Standing(1, 1), Standing())
    assert (tiers[2], tiers[None]) == (Standing(1), Standing(1))
    assert found.people == {None: Standing(2, 1), desk.counsellor: Standing(1)}
    with desk.work():
        late = standing.stood(later(hours=3))
    assert dict(late.tiers)[4] == Standing(1, 1, 0, 1)
    assert dict(late.tiers)[None].late == 1
    assert dict(late.tiers)[2].late == 0
    assert late.people[None] == Standing(2, 1, 0, 2)
