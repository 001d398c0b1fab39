"""Pages of supervisors: wall board, on-call plan, call log, flags."""

import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import (
    Blueprint,
    Response,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms import SelectChoice

from helpline.accounts.service import people
from helpline.accounts.views import now, polling, principal
from helpline.audit import service as audit
from helpline.cases.views import common
from helpline.cases.views.common import attempt
from helpline.errors import NotFound, said
from helpline.hotline.forms import FlagForm, PlanForm, ShiftForm
from helpline.hotline.models import OnCall, Shift
from helpline.hotline.service import abuse, alerts, board, listening, oncall, present, shifts
from helpline.hotline.views import fragments
from helpline.hotline.views.context import line_filter, setting
from helpline.hotline.views.desk import WORK
from helpline.hotline.views.words import ENDINGS, LANGUAGES, STEPS, WAITS
from helpline.keys.rules import Role
from helpline.register.service import lines
from helpline.register.service.lines import LineView
from helpline.security import allow
from helpline.unit_of_work import reads
from telephony.provider import Ability

LEADS = (Role.SUPERVISOR,)


def register(blueprint: Blueprint) -> None:
    """Add these pages to the room's blueprint."""
    add, post = blueprint.add_url_rule, ["POST"]
    add("/board", "board", wall_board)
    add("/board/now", "board_now", board_now)
    add("/board/alerts/<uuid:alert_id>/seen", "alert_seen", alert_seen, methods=post)
    add("/rota", "rota", rota, methods=["GET", "POST"])
    add("/rota/<uuid:plan_id>/withdraw", "withdraw_plan", withdraw_plan, methods=post)
    add("/rota/shifts", "plan_shift", plan_shift, methods=post)
    add("/rota/shifts/<uuid:shift_id>/withdraw", "withdraw_shift", withdraw_shift, methods=post)
    add("/call-log", "log", call_log)
    add("/flags", "flags", flags)
    add("/flags/<token>/lift", "lift_flag", lift_flag, methods=post)
    add("/hotline/flag", "flag", flag, methods=post)


@reads
@allow(*LEADS)
def wall_board() -> ResponseReturnValue:
    """Who waits or is at risk, who can help?"""
    rooms = common.fragments("cases.standing")
    return render_template("hotline/board.html", fragments=rooms, **_board())


@reads
@allow(*LEADS)
@polling
def board_now() -> Response:
    """The board's changing part."""
    values = _board()
    key = (
        values["line"],
        [(m.person.id, m.shown, m.cases, m.calls, m.heavy, m.reason) for m in values["team"]],
        [(m.in_a_row, m.debrief) for m in values["team"]],
        [(u.case_id, u.severity, u.assignee, u.left // 60) for u in values["urgent"]],
        [row.id for row in values["reviews"]],
        values["missing"],
        values["alarms"],
        sorted(values["asked"].items()),
        values["today"],
    )
    return fragments.answer(key, "hotline/board_part.html", **values)


@allow(*LEADS)
def alert_seen(alert_id: uuid.UUID) -> ResponseReturnValue:
    """A review was looked at."""
    alerts.settle(alert_id)
    who = principal()
    audit.record(who.site, "alert.settled", now(), actor=who.person, object_id=alert_id)
    return redirect(url_for("hotline.board"), 303)


@allow(*LEADS)
def rota() -> ResponseReturnValue:
    """Who is expected at the phone, and who is on call when, for which line."""
    form = PlanForm()
    known = _offer(form)
    if _stands(form, lambda: _plan(form, known)):
        return redirect(url_for("hotline.rota"), 303)
    return _rota_page(form, ShiftForm(formdata=None, prefix="shift-"))


@allow(*LEADS)
def plan_shift() -> ResponseReturnValue:
    """Plan a shift."""
    form = ShiftForm(prefix="shift-")
    known = _offer(form)
    if _stands(form, lambda: _plan_shift(form, known)):
        return redirect(url_for("hotline.rota"), 303)
    return _rota_page(PlanForm(formdata=None), form)


def _stands(form: PlanForm | ShiftForm, plan: Callable[[], object]) -> bool:
    """Whether the form was sent and done; what was refused is undone whole and told above it."""
    if not form.validate_on_submit():
        return False
    refused = attempt(plan)
    if refused is not None:
        form.form_errors.append(said(refused))
    return refused is None


@allow(*LEADS)
def withdraw_shift(shift_id: uuid.UUID) -> ResponseReturnValue:
    """Take a shift out of the plan."""
    shifts.withdraw(shift_id)
    who = principal()
    audit.record(who.site, "shift.withdrawn", now(), actor=who.person, object_id=shift_id)
    return redirect(url_for("hotline.rota"), 303)


@allow(*LEADS)
def withdraw_plan(plan_id: uuid.UUID) -> ResponseReturnValue:
    """Take a span out of the plan."""
    oncall.withdraw(plan_id)
    who = principal()
    audit.record(who.site, "on_call.withdrawn", now(), actor=who.person, object_id=plan_id)
    return redirect(url_for("hotline.rota"), 303)


@allow(*LEADS)
def call_log() -> ResponseReturnValue:
    """The calls of a line on a day, each with its path and without the number."""
    active = lines.all_lines()
    wanted = line_filter()
    line = next((one for one in active if one.id == wanted), active[0] if active else None)
    day = _day(line)
    found = board.call_log(principal(), line.id, day) if line is not None else []
    counted = board.counters(line.id, day) if line is not None else {}
    return render_template(
        "hotline/log.html",
        lines=active,
        line=line,
        day=day,
        before=day - timedelta(days=1),
        after=day + timedelta(days=1),
        rows=[_log_row(one.content, line) for one in found],
        counted=counted,
        endings=ENDINGS,
        languages=LANGUAGES,
    )


@allow(*LEADS)
def flags() -> ResponseReturnValue:
    """Numbers that were put aside, for review."""
    rows = abuse.flags(now())
    names = people.display_names(row.person_id for row in rows)
    shown = [
        {
            "token": abuse.token(row.handle),
            "until": row.until,
            "day": row.day,
            "by": names.get(row.person_id, ""),
        }
        for row in rows
    ]
    return render_template("hotline/flags.html", flags=shown)


@allow(*LEADS)
def lift_flag(token: str) -> ResponseReturnValue:
    """Put a number through again."""
    abuse.lift(principal(), abuse.from_token(token), now())
    return redirect(url_for("hotline.flags"), 303)


@allow(*WORK)
def flag() -> ResponseReturnValue:
    """Put the present caller's number aside: for a day, longer by a supervisor."""
    who = principal()
    form = FlagForm()
    handle = present.handle_now(who, now())
    if handle is None:
        raise NotFound
    longest = setting().hotline.abuse_flag_hours
    hours = form.hours.data if form.validate_on_submit() and form.hours.data else longest
    if who.role is not Role.SUPERVISOR:
        hours = min(hours, longest)
    abuse.flag(who, handle, hours, now())
    flash(_("Calls from this number are put aside. Supervisors review this."), "warning")
    home = "cases.desk" if "cases.desk" in current_app.view_functions else "hotline.duty"
    return redirect(url_for(home), 303)


def _board() -> dict[str, Any]:
    here, moment = setting(), now()
    today = board.today(moment)
    urgent = board.urgent(moment)
    missing = people.display_names(shifts.missing(moment))
    asked = {one.by_id: one.state for one in listening.asked_by(principal().person)}
    return {
        "asked": asked,
        "can_listen": here.carrier.can(Ability.CONFERENCE),
        "me": principal().person,
        "missing": sorted(missing.values()),
        "line": board.line_now(moment),
        "team": board.team(here, moment),
        "urgent": urgent,
        "alarms": board.alarms(moment),
        "debrief_after": here.hotline.debrief_after,
        "reviews": board.reviews(),
        "on_call": board.on_call_now(moment),
        "today": today,
        "answered": sum(line.answered for line in today),
        "wanted": sum(line.wanted for line in today),
        "waits": WAITS,
        "names": people.display_names(one.assignee for one in urgent if one.assignee),
        "languages": LANGUAGES,
        "has_cases": "cases.show" in current_app.view_functions,
    }


def _offer(form: ShiftForm) -> dict[str, LineView]:
    """Fill the choices of lines and people; returns the lines by their id as text."""
    active = lines.all_active()
    staff = people.people_with_role(setting().site, *WORK)
    form.line.choices = [SelectChoice(str(line.id), line.name) for line in active]
    form.person.choices = [SelectChoice(str(one.id), one.name) for one in staff]
    return {str(line.id): line for line in active}


def _rota_page(form: PlanForm, shift_form: ShiftForm) -> str:
    _offer(form)
    _offer(shift_form)
    names = {line.id: line for line in lines.all_lines()}
    spans: list[OnCall | Shift] = [*oncall.ahead(now()), *shifts.ahead(now())]
    shown = people.display_names(row.person_id for row in spans)
    rows = [_plan_row(row, names.get(row.line_id), shown) for row in spans]
    return render_template(
        "hotline/rota.html",
        form=form,
        shift_form=shift_form,
        plans=[row for row in rows if row["position"]],
        shifts=[row for row in rows if not row["position"]],
        now=now(),
    )


def _span(form: ShiftForm, line: LineView) -> tuple[datetime, datetime]:
    """What was typed by the line's own clock, in UTC."""
    zone = ZoneInfo(line.zone)
    starts, ends = form.starts_at.data, form.ends_at.data
    return starts.replace(tzinfo=zone).astimezone(UTC), ends.replace(tzinfo=zone).astimezone(UTC)


def _plan_shift(form: ShiftForm, known: dict[str, LineView]) -> None:
    line = known[form.line.data]
    row = shifts.plan(line.id, uuid.UUID(form.person.data), *_span(form, line), now())
    who = principal()
    audit.record(who.site, "shift.planned", now(), actor=who.person, object_id=row.person_id)


def _plan(form: PlanForm, known: dict[str, LineView]) -> None:
    line = known[form.line.data]
    starts, ends = _span(form, line)
    position = form.position.data or 1
    row = oncall.plan(line.id, uuid.UUID(form.person.data), starts, ends, position, now())
    who = principal()
    audit.record(who.site, "on_call.planned", now(), actor=who.person, object_id=row.person_id)


def _plan_row(
    row: OnCall | Shift, line: LineView | None, names: Mapping[uuid.UUID, str]
) -> dict[str, object]:
    zone = ZoneInfo(line.zone if line else "UTC")
    return {
        "id": row.id,
        "line": line.name if line else "",
        "name": names.get(row.person_id, ""),
        "position": row.position if isinstance(row, OnCall) else None,
        "starts": row.starts_at.astimezone(zone),
        "ends": row.ends_at.astimezone(zone),
        "phone": isinstance(row, OnCall) and row.phone is not None,
        "now": row.starts_at <= now(),
    }


def _day(line: LineView | None) -> date:
    text = request.args.get("day", "")
    try:
        if text:
            return date.fromisoformat(text)
    except ValueError:
        raise NotFound from None
    return line.calendar.local(now()).date() if line else now().date()


def _log_row(content: Mapping[str, Any], line: LineView | None) -> dict[str, Any]:
    zone = ZoneInfo(line.zone if line else "UTC")
    began = datetime.fromisoformat(str(content["began"])).astimezone(zone)
    path = content.get("path", [])
    ids = {more["person"] for _step, _seconds, more in path if "person" in more}
    names = people.display_names(uuid.UUID(one) for one in ids)
    steps = [
        (STEPS.get(step, step), seconds, _name(more, names))
        for step, seconds, more in path
        if step != "seeking"
    ]
    return dict(content) | {"at": began, "steps": steps}


def _name(more: Mapping[str, str], names: Mapping[uuid.UUID, str]) -> str:
    return names.get(uuid.UUID(more["person"]), "") if "person" in more else ""
