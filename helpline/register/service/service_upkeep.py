"""How administrators and supervisors keep the directory of services and programmes."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from helpline.columns import new_id
from helpline.errors import BadInput, Conflict, NotFound
from helpline.extensions import db
from helpline.register.models import Service
from helpline.register.rules import csv_files
from helpline.register.rules.csv_files import Problem, Record, in_column
from helpline.register.rules.sentences import Sentence
from helpline.register.rules.services import COLUMNS, SHAPE, ServiceValues
from helpline.register.rules.values import fold
from helpline.register.service.author import Author
from helpline.register.service.services import ServiceView, all_services

_TAKEN = "The directory has this name in this region already."
_AHEAD = "The day of the last check lies ahead."


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did; with problems it did nothing."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    problems: tuple[Problem, ...] = ()


def add(author: Author, values: ServiceValues, now: datetime) -> uuid.UUID:
    """Add an entry; raises BadInput if its name is taken in its region."""
    _check(values, None, now.date())
    row = Service(id=new_id())
    _write(row, values, author)
    db.session.add(row)
    db.session.flush()
    author.record("register.service.added", now, row.id)
    return row.id


def change(
    author: Author, service_id: uuid.UUID, revision: int, values: ServiceValues, now: datetime
) -> None:
    """Change an entry; raises Conflict if somebody changed it since `revision`, or BadInput."""
    row = _locked(service_id)
    if row.revision != revision:
        raise Conflict("Somebody changed this entry meanwhile. Load it again.")
    _check(values, service_id, now.date())
    _write(row, values, author)
    row.revision += 1
    author.record("register.service.changed", now, row.id)


def checked_today(author: Author, service_id: uuid.UUID, now: datetime) -> None:
    """Somebody has looked: what stands in this entry is right today."""
    row = _locked(service_id)
    row.checked_on, row.checked_by = now.date(), author.person
    author.record("register.service.checked", now, row.id)


def import_csv(author: Author, data: bytes, now: datetime, *, update: bool) -> Imported:
    """Add every entry of a file, or none: one wrong row and nothing is kept.

    `update` allows rows whose name and region are known already; they replace what stands there.
    """
    table = csv_files.parse(SHAPE, data)
    present = {row.known_as: row for row in db.session.scalars(select(Service).with_for_update())}
    problems = [*table.problems, *_against(table.records, present, now.date(), update=update)]
    if problems:
        return Imported(problems=tuple(sorted(problems, key=lambda problem: problem.row)))
    added = changed = 0
    for record in table.records:
        row = present.get(record.values.known_as)
        if row is None:
            row = Service(id=new_id())
            _write(row, record.values, author)
            db.session.add(row)
            added += 1
        elif _differs(row, record.values):
            _write(row, record.values, author)
            row.revision += 1
            changed += 1
    db.session.flush()
    author.record(
        "register.services.imported", now, detail={"added": str(added), "changed": str(changed)}
    )
    return Imported(added, changed, len(table.records) - added - changed)


def export_csv() -> str:
    """Every entry, by name, as a file that `import_csv` reads again."""
    return csv_files.write(COLUMNS, (_cells(entry) for entry in all_services()))


def _cells(entry: ServiceView) -> tuple[str, ...]:
    return (
        entry.name,
        entry.kind.value,
        entry.country,
        entry.region,
        "|".join(entry.languages),
        entry.hours,
        entry.phone,
        entry.address,
        entry.web,
        entry.audience,
        entry.cost,
        entry.checked_on.isoformat() if entry.checked_on else "",
        entry.notes,
        "yes" if entry.active else "no",
    )


def _against(
    records: Sequence[Record[ServiceValues]],
    present: dict[str, Service],
    today: date,
    *,
    update: bool,
) -> list[Problem]:
    found: list[Problem] = []
    for record in records:
        values = record.values
        if values.known_as in present and not update:
            reason = Sentence('This is in the directory already. Tick "Update" to change it.')
            found.append(Problem(record.row, in_column("name", reason)))
        if values.checked_on and values.checked_on > today:
            found.append(Problem(record.row, in_column("checked_on", Sentence(_AHEAD))))
    return found


def _check(values: ServiceValues, own: uuid.UUID | None, today: date) -> None:
    taken = db.session.scalar(select(Service.id).where(Service.known_as == values.known_as))
    if taken not in (None, own):
        raise BadInput(_TAKEN, "name")
    if values.checked_on and values.checked_on > today:
        raise BadInput(_AHEAD, "checked_on")


def _locked(service_id: uuid.UUID) -> Service:
    row = db.session.get(Service, service_id, with_for_update=True)
    if row is None:
        raise NotFound
    return row


def _write(row: Service, values: ServiceValues, author: Author) -> None:
    row.name, row.known_as, row.kind = values.name, values.known_as, values.kind.value
    row.country, row.region = values.country, values.region
    row.languages, row.hours = " ".join(values.languages), values.hours
    row.phone, row.address, row.web = values.phone, values.address, values.web
    row.audience, row.cost, row.notes = values.audience, values.cost, values.notes
    if values.checked_on is not None and values.checked_on != row.checked_on:
        row.checked_on, row.checked_by = values.checked_on, author.person
    if values.active is not None or row.active is None:
        row.active = values.active is not False
    row.folded = fold(
        row.name, row.region, row.address, row.phone, row.web, row.audience, row.cost, row.notes
    )


def _differs(row: Service, values: ServiceValues) -> bool:
    same = (
        (row.name, row.kind) == (values.name, values.kind.value)
        and (row.languages, row.hours) == (" ".join(values.languages), values.hours)
        and (row.phone, row.address, row.web) == (values.phone, values.address, values.web)
        and (row.audience, row.cost, row.notes) == (values.audience, values.cost, values.notes)
        and values.checked_on in (None, row.checked_on)
        and values.active in (None, row.active)
    )
    return not same
