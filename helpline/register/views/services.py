"""The directory of services and programmes: found by whoever handles cases, kept by some."""

import uuid

from flask import Blueprint, Response, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as later

from helpline.accounts.service import people
from helpline.accounts.views import now, principal
from helpline.accounts.views.visit import config, see_other
from helpline.errors import BadInput, Conflict, NotFound, said
from helpline.keys.rules import Role
from helpline.register.forms import SERVICE_KINDS, EmptyForm, ServiceForm, ServicesForm
from helpline.register.rules import services as rules
from helpline.register.rules.csv_files import LARGEST
from helpline.register.rules.services import ServiceKind, ServiceValues
from helpline.register.rules.values import Mistakes
from helpline.register.service import service_upkeep
from helpline.register.service import services as service
from helpline.register.service.services import ServiceView, Shown, Wanted
from helpline.register.views.common import (
    author,
    conflict,
    language_names,
    page,
    problems_of,
    read_upload,
    show_mistakes,
)
from helpline.security import allow

KEEPERS = (Role.ADMINISTRATOR, Role.SUPERVISOR)
READERS = (Role.COUNSELLOR, *KEEPERS)
CHANGED = later(
    "Somebody changed this entry meanwhile. Below is what you typed; save it to keep it."
)
ASKED = ("q", "kind", "region", "language", "show")


def register(blueprint: Blueprint) -> None:
    """Add these pages to the room's blueprint."""
    both = ["GET", "POST"]
    add = blueprint.add_url_rule
    add("/directory", "services", services)
    add("/directory.csv", "export_services", export_services)
    add("/directory/new", "new_service", new_service, methods=both)
    add("/directory/import", "import_services", import_services, methods=both)
    add("/directory/<uuid:service_id>", "service", one_service, methods=both)
    add("/directory/<uuid:service_id>/checked", "checked", checked, methods=["POST"])


@allow(*READERS)
def services() -> ResponseReturnValue:
    """What fits: by words, kind, region and language; keepers also see what needs their eye."""
    keeps, today, days = principal().role in KEEPERS, now().date(), check_days()
    spoken = language_names()
    wanted, shown = _wanted(), _shown() if keeps else Shown.OFFERED
    found = service.page(wanted, request.args.get("page", 1, type=int), shown, today, days)
    return render_template(
        "register/services.html",
        found=found,
        wanted=wanted,
        shown=shown,
        keeps=keeps,
        today=today,
        days=days,
        due=service.due_count(today, days) if keeps else 0,
        kinds=SERVICE_KINDS,
        regions=[(region, region) for region in service.regions()],
        languages=[(code, spoken.get(code, code)) for code in service.languages()],
        language_names=spoken,
        asked={name: value for name, value in request.args.items() if name in ASKED},
        names=people.display_names(row.checked_by for row in found.rows if row.checked_by),
    )


@allow(*KEEPERS)
def export_services() -> ResponseReturnValue:
    """Every entry as a file that the import reads again."""
    response = Response(service_upkeep.export_csv(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="directory.csv"'
    return response


@allow(*KEEPERS)
def new_service() -> ResponseReturnValue:
    """Somewhere to send workers that is not in the directory yet."""
    form = ServiceForm()
    form.offer_languages(service.languages(), language_names())
    values = _values(form) if form.validate_on_submit() else None
    if values is not None:
        try:
            service_upkeep.add(author(), values, now())
        except BadInput as error:
            show_mistakes(form, {error.field or "": said(error)})
        else:
            flash(_("The entry is added."))
            return see_other(url_for("register.services"))
    return page("register/service.html", form, service=None)


@allow(*KEEPERS)
def one_service(service_id: uuid.UUID) -> ResponseReturnValue:
    """One entry; what two people change at once is shown, never lost."""
    found = service.by_id(service_id)
    if found is None:
        raise NotFound
    form = ServiceForm(data=_typed(found))
    form.offer_languages((*service.languages(), *found.languages), language_names())
    values = _values(form) if form.validate_on_submit() else None
    if values is not None:
        try:
            revision = request.form.get("revision", 0, type=int)
            service_upkeep.change(author(), service_id, revision, values, now())
        except BadInput as error:
            show_mistakes(form, {error.field or "": said(error)})
        except Conflict:
            conflict(form, found.revision, str(CHANGED))
        else:
            flash(_("The entry is changed."))
            return see_other(url_for("register.services"))
    return page("register/service.html", form, service=found)


@allow(*KEEPERS)
def checked(service_id: uuid.UUID) -> ResponseReturnValue:
    """Everything in this entry is right today."""
    if EmptyForm().validate_on_submit():
        service_upkeep.checked_today(author(), service_id, now())
        flash(_("The entry is marked as checked today."))
    return see_other(url_for("register.services", show=request.form.get("show") or None))


@allow(*KEEPERS)
def import_services() -> ResponseReturnValue:
    """Many entries from a file: all of them, or none and every mistake by its row."""
    form = ServicesForm()
    if not form.validate_on_submit():
        return page("register/import_services.html", form, problems=(), kinds=SERVICE_KINDS)
    data = read_upload(form.file.data, LARGEST)
    done = service_upkeep.import_csv(author(), data, now(), update=bool(form.update.data))
    if not done.problems:
        flash(
            _(
                "Entries: %(added)s added, %(changed)s changed, %(same)s as they were.",
                added=done.added,
                changed=done.changed,
                same=done.unchanged,
            )
        )
        return see_other(url_for("register.services"))
    return page(
        "register/import_services.html",
        form,
        **problems_of(done.problems),
        kinds=SERVICE_KINDS,
    )


def check_days() -> int:
    """After how many days an entry wants to be checked again."""
    return config().register.services_check_days


def _wanted() -> Wanted:
    kind = request.args.get("kind", "")
    return Wanted(
        words=request.args.get("q", "")[:100],
        kind=ServiceKind(kind) if kind in set(ServiceKind) else None,
        region=request.args.get("region", "")[:80],
        language=request.args.get("language", "")[:16],
    )


def _shown() -> Shown:
    wanted = request.args.get("show", "")
    return Shown(wanted) if wanted in set(Shown) else Shown.OFFERED


def _typed(found: ServiceView) -> dict[str, object]:
    same = ("name", "country", "region", "hours", "phone", "address", "web", "audience", "cost")
    return {field: getattr(found, field) for field in same} | {
        "kind": found.kind.value,
        "languages": list(found.languages),
        "notes": found.notes,
        "active": found.active,
        "revision": str(found.revision),
    }


def _values(form: ServiceForm) -> ServiceValues | None:
    """What the form holds, or None with the mistakes beside their fields."""
    apart = {"languages", "checked_on", "active"}
    cells = {name: form[name].data or "" for name in rules.COLUMNS if name not in apart}
    cells["notes"] = " ".join(cells["notes"].split())
    cells["languages"] = "|".join(form.languages.data or ())
    cells["checked_on"] = now().date().isoformat() if form.checked.data else ""
    cells["active"] = "yes" if form.active.data else "no"
    try:
        return rules.read(cells)
    except Mistakes as mistakes:
        show_mistakes(form, {wrong.field: wrong.sentence for wrong in mistakes.mistakes})
        return None
