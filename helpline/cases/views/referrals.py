"""Referrals, related cases, and who else has the case open."""

import uuid

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from helpline.accounts.views import now, polling, principal
from helpline.cases.forms import options
from helpline.cases.forms.ledger import ReferralAnswerForm, ReferralForm, RelateForm
from helpline.cases.rules.referrals import Became, Passed
from helpline.cases.service import presence, referring, relating
from helpline.cases.views.common import CASE_WORKERS, attempt, case_routes, names_of, see_case
from helpline.cases.views.desk import shown_rows
from helpline.cases.views.step import show, step
from helpline.errors import BadInput
from helpline.register.service import services
from helpline.security import allow

SHOWN = 20
MOST_WORDS = 100


def register(blueprint: Blueprint) -> None:
    """Add these pages to the room's blueprint."""
    both, post = case_routes(blueprint)
    both("/refer", "refer", refer)
    both("/referrals/<referral_id>", "referral", referral)
    both("/related", "related", related)
    post("/related/<uuid:other_id>/part", "part", part)
    blueprint.add_url_rule("/cases/<uuid:case_id>/present", "present", present)


@allow(*CASE_WORKERS)
def refer(case_id: uuid.UUID) -> ResponseReturnValue:
    """Send the worker to a service of the directory."""
    looks = "look" in request.form
    form = ReferralForm(formdata=None) if looks else ReferralForm()
    words = request.form.get("look", "")[:MOST_WORDS]
    found = services.search(words, limit=SHOWN)
    form.service.choices = options((str(one.id), one.name) for one in found)

    def save() -> None:
        passed = Passed(form.passed.data)
        service = _service(form.service.data)
        referring.refer(principal(), case_id, service, passed, form.words.data or "", now())

    page = "cases/refer.html"
    if looks:
        response = show(page, case_id, form, found=found, words=words)
        response.status_code = 200
        return response
    return step(case_id, form, save, template=page, found=found, words=words)


@allow(*CASE_WORKERS)
def referral(case_id: uuid.UUID, referral_id: str) -> ResponseReturnValue:
    """What became of it."""
    form = ReferralAnswerForm()

    def save() -> None:
        what, words = Became(form.became.data), form.words.data or ""
        referring.became(principal(), case_id, referral_id, what, words, now())

    return step(case_id, form, save, title=_("What became of it"), button=_("Save the answer"))


@allow(*CASE_WORKERS)
def related(case_id: uuid.UUID) -> ResponseReturnValue:
    """Cases that may be about the same; a person links them, and may part them again."""
    form = RelateForm()
    rows = relating.suggest(principal(), case_id) if request.method == "GET" else ()
    return step(
        case_id,
        form,
        lambda: relating.relate(principal(), case_id, form.reference.data or "", now()),
        template="cases/related.html",
        groups=[{"title": "", "rows": shown_rows(rows)}],
    )


@allow(*CASE_WORKERS)
def part(case_id: uuid.UUID, other_id: uuid.UUID) -> ResponseReturnValue:
    """They have nothing to do with each other after all."""
    refused = attempt(lambda: relating.part(principal(), case_id, other_id, now()))
    if refused is not None:
        raise refused
    return see_case(case_id)


@polling
@allow(*CASE_WORKERS)
def present(case_id: uuid.UUID) -> ResponseReturnValue:
    """Who else has this case open, asked again while the page is open."""
    names = names_of(presence.mark(principal(), case_id, now()))
    if not names:
        return Response("")
    return render_template("cases/present.html", names=sorted(names.values()))


def _service(typed: str | None) -> uuid.UUID:
    try:
        return uuid.UUID(typed or "")
    except ValueError:
        raise BadInput("Choose a service of the directory.", "service") from None
