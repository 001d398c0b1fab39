"""What the pages of the register share."""

from collections.abc import Mapping, Sequence

from flask import Response, make_response, render_template, request
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from werkzeug.datastructures import FileStorage

from helpline.accounts.views import principal
from helpline.register.rules.csv_files import Problem
from helpline.register.rules.sentences import Sentence
from helpline.register.service.author import Author
from telephony.prompts import Prompts

MOST_PROBLEMS = 200
"""Refused rows of a file that a page lists."""


def author() -> Author:
    """Whoever is logged in, as the author of changes."""
    return Author.of(principal())


def page(template: str, form: FlaskForm, **values: object) -> Response:
    """A page with a form; after a refused POST it says 400."""
    body = render_template(template, form=form, **values)
    return make_response(body, 400 if request.method == "POST" else 200)


def show_mistakes(form: FlaskForm, by_field: Mapping[str, str]) -> None:
    """Put sentences of a service beside the fields they speak of."""
    for name, sentence in by_field.items():
        if name in form:
            form[name].errors = [told(sentence)]
        else:
            form.form_errors.append(told(sentence))


def problems_of(found: Sequence[Problem]) -> dict[str, object]:
    """The rows of a file that were refused, as its page lists them, and how many more there are."""
    shown = [(wrong.row, told(wrong.reason)) for wrong in found[:MOST_PROBLEMS]]
    return {"problems": shown, "more": len(found) - MOST_PROBLEMS}


def told(sentence: object) -> str:
    """A sentence of the rules in the reader's language, with the sentences inside it."""
    if not isinstance(sentence, Sentence):
        return str(_(str(sentence)))
    values = {
        name: told(value) if isinstance(value, Sentence) else value
        for name, value in sentence.values.items()
    }
    return str(_(sentence.english, **values))


def conflict(form: FlaskForm, revision: int, sentence: str) -> None:
    """Somebody was first: the form stays as it was typed, and counts from what stands now."""
    form["revision"].data = str(revision)
    form.form_errors.append(sentence)


def language() -> str:
    """The page's language as the taxonomy names it."""
    return str(get_locale() or "en").replace("_", "-")


def language_names() -> dict[str, str]:
    """Each spoken language in its own script."""
    return {code: found.name for code, found in Prompts.load().languages.items()}


def read_upload(upload: FileStorage, largest: int) -> bytes:
    """The file's bytes, one more than `largest` if it is too large; its temporary copy goes."""
    try:
        return upload.stream.read(largest + 1)
    finally:
        upload.close()
