"""What the worker says: to a plan, to minutes, some time after the end; what a second one says."""

import uuid

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from helpline.accounts.views import now, principal
from helpline.cases.forms import ACCEPTED, OUTCOMES, REMEDIES
from helpline.cases.forms.ledger import (
    GROUNDS,
    RECIPIENTS,
    DecisionForm,
    MinutesForm,
    PlanForm,
    WatchForm,
    WordForm,
)
from helpline.cases.rules.consents import Way
from helpline.cases.rules.kinds import EntryKind
from helpline.cases.service import afterwards, deciding, lists, planning, seconds
from helpline.cases.service.afterwards import Harm
from helpline.cases.service.reading import CaseView
from helpline.cases.views.common import (
    CASE_WORKERS,
    attempt,
    case_routes,
    retention,
    see_case,
    zone_of,
)
from helpline.cases.views.desk import shown_rows
from helpline.cases.views.step import end_of, step
from helpline.errors import HelplineError
from helpline.keys.rules import Role
from helpline.security import allow


def register(blueprint: Blueprint) -> None:
    """Add these pages to the room's blueprint."""
    both, post = case_routes(blueprint)
    both("/plan", "plan", plan)
    both("/plan/<plan_id>/word", "plan_word", plan_word)
    both("/minutes", "minutes", minutes)
    both("/minutes/<minutes_id>/word", "minutes_word", minutes_word)
    both("/watch", "watch", watch)
    both("/second/<question_id>", "decide", decide)
    post("/second/<question_id>/back", "take_question_back", take_question_back)
    post("/review", "review", review)
    blueprint.add_url_rule("/cases/second", "second_looks", second_looks)


@allow(*CASE_WORKERS)
def plan(case_id: uuid.UUID) -> ResponseReturnValue:
    """Write down what the factory puts right."""
    form = PlanForm()

    def save() -> None:
        due = end_of(form.due.data, zone_of(principal(), case_id))
        text, revision = form.text.data or "", form.revision.data
        planning.propose(principal(), case_id, text, due, now(), revision)

    intro = _("The plan counts when the worker has agreed to it. 45 days is the limit.")
    return step(
        case_id,
        form,
        save,
        fill=_fill_plan,
        title=_("The plan"),
        button=_("Save the plan"),
        intro=intro,
    )


@allow(*CASE_WORKERS)
def plan_word(case_id: uuid.UUID, plan_id: str) -> ResponseReturnValue:
    """What the worker says to it."""
    form = WordForm()

    def save() -> None:
        agreed, words = form.agreed.data == "yes", form.words.data or ""
        planning.word(
            principal(), case_id, plan_id, agreed=agreed, words=words, way=Way.TALK, now=now()
        )

    intro = _("Read the plan to the worker, and ask. Either answer is a good answer.")
    title = _("What does the worker say to the plan?")
    return step(
        case_id,
        form,
        save,
        title=title,
        button=_("Save the answer"),
        intro=intro,
        quoted=lambda view: view.state.planned.text if view.state.planned else "",
    )


@allow(*CASE_WORKERS)
def minutes(case_id: uuid.UUID) -> ResponseReturnValue:
    """Minutes of a talk, to be read back to the worker."""
    form = MinutesForm()

    def save() -> None:
        afterwards.write_minutes(principal(), case_id, form.text.data or "", now())

    intro = _("Read them back to the worker, who may correct them, and then agrees or does not.")
    return step(case_id, form, save, title=_("Minutes"), button=_("Save minutes"), intro=intro)


@allow(*CASE_WORKERS)
def minutes_word(case_id: uuid.UUID, minutes_id: str) -> ResponseReturnValue:
    """What the worker says to minutes that were read back."""
    form = WordForm()

    def save() -> None:
        agreed, words = form.agreed.data == "yes", form.words.data or ""
        afterwards.minutes_word(
            principal(), case_id, minutes_id, agreed=agreed, words=words, now=now()
        )

    title = _("What does the worker say to the minutes?")
    intro = _("If something is wrong, write down what, and then write the minutes anew.")
    return step(
        case_id,
        form,
        save,
        title=title,
        button=_("Save the answer"),
        intro=intro,
        quoted=lambda view: _minutes_text(view, minutes_id),
    )


@allow(*CASE_WORKERS)
def watch(case_id: uuid.UUID) -> ResponseReturnValue:
    """Ask, 30 and 90 days after the end, whether anything was done to the worker for it."""
    form = WatchForm()

    def save() -> None:
        days, harm = int(form.days.data), Harm(form.harm.data)
        afterwards.watch(principal(), case_id, days, harm, form.words.data or "", now())

    intro = _("If something was done, or perhaps was, the case is opened again, at S3 at least.")
    title = _("After the end")
    return step(
        case_id, form, save, title=title, button=_("Save the answer"), intro=intro, fill=_fill_watch
    )


@allow(Role.SUPERVISOR)
def decide(case_id: uuid.UUID, question_id: str) -> ResponseReturnValue:
    """A second person agrees, or says why not."""
    form = DecisionForm()

    def save() -> None:
        agreed, reason = form.agreed.data == "yes", form.reason.data or ""
        deciding.decide(
            principal(),
            case_id,
            question_id,
            agreed=agreed,
            reason=reason,
            now=now(),
            kept=retention(),
        )

    return step(case_id, form, save, template="cases/decide.html", names=_NAMES)


_NAMES = {
    "outcome": dict(OUTCOMES),
    "remedy": dict(REMEDIES),
    "accepted": dict(ACCEPTED),
    "ground": dict(GROUNDS),
    "recipient": dict(RECIPIENTS),
}


@allow(*CASE_WORKERS)
def take_question_back(case_id: uuid.UUID, question_id: str) -> ResponseReturnValue:
    """Whoever asked does not ask any more."""
    return _done(
        case_id, attempt(lambda: seconds.take_back(principal(), case_id, question_id, now()))
    )


@allow(Role.SUPERVISOR)
def review(case_id: uuid.UUID) -> ResponseReturnValue:
    """A supervisor has looked at it."""
    return _done(case_id, attempt(lambda: afterwards.review(principal(), case_id, now())))


@allow(Role.SUPERVISOR)
def second_looks() -> ResponseReturnValue:
    """What waits for a second person."""
    rows = lists.by_ids(principal(), seconds.waiting_cases())
    groups = [{"title": "", "rows": shown_rows(rows)}]
    return render_template("cases/second_looks.html", groups=groups)


def _done(case_id: uuid.UUID, refused: HelplineError | None) -> ResponseReturnValue:
    if refused is not None:
        raise refused
    return see_case(case_id)


def _fill_plan(form: FlaskForm, view: CaseView) -> None:
    if view.state.planned is not None:
        form.text.data = view.state.planned.text
        form.due.data = view.state.planned.due.date()


def _fill_watch(form: FlaskForm, view: CaseView) -> None:
    left = [days for days in (30, 90) if days not in view.state.watched]
    form.days.data = str(left[0]) if left else None


def _minutes_text(view: CaseView, minutes_id: str) -> str:
    """The minutes as they are read back to the worker."""
    for item in view.timeline:
        if item.event.kind is EntryKind.MINUTES and item.event.body.get("id") == minutes_id:
            return str(item.event.body["text"])
    return ""


def questions_waiting() -> int | None:
    """How many cases wait for a second person, for the navigation."""
    return len(seconds.waiting_cases())
