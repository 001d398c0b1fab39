"""Canned answers: their words in each language, and what the composers of other rooms offer."""

import uuid
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as later

from helpline.accounts.views import now
from helpline.accounts.views.visit import see_other
from helpline.errors import BadInput, NotFound, said
from helpline.keys.rules import Role
from helpline.register.forms import CannedForm, NewCannedForm
from helpline.register.service import canned as service
from helpline.register.service import canned_upkeep
from helpline.register.service.canned import Canned
from helpline.register.service.canned_upkeep import Typed
from helpline.register.views.common import author, language_names, page, show_mistakes
from helpline.security import allow

TITLES = {
    "received": later("We received it"),
    "when": later("When may we ring?"),
    "your_word": later("We wait for your word"),
    "come_back": later("How to come back with the number"),
    "on_your_page": later("The answer is on the page"),
    "emergency": later("Emergency numbers"),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """What a composer offers: a title for the counsellor, words for the worker."""

    title: str
    category: str
    text: str
    language: str


def register(blueprint: Blueprint) -> None:
    """Add these pages to the room's blueprint."""
    both = ["GET", "POST"]
    add = blueprint.add_url_rule
    one = "/register/canned/<answer>/<language>"
    add("/register/canned", "canned", canned)
    add("/register/canned/new", "new_canned", new_canned, methods=both)
    add(one, "canned_text", canned_text, methods=both)


def for_composers() -> dict[str, Any]:
    """`canned_answers(language, line)` for templates of rooms above this one."""
    return {"canned_answers": choices}


def choices(language: str, line: str) -> list[Choice]:
    """What may be sent to a worker of this language on this line; those with no group first."""
    found = service.for_language(language, uuid.UUID(line) if line else None)
    offered = [Choice(title_of(one), one.category, one.text, one.language) for one in found]
    return sorted(offered, key=lambda choice: choice.category)


def title_of(entry: Canned) -> str:
    """How an answer is called on pages."""
    return entry.title or str(TITLES.get(entry.key, entry.key))


@allow(Role.ADMINISTRATOR)
def canned() -> ResponseReturnValue:
    """Every answer, and in which languages it stands."""
    answers = canned_upkeep.everything()
    return render_template(
        "register/canned.html",
        answers=[(key, _title(key, found), found) for key, found in answers.items()],
        language_names=language_names(),
        size=canned_upkeep.size,
    )


@allow(Role.ADMINISTRATOR)
def new_canned() -> ResponseReturnValue:
    """An answer that we lack."""
    form = NewCannedForm()
    form.offer_languages(language_names())
    if form.validate_on_submit():
        try:
            canned_upkeep.add(author(), form.language.data or "", _typed(form), now())
        except BadInput as error:
            show_mistakes(form, {error.field or "": said(error)})
        else:
            flash(_("Counsellors can choose it from now on."))
            return see_other(url_for("register.canned"))
    return page("register/new_canned.html", form)


@allow(Role.ADMINISTRATOR)
def canned_text(answer: str, language: str) -> ResponseReturnValue:
    """One answer in one language: own words, the shipped ones, or not on offer."""
    found = canned_upkeep.everything().get(answer)
    if found is None or language not in language_names():
        raise NotFound
    entry = found.get(language)
    form = CannedForm(obj=entry)
    if form.validate_on_submit():
        try:
            _change(form, answer, language)
        except BadInput as error:
            show_mistakes(form, {error.field or "": said(error)})
        else:
            flash(_("The answer is changed."))
            return see_other(url_for("register.canned"))
    return page(
        "register/canned_text.html",
        form,
        entry=entry,
        title=_title(answer, found),
        size=canned_upkeep.size(entry.text) if entry else None,
        language=language,
        language_names=language_names(),
    )


def _change(form: CannedForm, key: str, language: str) -> None:
    match request.form.get("do"):
        case "standard":
            canned_upkeep.use_standard(author(), key, language, now())
        case "offer" | "withdraw" as word:
            canned_upkeep.offer(author(), key, language, now(), offered=word == "offer")
        case _:
            canned_upkeep.change(author(), key, language, _typed(form), now())


def _typed(form: CannedForm) -> Typed:
    return Typed(form.text.data or "", form.title.data or "", form.category.data or "")


def _title(key: str, found: dict[str, Canned]) -> str:
    """The shipped title, else the first that somebody gave it."""
    return str(TITLES.get(key) or next(title_of(entry) for entry in found.values()))
