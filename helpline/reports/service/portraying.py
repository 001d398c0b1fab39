"""Portraits and totals: written by the worker after each publication, so that a reader's page asks
for one row."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import delete, func, insert, select

from helpline.extensions import db
from helpline.reports.models import ChartRow, PortraitRow, ReleaseRow
from helpline.reports.rules import bodies, canonical
from helpline.reports.rules.bodies import Body
from helpline.reports.rules.expecting import Certified
from helpline.reports.rules.layout import Kind
from helpline.reports.rules.portraits import portraits
from helpline.reports.rules.release import Release
from helpline.reports.rules.totals import (
    BRAND,
    COUNTRY,
    PROVINCE,
    Totals,
    province_code,
    totals,
)
from helpline.reports.service import published
from helpline.reports.service.certified import certified
from helpline.unit_of_work import release


def keep_up() -> bool:
    """Write the pages of the newest release, if they are of an older one, or of none as after an
    upgrade; return whether they were.

    Nothing is locked while they are made. Who publishes meanwhile finds them made once more.
    """
    newest = db.session.scalar(select(func.max(ReleaseRow.number)))
    if newest is None or newest == _told_of():
        return False
    found = published.bodies()
    register = certified()
    head = _head(published.row(newest))
    release()
    releases = [canonical.read(body) for body in found[:newest]]
    head["rules"] = dict(releases[-1].rules)
    _write(newest, [{"release": head, **body} for body in _bodies(releases, register)])
    return True


def _told_of() -> int | None:
    """The release that the pages tell of. All were written together, so one row is looked at, and
    not the whole table, which is large and asked for each second."""
    return db.session.scalar(select(PortraitRow.release).limit(1))


def _write(newest: int, bodies: Iterable[Body]) -> None:
    """In the place of all that was; charts of it go, too."""
    db.session.execute(delete(ChartRow))
    db.session.execute(delete(PortraitRow))
    rows = [
        {
            "kind": body["kind"],
            "code": body["code"],
            "body": body,
            "release": newest,
            "drawn": False,
        }
        for body in bodies
    ]
    db.session.connection().execute(insert(PortraitRow), rows)


def of(kind: str, code: str) -> Mapping[str, Any] | None:
    """What is said of a subject, as `bodies` writes it; None where no release speaks of it."""
    row = db.session.get(PortraitRow, (kind, code))
    return row.body if row else None


def named(kind: str) -> Sequence[Mapping[str, str]]:
    """Every subject of a kind, in the order of codes: kind, code, name."""
    name = PortraitRow.body["name"].as_string()
    query = select(PortraitRow.code, name).where(PortraitRow.kind == kind)
    rows = db.session.execute(query.order_by(PortraitRow.code))
    return [{"kind": kind, "code": code, "name": named or code} for code, named in rows]


def several(kind: str, wanted: Iterable[str]) -> Mapping[str, Mapping[str, Any]]:
    """What is said of some subjects of a kind, by code."""
    query = select(PortraitRow).where(PortraitRow.kind == kind, PortraitRow.code.in_(tuple(wanted)))
    return {row.code: row.body for row in db.session.scalars(query)}


def units_of(codes: Iterable[str]) -> Mapping[int, Collection[str]]:
    """year -> the units by which these factories are spoken of."""
    found: defaultdict[int, set[str]] = defaultdict(set)
    spoken = select(PortraitRow.body["spoken"])
    wanted = spoken.where(PortraitRow.kind == "factory", PortraitRow.code.in_(tuple(codes)))
    for years in db.session.scalars(wanted):
        for one in years:
            found[one["year"]].add(one["unit"])
    return found


def _bodies(releases: Sequence[Release], register: Sequence[Certified]) -> Iterator[Body]:
    of_totals = {
        one.subject: bodies.of_totals(one, names)
        for one, names in _named(totals(releases, register), register)
    }
    yield from of_totals.values()
    for portrait in portraits(releases):
        body = bodies.of_portrait(portrait, releases[-1].closed)
        places = (
            (PROVINCE, province_code(body["country"], body["province"])),
            (COUNTRY, body["country"]),
        )
        known = [of_totals[place] for place in places if place in of_totals]
        yield body | {"beside": bodies.beside(body, known) if portrait.kind is Kind.FACTORY else []}


def _named(
    found: Iterable[Totals], register: Iterable[Certified]
) -> Iterator[tuple[Totals, dict[str, str]]]:
    """With the country and name of provinces; the code of what else there is says all."""
    provinces = {province_code(one.country, one.province): one for one in register}
    for one in found:
        kind, code = one.subject
        place = provinces.get(code) if kind == PROVINCE else None
        country = code if kind == COUNTRY else place.country if place else ""
        name = code if kind == BRAND else place.province if place else code
        yield one, {"country": country, "name": name}


def _head(row: ReleaseRow) -> Body:
    """What every page and file says of the newest release, besides its rules (REPORTS.md 3.7)."""
    return {
        "schema": canonical.SCHEMA,
        "method": canonical.METHOD,
        "number": row.number,
        "period": row.period,
        "published": row.published.isoformat(),
        "digest": row.digest,
        "previous": row.previous,
        "audit": dict(row.audit),
    }
