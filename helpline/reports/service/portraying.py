"""Portraits of factories: written at each publication, so that a reader's page asks for one row."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import delete, insert

from helpline.extensions import db
from helpline.reports.models import PortraitRow
from helpline.reports.rules.portraits import Division, Number, Portrait, Spoken, portraits
from helpline.reports.rules.release import Release


def refresh(releases: Sequence[Release]) -> None:
    """Write the portraits of every factory anew, from all releases."""
    rows = [{"code": code, "body": told(one)} for code, one in portraits(releases).items()]
    db.session.execute(delete(PortraitRow))
    if rows:
        db.session.connection().execute(insert(PortraitRow), rows)


def of(code: str) -> Mapping[str, Any] | None:
    """What is said of a factory, as `told` wrote it; None where no release speaks of it."""
    row = db.session.get(PortraitRow, code)
    return row.body if row else None


def told(portrait: Portrait) -> dict[str, Any]:
    """A portrait as JSON: the newest year first, the newest period first."""
    return {
        "code": portrait.code,
        "spoken": [_spoken(one) for one in portrait.spoken],
        "numbers": [_number(one) for one in reversed(portrait.numbers)],
        "divisions": [_division(one) for one in reversed(portrait.divisions)],
        "change": _interval(portrait.change),
    }


def _spoken(one: Spoken) -> dict[str, Any]:
    return {
        "year": one.year,
        "unit": one.unit,
        "kind": one.kind.value,
        "tier": one.tier.value,
        "workers": one.workers,
        "members": one.members,
    }


def _number(one: Number) -> dict[str, Any]:
    return {
        "period": one.period.name,
        "grain": one.period.grain.value,
        "status": one.status.value,
        "value": one.value,
        "rate": None if one.rate is None else round(one.rate, 1),
        "interval": _interval(one.interval),
        "low": one.low,
    }


def _division(one: Division) -> dict[str, Any]:
    return {
        "period": one.period.name,
        "attribute": one.attribute,
        "whole": one.whole,
        "shares": [
            {
                "code": share.code,
                "value": share.value,
                "percent": round(100 * share.share),
                "interval": [round(100 * limit) for limit in share.interval],
            }
            for share in one.shares
        ],
    }


def _interval(found: tuple[float, float] | None) -> list[float] | None:
    return None if found is None else [round(limit, 1) for limit in found]
