"""Factories: list, form, import and export."""

import uuid

from flask import Blueprint, Response, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as later

from helpline.accounts.views import now
from helpline.accounts.views.visit import see_other
from helpline.errors import BadInput, Conflict, NotFound, said
from helpline.keys.rules import Role
from helpline.register.forms import FactoryForm, ImportForm
from helpline.register.rules import factories as rules
from helpline.register.rules.csv_files import LARGEST
from helpline.register.rules.factories import FactoryValues
from helpline.register.rules.values import Mistakes
from helpline.register.service import factories as service
from helpline.register.service import factory_upkeep
from helpline.register.service.factories import FactoryView
from helpline.register.views.common import (
    author,
    conflict,
    page,
    problems_of,
    read_upload,
    show_mistakes,
)
from helpline.security import allow

CHANGED = later(
    "Somebody changed this factory meanwhile. Below is what you typed; save it to keep it."
)


def register(blueprint: Blueprint) -> None:
    """Add these pages to the room's blueprint."""
    both = ["GET", "POST"]
    add = blueprint.add_url_rule
    add("/register/factories", "factories", factories)
    add("/register/factories.csv", "export_factories", export_factories)
    add("/register/factories/new", "new_factory", new_factory, methods=both)
    add("/register/factories/import", "import_factories", import_factories, methods=both)
    add("/register/factories/<uuid:factory_id>", "factory", factory, methods=both)


@allow(Role.ADMINISTRATOR)
def factories() -> ResponseReturnValue:
    """All factories, or those that a search finds."""
    wanted = request.args.get("q", "")
    found = service.page(wanted, request.args.get("page", 1, type=int))
    return render_template(
        "register/factories.html", found=found, wanted=wanted, today=now().date(), per=service.PAGE
    )


@allow(Role.ADMINISTRATOR)
def export_factories() -> ResponseReturnValue:
    """Every factory as a file that the import reads again."""
    response = Response(factory_upkeep.export_csv(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="factories.csv"'
    return response


@allow(Role.ADMINISTRATOR)
def new_factory() -> ResponseReturnValue:
    """A factory that is not in the register yet."""
    form = FactoryForm()
    values = _values(form) if form.validate_on_submit() else None
    if values is not None:
        try:
            factory_upkeep.add(author(), values, now())
        except BadInput as error:
            show_mistakes(form, {error.field or "": said(error)})
        else:
            flash(_("The factory is added."))
            return see_other(url_for("register.factories"))
    return page("register/factory.html", form, factory=None)


@allow(Role.ADMINISTRATOR)
def factory(factory_id: uuid.UUID) -> ResponseReturnValue:
    """One factory; what two people change at once is shown, never lost."""
    found = service.by_id(factory_id)
    if found is None:
        raise NotFound
    form = FactoryForm(data=_typed(found))
    values = _values(form) if form.validate_on_submit() else None
    if values is not None:
        try:
            revision = request.form.get("revision", 0, type=int)
            factory_upkeep.change(author(), factory_id, revision, values, now())
        except BadInput as error:
            show_mistakes(form, {error.field or "": said(error)})
        except Conflict:
            conflict(form, found.revision, str(CHANGED))
        else:
            flash(_("The factory is changed."))
            return see_other(url_for("register.factories"))
    return page("register/factory.html", form, factory=found)


@allow(Role.ADMINISTRATOR)
def import_factories() -> ResponseReturnValue:
    """Many factories from a file: all of them, or none and every mistake by its row."""
    form = ImportForm()
    if not form.validate_on_submit():
        return page("register/import.html", form, problems=(), columns=rules.COLUMNS)
    data = read_upload(form.file.data, LARGEST)
    done = factory_upkeep.import_csv(author(), data, now(), update=bool(form.update.data))
    if not done.problems:
        flash(
            _(
                "Factories: %(added)s added, %(changed)s changed, %(same)s as they were.",
                added=done.added,
                changed=done.changed,
                same=done.unchanged,
            )
        )
        return see_other(url_for("register.factories"))
    return page(
        "register/import.html",
        form,
        **problems_of(done.problems),
        columns=rules.COLUMNS,
    )


def _typed(found: FactoryView) -> dict[str, object]:
    return {
        "code": found.code,
        "key_code": found.key_code,
        "name": found.name,
        "country": found.country,
        "province": found.province,
        "region": found.region,
        "workers": str(found.workers),
        "certified_until": found.certified_until.isoformat() if found.certified_until else "",
        "brands": "\n".join(found.brands),
        "active": found.active,
        "revision": str(found.revision),
    }


def _values(form: FactoryForm) -> FactoryValues | None:
    """What the form holds, or None with the mistakes beside their fields."""
    cells = {name: form[name].data or "" for name in rules.COLUMNS if name != "active"}
    cells["brands"] = "|".join(cells["brands"].splitlines())
    cells["active"] = "yes" if form.active.data else "no"
    try:
        return rules.read(cells)
    except Mistakes as mistakes:
        show_mistakes(form, {wrong.field: wrong.sentence for wrong in mistakes.mistakes})
        return None
