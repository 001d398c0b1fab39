"""One case: read it, take it, write in it, reach the worker."""

import uuid
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, current_app, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from helpline import navigation
from helpline.accounts.service import once
from helpline.accounts.views import now, page_of, principal
from helpline.cases.forms import OUTCOMES, CallForm, LetterForm, NoteForm, ReasonForm, TextForm
from helpline.cases.rules.consents import Recipient
from helpline.cases.rules.policy import Act
from helpline.cases.service import (
    asking,
    assignment,
    joining,
    named,
    reaching,
    reading,
    receipts,
    writing,
)
from helpline.cases.service.reaching import ContactRefused
from helpline.cases.service.reading import CaseView
from helpline.cases.service.receipts import FreshReceipt
from helpline.cases.views import present, rail, timeline
from helpline.cases.views.common import (
    CASE_WORKERS,
    assignable,
    attempt,
    case_workers,
    language,
    language_names,
    made_already,
    names_of,
    retention,
    see_case,
)
from helpline.cases.views.next_step import next_step
from helpline.errors import HelplineError
from helpline.extensions import provider
from helpline.keys.rules import Role
from helpline.keys.service import boxes
from helpline.keys.views import site
from helpline.register.service import factories, taxonomy
from helpline.security import allow
from helpline.unit_of_work import reads, release
from telephony.numbers import CallerNumber
from telephony.provider import Urls

DRAFTS = ("note", "text", "letter")
KEPT = (*DRAFTS, *(f"to_{recipient.value}" for recipient in Recipient))
SOUNDS = {b"RIFF": "audio/wav", b"ID3": "audio/mpeg"}


def register(blueprint: Blueprint) -> None:
    """Add these pages to the room's blueprint."""

    def post(path: str, name: str, view: Callable[..., ResponseReturnValue]) -> None:
        blueprint.add_url_rule(f"/cases/<uuid:case_id>{path}", name, view, methods=["POST"])

    blueprint.add_url_rule("/cases/<uuid:case_id>", "show", show)
    blueprint.add_url_rule("/cases/sounds/<uuid:sound_id>", "sound", sound)
    post("/take", "take", take)
    post("/give-back", "give_back", give_back)
    post("/note", "note", note)
    post("/text", "text", text)
    post("/letter", "letter", letter)
    post("/call", "call", call)
    post("/number", "number", number)
    post("/receipt", "receipt", receipt)
    post("/how-it-went", "how_it_went", how_it_went)
    post(f"/draft/<any({', '.join(KEPT)}):kind>", "draft", draft)
    post("/join/<uuid:into_id>", "join", join)
    post("/separate", "separate", separate)


@reads
@allow(*CASE_WORKERS)
def show(case_id: uuid.UUID) -> ResponseReturnValue:
    """The whole case."""
    assignment.complete_reserved(principal(), now())
    return page(case_id)


@allow(*CASE_WORKERS)
def take(case_id: uuid.UUID) -> ResponseReturnValue:
    """Claim it; whoever was first has it."""
    assignment.claim(principal(), case_id, now())
    return see_case(case_id)


@allow(*CASE_WORKERS)
def give_back(case_id: uuid.UUID) -> ResponseReturnValue:
    """Put it back into the inbox."""
    refused = attempt(lambda: assignment.release(principal(), case_id, now()))
    return page(case_id, refused) if refused else see_case(case_id)


@allow(*CASE_WORKERS)
def note(case_id: uuid.UUID) -> ResponseReturnValue:
    """Write a note."""
    form = NoteForm()
    if not form.validate_on_submit():
        return page(case_id, write="note", note_form=form)
    text = form.text.data or ""
    refused = attempt(lambda: writing.note(principal(), case_id, text, now()), form, case_id)
    return page(case_id, refused, "note", note_form=form) if refused else see_case(case_id)


@allow(*CASE_WORKERS)
def text(case_id: uuid.UUID) -> ResponseReturnValue:
    """Text the worker, if the contact policy lets us."""
    form = TextForm()
    if not form.validate_on_submit():
        return page(case_id, write="text", text_form=form)
    words, override = form.text.data or "", form.override.data or ""
    refused = attempt(
        lambda: writing.text_worker(principal(), case_id, words, now(), _carrier(), override),
        form,
        case_id,
    )
    if refused:
        return page(case_id, refused, "text", text_form=form)
    return see_case(case_id, write="text")


