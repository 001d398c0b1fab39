"""Reach: what auditors and administrators record of factories, one by one or from a file."""

import uuid

from flask import Blueprint, Response, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from helpline.accounts.forms import ROLE_LABELS
from helpline.accounts.views import now
from helpline.accounts.views.visit import see_other
from helpline.errors import BadInput, Conflict, NotAllowed, NotFound, said
from helpline.keys.rules import Role
from helpline.register.forms import EmptyForm, ReachFileForm, ReachForm
from helpline.register.rules import reach as rules
from helpline.register.rules.csv_files import LARGEST
from helpline.register.rules.reach import ReachKind, ReachValues
from helpline.register.rules.values import Mistakes
from helpline.register.service import factories, reach_upkeep
from helpline.register.service import reach as service
from helpline.register.service.factories import FactoryView
from helpline.register.service.reach import Recorded
from helpline.register.views import reach_words as words
from helpline.register.views.common import (
    author,
    page,
    problems_of,
    read_upload,
    show_mistakes,
    told,
)
from helpline.security import allow
from helpline.unit_of_work import reads

KEEPERS = (Role.ADMINISTRATOR, Role.AUDITOR)
_OF_A_KIND = f"<any({', '.join(ReachKind)}):kind>"


def register(blueprint: Blueprint) -> None:
    """Add these pages to the room's blueprint."""
    both = ["GET", "POST"]
    add = blueprint.add_url_rule
    add("/register/reach", "reach", listing)
    add("/register/reach.csv", "export_reach", export)
    add("/register/reach/import", "import_reach", import_file, methods=both)
    add("/register/reach/<uuid:factory_id>", "reach_of", of_factory)
    add(f"/register/reach/<uuid:factory_id>/{_OF_A_KIND}", "record_reach", record, methods=both)
    add("/register/reach/rows/<uuid:row_id>", "correct_reach", correct, methods=both)
    add("/register/reach/rows/<uuid:row_id>/withdraw", "withdraw_reach", withdraw, methods=["POST"])


@reads
@allow(*KEEPERS)
def listing() -> ResponseReturnValue:
    """The factories that this person records for, each with what is still to be done."""
    wanted = request.args.get("q", "")[:100]
    only = reach_upkeep.only_of(author())
    found = factories.page(wanted, request.args.get("page", 1, type=int), only)
    reached = service.of_each([row.id for row in found.rows], now().date())
    return render_template(
        "register/reach.html",
        found=found,
        wanted=wanted,
        mine=only is not None,
        reached={ident: words.shown(one) for ident, one in reached.items()},
    )


