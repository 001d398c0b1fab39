"""Record a contact: a call on an ordinary phone, a visit; works when the carrier is down."""

import uuid
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from helpline.accounts.service import once
from helpline.accounts.views import now, principal
from helpline.cases.forms import RecordForm, options
from helpline.cases.rules.kinds import EntryKind
from helpline.cases.service import by_hand, receipts, writing
from helpline.cases.service.by_hand import RecordedContact
from helpline.cases.views.case import page as case_page
from helpline.cases.views.common import (
    CASE_WORKERS,
    attempt,
    factory_code,
    language_names,
    line_choices,
    made_already,
    policy_from,
    show_refusal,
)
from helpline.errors import BadInput
from helpline.keys.views import site
from helpline.register.service import factories, lines
from helpline.security import allow
from helpline.unit_of_work import release
from telephony.numbers import CallerNumber

FACTORIES_OFFERED = 300


def register(blueprint: Blueprint) -> None:
    """Add these pages to the room's blueprint."""
    blueprint.add_url_rule("/cases/record", "record", record, methods=["GET", "POST"])
    blueprint.add_url_rule("/cases/record/draft", "record_draft", draft, methods=["POST"])


@allow(*CASE_WORKERS)
def record() -> ResponseReturnValue:
    """The form; afterwards the new case with its receipt, shown once."""
    form = RecordForm()
    form.line.choices = options(line_choices())
    form.language.choices = options(language_names().items())
    if request.method == "GET":
        _begin(form)
        return _page(form)
    if not form.validate():
        return _page(form)
    who, moment, token = principal(), now(), form.once.data or ""
    made = once.made_before(who, token)
    if made is not None:
        return made_already(made, _("This contact was saved already."))
    try:
        number = _number(form)
        zone = _zone(form)
    except BadInput as refused:
        show_refusal(form, refused)
        return _page(form)
    release()  # stretching is slow: nobody waits for our transaction meanwhile
    handle = None if number is None else site().handle(number.reveal())
    receipt = receipts.fresh(site()) if form.receipt.data else None
    keys = receipt.keys if receipt else None
    contact = _contact(form, zone, number, handle)
    found: list[uuid.UUID] = []

    def keep() -> None:
        found.append(by_hand.record_contact(who, contact, keys, moment))
        once.spend(who, token, found[0], moment)

    refusal = attempt(keep)
    if refusal is not None:
        show_refusal(form, refusal)
        return _page(form)
    return case_page(found[0], receipt=receipt)


@allow(*CASE_WORKERS)
def draft() -> ResponseReturnValue:
    """Keep what is half written."""
    text = request.form.get("text", "")[:20_000]
    writing.keep_draft(principal(), writing.NEW_CASE, "contact", text)
    return Response(status=204)


def _contact(
    form: RecordForm, zone: ZoneInfo, number: CallerNumber | None, handle: bytes | None
) -> RecordedContact:
    at: datetime = form.at.data
    return RecordedContact(
        kind=EntryKind(form.kind.data),
        at=at.replace(tzinfo=zone),
        line_id=uuid.UUID(form.line.data),
        language=form.language.data,
        text=form.text.data or "",
        number=number.reveal() if number else None,
        handle=handle,
        factory=factory_code(form.factory.data or ""),
        policy=policy_from(form, "text_ok"),
        must_know=form.must_know.data or "",
        severity=int(form.severity.data) if form.severity.data else None,
    )


def _begin(form: RecordForm) -> None:
    first = next(iter(lines.all_active()), None)
    zone = ZoneInfo(first.zone) if first else ZoneInfo("UTC")
    form.at.data = now().astimezone(zone).replace(tzinfo=None)
    form.text.data = writing.draft(principal(), writing.NEW_CASE, "contact")
    if first is not None:
        form.language.data = first.default_language


def _number(form: RecordForm) -> CallerNumber | None:
    typed = (form.number.data or "").strip()
    if not typed:
        return None
    line = lines.by_id(uuid.UUID(form.line.data))
    number = CallerNumber.parse(typed, line.country if line else None)
    if number.withheld:
        raise BadInput("This is not a telephone number. Write it with its country code.", "number")
    return number


def _zone(form: RecordForm) -> ZoneInfo:
    line = lines.by_id(uuid.UUID(form.line.data))
    if line is None:
        raise BadInput("Choose a line.", "line")
    return ZoneInfo(line.zone)


def _page(form: RecordForm) -> Response:
    form.once.data = form.once.data or once.new_token()
    body = render_template(
        "cases/record.html", form=form, factories=factories.search("", FACTORIES_OFFERED)
    )
    return make_response(body, 400 if request.method == "POST" else 200)
