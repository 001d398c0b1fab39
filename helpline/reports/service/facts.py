"""Facts: opened in a publisher's session, and frozen when their quarter is closed.

A frozen fact lies on reporting's shelf with what counting needs: the month it counts in instead of
the day, and a worker number instead of the handle. The number follows from the handle by a key of
three years, which is deleted when they are over (KEYS.md section 2).
"""

import hmac
import secrets
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import ColumnElement, bindparam, select, update

from helpline.cases.models import Fact
from helpline.cases.service import places
from helpline.cases.service.content import pack, unpack
from helpline.extensions import db
from helpline.keys.rules import Place, Sealed, Team
from helpline.keys.service import boxes, bulk
from helpline.keys.service.boxes import OpenBox
from helpline.keys.service.bulk import Found
from helpline.keys.service.principal import Principal
from helpline.register.service import lines
from helpline.reports.models import CycleKey
from helpline.reports.rules.periods import Grain, Period

KEY_BYTES: Final = 32
NUMBER_BYTES: Final = 7
"""Of a worker number: that two of a million are the same happens once in 140,000 times."""
_OPENING = (
    Fact.case_id,
    Fact.opening_revision,
    Fact.opening_sealed,
    Fact.opening_generation,
    Fact.opening_stamp,
)
_ENDING = (
    Fact.case_id,
    Fact.ending_revision,
    Fact.ending_sealed,
    Fact.ending_generation,
    Fact.ending_stamp,
)
_CLOSE_OPENING = (
    update(Fact)
    .where(Fact.case_id == bindparam("case"), Fact.opening_closed_in.is_(None))
    .values(
        opening_sealed=bindparam("data"),
        opening_generation=bindparam("generation"),
        opening_stamp=None,
        opening_closed_in=bindparam("period"),
    )
)
_CLOSE_ENDING = (
    update(Fact)
    .where(Fact.case_id == bindparam("case"), Fact.ending_closed_in.is_(None))
    .values(
        ending_sealed=bindparam("data"),
        ending_generation=bindparam("generation"),
        ending_stamp=None,
        ending_closed_in=bindparam("period"),
    )
)


@dataclass(frozen=True, slots=True)
class Frozen:
    """How many facts a closing froze; `late`: of them began before its quarter."""

    facts: int
    late: int


@dataclass(frozen=True, slots=True)
class Codes:
    """A part of a fact: of which case, and what was coded."""

    case_id: uuid.UUID
    revision: int
    values: Mapping[str, Any]


def freeze(principal: Principal, closed: Period) -> Frozen:
    """Close a quarter for every fact that began in it or before; they are never written again."""
    team = boxes.team_box(principal, Team.REPORTING)
    key = _cycle_key(team, closed)
    countries = {str(line.id): line.country for line in lines.all_lines()}
    changes, late = [], 0
    for fact in _openings(team, Fact.opening_closed_in.is_(None)):
        began = date.fromisoformat(fact.values["opened"])
        if began <= closed.ends:
            late += began < closed.begins
            kept = _kept(fact.values, max(began, closed.begins), key, countries)
            place = places.opening_codes(fact.case_id, fact.revision)
            changes.append(_change(fact.case_id, team.write(pack(kept), place), closed))
    if changes:
        db.session.connection().execute(_CLOSE_OPENING, changes)
    return Frozen(len(changes), late)


def freeze_endings(principal: Principal, closed: Period, begun: Sequence[Period]) -> int:
    """Close the ending codes of the cases that were closed in these quarters; how many."""
    team = boxes.team_box(principal, Team.REPORTING)
    wanted = (Fact.ending_closed_in.is_(None), _closed_in(begun))
    changes = []
    for fact in _endings(team, *wanted):
        place = places.ending_codes(fact.case_id, fact.revision)
        changes.append(_change(fact.case_id, team.write(pack(fact.values), place), closed))
    if changes:
        db.session.connection().execute(_CLOSE_ENDING, changes)
    return len(changes)


def openings(principal: Principal, quarters: Sequence[Period]) -> Iterator[Codes]:
    """The frozen opening codes of these quarters."""
    return _openings(boxes.team_box(principal, Team.REPORTING), _closed_in(quarters))


def endings(principal: Principal, quarters: Sequence[Period]) -> Mapping[uuid.UUID, Codes]:
    """The frozen ending codes of the cases that were closed in these quarters."""
    team = boxes.team_box(principal, Team.REPORTING)
    wanted = (Fact.ending_closed_in.is_not(None), _closed_in(quarters))
    return {fact.case_id: fact for fact in _endings(team, *wanted)}


def first_quarter(principal: Principal) -> Period | None:
    """The quarter in which the first fact that nobody closed began; None if there is none."""
    team = boxes.team_box(principal, Team.REPORTING)
    days = [fact.values["opened"] for fact in _openings(team, Fact.opening_closed_in.is_(None))]
    return Period.of(Grain.QUARTER, date.fromisoformat(min(days))) if days else None


def _openings(team: OpenBox, *wanted: ColumnElement[bool]) -> Iterator[Codes]:
    return _parts(team, _OPENING, places.opening_codes, wanted)


def _endings(team: OpenBox, *wanted: ColumnElement[bool]) -> Iterator[Codes]:
    return _parts(team, _ENDING, places.ending_codes, wanted)


def _parts(
    team: OpenBox,
    columns: Sequence[Any],
    place: Callable[[uuid.UUID, int], Place],
    wanted: Sequence[ColumnElement[bool]],
) -> Iterator[Codes]:
    """One of a fact's two parts, opened."""
    rows = db.session.execute(select(*columns).where(*wanted).order_by(Fact.case_id)).all()
    found = [
        Found(Sealed(data, generation, stamp), place(case_id, revision))
        for case_id, revision, data, generation, stamp in rows
    ]
    for row, plain in zip(rows, bulk.read_all(team, found), strict=True):
        yield Codes(row[0], row[1], unpack(plain))


def _closed_in(quarters: Sequence[Period]) -> ColumnElement[bool]:
    return Fact.opening_closed_in.in_([quarter.name for quarter in quarters])


def _change(case_id: uuid.UUID, sealed: Sealed, closed: Period) -> dict[str, Any]:
    return {
        "case": case_id,
        "data": sealed.data,
        "generation": sealed.generation,
        "period": closed.name,
    }


def _kept(
    values: Mapping[str, Any], counts: date, key: bytes, countries: Mapping[str, str]
) -> dict[str, Any]:
    """What stays of opening codes. `counts`: a day of the month they count in."""
    return {
        "factory": values["factory"],
        "country": values.get("country") or countries.get(values["line"], ""),
        "main": values["main"],
        "codes": values["codes"],
        "severity": values["severity"],
        "channel": values["channel"],
        "reporter": values["reporter"],
        "month": counts.year * 12 + counts.month - 1,
        "worker": worker_number(key, values["handle"]),
    }


def worker_number(key: bytes, handle: str | None) -> int:
    """A number that stands for a handle within three years; 0 for nobody known."""
    if handle is None:
        return 0
    made = hmac.digest(key, bytes.fromhex(handle), "sha256")[:NUMBER_BYTES]
    return int.from_bytes(made, "big") + 1


def _cycle_key(team: OpenBox, closed: Period) -> bytes:
    cycle = closed.within(Grain.THREE_YEARS).name
    place = Place("cycle-key", "cycle_keys", cycle)
    row = db.session.get(CycleKey, cycle)
    if row is not None:
        return team.read(row.content, place)
    made = secrets.token_bytes(KEY_BYTES)
    row = CycleKey(cycle=cycle)
    row.content = team.write(made, place)
    db.session.add(row)
    return made
