"""Charts: drawn once after a publication, some at a time, kept compressed."""

import importlib
import json
import zlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import insert, select

from helpline.extensions import db
from helpline.reports.models import ChartRow, PortraitRow
from helpline.reports.rules.charts import Spec
from helpline.unit_of_work import release

AT_ONCE: Final = 4
"""Subjects of one batch: seconds of drawing, so that other work of the worker waits little."""
Describe = Callable[[Mapping[str, Any], str], Mapping[str, Spec]]
"""A portrait and a language -> its charts."""


def draw_some(describe: Describe, languages: Sequence[str]) -> int:
    """Draw the charts of the next subjects that have none, in every language; return of how many.

    Nothing is locked while drawing. Whoever publishes meanwhile writes new portraits: then what
    was drawn is thrown away.
    """
    query = select(PortraitRow.kind, PortraitRow.code, PortraitRow.release, PortraitRow.body)
    waiting = query.where(PortraitRow.drawn.is_(False)).order_by(PortraitRow.kind, PortraitRow.code)
    found = [tuple(row) for row in db.session.execute(waiting.limit(AT_ONCE))]
    if not found:
        return 0
    specs = [
        (kind, code, language, name, spec)
        for kind, code, _, body in found
        for language in languages
        for name, spec in describe(body, language).items()
    ]
    release()
    made = [
        {"kind": kind, "code": code, "language": language, "name": name, "body": draw(spec)}
        for kind, code, language, name, spec in specs
    ]
    for kind, code, number, _ in found:
        row = db.session.get(PortraitRow, (kind, code), with_for_update=True)
        if row is None or row.drawn or row.release != number:
            continue
        of_it = [one for one in made if (one["kind"], one["code"]) == (kind, code)]
        if of_it:
            db.session.connection().execute(insert(ChartRow), of_it)
        row.drawn = True
    return len(found)


def draw(spec: Spec) -> bytes:
    """SVG, compressed. Nothing is fetched from anywhere."""
    converter = importlib.import_module("vl_convert")  # large, and for the worker alone
    svg: str = converter.vegalite_to_svg(json.dumps(spec), allowed_base_urls=[])
    return zlib.compress(svg.encode(), 9)


def drawn(kind: str, code: str, language: str) -> Sequence[str]:
    """The names of the charts that are there."""
    query = select(ChartRow.name).where(
        ChartRow.kind == kind, ChartRow.code == code, ChartRow.language == language
    )
    return tuple(db.session.scalars(query.order_by(ChartRow.name)))


def chart(kind: str, code: str, language: str, name: str) -> bytes | None:
    """A chart as SVG; None if there is none, or not yet."""
    row = db.session.get(ChartRow, (kind, code, language, name))
    return zlib.decompress(row.body) if row else None
