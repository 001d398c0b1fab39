"""A release as bytes: canonical JSON, which is hashed into a chain and signed.

    read(body(release)) == release
    digest(body(release))            SHA-256, 64 hexadecimal digits

Canonical: UTF-8, keys sorted, no spaces, no floats. Each body names the digest of the one before.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any, Final

from helpline.reports.rules.attributes import Attribute
from helpline.reports.rules.breakdowns import Breakdown
from helpline.reports.rules.layout import Kind, Layout, Unit
from helpline.reports.rules.periods import Period
from helpline.reports.rules.pools import Pool
from helpline.reports.rules.release import Contacts, Divided, Release, Status
from helpline.reports.rules.tiers import Tier

SCHEMA: Final = "helpline-release/1"
METHOD: Final = "sealed-atoms/1"


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
    try:
        release = _in(json.loads(found))
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("no release") from error
    if body(release) != found:
        raise ValueError("not canonical")
    return release


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
            "units": [asdict(unit) for unit in release.layout.units],
        },
        "attributes": [
            {
                "name": one.name,
                "values": [{"code": code, "k": k} for code, k in one.thresholds.items()],
                "groups": [sorted(group) for group in one.groups],
            }
            for one in release.attributes.values()
        ],
        "contacts": [
            {
                "unit": row.unit,
                "period": row.period.name,
                "status": row.status,
                "value": row.value,
                "pool": row.pool,
            }
            for row in release.contacts
        ],
        "pools": [
            {
                "country": pool.country,
                "province": pool.province,
                "period": pool.period.name,
                "members": pool.members,
                "value": pool.contacts,
            }
            for pool in release.pools
        ],
        "divided": [
            {
                "unit": row.unit,
                "period": row.period.name,
                "attribute": row.attribute,
                "status": Status.OK if row.said else Status.WITHHELD,
                "values": row.said.listed if row.said else None,
                "other": row.said.other if row.said else None,
            }
            for row in release.divided
        ],
    }


def _in(found: Mapping[str, Any]) -> Release:
    if (found["schema"], found["method"]) != (SCHEMA, METHOD):
        raise ValueError("another schema or method")
    attributes = {
        one["name"]: Attribute(
            one["name"],
            {value["code"]: value["k"] for value in one["values"]},
            tuple(frozenset(group) for group in one["groups"]),
        )
        for one in found["attributes"]
    }
    return Release(
        number=found["number"],
        previous=found["previous"],
        closed=Period.named(found["period"]),
        prepared=date.fromisoformat(found["prepared"]),
        rules=found["rules"],
        layout=Layout(
            found["layout"]["year"], tuple(_unit(unit) for unit in found["layout"]["units"])
        ),
        attributes=attributes,
        contacts=tuple(
            Contacts(
                row["unit"],
                Period.named(row["period"]),
                Status(row["status"]),
                row["value"],
                row["pool"],
            )
            for row in found["contacts"]
        ),
        pools=tuple(
            Pool(
                row["country"],
                row["province"],
                Period.named(row["period"]),
                tuple(row["members"]),
                row["value"],
            )
            for row in found["pools"]
        ),
        divided=tuple(
            Divided(
                row["unit"],
                Period.named(row["period"]),
                row["attribute"],
                _breakdown(row, attributes[row["attribute"]]),
            )
            for row in found["divided"]
        ),
    )


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


def _breakdown(row: Mapping[str, Any], attribute: Attribute) -> Breakdown | None:
    if row["status"] != Status.OK:
        return None
    listed: Mapping[str, int] = row["values"]
    inside = {code: listed[code] for code in attribute.values if code in listed}
    others = tuple(code for code in attribute.values if code not in listed)
    return Breakdown(inside, row["other"], others)
