"""How an administrator adds and changes factories, one or many."""

import secrets
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from helpline.columns import new_id
from helpline.errors import BadInput, Conflict, NotFound
from helpline.extensions import db
from helpline.register.models import Factory
from helpline.register.rules import csv_files, factory_csv
from helpline.register.rules.csv_files import Problem, Record, in_column
from helpline.register.rules.factories import COLUMNS, FactoryValues
from helpline.register.rules.sentences import Sentence
from helpline.register.rules.values import fold
from helpline.register.service.author import Author
from helpline.register.service.factories import FactoryView, all_factories

KEY_CODE_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did; with problems it did nothing."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    problems: tuple[Problem, ...] = ()


def add(author: Author, values: FactoryValues, now: datetime) -> uuid.UUID:
    """Add a factory; raises BadInput if its code or digits are taken."""
    _check_free(values, None)
    row = Factory(id=new_id(), key_code=values.key_code or _new_key_code(_key_codes()))
    _write(row, values)
    db.session.add(row)
    db.session.flush()
    author.record("register.factory.added", now, row.id)
    return row.id


def change(
    author: Author, factory_id: uuid.UUID, revision: int, values: FactoryValues, now: datetime
) -> None:
    """Change a factory; raises Conflict if somebody changed it since `revision`, or BadInput."""
    row = db.session.get(Factory, factory_id, with_for_update=True)
    if row is None:
        raise NotFound
    if row.revision != revision:
        raise Conflict("Somebody changed this factory meanwhile. Load it again.")
    _check_free(values, factory_id)
    _write(row, values)
    row.revision += 1
    author.record("register.factory.changed", now, row.id)


def import_csv(author: Author, data: bytes, now: datetime, *, update: bool) -> Imported:
    """Add every factory of a file, or none: one wrong row and nothing is kept.

    `update` allows rows whose code is in the register already; they replace what stands there.
    """
    table = csv_files.parse(factory_csv.SHAPE, data)
    present = {row.code: row for row in db.session.scalars(select(Factory).with_for_update())}
    problems = [*table.problems, *_against_the_register(table.records, present, update=update)]
    if problems:
        return Imported(problems=tuple(sorted(problems, key=lambda problem: problem.row)))
    taken = {row.key_code for row in present.values()}
    taken |= {record.values.key_code for record in table.records}
    added = changed = 0
    for record in table.records:
        row = present.get(record.values.code)
        if row is None:
            digits = record.values.key_code or _new_key_code(taken)
            row = Factory(id=new_id(), key_code=digits)
            taken.add(digits)
            db.session.add(row)
            _write(row, record.values)
            added += 1
        elif _differs(row, record.values):
            _write(row, record.values)
            row.revision += 1
            changed += 1
    db.session.flush()
    author.record(
        "register.factories.imported", now, detail={"added": str(added), "changed": str(changed)}
    )
    return Imported(added, changed, len(table.records) - added - changed)


def export_csv() -> str:
    """Every factory, by code, as a file that `import_csv` reads again."""
    return csv_files.write(COLUMNS, (_cells(factory) for factory in all_factories()))


def _cells(factory: FactoryView) -> tuple[str, ...]:
    return (
        factory.code,
        factory.key_code,
        factory.name,
        factory.country,
        factory.province,
        factory.region,
        str(factory.workers),
        factory.certified_until.isoformat() if factory.certified_until else "",
        "|".join(factory.brands),
        "yes" if factory.active else "no",
    )


def _against_the_register(
    records: Sequence[Record[FactoryValues]], present: dict[str, Factory], *, update: bool
) -> list[Problem]:
    owners = {row.key_code: row.code for row in present.values()}
    found: list[Problem] = []
    for record in records:
        values = record.values
        if values.code in present and not update:
            reason = Sentence(
                '%(code)s is in the register already. Tick "Update" to change it.', code=values.code
            )
            found.append(Problem(record.row, in_column("code", reason)))
        owner = owners.get(values.key_code)
        if owner not in (None, values.code):
            reason = Sentence("%(code)s belongs to %(owner)s.", code=values.key_code, owner=owner)
            found.append(Problem(record.row, in_column("key_code", reason)))
    return found


def _check_free(values: FactoryValues, own: uuid.UUID | None) -> None:
    for field, value in (("code", values.code), ("key_code", values.key_code)):
        column = getattr(Factory, field)
        owner = db.session.scalar(select(Factory.id).where(column == value)) if value else None
        if owner not in (None, own):
            raise BadInput("Another factory has this already.", field)


def _key_codes() -> set[str]:
    return set(db.session.scalars(select(Factory.key_code)))


def _new_key_code(taken: Collection[str]) -> str:
    """Digits that no poster shows yet; never with a 0 in front, which people leave out."""
    while True:
        lowest = 10 ** (KEY_CODE_DIGITS - 1)
        digits = str(lowest + secrets.randbelow(9 * lowest))
        if digits not in taken:
            return digits


def _write(row: Factory, values: FactoryValues) -> None:
    row.code, row.name, row.country = values.code, values.name, values.country
    row.province, row.region, row.workers = values.province, values.region, values.workers
    row.certified_until, row.brands = values.certified_until, list(values.brands)
    row.key_code = values.key_code or row.key_code
    if values.active is not None or row.active is None:
        row.active = values.active is not False
    row.folded = fold(
        row.code, row.key_code, row.name, row.province, row.region, " ".join(row.brands)
    )


def _differs(row: Factory, values: FactoryValues) -> bool:
    same = (
        row.name == values.name
        and (row.country, row.province, row.region)
        == (values.country, values.province, values.region)
        and row.workers == values.workers
        and row.certified_until == values.certified_until
        and tuple(row.brands) == values.brands
        and values.key_code in ("", row.key_code)
        and values.active in (None, row.active)
    )
    return not same
