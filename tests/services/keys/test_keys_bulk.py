"""Opening many boxes costs a fixed number of queries."""

from pathlib import Path

from sqlalchemy import event

from helpline.extensions import db
from helpline.keys.rules import Team
from helpline.keys.service import boxes
from tests.organisation import found


def test_a_list_opens_its_boxes_in_a_fixed_number_of_queries(
    sqlite_url: str, tmp_path: Path
) -> None:
    organisation = found(sqlite_url, tmp_path)
    with organisation.work():
        holder = boxes.team_holder(organisation.site, Team.INTAKE)
        ids = [boxes.make(organisation.site, "case", [holder]).id for _ in range(20)]
    counts = []
    for some in (ids[:2], ids, ids):
        seen: list[str] = []
        with organisation.work():
            principal = organisation.supervisor

            def count(*arguments: object, into: list[str] = seen) -> None:
                into.append(str(arguments[2]))

            event.listen(db.engine, "before_cursor_execute", count)
            assert len(boxes.open_many(principal, some)) == len(some)
            event.remove(db.engine, "before_cursor_execute", count)
        counts.append(len([text for text in seen if text.startswith("SELECT")]))
    assert counts[1] <= counts[0]
    assert counts[2] <= counts[0]
    organisation.close()
