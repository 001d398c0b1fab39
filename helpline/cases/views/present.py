"""How cases look: words, icons, clocks, days. Reads values, decides nothing."""

from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date
from flask_babel import LazyString, get_locale, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as later

from helpline.cases.rules.clocks import Clock, ClockName
from helpline.cases.rules.kinds import EntryKind
from helpline.cases.rules.policy import Act, Decision, Policy, Reason, Word
from helpline.cases.rules.state import State
from helpline.cases.rules.status import Status
from helpline.cases.service.lists import Row
from helpline.cases.service.reading import CaseView

TITLES: Mapping[str, LazyString] = {
    EntryKind.VOICE_IN: later("Call from worker"),
    EntryKind.MISSED_CALL: later("Missed call"),
    EntryKind.VOICEMAIL: later("Voicemail"),
    EntryKind.SMS: later("Text message"),
    EntryKind.WEB_FORM: later("Written on the web"),
    EntryKind.WALK_IN: later("Visit"),
    EntryKind.EMAIL: later("E-mail"),
    EntryKind.REFERRAL_IN: later("Sent to us"),
    EntryKind.LETTER_IN: later("From the receipt page"),
    EntryKind.DANGER: later("Danger now"),
    EntryKind.KEYED: later("Factory named"),
    EntryKind.SAFETY: later("Safety questions answered on the phone"),
    EntryKind.CALLBACK_ASKED: later("Asked to be rung"),
    EntryKind.CONSENT: later("Consent"),
    EntryKind.CONSENT_WITHDRAWN: later("Consent taken back"),
    EntryKind.RECORDING: later("Recording"),
    EntryKind.TALKED: later("Talked"),
    EntryKind.CALL_RECORD: later("Call record"),
    EntryKind.DELIVERY: later("Delivery"),
    EntryKind.RECEIPT_GIVEN: later("Number given to the worker"),
    EntryKind.LETTERS_READ: later("The worker heard what we wrote"),
    EntryKind.NOTE: later("Note"),
    EntryKind.TEXT_OUT: later("Text to worker"),
    EntryKind.LETTER_OUT: later("On the receipt page"),
    EntryKind.CALLBACK_OUT: later("Call to worker"),
    EntryKind.CODING: later("Coded"),
    EntryKind.SEVERITY: later("Severity"),
    EntryKind.STATUS: later("Status"),
    EntryKind.CLOSING: later("Closed"),
    EntryKind.POLICY: later("Contact answers saved"),
    EntryKind.ASSIGNED: later("Taken"),
    EntryKind.NUMBER_SHOWN: later("Number shown"),
    EntryKind.JOINED: later("Joined"),
    EntryKind.RELATED: later("Related case"),
    EntryKind.PROTECTED: later("Protected words saved"),
    EntryKind.DISCLOSURE: later("Letter"),
    EntryKind.ANSWER: later("Answer to the letter"),
    EntryKind.PLAN: later("The plan"),
    EntryKind.PLAN_WORD: later("The worker on the plan"),
    EntryKind.SECOND_ASKED: later("Second look asked for"),
    EntryKind.SECOND_GIVEN: later("Second look"),
    EntryKind.MINUTES: later("Minutes"),
    EntryKind.MINUTES_WORD: later("The worker on the minutes"),
    EntryKind.APPOINTMENT: later("Talk agreed"),
    EntryKind.APPOINTMENT_CHANGED: later("Talk changed"),
    EntryKind.APPOINTMENT_WISH: later("The worker asks about the talk"),
    EntryKind.STEP: later("Next step"),
    EntryKind.STEP_DONE: later("Step done"),
    EntryKind.REFERRAL: later("Sent to a service"),
    EntryKind.REFERRAL_ANSWER: later("What became of it"),
    EntryKind.REVIEWED: later("A supervisor has looked at it"),
    EntryKind.OPENED_WITH_REASON: later("Opened with a reason"),
    EntryKind.WATCH: later("Asked after the end"),
    EntryKind.SURVEY_ASKED: later("Asked how it went"),
    EntryKind.LEGAL_HOLD: later("Legal hold"),
    EntryKind.TRANSFER: later("Brief for a colleague"),
}
ICONS: Mapping[str, str] = {
    EntryKind.VOICE_IN: "phone-incoming",
    EntryKind.MISSED_CALL: "phone-incoming",
    EntryKind.VOICEMAIL: "record-mail",
    EntryKind.SMS: "message",
    EntryKind.WEB_FORM: "world",
    EntryKind.WALK_IN: "walk",
    EntryKind.EMAIL: "mail",
    EntryKind.REFERRAL_IN: "door-enter",
    EntryKind.LETTER_IN: "key",
    EntryKind.DANGER: "alert-triangle",
    EntryKind.KEYED: "building-factory-2",
    EntryKind.CONSENT: "shield-check",
    EntryKind.CONSENT_WITHDRAWN: "shield-x",
    EntryKind.RECEIPT_GIVEN: "key",
    EntryKind.LETTERS_READ: "eye",
    EntryKind.NOTE: "note",
    EntryKind.TEXT_OUT: "message",
    EntryKind.LETTER_OUT: "key",
    EntryKind.CALLBACK_OUT: "phone-outgoing",
    EntryKind.TALKED: "phone-check",
    EntryKind.ASSIGNED: "user-check",
    EntryKind.NUMBER_SHOWN: "eye",
    EntryKind.CLOSING: "archive",
    EntryKind.CODING: "tag",
    EntryKind.PROTECTED: "shield-lock",
    EntryKind.DISCLOSURE: "mail",
    EntryKind.ANSWER: "building-factory-2",
    EntryKind.PLAN: "checklist",
    EntryKind.PLAN_WORD: "heart-handshake",
    EntryKind.SECOND_ASKED: "users",
    EntryKind.SECOND_GIVEN: "users",
    EntryKind.MINUTES: "file-text",
    EntryKind.MINUTES_WORD: "file-check",
    EntryKind.APPOINTMENT: "calendar-event",
    EntryKind.APPOINTMENT_CHANGED: "calendar-event",
    EntryKind.APPOINTMENT_WISH: "calendar-off",
    EntryKind.OPENED_WITH_REASON: "eye",
    EntryKind.REFERRAL: "map-pin",
    EntryKind.REFERRAL_ANSWER: "map-pin",
}
CLOCKS: Mapping[ClockName, LazyString] = {
    ClockName.LOOK: later("first look"),
    ClockName.FIRST_ANSWER: later("first answer"),
    ClockName.ANSWER: later("answer"),
    ClockName.ACKNOWLEDGE: later("acknowledge"),
    ClockName.REVIEW: later("supervisor looks"),
    ClockName.ACT: later("act"),
    ClockName.UPDATE: later("update to worker"),
    ClockName.PLAN: later("plan"),
    ClockName.REMEDY: later("plan carried out"),
    ClockName.FEEDBACK: later("feedback, 3 months"),
    ClockName.CLOSE: later("close"),
    ClockName.STEP: later("next step"),
    ClockName.APPOINTMENT: later("talk agreed"),
    ClockName.WATCH: later("ask after the end"),
}
STATUSES: Mapping[str, LazyString] = {
    Status.NEW: later("New"),
    Status.TRIAGED: later("Triaged"),
    Status.ADMISSIBLE: later("Admissible"),
    Status.INFO_ONLY: later("Information only"),
    Status.OUT_OF_SCOPE: later("Referred elsewhere"),
    Status.WITHDRAWN: later("Withdrawn"),
    Status.AWAITING_CONSENT: later("Awaiting consent"),
    Status.WITH_FACTORY: later("With factory"),
    Status.INVESTIGATING: later("Investigating"),
    Status.PLAN_AGREED: later("Plan agreed"),
    Status.VERIFYING: later("Checking"),
    Status.RESOLVED: later("Resolved"),
    Status.CLOSED: later("Closed"),
    Status.ON_HOLD: later("On hold"),
    Status.ESCALATED: later("Escalated"),
    Status.REOPENED: later("Reopened"),
}
REASONS: Mapping[Reason, LazyString] = {
    Reason.NO_NUMBER: later("There is no number in this case."),
    Reason.STOPPED: later("The worker texted STOP to this line."),
    Reason.COLLEAGUE_NEVER: later("Another case of this phone says never."),
    Reason.SAID_NO: later("The worker said no."),
    Reason.NOT_ASKED: later("The worker was not asked. No answer means no."),
}


