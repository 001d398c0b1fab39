"""Many rows of a team's box: through the slot and from the shelf, in order, all of them or none."""

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from helpline.keys.rules import Role, Team
from helpline.keys.service import boxes, bulk, teams
from helpline.keys.service.bulk import AT_ONCE, Found, Kind
from helpline.keys.service.site import Tampered
from tests.organisation import Organisation, found

KIND = Kind("fact:opening", "facts")


@pytest.fixture
def organisation(sqlite_url: str, tmp_path: Path) -> Iterator[Organisation]:
    made = found(sqlite_url, tmp_path)
    yield made
    made.close()


def put(organisation: Organisation, many: int) -> list[Found]:
    """Through the slot, as whoever codes does."""
    rows = [uuid4() for _ in range(many)]
    site = organisation.site
    sealed = [boxes.put_to_team(site, Team.INTAKE, said(row), KIND.at(row, 1)) for row in rows]
    return [
        Found(row, 1, one.data, one.generation, one.stamp)
        for row, one in zip(rows, sealed, strict=True)
    ]


def laid(organisation: Organisation, many: int) -> list[Found]:
    """On the shelf, as whoever closes does."""
    rows = [uuid4() for _ in range(many)]
    team = boxes.team_box(organisation.supervisor, Team.INTAKE)
    sealed = bulk.write(team, KIND, [(row, 2, said(row)) for row in rows])
    return [
        Found(row, 2, one.data, one.generation, one.stamp)
        for row, one in zip(rows, sealed, strict=True)
    ]


def said(row: UUID) -> bytes:
    return f"said of {row}".encode()


def test_rows_of_both_ways_and_of_two_generations_open_in_order(
    organisation: Organisation,
) -> None:
    with organisation.work():
        ada = organisation.admit(Role.COUNSELLOR)
    with organisation.work():
        rows = [*put(organisation, AT_ONCE + 50), *laid(organisation, 70)]
    with organisation.work():
        assert teams.remove(organisation.supervisor, ada)
    with organisation.work():
        rows += [*laid(organisation, 30), *put(organisation, 5)]
        assert {row.generation for row in rows} == {1, 2}
        team = boxes.team_box(organisation.supervisor, Team.INTAKE)
        mixed = [*rows[:AT_ONCE], *reversed(rows[AT_ONCE:])]
        assert list(bulk.read(team, KIND, mixed)) == [(row, said(row.row)) for row in mixed]


def test_a_row_that_was_changed_or_moved_is_refused(organisation: Organisation) -> None:
    with organisation.work():
        slot, shelf = put(organisation, 3), laid(organisation, 3)
        team = boxes.team_box(organisation.supervisor, Team.INTAKE)
        wrong = (
            shelf[0]._replace(data=shelf[1].data),
            shelf[0]._replace(row=shelf[1].row),
            slot[0]._replace(data=slot[1].data),
            slot[0]._replace(stamp=slot[1].stamp),
            slot[0]._replace(stamp=None),
        )
        for one in wrong:
            with pytest.raises(Tampered):
                list(bulk.read(team, KIND, [*slot, *shelf, one]))
        with pytest.raises(Tampered):
            list(bulk.read(team, Kind("fact:ending", "facts"), shelf))
