"""What the pages of the desk share."""

import uuid
from collections.abc import Callable, Iterable, Mapping

from flask import (
    Blueprint,
    Response,
    current_app,
    make_response,
    redirect,
    render_template,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as AnyResponse
from wtforms import SelectChoice

from helpline.accounts.service import once, people
from helpline.accounts.views import now, principal
from helpline.cases.forms import options
from helpline.cases.rules.policy import Policy, Word
from helpline.cases.service import assignment, files
from helpline.config import Config, Retention
from helpline.errors import BadInput, Conflict, HelplineError, NotAllowed, said
from helpline.extensions import db
from helpline.keys.rules import Role
from helpline.keys.service.principal import Principal
from helpline.keys.views import site
from helpline.register.service import factories, lines, taxonomy
from telephony.prompts import Prompts

CASE_WORKERS = (Role.COUNSELLOR, Role.SUPERVISOR)


Route = Callable[[str, str, Callable[..., ResponseReturnValue]], None]


def case_routes(blueprint: Blueprint) -> tuple[Route, Route]:
    """How a file adds routes below a case: that show a form and take it; that only take."""

    def adds(methods: list[str]) -> Route:
        def add(path: str, name: str, view: Callable[..., ResponseReturnValue]) -> None:
            blueprint.add_url_rule(f"/cases/<uuid:case_id>{path}", name, view, methods=methods)

        return add

    return adds(["GET", "POST"]), adds(["POST"])


def zone_of(who: Principal, case_id: uuid.UUID) -> str:
    """The zone of the clock by which people speak of this case: its line's."""
    return files.zone_of(who, case_id)


def attempt(
    work: Callable[[], object], form: FlaskForm | None = None, object_id: uuid.UUID | None = None
) -> HelplineError | None:
    """Do one use case, or undo it whole and return what it refused, to be shown on the page.

    A form that acts once is used up with it: sent again it has done its work already. `object_id`
    is what it acts upon.
    """
    token = form.once.data if form is not None and "once" in form else ""
    try:
        with db.session.begin_nested():
            if token and object_id is not None:
                if once.made_before(principal(), token) is not None:
                    return None
                once.spend(principal(), token, object_id, now())
            work()
    except (BadInput, Conflict, NotAllowed) as refused:
        return refused
    return None


def see_case(case_id: uuid.UUID, write: str | None = None) -> AnyResponse:
    """Back to the case after something was done."""
    return redirect(url_for("cases.show", case_id=case_id, write=write), 303)


def made_already(case_id: uuid.UUID, sentence: str) -> Response:
    """A form that acts once was sent again: what it made stands, and is not shown again."""
    body = render_template("cases/made_already.html", case_id=case_id, sentence=sentence)
    return make_response(body, Conflict.status)


def show_refusal(form: FlaskForm, refused: HelplineError) -> None:
    """Put a service's sentence beside the field it speaks of, or above the form."""
    name = getattr(refused, "field", None)
    if name and name in form:
        form[name].errors = [said(refused)]
    else:
        form.form_errors = [*form.form_errors, said(refused)]


def language() -> str:
    """The page's language as the taxonomy names it."""
    return str(get_locale() or "en").replace("_", "-")


def language_names() -> dict[str, str]:
    """Each spoken language in its own script."""
    return {code: found.name for code, found in Prompts.load().languages.items()}


def names_of(ids: Iterable[str | uuid.UUID | None]) -> Mapping[str, str]:
    """Display names by id, both as texts."""
    wanted = {uuid.UUID(str(ident)) for ident in ids if ident}
    return {str(ident): name for ident, name in people.display_names(wanted).items()}


def case_workers() -> list[tuple[str, str]]:
    """Everybody who handles cases, as choices."""
    return [
        (str(person.id), person.name) for person in people.people_with_role(site(), *CASE_WORKERS)
    ]


def assignable(spoken: str) -> list[tuple[str, str]]:
    """Everybody who handles cases: who speaks the language first, then who has least to do."""
    loads, nothing = assignment.loads(), assignment.Load()
    found = []
    for person in people.people_with_role(site(), *CASE_WORKERS):
        load = loads.get(person.id, nothing)
        speaks = spoken in person.languages
        words = [person.name, _("speaks the language") if speaks else _("another language")]
        words.append(ngettext("%(num)s open case", "%(num)s open cases", load.open))
        if load.heavy:
            words.append(_("%(num)s serious", num=load.heavy))
        rank = (not speaks, load.heavy, load.open, person.name)
        found.append((rank, str(person.id), " · ".join(words)))
    return [(value, label) for _rank, value, label in sorted(found)]


def category_choices() -> list[SelectChoice]:
    """The taxonomy as grouped choices."""
    found: list[SelectChoice] = []
    for main in taxonomy.tree(language()):
        name = f"{main.code} {main.label}"
        pairs = [(main.code, name), *((sub.code, f"{sub.code} {sub.label}") for sub in main.subs)]
        found += options(pairs, name)
    return found


def factory_code(typed: str) -> str:
    """The code of a factory that somebody typed by code or by the digits on its poster."""
    typed = typed.strip()
    found = factories.by_code(typed) or factories.by_key_code(typed) if typed else None
    return found.code if found else typed


def line_choices() -> list[tuple[str, str]]:
    """Lines as choices."""
    return [(str(line.id), line.name) for line in lines.all_active()]


def policy_from(form: FlaskForm, text_field: str = "text") -> Policy:
    """The contact policy that a form says."""

    def word(name: str) -> Word:
        return Word(form[name].data or "unknown")

    def clock(name: str) -> str:
        return form[name].data.strftime("%H:%M") if form[name].data else ""

    def typed(name: str) -> str:
        return (form[name].data or "").strip() if name in form else ""

    return Policy(
        ring=word("ring"),
        text=word(text_field),
        message=word("message"),
        hours_from=clock("hours_from"),
        hours_to=clock("hours_to"),
        call_ourselves=typed("call_ourselves"),
        safe_word=typed("safe_word"),
        others=typed("others"),
    )


def retention() -> Retention:
    """How long cases are kept, as the settings say."""
    config: Config = current_app.extensions["helpline.config"]
    return config.retention


def fragments(*endpoints: str) -> list[str]:
    """Addresses of other rooms' fragments that this installation has."""
    return [url_for(name) for name in endpoints if name in current_app.view_functions]