def row_title(row: Row, labels: Mapping[str, str]) -> str:
    """What a row is called: its channel while nobody has it, then its name and category."""
    state = row.state
    if row.case.assignee is None:
        title = str(TITLES.get(state.channel, _("Contact")))
        if "seconds" in state.about:
            title += f", {duration(state.about['seconds'])}"
        return title
    about = labels.get(state.main, _("not coded yet")) if state.main else _("not coded yet")
    return f"{row.case.reference} · {about}"


def row_meta(row: Row, languages: Mapping[str, str], me: str, names: Mapping[str, str]) -> str:
    """Language, line, length; never a word of what was said."""
    state = row.state
    parts = [languages.get(state.language, state.language)]
    if row.case.assignee is None:
        parts.append(row.line_name)
        if "chars" in state.about:
            chars = state.about["chars"]
            parts.append(ngettext("%(num)s character", "%(num)s characters", chars))
        parts.append(_("contacted before") if row.before else _("new contact"))
        if row.case.reserved:
            parts.append(_("reserved for whoever answered"))
    else:
        parts.append(str(TITLES.get(state.last_kind, "")))
        if str(row.case.assignee) != me:
            parts.append(names.get(str(row.case.assignee), ""))
    return " · ".join(part for part in parts if part)


def clock_chip(clock: Clock | None, now: datetime, zone: str) -> dict[str, Any]:
    """Arguments of the clock macro."""
    if clock is None:
        return {}
    due = moment(clock.due, zone)
    if clock.met is not None:
        return {"state": "met", "text": duration(int((clock.met - clock.start).total_seconds()))}
    if clock.paused_until is not None and clock.is_paused(now):
        return {"state": "paused", "text": day_name(clock.paused_until, zone), "due": due}
    total = max(1.0, (clock.due - clock.start).total_seconds())
    left = (clock.due - now).total_seconds()
    return {"left": left, "used": min(1.0, max(0.0, 1 - left / total)), "due": due}


