"""What is published of each factory: the list, the page, and the same as a file."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, make_response, render_template, request
from flask.typing import ResponseReturnValue

from helpline.errors import NotFound
from helpline.register.service import factories, taxonomy
from helpline.register.service.factories import FactoryView
from helpline.register.views.common import language
from helpline.reports.rules import canonical
from helpline.reports.rules.layout import rounded
from helpline.reports.service import portraying
from helpline.reports.views import words
from helpline.reports.views.releases import READERS
from helpline.security import allow
from helpline.unit_of_work import reads


def register(blueprint: Blueprint) -> None:
    """Add these pages to the room's blueprint."""
    add = blueprint.add_url_rule
    add("/reports/factories", "factories", listing)
    add("/reports/factories/<factory_code>", "factory", page)
    add("/reports/factories/<factory_code>.json", "factory_file", file)


@reads
@allow(*READERS)
def listing() -> ResponseReturnValue:
    """Every factory of the register, in the order of codes."""
    number = request.args.get("page", 1, type=int)
    wanted = request.args.get("q", "")[:100]
    found = factories.page(wanted, max(1, number))
    return render_template("reports/factories.html", found=found, wanted=wanted)


@reads
@allow(*READERS)
def page(factory_code: str) -> ResponseReturnValue:
    """What can be said of a factory."""
    factory, portrait = _found(factory_code)
    labels = words.labels(taxonomy.labels_in(language()))
    return render_template(
        "reports/factory.html",
        factory=factory,
        workers=rounded(factory.workers),
        portrait=portrait,
        newest=portrait["divisions"][0]["period"] if portrait and portrait["divisions"] else "",
        attributes=words.ATTRIBUTES,
        labels=labels,
        tiers=words.TIERS,
    )


@reads
@allow(*READERS)
def file(factory_code: str) -> ResponseReturnValue:
    """The same as JSON, for whoever draws their own."""
    factory, portrait = _found(factory_code)
    body = portrait or {"code": factory.code}
    answer = make_response(canonical.canonical(_with_sentence(body)))
    answer.mimetype = "application/json"
    answer.headers["Content-Disposition"] = f'attachment; filename="{factory.code}.json"'
    return answer


def _found(code: str) -> tuple[FactoryView, Mapping[str, Any] | None]:
    factory = factories.by_code(code)
    if factory is None:
        raise NotFound
    return factory, portraying.of(factory.code)


def _with_sentence(body: Mapping[str, Any]) -> dict[str, Any]:
    return {**body, "read": words.SENTENCE}
