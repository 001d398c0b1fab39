"""What lines say: information, announcements and texts, in each language."""

import uuid

from flask import Blueprint, Response, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as later
from flask_babel import lazy_pgettext

from helpline.accounts.views import now
from helpline.accounts.views.visit import see_other
from helpline.errors import BadInput, NotFound, said
from helpline.keys.rules import Role
from helpline.register.forms import TextForm
from helpline.register.rules import sounds
from helpline.register.service import changes, lines, prompts
from helpline.register.service import texts as service
from helpline.register.service.lines import LineView
from helpline.register.service.texts import TextView
from helpline.register.views.common import author, language_names, page, read_upload, show_mistakes
from helpline.security import allow

TITLES = {
    "rights_information": later("Rights information"),
    "programmes_information": later("Programmes"),
    "greeting": later("Greeting"),
    "emergency": later("Emergency numbers"),
    "notice": later("Privacy notice"),
    "menu": later("Menu"),
    "menu_danger": later("Menu: in danger"),
    "danger": later("In danger: somebody is rung"),
    "danger_nobody": later("In danger: nobody answered"),
    "closed": lazy_pgettext("line", "Closed"),
    "holiday": later("Holiday"),
    "nobody": later("Nobody free"),
    "voicemail": later("Before the voicemail"),
    "goodbye": later("Goodbye"),
    "text_danger": later("Text: in danger"),
    "text_help": later("Text: help"),
}
FIRST = tuple(TITLES)


def register(blueprint: Blueprint) -> None:
    """Add these pages to the room's blueprint."""
    add = blueprint.add_url_rule
    line = "/register/lines/<uuid:line_id>/texts/<language>"
    add("/register/texts", "texts", texts)
    add(line, "line_texts", line_texts)
    add(f"{line}/<key>", "text", text, methods=["GET", "POST"])
    add("/register/sounds/<uuid:sound_id>", "sound", sound)


def title_of(key: str) -> str:
    """How a prompt is called on pages."""
    return str(TITLES.get(key) or key.removeprefix("text_").replace("_", " ").capitalize())


@allow(Role.ADMINISTRATOR)
def texts() -> ResponseReturnValue:
    """Which line, which language?"""
    return render_template(
        "register/texts.html", lines=lines.all_lines(), language_names=language_names()
    )


@allow(Role.ADMINISTRATOR)
def line_texts(line_id: uuid.UUID, language: str) -> ResponseReturnValue:
    """Everything that a line says in one language."""
    found = service.of_line(line_id, language)
    main = sorted((row for row in found if row.key in FIRST), key=lambda row: FIRST.index(row.key))
    others = [row for row in found if row.key not in FIRST]
    groups = [
        (_("Information and announcements"), [row for row in main if not row.texted]),
        (_("Other things that are said"), [row for row in others if not row.texted]),
        (_("Texts"), [row for row in (*main, *others) if row.texted]),
    ]
    return render_template(
        "register/line_texts.html",
        line=_line(line_id),
        language=language,
        groups=groups,
        title_of=title_of,
        language_names=language_names(),
    )


@allow(Role.ADMINISTRATOR)
def text(line_id: uuid.UUID, language: str, key: str) -> ResponseReturnValue:
    """One text: own words, a sound, or the standard again."""
    found = service.one(line_id, language, key)
    form = TextForm(data={"text": found.text or found.standard})
    if form.validate_on_submit():
        try:
            waits = _change(form, line_id, language, key)
        except BadInput as error:
            show_mistakes(form, {error.field or "": said(error)})
        else:
            _tell(waits=waits)
            return see_other(url_for("register.line_texts", line_id=line_id, language=language))
    return _page(form, _line(line_id), language, found)


@allow(Role.ADMINISTRATOR, Role.SUPERVISOR)
def sound(sound_id: uuid.UUID) -> ResponseReturnValue:
    """An uploaded sound, to listen to before it is confirmed."""
    found = prompts.sound(sound_id)
    if found is None:
        raise NotFound
    return Response(found.data, content_type=found.media_type)


def _change(form: TextForm, line_id: uuid.UUID, language: str, key: str) -> bool:
    match request.form.get("do"):
        case "sound":
            upload = form.sound.data
            if not upload:
                raise BadInput("Choose a file first.", "sound")
            data = read_upload(upload, sounds.LARGEST)
            return service.play_sound(author(), line_id, language, key, data, now())
        case "standard":
            return service.use_standard(author(), line_id, language, key, now())
        case _:
            words = form.text.data or ""
            return service.say_text(author(), line_id, language, key, words, now())


def _tell(*, waits: bool) -> None:
    if waits:
        flash(_("A supervisor must confirm this before callers hear it."), "warning")
    else:
        flash(_("Callers hear it from now on."))


def _line(line_id: uuid.UUID) -> LineView:
    found = lines.by_id(line_id)
    if found is None:
        raise NotFound
    return found


def _page(form: TextForm, line: LineView, language: str, found: TextView) -> ResponseReturnValue:
    return page(
        "register/text.html",
        form,
        line=line,
        language=language,
        found=found,
        proposed=_proposed(line, language, found.key),
        title=title_of(found.key),
        language_names=language_names(),
    )


def _proposed(line: LineView, language: str, key: str) -> str:
    """The words that wait for a supervisor, "" if none do or it is a sound."""
    waiting = (
        row for row in changes.waiting(line.id) if (row.language, row.key) == (language, key)
    )
    return next((row.new for row in waiting), "")
