"""Some factories beside each other, as a reader picks them."""

import re

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from helpline.errors import BadInput
from helpline.register.service import factories
from helpline.reports.rules.comparing import MOST, beside
from helpline.reports.service import portraying
from helpline.reports.views import words
from helpline.reports.views.readers import WITH_SPONSORS, only
from helpline.security import allow
from helpline.unit_of_work import reads


def register(blueprint: Blueprint) -> None:
    """Add this page to the room's blueprint."""
    blueprint.add_url_rule("/reports/compare", "compare", compare)


@reads
@allow(*WITH_SPONSORS)
def compare() -> ResponseReturnValue:
    """Factories by code, in the order of codes; which of them no code names is said."""
    asked = re.findall(r"[^\s,;]+", " ".join(request.args.getlist("f"))[:200].upper())
    wanted = sorted(set(asked))
    if len(wanted) > MOST:
        raise BadInput("At most %(most)s factories can be compared.", most=MOST)
    found = {code: one for code in wanted if (one := factories.by_code(code, only()))}
    bodies = portraying.several("factory", found)
    return render_template(
        "reports/compare.html",
        wanted=wanted,
        found=found,
        unknown=[code for code in wanted if code not in found],
        years=beside({code: bodies.get(code) for code in found}),
        bodies=bodies,
        whole=words.WHOLE,
        most=MOST,
    )
