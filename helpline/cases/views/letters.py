"""Letters to the factory, the certifier, an authority, a partner: write, let go, print, answer."""

import uuid
from collections.abc import Mapping

from flask import Blueprint, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from helpline.accounts.views import now, principal
from helpline.cases.forms.ledger import GROUPS, RECIPIENTS, AnswerForm, OutwardLetterForm
from helpline.cases.rules import disclosures
from helpline.cases.rules.consents import Group, Recipient
from helpline.cases.rules.disclosures import Sent
from helpline.cases.rules.kinds import EntryKind
from helpline.cases.service import disclosing, reading, writing
from helpline.cases.service.disclosing import Answer, Letter, LetterRefused
from helpline.cases.service.reading import CaseView
from helpline.cases.views.common import CASE_WORKERS, attempt, case_routes, see_case
from helpline.cases.views.step import show, step
from helpline.errors import NotFound
from helpline.security import allow


def register(blueprint: Blueprint) -> None:
    """Add these pages to the room's blueprint."""
    both, _post = case_routes(blueprint)
    names = ", ".join(recipient.value for recipient in Recipient)
    both(f"/tell/<any({names}):recipient>", "tell", tell)
    both("/letters/<disclosure_id>/answer", "answer", answer)
    blueprint.add_url_rule(
        "/cases/<uuid:case_id>/letters/<disclosure_id>", "letter_print", letter_print
    )


@allow(*CASE_WORKERS)
def tell(case_id: uuid.UUID, recipient: str) -> ResponseReturnValue:
    """A letter that begins with the agreed words; locked while nothing is agreed."""
    form, whom = OutwardLetterForm(), Recipient(recipient)
    name = request.args.get("name", "")
    refused = None
    if form.validate_on_submit():
        letter = Letter(whom, form.text.data or "", name, Sent(form.sent.data))
        refused = attempt(
            lambda: disclosing.send(principal(), case_id, letter, now()), form, case_id
        )
        if refused is None:
            return see_case(case_id)
    return show(
        "cases/tell.html",
        case_id,
        form,
        refused,
        lambda form, view: _begin(form, view, whom, name),
        recipient=recipient,
        recipient_name=dict(RECIPIENTS)[recipient],
        whom=name,
        basis=lambda view: disclosures.basis(view.state.consents, whom, name),
        group_names=dict(GROUPS),
        found=refused.found if isinstance(refused, LetterRefused) else (),
    )


@allow(*CASE_WORKERS)
def answer(case_id: uuid.UUID, disclosure_id: str) -> ResponseReturnValue:
    """Write down what came back."""
    form = AnswerForm()

    def save() -> None:
        came = Answer(
            disclosure_id, form.text.data or "", form.planned.data or "", form.planned_for.data
        )
        disclosing.answer(principal(), case_id, came, now())

    return step(case_id, form, save, title=_("What they answered"), button=_("Save the answer"))


@allow(*CASE_WORKERS)
def letter_print(case_id: uuid.UUID, disclosure_id: str) -> ResponseReturnValue:
    """The letter alone, to be printed or copied: nothing of the case stands on it."""
    view = reading.read(principal(), case_id, now())
    for item in view.timeline:
        body = item.event.body
        if item.event.kind is EntryKind.DISCLOSURE and body.get("id") == disclosure_id:
            page = render_template(
                "cases/letter_print.html", text=body.get("text", ""), case=view.case
            )
            return make_response(page)
    raise NotFound


def headings() -> Mapping[Group, str]:
    """The name of each group of facts, in the page's language."""
    return {Group(name): str(label) for name, label in GROUPS}


def _begin(form: FlaskForm, view: CaseView, whom: Recipient, name: str) -> None:
    """What was half written, else the agreed words."""
    kept = writing.draft(principal(), view.case.id, f"to_{whom.value}")
    consent = disclosures.basis(view.state.consents, whom, name)
    form.text.data = kept or (disclosures.draft(consent, headings()) if consent else "")