@allow(*CASE_WORKERS)
def letter(case_id: uuid.UUID) -> ResponseReturnValue:
    """Write on the worker's receipt page."""
    form = LetterForm()
    if not form.validate_on_submit():
        return page(case_id, write="letter", letter_form=form)
    words, aloud = form.text.data or "", bool(form.by_phone.data)
    refused = attempt(
        lambda: writing.letter(principal(), case_id, words, now(), by_phone=aloud), form, case_id
    )
    if refused:
        return page(case_id, refused, "letter", letter_form=form)
    return see_case(case_id, write="letter")


@allow(*CASE_WORKERS)
def call(case_id: uuid.UUID) -> ResponseReturnValue:
    """Write down how ringing the worker went."""
    form = CallForm()
    if not form.validate_on_submit():
        return page(case_id, write="call", call_form=form)
    reached, words = form.reached.data == "yes", form.text.data or ""
    refused = attempt(
        lambda: reaching.record_call(principal(), case_id, reached=reached, text=words, now=now()),
        form,
        case_id,
    )
    if refused:
        return page(case_id, refused, "call", call_form=form)
    return see_case(case_id, write="call")


@allow(*CASE_WORKERS)
def number(case_id: uuid.UUID) -> ResponseReturnValue:
    """Show the number once, with a reason that is kept."""
    form = ReasonForm()
    found: list[CallerNumber] = []
    reason = form.reason.data or ""
    refused = attempt(
        lambda: found.append(reaching.show_number(principal(), case_id, reason, now()))
    )
    if refused:
        return page(case_id, refused)
    shown = found[0].reveal()
    if request.headers.get("HX-Request"):
        masked = found[0].masked()
        return render_template("cases/number.html", shown=shown, masked=masked)
    return page(case_id, shown_number=shown)


@allow(*CASE_WORKERS)
def receipt(case_id: uuid.UUID) -> ResponseReturnValue:
    """Give the worker a number: shown on this page once, kept nowhere."""
    who, moment, token = principal(), now(), request.form.get(once.FIELD, "")
    made = once.made_before(who, token)
    if made is not None:
        return made_already(made, _("This number was made already."))
    release()  # stretching is slow: nobody waits for our transaction meanwhile
    fresh = receipts.fresh(site())
    once.spend(who, token, case_id, moment)
    writing.give_receipt(who, case_id, fresh.keys, moment)
    return page(case_id, receipt=fresh)


@allow(*CASE_WORKERS)
def how_it_went(case_id: uuid.UUID) -> ResponseReturnValue:
    """Ask the worker by text how it went, after the end."""
    refused = attempt(lambda: asking.ask(principal(), case_id, now(), _carrier()))
    return page(case_id, refused) if refused else see_case(case_id)


@allow(*CASE_WORKERS)
def draft(case_id: uuid.UUID, kind: str) -> ResponseReturnValue:
    """Keep what is half written, sealed on the writer's own shelf."""
    boxes.open_one(principal(), case_id)  # a draft of a case that is not theirs to read is none
    writing.keep_draft(principal(), case_id, kind, request.form.get("text", "")[:20_000])
    return Response(status=204)


@allow(*CASE_WORKERS)
def join(case_id: uuid.UUID, into_id: uuid.UUID) -> ResponseReturnValue:
    """The same person: this contact belongs to my other case."""
    refused = attempt(lambda: joining.join(principal(), case_id, into_id, now(), retention()))
    return page(case_id, refused) if refused else see_case(into_id)


@allow(*CASE_WORKERS)
def separate(case_id: uuid.UUID) -> ResponseReturnValue:
    """Another person after all."""
    refused = attempt(lambda: joining.separate(principal(), case_id, now()))
    return page(case_id, refused) if refused else see_case(case_id)


@allow(*CASE_WORKERS)
def sound(sound_id: uuid.UUID) -> ResponseReturnValue:
    """A voicemail, opened for this answer alone."""
    data = reading.listen(principal(), sound_id, now())
    kind = next((kind for start, kind in SOUNDS.items() if data.startswith(start)), "audio/mpeg")
    response = make_response(data)
    response.headers["Content-Type"] = kind
    response.headers["Cache-Control"] = "no-store"
    response.headers["Accept-Ranges"] = "none"
    return response