@allow(*KEEPERS)
def export() -> ResponseReturnValue:
    """Every fact that stands, as a file that the import reads again."""
    response = Response(reach_upkeep.export_csv(author()), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="reach.csv"'
    return response


@reads
@allow(*KEEPERS)
def of_factory(factory_id: uuid.UUID) -> ResponseReturnValue:
    """One factory: where it stands, and everything that was recorded."""
    factory = reach_upkeep.factory_for(author(), factory_id)
    kinds = reach_upkeep.kinds_of(author())
    return render_template(
        "register/reach_of.html",
        factory=factory,
        reach=words.shown(service.of(factory.id, now().date())),
        kinds=[kind for kind in words.KINDS if kind in kinds],
        labels=words.ACTS,
        rows=[
            (row, words.value(row.values), words.more(row.values))
            for row in service.history(factory.id)
        ],
        todo={todo: told(rules.TODO[todo]) for todo in rules.Todo},
        roles=ROLE_LABELS,
    )


@allow(*KEEPERS)
def record(factory_id: uuid.UUID, kind: str) -> ResponseReturnValue:
    """Record a fact."""
    factory = reach_upkeep.factory_for(author(), factory_id)
    form = ReachForm(data={"day": now().date().isoformat()})
    form.keep(_own(kind))
    values = _values(form, ReachKind(kind)) if form.validate_on_submit() else None
    if values is not None:
        try:
            reach_upkeep.record(author(), factory.id, values, now())
        except BadInput as error:
            show_mistakes(form, {error.field or "": said(error)})
        else:
            flash(_("Recorded."))
            return see_other(url_for("register.reach_of", factory_id=factory.id))
    return _form_page(form, factory, ReachKind(kind), None)


@allow(*KEEPERS)
def correct(row_id: uuid.UUID) -> ResponseReturnValue:
    """Put another fact in a fact's place, or take it back."""
    found = service.by_id(row_id)
    if found is None or (request.method == "GET" and not found.stands):
        raise NotFound
    factory = reach_upkeep.factory_for(author(), found.factory_id)
    kind = found.values.kind
    form = ReachForm(data=_typed(found))
    form.keep(_own(kind))
    values = _values(form, kind) if form.validate_on_submit() else None
    if values is not None:
        try:
            reach_upkeep.revise(author(), row_id, values, now())
        except BadInput as error:
            show_mistakes(form, {error.field or "": said(error)})
        except Conflict as error:
            form.form_errors.append(said(error))
        else:
            flash(_("Corrected. The old entry stays in the list."))
            return see_other(url_for("register.reach_of", factory_id=factory.id))
    return _form_page(form, factory, kind, found)


@allow(*KEEPERS)
def withdraw(row_id: uuid.UUID) -> ResponseReturnValue:
    """Take back what was never so."""
    found = service.by_id(row_id)
    if found is None:
        raise NotFound
    if EmptyForm().validate_on_submit():
        reach_upkeep.withdraw(author(), row_id, now())
        flash(_("Withdrawn. The entry stays in the list."))
    return see_other(url_for("register.reach_of", factory_id=found.factory_id))


@allow(*KEEPERS)
def import_file() -> ResponseReturnValue:
    """Many facts from a file: all of them, or none and every mistake by its row."""
    form = ReachFileForm()
    if not form.validate_on_submit():
        return page("register/import_reach.html", form, problems=())
    done = reach_upkeep.import_csv(author(), read_upload(form.file.data, LARGEST), now())
    if not done.problems:
        flash(
            _(
                "Reach: %(added)s recorded, %(same)s stood already.",
                added=done.added,
                same=done.unchanged,
            )
        )
        return see_other(url_for("register.reach"))
    return page(
        "register/import_reach.html",
        form,
        **problems_of(done.problems),
    )


def _own(kind: str) -> ReachKind:
    """A kind that this person records; raises NotAllowed."""
    if ReachKind(kind) not in reach_upkeep.kinds_of(author()):
        raise NotAllowed("Your role does not record this.")
    return ReachKind(kind)


def _form_page(
    form: ReachForm, factory: FactoryView, kind: ReachKind, found: Recorded | None
) -> Response:
    return page(
        "register/record_reach.html",
        form,
        factory=factory,
        title=words.ACTS[kind],
        names=rules.fields_of(kind),
        kind=kind.value,
        found=found,
    )


def _typed(found: Recorded) -> dict[str, object]:
    values = found.values
    return {
        "day": values.day.isoformat(),
        "number": "" if values.number is None else str(values.number),
        "expected": "" if values.expected is None else str(values.expected),
        "todo": [todo.value for todo in values.todo],
        "reached": values.reached.value if values.reached else "",
        "inside": {True: "yes", False: "no", None: ""}[values.inside],
    }


def _values(form: ReachForm, kind: ReachKind) -> ReachValues | None:
    """What the form holds, or None with the mistakes beside their fields."""
    cells = {"kind": kind.value, "day": form.day.data or ""}
    for name in rules.fields_of(kind):
        typed = form[name].data or ""
        cells[name] = "|".join(typed) if name == "todo" else typed
    try:
        return rules.read(cells, now().date())
    except Mistakes as mistakes:
        show_mistakes(form, {wrong.field: wrong.sentence for wrong in mistakes.mistakes})
        return None
