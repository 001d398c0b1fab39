"""Pages of factories, groups, provinces, countries, brands and the whole programme."""

from datetime import date
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from helpline import navigation
from helpline.accounts.views import now
from helpline.register.service import factories, reach, taxonomy
from helpline.register.views import reach_words
from helpline.register.views.common import language
from helpline.reports.rules import charts
from helpline.reports.rules.layout import rounded
from helpline.reports.service import portraying, remarks
from helpline.reports.views import subjects, words
from helpline.reports.views.readers import READERS, WITH_SPONSORS, only, own_codes
from helpline.reports.views.subjects import Subject
from helpline.security import allow
from helpline.unit_of_work import reads


def register(blueprint: Blueprint) -> None:
    """Add these pages to the room's blueprint."""
    add = blueprint.add_url_rule
    add("/reports/factories", "factories", listing)
    add("/reports/factories/<factory_code>", "factory", page)
    add("/reports/places", "places", places)
    add(f"/reports/<{subjects.OTHERS}>/<code>", "subject", subject)


@reads
@allow(*WITH_SPONSORS)
def listing() -> ResponseReturnValue:
    """Every factory of the register, or every one of a sponsor's, in the order of codes."""
    number = request.args.get("page", 1, type=int)
    wanted = request.args.get("q", "")[:100]
    found = factories.page(wanted, max(1, number), only())
    return render_template("reports/factories.html", found=found, wanted=wanted)


@reads
@allow(*WITH_SPONSORS)
def page(factory_code: str) -> ResponseReturnValue:
    """What can be said of a factory, alone or in its group."""
    return render_template("reports/factory.html", **of_subject("factories", factory_code))


@reads
@allow(*READERS)
def places() -> ResponseReturnValue:
    """Everything else that numbers are about, in the order of names."""
    found = {
        sort: [
            (subjects.address(sort, one["code"]), words.place_name(one))
            for one in portraying.named(subjects.KINDS[sort])
        ]
        for sort in ("programme", "countries", "provinces", "brands", "groups")
    }
    return render_template("reports/places.html", found=found, sorts=words.SORTS)


@reads
@allow(*WITH_SPONSORS)
def subject(sort: str, code: str) -> ResponseReturnValue:
    """What can be said of a group, a province, a country, a brand, or all of them together."""
    navigation.stand_under("reports.places")
    template = "reports/group.html" if sort == "groups" else "reports/total.html"
    return render_template(template, **of_subject(sort, code))


def of_subject(sort: str, code: str) -> dict[str, Any]:
    """What its page and its paper are made of."""
    found = subjects.found(sort, code)
    body = found.body
    group = _group(found)
    return {
        "subject": found,
        "factory": found.factory,
        "workers": rounded(found.factory.workers) if found.factory else 0,
        "reach": reach_words.shown(reach.of(found.factory.id, now().date()))
        if found.factory
        else None,
        "portrait": body,
        "group": group,
        "drawn": subjects.drawn(found),
        "drawn_group": subjects.drawn(group) if group else {},
        "divisions": charts.newest(body) if body else [],
        "from_day": date.fromisoformat(body["next"]["earliest"])
        if body and body.get("next")
        else None,
        "notices": remarks.notices(_units(found)),
        "tag": language(),
        "attributes": words.ATTRIBUTES,
        "labels": words.labels(taxonomy.labels_in(language())),
        "names": words.of_charts({}, body.get("beside", ()) if body else ()),
        "tiers": words.TIERS,
        "grains": words.GRAINS,
        "why": words.WHY,
        "quoted": subjects.quoted(found.code),
        "address": subjects.address,
        "sponsored": own_codes(),
        "released": date.fromisoformat(body["release"]["published"]) if body else None,
        "compare_url": url_for("reports.compare", f=found.code) if found.factory else None,
    }


def _units(found: Subject) -> set[str]:
    """Every unit that a subject was counted in: what is told of one is told of it."""
    spoken = found.body.get("spoken", ()) if found.body else ()
    return {found.code, *(one["unit"] for one in spoken)}


def _group(found: Subject) -> Subject | None:
    """The group that a factory is counted in now."""
    if found.kind != "factory" or not found.body:
        return None
    newest = found.body["spoken"][0]
    return subjects.found("groups", newest["unit"]) if newest["kind"] == "group" else None
