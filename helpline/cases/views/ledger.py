"""Consents of a case: write one down, take one back, ask to tell without one; protected words."""

import uuid

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from helpline.accounts.views import now, principal
from helpline.cases.forms.ledger import ConsentForm, PermitForm, ProtectedForm, TakeBackForm
from helpline.cases.rules.consents import Consent, Ground, Group, Purpose, Recipient, Way
from helpline.cases.rules.disclosures import Protected
from helpline.cases.service import consenting, deciding
from helpline.cases.service.reading import CaseView
from helpline.cases.views.common import CASE_WORKERS, case_routes
from helpline.cases.views.step import step
from helpline.keys.rules import Role
from helpline.security import allow

WRITTEN = tuple(group for group in Group if group is not Group.CALLED)


def register(blueprint: Blueprint) -> None:
    """Add these pages to the room's blueprint."""
    both, _post = case_routes(blueprint)
    both("/consent", "consent", consent)
    both("/consent/<consent_id>/back", "take_back", take_back)
    both("/protected", "protected", protected)
    both("/permit", "permit", permit)


@allow(*CASE_WORKERS)
def consent(case_id: uuid.UUID) -> ResponseReturnValue:
    """Write down what the worker said to one purpose and recipient."""
    form = ConsentForm()
    return step(
        case_id,
        form,
        lambda: consenting.give(principal(), case_id, _consent(form), now()),
        template="cases/consent.html",
        fill=_fill,
    )


@allow(*CASE_WORKERS)
def take_back(case_id: uuid.UUID, consent_id: str) -> ResponseReturnValue:
    """The worker takes a consent back."""
    form = TakeBackForm()

    def save() -> None:
        words, way = form.words.data or "", Way(form.way.data)
        consenting.withdraw(principal(), case_id, consent_id, words, way, now())

    intro = _("From now on nothing more is told. What was told already cannot be taken back.")
    title = _("The worker takes it back")
    return step(case_id, form, save, title=title, button=_("Take it back"), intro=intro)


@allow(*CASE_WORKERS)
def protected(case_id: uuid.UUID) -> ResponseReturnValue:
    """The worker's name and other words that no letter may hold."""
    form = ProtectedForm()

    def save() -> None:
        words = tuple((form.words.data or "").splitlines())
        kept = Protected(form.name.data or "", words)
        consenting.protect(principal(), case_id, kept, now(), form.revision.data)

    return step(
        case_id,
        form,
        save,
        fill=_fill_protected,
        title=_("What never leaves this case"),
        button=_("Save"),
        intro=_(
            "Names, room and bed, nicknames: one on each line. "
            "A letter that holds one of them is not sent. The number and the safe word are always "
            "checked."
        ),
    )


@allow(Role.SUPERVISOR)
def permit(case_id: uuid.UUID) -> ResponseReturnValue:
    """Ask a second supervisor to let somebody be told without the worker's consent."""
    form = PermitForm()

    def save() -> None:
        ground, reason = Ground(form.ground.data), form.reason.data or ""
        deciding.ask_to_tell(principal(), case_id, _consent(form), ground, reason, now())

    return step(case_id, form, save, template="cases/permit.html")


def _consent(form: FlaskForm) -> Consent:
    """What a form says; groups without words are not agreed to."""
    typed: dict[Group, str] = {group: (form[group.value].data or "").strip() for group in WRITTEN}
    facts = {group: text for group, text in typed.items() if text}
    if form.called.data:
        facts[Group.CALLED] = ""
    given = "given" not in form or form.given.data == "yes"
    return Consent(
        id="",
        purpose=Purpose(form.purpose.data) if "purpose" in form else Purpose.TELL,
        at=now(),
        given=given,
        recipient=Recipient(form.recipient.data) if form.recipient.data else None,
        whom=(form.whom.data or "").strip(),
        facts=facts if given else {},
        words=form.words.data or "" if "words" in form else "",
        way=Way(form.way.data) if "way" in form else Way.TALK,
    )


def _fill(form: FlaskForm, view: CaseView) -> None:
    """A new word begins with what was agreed last, so that only what differs is typed."""
    wanted = request.args.get("to", "")
    if wanted in {recipient.value for recipient in Recipient}:
        form.recipient.data = wanted
        for consent in view.state.consents:
            if consent.recipient == wanted and consent.given:
                for group, text in consent.facts.items():
                    form[group.value].data = text or True
                form.whom.data = consent.whom


def _fill_protected(form: FlaskForm, view: CaseView) -> None:
    form.name.data = view.state.protected.name
    form.words.data = "\n".join(view.state.protected.words)
