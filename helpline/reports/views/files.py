"""What is published of a subject as files: the same for every reader, no more than its page."""

from dataclasses import asdict
from typing import Any, Final

from flask import Blueprint, make_response, render_template
from flask.typing import ResponseReturnValue

from helpline.accounts.views import now
from helpline.errors import NotFound
from helpline.register.rules import csv_files
from helpline.register.service import reach
from helpline.register.views.common import language
from helpline.reports.rules import canonical, cells
from helpline.reports.service import drawing, papers
from helpline.reports.views import subjects, words
from helpline.reports.views.factories import of_subject
from helpline.reports.views.readers import WITH_SPONSORS
from helpline.reports.views.subjects import Subject
from helpline.security import allow
from helpline.unit_of_work import done, reads

SCHEMA: Final = "helpline-numbers/1"
ABOUT: Final = ("kind", "code", "spoken", "next", "change", "years")


def register(blueprint: Blueprint) -> None:
    """Add these addresses to the room's blueprint."""
    add, of = blueprint.add_url_rule, f"/reports/<{subjects.SORT}>/<code>"
    add(f"{of}/numbers.json", "numbers_json", numbers_json)
    add(f"{of}/numbers.csv", "numbers_csv", numbers_csv)
    add(f"{of}/page.pdf", "paper", paper)
    add(f"{of}/charts/<name>.svg", "chart", chart)
    add(f"{of}/charts/<name>.vl.json", "chart_source", chart_source)


@reads
@allow(*WITH_SPONSORS)
def numbers_json(sort: str, code: str) -> ResponseReturnValue:
    """Every number with its metadata (REPORTS.md 3.7)."""
    found = subjects.found(sort, code)
    body = found.body or {"kind": found.kind, "code": found.code}
    said = {
        "schema": SCHEMA,
        "read": words.SENTENCE,
        "about": {name: body[name] for name in ABOUT if name in body},
        "release": body.get("release"),
        "reach": _reach(found),
        "cells": cells.cells(body) if found.body else [],
    }
    return _file(found, canonical.canonical(said), "application/json", "json")


@reads
@allow(*WITH_SPONSORS)
def numbers_csv(sort: str, code: str) -> ResponseReturnValue:
    """The same as a table."""
    found = subjects.found(sort, code)
    rows = cells.rows(found.body, words.SENTENCE) if found.body else ()
    return _file(found, csv_files.write(cells.COLUMNS, rows).encode(), "text/csv", "csv")


@allow(*WITH_SPONSORS)
def paper(sort: str, code: str) -> ResponseReturnValue:
    """Its page on paper, as PDF."""
    made = of_subject(sort, code)
    found: Subject = made["subject"]
    pictures = {name: _svg(found, name) for name in made["drawn"]}
    for name in made["drawn_group"]:
        pictures[f"group {name}"] = _svg(made["group"], name)
    html = render_template("reports/paper.html", **made, pictures=pictures)
    done()
    return _file(
        found, papers.pdf(html, render_template("reports/paper.css")), "application/pdf", "pdf"
    )


@reads
@allow(*WITH_SPONSORS)
def chart(sort: str, code: str, name: str) -> ResponseReturnValue:
    """A chart as it was drawn once, with the words of the page's language."""
    found = subjects.found(sort, code)
    svg = drawing.chart(found.kind, found.code, language(), name)
    if svg is None:
        raise NotFound
    answer = make_response(svg)
    answer.mimetype = "image/svg+xml"
    return answer


@reads
@allow(*WITH_SPONSORS)
def chart_source(sort: str, code: str, name: str) -> ResponseReturnValue:
    """What a chart is drawn from: a Vega-Lite description, which anybody can draw again."""
    found = subjects.found(sort, code)
    spec = subjects.specs(found).get(name)
    if spec is None:
        raise NotFound
    return _file(found, canonical.canonical(spec), "application/json", f"{name}.vl.json")


def _reach(subject: Subject) -> list[dict[str, Any]]:
    """A factory's newest cards, posters, training and test call; of others nothing."""
    if subject.factory is None:
        return []
    latest = reach.of(subject.factory.id, now().date()).latest
    every = (
        asdict(values) | {"day": values.day.isoformat()} for _, values in sorted(latest.items())
    )
    return [
        {name: one for name, one in values.items() if one not in (None, ())} for values in every
    ]


def _svg(subject: Subject, name: str) -> str:
    svg = drawing.chart(subject.kind, subject.code, language(), name)
    return papers.embedded(svg) if svg else ""


def _file(subject: Subject, data: bytes, media_type: str, ending: str) -> ResponseReturnValue:
    answer = make_response(data)
    answer.mimetype = media_type
    name = f"{subject.code}.{ending}"
    answer.headers.set("Content-Disposition", "attachment", filename=name.replace("/", "-"))
    return answer