def page(
    case_id: uuid.UUID,
    refused: HelplineError | None = None,
    write: str = "",
    *,
    shown_number: str | None = None,
    receipt: FreshReceipt | None = None,
    **forms: object,
) -> Response:
    """The case's page; after something was refused, with what was typed and why."""
    view = reading.read(principal(), case_id, now())
    write = write or request.args.get("write", "note")
    values = _values(view) | _composer(view, write, forms)
    body = page_of(
        "cases/case.html",
        refused=refused,
        override_open=isinstance(refused, ContactRefused) and refused.decision.overridable,
        shown_number=shown_number,
        receipt=receipt.groups if receipt else None,
        **values,
    )
    status = refused.status if refused else (400 if _invalid(forms) else 200)
    return make_response(body, status)


def _values(view: CaseView) -> dict[str, Any]:
    moment, who = now(), principal()
    labels = taxonomy.labels_in(language())
    names = names_of(timeline.people_in(view))
    today = moment.astimezone(ZoneInfo(view.zone)).date()
    known = factories.by_code(view.state.factory) if view.state.factory else None
    if known is None and view.state.keyed:
        known = factories.by_key_code(view.state.keyed)
    decisions = {act: view.decisions[act] for act in Act}
    mine, supervises = view.case.assignee == who.person, who.role is Role.SUPERVISOR
    elsewhere = "cases.every" if supervises else "cases.desk"
    navigation.stand_under("cases.mine" if mine else elsewhere)
    return {
        "view": view,
        "state": view.state,
        "case": view.case,
        "days": list(timeline.timeline(view, names, labels, today)),
        "clocks_running": present.clock_rows(view, moment, met=False),
        "clocks_met": present.clock_rows(view, moment, met=True),
        "next_clock": present.clock_chip(view.next, moment, view.zone),
        "next_step": next_step(view, str(who.person), supervises=supervises),
        "severity": present.listed_state(view.state) or None,
        "hold_until": _day(view),
        "permissions": {
            act.value: present.permission(decision, view.state.policy, act)
            for act, decision in decisions.items()
        },
        "why_not": {
            act.value: present.why_not(decision, moment, view.zone)
            for act, decision in decisions.items()
        },
        "decisions": {act.value: decision for act, decision in decisions.items()},
        "labels": labels,
        "factory": known,
        "outcome_name": dict(OUTCOMES).get(view.state.outcome or "", ""),
        "language_name": language_names().get(view.state.language, view.state.language),
        "assignee": names.get(str(view.case.assignee), ""),
        "may_ask": asking.may_ask(view.state),
        "mine": mine,
        "supervises": supervises,
        "people": case_workers() if supervises else [],
        "assignable": assignable(view.state.language) if supervises else [],
        "me": str(who.person),
        "once": once.new_token(),
        "kept_to": _kept_to(view.case.id),
        **rail.values(view, moment, str(who.person)),
        "can_dial": "hotline.dial" in current_app.view_functions,
    }


def _kept_to(case_id: uuid.UUID) -> list[str]:
    """The names of those who alone hold the case; empty where a team holds it."""
    kept = named.people_of(principal().site, case_id) or frozenset()
    return sorted(names_of(str(person) for person in kept).values())


def _composer(view: CaseView, write: str, forms: dict[str, object]) -> dict[str, Any]:
    """The four ways to write, with drafts of what was half written."""
    who = principal()
    drafts = writing.drafts(who, view.case.id, DRAFTS)
    return {
        "writes": view.case.assignee is not None or bool(forms),
        "write": write if write in {*DRAFTS, "call"} else "note",
        "note_form": forms.get("note_form") or NoteForm(formdata=None, text=drafts["note"]),
        "text_form": forms.get("text_form") or TextForm(formdata=None, text=drafts["text"]),
        "letter_form": forms.get("letter_form") or LetterForm(formdata=None, text=drafts["letter"]),
        "call_form": forms.get("call_form") or CallForm(formdata=None),
    }


def _day(view: CaseView) -> str | None:
    until = view.state.hold_until
    return present.day_name(until, view.zone) if until else None


def _invalid(forms: dict[str, object]) -> bool:
    return any(getattr(form, "errors", None) for form in forms.values())


def _carrier() -> writing.Carrier:
    """How a text leaves: asked of the carrier once the transaction stands."""
    carrier = provider()
    urls = Urls(current_app.extensions["helpline.config"].site.public_url.rstrip("/"))
    return lambda to, sender, body: carrier.send_text(to, sender, body, urls)
