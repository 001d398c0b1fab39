"""What stands beside every counsellor's page: the call now, one's duty, the line."""

import uuid

from flask import Blueprint, Response, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from helpline.accounts.views import now, polling, principal, touch_activity
from helpline.cases.service import assignment, cards
from helpline.errors import HelplineError, NotFound, said
from helpline.extensions import db
from helpline.hotline import rules
from helpline.hotline.forms import DutyForm, OnCallForm
from helpline.hotline.models import Duty
from helpline.hotline.rules import Shown
from helpline.hotline.service import (
    alerts,
    board,
    counts,
    oncall,
    present,
    roster,
    shifts,
    softphones,
    talks,
    together,
    transfers,
    wellbeing,
)
from helpline.hotline.views import fragments
from helpline.hotline.views.context import setting
from helpline.hotline.views.words import LANGUAGES
from helpline.keys.rules import Role
from helpline.security import allow
from helpline.unit_of_work import reads

WORK = (Role.COUNSELLOR, Role.SUPERVISOR)


def register(blueprint: Blueprint) -> None:
    """Add these addresses to the room's blueprint."""
    add, post = blueprint.add_url_rule, ["POST"]
    add("/hotline/now", "now", now_fragment)
    add("/hotline/cards", "cards", cards_fragment)
    add("/hotline/pass-on", "pass_on", pass_on, methods=post)
    add("/hotline/end-call", "end_call", end_call, methods=post)
    add("/hotline/duty", "duty", duty, methods=["GET", "POST"])
    add("/hotline/duty/ready", "ready", ready, methods=post)
    add("/hotline/on-call/<uuid:plan_id>", "on_call", on_call, methods=post)
    add("/hotline/line-now", "line_now", line_now)


@reads
@allow(*WORK)
@polling
def now_fragment() -> Response:
    """The ringing or live call of whoever asks, every 3 s; a call keeps the session alive.

    What was reserved by pressing 1 on the phone is claimed here, with the session's keys. The
    page of a case says which it has `shown`, and is not offered that one.
    """
    who = principal()
    alerts.see(who.person)
    assignment.complete_reserved(who, now())
    transfers.complete_given(who, now())
    found = present.call_now(setting(), who, now())
    if found is not None:
        touch_activity()
    key = found and (
        *(found.id, found.leg, found.state, found.case_id, found.own_case, found.danger),
        found.guest and (found.guest.id, found.guest.state),
    )
    return fragments.answer(
        key,
        "hotline/now.html",
        call=found,
        shown=request.args.get("shown", ""),
        languages=LANGUAGES,
        may_join="cases.join" in current_app.view_functions,
        has_case_page="cases.show" in current_app.view_functions,
    )


@allow(*WORK)
def cards_fragment() -> Response:
    """What whoever answers this number must know; each reading is recorded."""
    who = principal()
    handle = present.handle_now(who, now())
    if handle is None:
        raise NotFound
    found = cards.for_answering(who, handle, now())
    return fragments.answer(uuid.uuid4(), "hotline/cards.html", cards=found)


@allow(*WORK)
def pass_on() -> ResponseReturnValue:
    """The ringing call goes to the next counsellor at once."""
    here, person = setting(), principal().person
    if not together.decline(here, person, now()):
        talks.pass_on(here, person)
    return back()


@allow(*WORK)
def end_call() -> ResponseReturnValue:
    """Hang up."""
    talks.end_call(setting(), principal().person)
    return back()


@allow(*WORK)
def duty() -> ResponseReturnValue:
    """One's own duty: a part of the desk, and a form that works without script."""
    who = principal()
    form = DutyForm()
    if form.validate_on_submit():
        try:
            _set_duty(form, who.person)
        except HelplineError as error:
            flash(said(error), "error")
            return back()
        here = form.duty.data == "on" and form.softphone.data
        return redirect(url_for("hotline.softphone"), 303) if here else back()
    row = db.session.get(Duty, who.person)
    calls, heavy = counts.of_person(who.person, now().date())
    plans = oncall.of_person(who.person, now())
    expected = shifts.of_person(who.person, now())
    shown = roster.shown_of(row, now()) if row else Shown.OFF
    in_browser = roster.softphone_of(who.site, who.person) is not None
    key = (
        row and (row.state, row.reason, row.wrap_up_until, row.break_next, row.phone is None),
        row and (row.debrief, list(row.weights)),
        in_browser,
        shown,
        calls,
        heavy,
        [(plan.id, plan.phone is None) for plan in plans],
        [shift.id for shift in expected],
    )
    left = round((row.wrap_up_until - now()).total_seconds()) if row and row.wrap_up_until else 0
    values = {
        "row": row,
        "shown": shown.value,
        "in_browser": in_browser,
        "softphone": softphones.offered(setting()),
        "left": left,
        "in_a_row": rules.in_a_row(row.weights) if row else 0,
        "debrief": wellbeing.offered(row, setting().hotline.debrief_after),
        "calls": calls,
        "heavy": heavy,
        "plans": plans,
        "shifts": expected,
        "form": form,
        "hotline": setting().hotline,
        "lines": board.line_names(),
        "now": now(),
    }
    if request.headers.get("HX-Request"):
        return fragments.answer(key, "hotline/duty_part.html", **values)
    return fragments.answer(uuid.uuid4(), "hotline/duty.html", **values)


@allow(*WORK)
def ready() -> ResponseReturnValue:
    """The protected time ends earlier, by the person's own word."""
    roster.end_wrap_up(principal().person)
    return back()


def rated_heavy() -> None:
    """Whoever asks rated a case S3 or S4, perhaps that of the talk that just ended."""
    talks.rated_heavy(setting().hotline, principal().person, now())


@allow(*WORK)
def on_call(plan_id: uuid.UUID) -> ResponseReturnValue:
    """The phone at which one is reached in a planned span."""
    form = OnCallForm()
    try:
        if form.validate_on_submit():
            who = principal()
            oncall.confirm(who.site, who.person, plan_id, form.phone.data or "", None)
    except HelplineError as error:
        flash(said(error), "error")
    return redirect(url_for("hotline.duty"), 303)


@reads
@allow(*WORK)
@polling
def line_now() -> Response:
    """How the lines stand."""
    found = board.line_now(now())
    key = (
        found.waiting,
        found.oldest,
        found.free,
        found.on_duty,
        found.due,
        found.late,
        found.always_open or found.open_until,
        found.opens,
    )
    return fragments.answer(key, "hotline/line_now.html", line=found)


def _set_duty(form: DutyForm, person: uuid.UUID) -> None:
    here = setting()
    if form.duty.data == "on" and form.softphone.data:
        softphones.begin(here, person, now())
    elif form.duty.data == "on":
        roster.on_duty(here.site, person, form.phone.data or "", None, now())
    elif form.duty.data == "break":
        roster.take_break(person, now())
    else:
        roster.off_duty(person, now())


def back() -> ResponseReturnValue:
    """To the page the button stood on; never to an address elsewhere."""
    home = "cases.desk" if "cases.desk" in current_app.view_functions else "hotline.duty"
    page = url_for(home)
    if request.headers.get("HX-Request"):
        return Response("", 204, {"HX-Refresh": "true"})
    return redirect(page, 303)
