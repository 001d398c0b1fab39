"""Lines: list and form, with hours and holidays."""

import uuid

from flask import Blueprint, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from helpline.accounts.views import now
from helpline.accounts.views.visit import see_other
from helpline.errors import Conflict, NotFound
from helpline.keys.rules import Role
from helpline.register.forms import KINDS, LANGUAGE_FIELDS, LineForm
from helpline.register.rules.calendar import is_open
from helpline.register.rules.hours import show_holidays, show_hours
from helpline.register.rules.lines import ChangeKind
from helpline.register.service import changes, line_upkeep
from helpline.register.service import lines as service
from helpline.register.service.changes import ChangeView
from helpline.register.service.line_upkeep import WEEKDAYS, LineInput, Mistakes, Saved
from helpline.register.service.lines import LineView
from helpline.register.views.common import author, language_names, page, show_mistakes
from helpline.security import allow


def register(blueprint: Blueprint) -> None:
    """Add these pages to the room's blueprint."""
    both = ["GET", "POST"]
    blueprint.add_url_rule("/register/lines", "lines", lines)
    blueprint.add_url_rule("/register/lines/new", "new_line", new_line, methods=both)
    blueprint.add_url_rule("/register/lines/<uuid:line_id>", "line", line, methods=both)


@allow(Role.ADMINISTRATOR)
def lines() -> ResponseReturnValue:
    """Every line, whether it takes calls or not."""
    found = service.all_lines()
    return render_template(
        "register/lines.html",
        lines=found,
        open_now={line.id: is_open(line.calendar, now()) for line in found},
        waiting={change.line_id for change in changes.waiting()},
        language_names=language_names(),
        kinds=KINDS,
    )


@allow(Role.ADMINISTRATOR)
def new_line() -> ResponseReturnValue:
    """A new line: it takes calls once a supervisor has confirmed it."""
    form = _form(LineForm())
    if form.validate_on_submit():
        try:
            saved = line_upkeep.add(author(), _input(form), now())
        except Mistakes as mistakes:
            _show(form, mistakes)
        else:
            return _done(saved)
    return _page(form, None)


@allow(Role.ADMINISTRATOR)
def line(line_id: uuid.UUID) -> ResponseReturnValue:
    """One line; number and emergency numbers change after a supervisor's word."""
    found = service.by_id(line_id)
    if found is None:
        raise NotFound
    waiting = changes.waiting(line_id)
    form = _form(LineForm(data=_typed(found, waiting)))
    if form.validate_on_submit():
        try:
            revision = request.form.get("revision", 0, type=int)
            saved = line_upkeep.change(author(), line_id, revision, _input(form), now())
        except Mistakes as mistakes:
            _show(form, mistakes)
        except Conflict:
            form.revision.data = str(found.revision)
            form.form_errors.append(
                _("Somebody changed this line meanwhile. Below is what you typed; save to keep it.")
            )
        else:
            return _done(saved)
    return _page(form, found, waiting)


def _page(
    form: LineForm, found: LineView | None, waiting: tuple[ChangeView, ...] = ()
) -> ResponseReturnValue:
    return page(
        "register/line.html",
        form,
        line=found,
        waiting=waiting,
        weekdays=WEEKDAYS,
        language_fields=LANGUAGE_FIELDS,
        zones=line_upkeep.zones(),
    )


def _done(saved: Saved) -> ResponseReturnValue:
    if saved.waiting:
        flash(_("Saved. A supervisor must confirm the rest before it counts."), "warning")
    else:
        flash(_("The line is saved."))
    return see_other(url_for("register.lines"))


def _form(form: LineForm) -> LineForm:
    form.offer_languages(language_names())
    return form


def _typed(found: LineView, waiting: tuple[ChangeView, ...]) -> dict[str, object]:
    """The line as the form shows it: what waits stands there already, so that saving keeps it."""
    proposed = {change.kind: change.new for change in waiting}
    typed: dict[str, object] = {
        "name": found.name,
        "number": proposed.get(ChangeKind.NUMBER, found.number),
        "country": found.country,
        "kind": found.kind.value,
        "zone": found.zone,
        "holidays": show_holidays(found.calendar.holidays),
        "emergency_numbers": proposed.get(
            ChangeKind.EMERGENCY_NUMBERS, ", ".join(found.emergency_numbers)
        ),
        "recording_offered": found.recording_offered,
        "active": found.active,
        "revision": str(found.revision),
    }
    typed |= dict(zip(LANGUAGE_FIELDS, found.languages, strict=False))
    typed |= {
        day: show_hours(spans) for day, spans in zip(WEEKDAYS, found.calendar.week, strict=True)
    }
    return typed


def _input(form: LineForm) -> LineInput:
    return LineInput(
        number=form.number.data or "",
        name=form.name.data or "",
        kind=form.kind.data or "",
        languages=form.chosen_languages(),
        zone=(form.zone.data or "").strip(),
        country=(form.country.data or "").strip(),
        hours=form.hours(),
        holidays=form.holidays.data or "",
        emergency_numbers=form.emergency_numbers.data or "",
        recording_offered=bool(form.recording_offered.data),
        active=bool(form.active.data),
    )


def _show(form: LineForm, mistakes: Mistakes) -> None:
    by_field = dict(mistakes.by_field)
    if "languages" in by_field:
        by_field[LANGUAGE_FIELDS[0]] = by_field.pop("languages")
    show_mistakes(form, by_field)
