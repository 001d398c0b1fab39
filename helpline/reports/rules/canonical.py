"""A release as bytes: canonical JSON, which is hashed into a chain and signed.

    read(body(release)) == release
    digest(body(release))            SHA-256, 64 hexadecimal digits

Canonical: UTF-8, keys sorted, no spaces, no floats. Each body names the digest of the one before.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from typing import Any, Final

from helpline.reports.rules.attributes import Attribute
from helpline.reports.rules.breakdowns import Breakdown
from helpline.reports.rules.counts import NEVER
from helpline.reports.rules.layout import Kind, Layout, Unit
from helpline.reports.rules.periods import Period
from helpline.reports.rules.pools import Pool
from helpline.reports.rules.release import Contacts, Divided, Release, Status
from helpline.reports.rules.tiers import Tier

SCHEMA: Final = "helpline-release/1"
METHOD: Final = "sealed-atoms/1"
_UNIT: Final = tuple(one.name for one in fields(Unit))


def body(release: Release) -> bytes:
    """The bytes that are hashed and signed."""
    return canonical(_out(release))


def digest(body: bytes) -> str:
    """What the next release names."""
    return hashlib.sha256(body).hexdigest()


def canonical(value: object) -> bytes:
    """JSON with one way to write it."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode()


def read(found: bytes) -> Release:
    """Raises ValueError for what is no release, or is not canonical."""
    release = parse(found)
    if body(release) != found:
        raise ValueError("not canonical")
    return release


def parse(found: bytes) -> Release:
    """The same, without asking whether it is canonical; for what we wrote ourselves."""
    try:
        return _in(json.loads(found))
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("no release") from error


def _out(release: Release) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "method": METHOD,
        "number": release.number,
        "previous": release.previous,
        "period": release.closed.name,
        "prepared": release.prepared.isoformat(),
        "rules": release.rules,
        "layout": {
            "year": release.layout.year,
            "units": [_unit_out(unit) for unit in release.layout.units],
        },
        "attributes": [_attribute_out(one) for one in release.attributes.values()],
        "contacts": [_contacts_out(row) for row in release.contacts],
        "pools": [_pool_out(pool) for pool in release.pools],
        "divided": [_divided_out(row) for row in release.divided],
    }


def _in(found: Mapping[str, Any]) -> Release:
    if (found["schema"], found["method"]) != (SCHEMA, METHOD):
        raise ValueError("another schema or method")
    layout = found["layout"]
    attributes = {one["name"]: _attribute(one) for one in found["attributes"]}
    return Release(
        number=found["number"],
        previous=found["previous"],
        closed=Period.named(found["period"]),
        prepared=date.fromisoformat(found["prepared"]),
        rules=found["rules"],
        layout=Layout(layout["year"], tuple(_unit(unit) for unit in layout["units"])),
        attributes=attributes,
        contacts=tuple(_contacts(row) for row in found["contacts"]),
        pools=tuple(_pool(row) for row in found["pools"]),
        divided=tuple(_divided(row, attributes[row["attribute"]]) for row in found["divided"]),
    )


def _unit_out(unit: Unit) -> dict[str, Any]:
    return {name: getattr(unit, name) for name in _UNIT}


def _unit(found: Mapping[str, Any]) -> Unit:
    return Unit(
        **dict(found)
        | {
            "kind": Kind(found["kind"]),
            "tier": Tier(found["tier"]),
            "members": tuple(found["members"]),
            "brands": tuple(found["brands"]),
        }
    )


def _attribute_out(one: Attribute) -> dict[str, Any]:
    values = [{"code": code, "k": k if k != NEVER else None} for code, k in one.thresholds.items()]
    return {
        "name": one.name,
        "values": values,
        "groups": [sorted(group) for group in one.groups],
    }


def _attribute(found: Mapping[str, Any]) -> Attribute:
    thresholds = {value["code"]: value["k"] or NEVER for value in found["values"]}
    return Attribute(
        found["name"], thresholds, tuple(frozenset(group) for group in found["groups"])
    )


def _contacts_out(row: Contacts) -> dict[str, Any]:
    return {
        "unit": row.unit,
        "period": row.period.name,
        "status": row.status,
        "value": row.value,
        "pool": row.pool,
    }


def _contacts(found: Mapping[str, Any]) -> Contacts:
    period, status = Period.named(found["period"]), Status(found["status"])
    return Contacts(found["unit"], period, status, found["value"], found["pool"])


def _pool_out(pool: Pool) -> dict[str, Any]:
    return {
        "country": pool.country,
        "province": pool.province,
        "period": pool.period.name,
        "members": pool.members,
        "value": pool.contacts,
    }


def _pool(found: Mapping[str, Any]) -> Pool:
    period, members = Period.named(found["period"]), tuple(found["members"])
    return Pool(found["country"], found["province"], period, members, found["value"])


def _divided_out(row: Divided) -> dict[str, Any]:
    return {
        "unit": row.unit,
        "period": row.period.name,
        "attribute": row.attribute,
        "status": Status.OK if row.said else Status.WITHHELD,
        "values": row.said.listed if row.said else None,
        "other": row.said.other if row.said else None,
    }


def _divided(found: Mapping[str, Any], attribute: Attribute) -> Divided:
    period, said = Period.named(found["period"]), _breakdown(found, attribute)
    return Divided(found["unit"], period, attribute.name, said)


def _breakdown(row: Mapping[str, Any], attribute: Attribute) -> Breakdown | None:
    if row["status"] != Status.OK:
        return None
    listed: Mapping[str, int] = row["values"]
    inside = {code: listed[code] for code in attribute.values if code in listed}
    others = tuple(code for code in attribute.values if code not in listed)
    return Breakdown(inside, row["other"], others)
