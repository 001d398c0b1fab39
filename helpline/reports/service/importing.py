"""History from before this system: a CSV file becomes facts, all of its rows or none.

A publisher lays them on reporting's shelf, where they look as if a counsellor had coded them. What
the file calls a worker stays in no row: a hash under the site key stands for it, so that two files
of one organisation mean the same worker by the same word.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import repeat
from typing import Any, Final
from uuid import UUID

from sqlalchemy import insert

from helpline.audit import service as audit
from helpline.cases.models import Fact
from helpline.cases.service.content import pack
from helpline.cases.service.places import ENDING_CODES, OPENING_CODES
from helpline.columns import new_id
from helpline.errors import NotAllowed
from helpline.extensions import db
from helpline.keys.rules import Sealed, Team
from helpline.keys.service import boxes, bulk
from helpline.keys.service.boxes import OpenBox
from helpline.keys.service.principal import Principal
from helpline.register.rules.sentences import Sentence
from helpline.register.service import factories, taxonomy
from helpline.reports.rules import facts_csv
from helpline.reports.rules.facts_csv import Known, Row
from helpline.reports.rules.periods import Period
from helpline.reports.service import published

MOST_PROBLEMS: Final = 100
AT_ONCE: Final = 5000
_FIRST_DAY: Final = date(2000, 1, 1)


@dataclass(frozen=True, slots=True)
class Imported:
    """How many facts came in; none where a row is wrong. problems: row number and reason."""

    facts: int
    problems: Sequence[tuple[int, Sentence]]


def import_csv(principal: Principal, text: Iterable[str], now: datetime) -> Imported:
    """Enter every row of a file. Raises NotAllowed for who is no publisher."""
    if Team.REPORTING not in principal.teams:
        raise NotAllowed("Only publishers enter history.")
    try:
        with db.session.begin_nested():  # all of it or nothing
            many = _rows(principal, facts_csv.read(text, _known()))
    except _Refused as refused:
        return Imported(0, refused.problems)
    audit.record(
        principal.site,
        "reports.imported",
        now,
        actor=principal.person,
        detail={"facts": str(many)},
    )
    return Imported(many, ())


class _Refused(Exception):
    """Some rows are wrong."""

    def __init__(self, problems: Sequence[tuple[int, Sentence]]) -> None:
        super().__init__()
        self.problems = tuple(problems)


def _rows(principal: Principal, rows: Iterable[Row]) -> int:
    """Enter rows until one is wrong; how many they were. Raises `_Refused` with all that are."""
    team = boxes.team_box(principal, Team.REPORTING)
    countries = {one.code: one.country for one in factories.all_factories()}
    problems: list[tuple[int, Sentence]] = []
    batch: list[tuple[Row, str]] = []
    many = 0
    for row in rows:
        problems += [(row.number, reason) for reason in row.wrong]
        if len(problems) >= MOST_PROBLEMS:
            break
        if problems:
            continue
        country = row.values["country"] or countries[row.values["factory"]]
        batch.append((row, country))
        many += 1
        if len(batch) >= AT_ONCE:
            _enter(principal, team, batch)
            batch = []
    if problems:
        raise _Refused(problems)
    _enter(principal, team, batch)
    return many


def _known() -> Known:
    tree = taxonomy.tree("en", all_codes=True)
    codes = {one.code for one in tree} | {sub.code for one in tree for sub in one.subs}
    last = published.last()
    closed = Period.named(last.period).ends if last else None
    return Known(
        frozenset(one.code for one in factories.all_factories()),
        frozenset(codes),
        closed + timedelta(days=1) if closed else _FIRST_DAY,
    )


def _enter(principal: Principal, team: OpenBox, batch: Sequence[tuple[Row, str]]) -> None:
    """Lay a batch on the shelf: rows, and the country of each."""
    ids = [new_id() for _ in batch]
    openings = (pack(_opening(principal, row, country)) for row, country in batch)
    endings = (pack(_ending(row)) for row, _ in batch)
    parts = zip(
        ids,
        bulk.write(team, OPENING_CODES, zip(ids, repeat(1), openings)),
        bulk.write(team, ENDING_CODES, zip(ids, repeat(1), endings)),
        strict=True,
    )
    rows = [_columns(case_id, opening, ending) for case_id, opening, ending in parts]
    if rows:
        db.session.connection().execute(insert(Fact), rows)


def _columns(case_id: UUID, opening: Sealed, ending: Sealed) -> dict[str, Any]:
    return {
        "case_id": case_id,
        "revision": 1,
        "opening_revision": 1,
        "opening_sealed": opening.data,
        "opening_generation": opening.generation,
        "opening_stamp": None,
        "opening_closed_in": None,
        "ending_revision": 1,
        "ending_sealed": ending.data,
        "ending_generation": ending.generation,
        "ending_stamp": None,
        "ending_closed_in": None,
    }


def _opening(principal: Principal, row: Row, country: str) -> dict[str, Any]:
    values, worker = row.values, row.values["worker"]
    handle = principal.site.event_hash("imported worker", worker).hex() if worker else None
    return {
        "factory": values["factory"],
        "country": country,
        "main": values["category"],
        "codes": [values["category"]],
        "severity": values["severity"],
        "channel": values["channel"],
        "reporter": values["reporter"],
        "language": "",
        "line": "",
        "opened": values["date"].isoformat(),
        "handle": handle,
    }


def _ending(row: Row) -> dict[str, Any]:
    values = row.values
    return {
        "outcome": values["outcome"],
        "remedy": values["remedy"],
        "finding": values["finding"],
        "accepted": values["accepted"],
        "closed": None,
        "first_answer_minutes": values["first_answer_minutes"],
        "close_minutes": values["close_minutes"],
        "waits": False,
    }
