"""Facts: opened in a publisher's session, and frozen when their quarter is closed.

A frozen fact lies on reporting's shelf with what counting needs: the month it counts in instead of
the day, and a worker number instead of the handle. The number follows from the handle by a key of
three years, which is deleted when they are over (KEYS.md section 2).
"""

import hmac
import secrets
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Update, bindparam, func, select, update

from helpline.cases.models import Fact
from helpline.cases.service.content import pack, unpack
from helpline.cases.service.places import ENDING_CODES, OPENING_CODES
from helpline.extensions import db
from helpline.keys.rules import Place, Team
from helpline.keys.service import boxes, bulk
from helpline.keys.service.boxes import OpenBox
from helpline.keys.service.bulk import AT_ONCE, Found, Kind
from helpline.keys.service.principal import Principal
from helpline.register.service import lines
from helpline.reports.models import CycleKey
from helpline.reports.rules.periods import Grain, Period

KEY_BYTES: Final = 32
NUMBER_BYTES: Final = 7
"""Of a worker number: that two of a million are the same happens once in 140,000 times."""


def _columns(part: str) -> tuple[Any, ...]:
    """What a part of a fact is opened from."""
    names = ("revision", "sealed", "generation", "stamp")
    return Fact.case_id, *(getattr(Fact, f"{part}_{name}") for name in names)


def _closes(part: str) -> Update:
    """Freeze a part that nobody has frozen; see `_close`."""
    still_open = getattr(Fact, f"{part}_closed_in").is_(None)
    values: dict[str, Any] = {
        f"{part}_sealed": bindparam("data"),
        f"{part}_generation": bindparam("generation"),
        f"{part}_stamp": None,
        f"{part}_closed_in": bindparam("period"),
    }
    return update(Fact).where(Fact.case_id == bindparam("case"), still_open).values(values)


_OPENING, _ENDING = _columns("opening"), _columns("ending")
_CLOSE_OPENING, _CLOSE_ENDING = _closes("opening"), _closes("ending")


@dataclass(frozen=True, slots=True)
class Frozen:
    """How many facts of a quarter are frozen, by a plan that was discarded too; `late`: of those
    that were frozen just now, so many began before the quarter."""

    facts: int
    late: int


class Codes(NamedTuple):
    """A part of a fact: of which case, and what was coded."""

    case_id: uuid.UUID
    revision: int
    values: Mapping[str, Any]


def freeze(principal: Principal, closed: Period) -> Frozen:
    """Close a quarter for every fact that began in it or before; they are never written again."""
    team = boxes.team_box(principal, Team.REPORTING)
    key = _cycle_key(team, closed)
    countries = {str(line.id): line.country for line in lines.all_lines()}
    last, first, late = closed.ends.isoformat(), closed.begins.isoformat(), 0
    kept: list[tuple[uuid.UUID, int, bytes]] = []
    for fact in _openings(team, Fact.opening_closed_in.is_(None)):
        began = fact.values["opened"]
        if began <= last:
            late += began < first
            counts = date.fromisoformat(max(began, first))
            values = _kept(fact.values, counts, key, countries)
            kept.append((fact.case_id, fact.revision, pack(values)))
    _close(team, OPENING_CODES, _CLOSE_OPENING, kept, closed)
    frozen = select(func.count()).where(Fact.opening_closed_in == closed.name)
    return Frozen(db.session.scalar(frozen) or 0, late)


def freeze_endings(principal: Principal, closed: Period, begun: Sequence[Period]) -> int:
    """Close the ending codes of the cases that were closed in these quarters; how many."""
    team = boxes.team_box(principal, Team.REPORTING)
    wanted = (Fact.ending_closed_in.is_(None), _closed_in(begun))
    kept = [(fact.case_id, fact.revision, pack(fact.values)) for fact in _endings(team, *wanted)]
    _close(team, ENDING_CODES, _CLOSE_ENDING, kept, closed)
    return len(kept)


def openings(principal: Principal, quarters: Sequence[Period]) -> Iterator[Codes]:
    """The frozen opening codes of these quarters."""
    return _openings(boxes.team_box(principal, Team.REPORTING), _closed_in(quarters))


def endings(principal: Principal, quarters: Sequence[Period]) -> Iterator[Codes]:
    """The frozen ending codes of the cases that were closed in these quarters."""
    team = boxes.team_box(principal, Team.REPORTING)
    return _endings(team, Fact.ending_closed_in.is_not(None), _closed_in(quarters))


def first_quarter(principal: Principal) -> Period | None:
    """The first quarter of all facts: the one whose plan was discarded, else the one in which the
    first fact began; None if there is none."""
    frozen = db.session.scalar(select(func.min(Fact.opening_closed_in)))
    if frozen is not None:
        return Period.named(frozen)
    team = boxes.team_box(principal, Team.REPORTING)
    found = _openings(team, Fact.opening_closed_in.is_(None))
    first = min((fact.values["opened"] for fact in found), default=None)
    return Period.of(Grain.QUARTER, date.fromisoformat(first)) if first else None


def _openings(team: OpenBox, *wanted: ColumnElement[bool]) -> Iterator[Codes]:
    return _parts(team, OPENING_CODES, _OPENING, wanted)


def _endings(team: OpenBox, *wanted: ColumnElement[bool]) -> Iterator[Codes]:
    return _parts(team, ENDING_CODES, _ENDING, wanted)


def _parts(
    team: OpenBox, kind: Kind, columns: Sequence[Any], wanted: Sequence[ColumnElement[bool]]
) -> Iterator[Codes]:
    """One of a fact's two parts, opened while they are read, so that few are in memory."""
    rows = db.session.execute(
        select(*columns).where(*wanted), execution_options={"yield_per": AT_ONCE}
    )
    for found, plain in bulk.read(team, kind, map(Found._make, rows)):
        yield Codes(found.row, found.revision, unpack(plain))


def _closed_in(quarters: Sequence[Period]) -> ColumnElement[bool]:
    return Fact.opening_closed_in.in_([quarter.name for quarter in quarters])


def _close(
    team: OpenBox,
    kind: Kind,
    statement: Update,
    kept: Sequence[tuple[uuid.UUID, int, bytes]],
    closed: Period,
) -> None:
    """Lay what is kept of facts on the shelf, and close them."""
    for start in range(0, len(kept), AT_ONCE):
        part = kept[start : start + AT_ONCE]
        sealed = bulk.write(team, kind, part)
        changes = [
            {"case": row[0], "data": one.data, "generation": one.generation, "period": closed.name}
            for row, one in zip(part, sealed, strict=True)
        ]
        db.session.connection().execute(statement, changes)


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
