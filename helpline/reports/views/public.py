"""The public page: numbers of the whole programme, and what changed since workers called.

Anybody may read it and nobody is asked for anything: no cookie, no script, the same bytes for
everybody who reads the same language. It holds what releases say, and stories; it leads nowhere.
"""

from flask import Blueprint, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import force_locale

from helpline.errors import NotFound
from helpline.i18n import LANGUAGES, LOCALES
from helpline.register.service import taxonomy
from helpline.reports.rules import programme
from helpline.reports.service import portraying, remarks
from helpline.reports.views import words
from helpline.security import public
from helpline.unit_of_work import reads

MOST_STORIES = 12
KEPT = "public, max-age=600"
"""For ten minutes, by browsers and whatever stands between."""


def register(blueprint: Blueprint) -> None:
    """Add the page to the room's blueprint."""
    blueprint.add_url_rule("/results", "results", results)
    blueprint.add_url_rule("/results/<tag>", "results_in", results_in)


@public
@reads
def results() -> ResponseReturnValue:
    """In the language that the browser asks for."""
    return _page(request.accept_languages.best_match([*LOCALES, "zh-CN", "zh"]) or "en")


@public
@reads
def results_in(tag: str) -> ResponseReturnValue:
    """In this language."""
    if tag not in LOCALES:
        raise NotFound
    return _page(tag)


def _page(wanted: str) -> ResponseReturnValue:
    tag = wanted if wanted in LOCALES else "zh-Hans"
    found = portraying.of("programme", "all")
    with force_locale(LOCALES[tag]):
        body = render_template(
            "reports/results.html",
            numbers=programme.in_short(found) if found else None,
            stories=[one.in_language(tag) for one in remarks.stories()[:MOST_STORIES]],
            labels=words.labels(taxonomy.labels_in(tag)),
            attributes=words.ATTRIBUTES,
            tag=tag,
            tags=dict(LANGUAGES.values()),
        )
    answer = make_response(body)
    answer.headers["Cache-Control"] = KEPT
    answer.headers["Vary"] = "Accept-Language"
    return answer
