"""Talks and next steps of a case."""

import uuid
from datetime import datetime

from flask import Blueprint
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from helpline.accounts.views import now, principal
from helpline.cases.forms.agenda import MoveTalkForm, StepForm, TalkEndForm, TalkForm
from helpline.cases.rules.agenda import Appointment, Held, Meeting
from helpline.cases.service import agenda
from helpline.cases.views.common import (
    CASE_WORKERS,
    attempt,
    case_routes,
    see_case,
    zone_of,
)
from helpline.cases.views.step import end_of, in_zone, step
from helpline.errors import BadInput
from helpline.security import allow


def register(blueprint: Blueprint) -> None:
    """Add these pages to the room's blueprint."""
    both, post = case_routes(blueprint)
    both("/talk", "talk", talk)
    both("/talk/<talk_id>/move", "move_talk", move_talk)
    both("/talk/<talk_id>/end", "end_talk", end_talk)
    both("/step", "next_step", next_step)
    post("/step/<step_id>/done", "step_done", step_done)


@allow(*CASE_WORKERS)
def talk(case_id: uuid.UUID) -> ResponseReturnValue:
    """Agree on the next talk."""
    form = TalkForm()

    def save() -> None:
        agreed = Appointment(
            "", _moment(case_id, form.at.data), Meeting(form.how.data), form.minutes.data or 0
        )
        agenda.arrange(principal(), case_id, agreed, now(), form.override.data or "")

    intro = _("Agree on a time that is safe. Outside the safe hours give a reason.")
    title = _("Agree on a talk")
    return step(case_id, form, save, title=title, button=_("Save the talk"), intro=intro)


@allow(*CASE_WORKERS)
def move_talk(case_id: uuid.UUID, talk_id: str) -> ResponseReturnValue:
    """Another time."""
    form = MoveTalkForm()

    def save() -> None:
        at, override = _moment(case_id, form.at.data), form.override.data or ""
        agenda.move(principal(), case_id, talk_id, at, now(), override)

    return step(case_id, form, save, title=_("Another time"), button=_("Move the talk"))


@allow(*CASE_WORKERS)
def end_talk(case_id: uuid.UUID, talk_id: str) -> ResponseReturnValue:
    """What became of it."""
    form = TalkEndForm()

    def save() -> None:
        agenda.end(principal(), case_id, talk_id, Held(form.state.data), now())

    return step(case_id, form, save, title=_("After the talk"), button=_("Save"))


@allow(*CASE_WORKERS)
def next_step(case_id: uuid.UUID) -> ResponseReturnValue:
    """Something to do by a day."""
    form = StepForm()

    def save() -> None:
        due = end_of(form.due.data, zone_of(principal(), case_id))
        agenda.plan_step(principal(), case_id, form.what.data or "", due, now())

    return step(case_id, form, save, title=_("Next step"), button=_("Save the step"))


@allow(*CASE_WORKERS)
def step_done(case_id: uuid.UUID, step_id: str) -> ResponseReturnValue:
    """It is done."""
    refused = attempt(lambda: agenda.step_done(principal(), case_id, step_id, now()))
    if refused is not None:
        raise refused
    return see_case(case_id)


def _moment(case_id: uuid.UUID, typed: datetime | None) -> datetime:
    if typed is None:
        raise BadInput("Choose a time to come.", "at")
    return in_zone(typed, zone_of(principal(), case_id))