def clock_rows(view: CaseView, now: datetime, *, met: bool) -> list[tuple[str, dict[str, Any]]]:
    """The clocks of a case that run, or those that were met, with their names; soonest first."""
    of_kind = (clock for clock in view.clocks if (clock.met is not None) is met)
    ordered = sorted(of_kind, key=lambda clock: clock.due)
    return [(str(CLOCKS[clock.name]), clock_chip(clock, now, view.zone)) for clock in ordered]


def permission(decision: Decision, policy: Policy, act: Act) -> tuple[str, str | None]:
    """State and words of a permission chip."""
    word = policy.word(act)
    if decision.reason in {Reason.COLLEAGUE_NEVER, Reason.STOPPED, Reason.SAID_NO}:
        return "no", _("STOP") if decision.reason is Reason.STOPPED else None
    if word is Word.YES and policy.hours_from:
        return "hours", _("%(start)s to %(end)s", start=policy.hours_from, end=policy.hours_to)
    return ("yes" if word is Word.YES else "unknown"), None


def why_not(decision: Decision, now: datetime, zone: str) -> str:
    """Why something may not be done, as the composer says it."""
    if decision.reason is Reason.OUTSIDE_HOURS and decision.hours:
        words = _(
            "The worker said %(start)s to %(end)s is safe. It is %(time)s there now.",
            start=decision.hours[0],
            end=decision.hours[1],
            time=f"{now.astimezone(ZoneInfo(zone)):%H:%M}",
        )
        return str(words)
    return str(REASONS.get(decision.reason, "")) if decision.reason else ""


def duration(seconds: int) -> str:
    """72 as "1 min 12 s"; hours and days roughly."""
    if seconds >= 172800:
        return str(_("%(count)s days", count=seconds // 86400))
    if seconds >= 3600:
        minutes = seconds % 3600 // 60
        return str(_("%(hours)s h %(minutes)s min", hours=seconds // 3600, minutes=minutes))
    if seconds >= 60:
        minutes, rest = divmod(seconds, 60)
        text = str(_("%(minutes)s min", minutes=minutes))
        return f"{text} {_('%(seconds)s s', seconds=rest)}" if rest and minutes < 10 else text
    return str(_("%(seconds)s s", seconds=seconds))


def moment(when: datetime, zone: str) -> str:
    """ "Monday 23 November, 18:00" in the line's zone."""
    local = when.astimezone(ZoneInfo(zone))
    return f"{_written(local.date(), _('EEEE d MMMM'), str(get_locale()))}, {local:%H:%M}"


def day_name(when: datetime, zone: str) -> str:
    """ "27 Nov" in the line's zone."""
    day = when.astimezone(ZoneInfo(zone)).date()
    return _written(day, _("d MMM"), str(get_locale()))


@lru_cache(maxsize=2048)
def _written(day: date, pattern: str, locale: str) -> str:
    """A day in words; a list writes the same few days fifty times."""
    return format_date(day, pattern, locale=locale)


def listed_state(state: State) -> str:
    """The severity as the chip macro takes it."""
    return f"S{state.severity}" if state.severity is not None else ""
