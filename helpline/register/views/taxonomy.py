"""Categories: their names in each language, and sub-codes of one's own."""

from flask import Blueprint, flash, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from helpline.accounts.views import now
from helpline.accounts.views.visit import see_other
from helpline.errors import BadInput, Conflict, said
from helpline.keys.rules import Role
from helpline.register.forms import CodeForm, EmptyForm, LabelForm
from helpline.register.service import taxonomy as service
from helpline.register.service import taxonomy_upkeep
from helpline.register.views.common import author, language, page, show_mistakes
from helpline.security import allow

_FIELDS = {"zh-Hans": "zh_hans"}


def register(blueprint: Blueprint) -> None:
    """Add these pages to the room's blueprint."""
    add = blueprint.add_url_rule
    add("/register/categories", "taxonomy", taxonomy)
    add("/register/categories/new", "new_category", new_category, methods=["GET", "POST"])
    add("/register/categories/<code>", "category", category, methods=["GET", "POST"])
    add("/register/categories/<code>/offer", "offer_category", offer_category, methods=["POST"])


@allow(Role.ADMINISTRATOR)
def taxonomy() -> ResponseReturnValue:
    """The whole taxonomy in the page's language."""
    tree = service.tree(language(), all_codes=True)
    return render_template("register/taxonomy.html", tree=tree)


@allow(Role.ADMINISTRATOR)
def new_category() -> ResponseReturnValue:
    """A sub-code that the shipped taxonomy lacks."""
    form = CodeForm()
    if form.validate_on_submit():
        try:
            taxonomy_upkeep.add_sub(author(), form.code.data, form.labels(), now())
        except BadInput as error:
            _show(form, error.field, said(error))
        except Conflict as error:
            _show(form, "code", said(error))
        else:
            flash(_("The code is added."))
            return see_other(url_for("register.taxonomy"))
    return page("register/new_category.html", form)


@allow(Role.ADMINISTRATOR)
def category(code: str) -> ResponseReturnValue:
    """The names of one code, and the names it had."""
    found = taxonomy_upkeep.one(code)
    present = {_FIELDS.get(name, name): text for name, text in found.labels.items()}
    form = LabelForm(data=present)
    if form.validate_on_submit():
        try:
            taxonomy_upkeep.relabel(author(), code, form.labels(), now())
        except BadInput as error:
            _show(form, error.field, said(error))
        else:
            flash(_("The names are saved."))
            return see_other(url_for("register.taxonomy"))
    return page("register/category.html", form, category=found)


@allow(Role.ADMINISTRATOR)
def offer_category(code: str) -> ResponseReturnValue:
    """Take an added sub-code off the offer, or put it back."""
    if EmptyForm().validate_on_submit():
        found = taxonomy_upkeep.one(code)
        taxonomy_upkeep.offer(author(), code, now(), offered=not found.offered)
        flash(_("The code is saved."))
    return see_other(url_for("register.category", code=code))


def _show(form: LabelForm, field: str | None, sentence: str) -> None:
    show_mistakes(form, {_FIELDS.get(field or "", field or ""): sentence})
