"""The timeline of a case as its page shows it: one line an entry. Reads values, decides nothing."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date
from flask_babel import LazyString, get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as later

from helpline.cases.rules.kinds import CONTACTS, EntryKind
from helpline.cases.rules.state import Event
from helpline.cases.service.entries import Opened
from helpline.cases.service.reading import CaseView
from helpline.cases.views.particulars import particulars
from helpline.cases.views.present import ICONS, STATUSES, TITLES, duration

DELIVERIES: Mapping[str, tuple[LazyString, str]] = {
    "sent": (later("sent"), "wait"),
    "delivered": (later("delivered"), "ok"),
    "not_sent": (later("not sent, the carrier did not answer"), "bad"),
    "unsure": (later("perhaps sent, the carrier did not answer"), "bad"),
    "refused": (later("refused by the carrier"), "bad"),
    "stopped": (later("not sent, the worker texted STOP"), "bad"),
    "failed": (later("not delivered"), "bad"),
    "undelivered": (later("not delivered"), "bad"),
}


OWN_REASONS: Mapping[str, LazyString] = {
    "joined": later("joined with another case"),
    "separated": later("another person after all"),
    "retaliation": later("something was done to the worker since the end"),
}
"""Reasons that a use case gives by itself."""


@dataclass(frozen=True, slots=True)
class Line:
    """One entry as the template shows it; `box`: worker, us, out, or "" for one line."""

    id: str
    box: str
    title: str
    when: str
    iso: str
    icon: str
    who: str
    text: str
    note: str
    state: str
    state_kind: str
    read: bool | None
    sound: str


def timeline(
    view: CaseView, names: Mapping[str, str], labels: Mapping[str, str], today: date
) -> Iterator[tuple[str, list[Line]]]:
    """Day headings with their entries, oldest first."""
    days: dict[date, list[Line]] = {}
    zone = ZoneInfo(view.zone)
    for item in sorted(view.timeline, key=lambda item: (item.event.at, item.sequence)):
        if item.event.kind is EntryKind.DELIVERY:
            continue
        days.setdefault(item.event.at.astimezone(zone).date(), []).append(
            _line(item, view, names, labels)
        )
    for day, found in days.items():
        heading = format_date(day, _("EEEE d MMMM"), locale=get_locale())
        yield (_("Today, %(day)s", day=heading) if day == today else heading), found


def _line(
    item: Opened, view: CaseView, names: Mapping[str, str], labels: Mapping[str, str]
) -> Line:
    event, body = item.event, item.event.body
    state, state_kind = _delivery(view.deliveries.get(str(item.id)))
    local = event.at.astimezone(ZoneInfo(view.zone))
    when = f"{local:%H:%M}"
    if body.get("seconds"):
        when += f" · {duration(int(body['seconds']))}"
    if event.kind is EntryKind.TEXT_OUT and not state:
        state, state_kind = _("not confirmed"), "wait"
    return Line(
        id=f"entry-{item.sequence}",
        box=_box(item),
        title=str(TITLES[event.kind]),
        when=when,
        iso=local.isoformat(timespec="minutes"),
        icon=ICONS.get(event.kind, "circle-check"),
        who=names.get(_person(event), ""),
        text=str(body.get("text", "") or body.get("summary", "")),
        note=_note(item, names, labels),
        state=state,
        state_kind=state_kind,
        read=view.read.get(str(item.id)),
        sound=str(body.get("sound", "")),
    )


def _box(item: Opened) -> str:
    kind, body = item.event.kind, item.event.body
    if kind in CONTACTS:
        return "worker" if body.get("text") or body.get("sound") else ""
    if kind in {EntryKind.NOTE, EntryKind.TRANSFER}:
        return "us"
    if kind in {EntryKind.TEXT_OUT, EntryKind.LETTER_OUT, EntryKind.DISCLOSURE}:
        return "out"
    if kind in {EntryKind.ANSWER, EntryKind.PLAN, EntryKind.MINUTES}:
        return "us" if body.get("text") else ""
    if kind is EntryKind.CALLBACK_OUT:
        return "us" if body.get("text") else ""
    return "worker" if kind is EntryKind.RECORDING and body.get("sound") else ""


def _delivery(state: str | None) -> tuple[str, str]:
    if state is None:
        return "", "ok"
    words, kind = DELIVERIES.get(state, (state, "wait"))
    return str(words), kind


def _note(item: Opened, names: Mapping[str, str], labels: Mapping[str, str]) -> str:
    """The words beside a fact."""
    body = item.event.body
    took = item.event.kind is EntryKind.ASSIGNED and body.get("to") == item.event.by
    parts = ["" if took else _particulars(item.event.kind, body, names, labels)]
    if body.get("joined_from"):
        parts.append(_("from case %(name)s", name=body["joined_from"]))
    if body.get("override"):
        parts.append(_("sent with a reason: %(reason)s", reason=body["override"]))
    return ", ".join(part for part in parts if part)


def _particulars(
    kind: EntryKind, body: Mapping[str, Any], names: Mapping[str, str], labels: Mapping[str, str]
) -> str:
    reason = str(body.get("reason", ""))
    reason = str(OWN_REASONS.get(reason, reason))
    if kind is EntryKind.ASSIGNED:
        taker = body.get("to")
        if body.get("how") == "named":
            kept = [names.get(str(person), "") for person in body.get("people", ())]
            return str(_("kept to %(names)s", names=", ".join(sorted(kept))))
        return names.get(str(taker), "") if taker else str(_("given back to the inbox"))
    if kind is EntryKind.TRANSFER:
        taker = names.get(str(body.get("to")), "")
        return str(_("for %(name)s; the worker agreed to be passed on", name=taker))
    if kind is EntryKind.CODING:
        return f"{labels.get(str(body.get('main')), '')}, S{body.get('severity')}"
    if kind is EntryKind.SEVERITY:
        return f"S{body.get('severity')} {reason}".strip()
    if kind is EntryKind.KEYED:
        return str(body.get("factory") or body.get("digits", ""))
    if kind in {EntryKind.JOINED, EntryKind.STEP_DONE}:
        return str(body.get("name", ""))
    if kind is EntryKind.STATUS:
        status = STATUSES.get(str(body.get("status")), "")
        return ", ".join(str(part) for part in (status, reason) if part)
    if kind is EntryKind.CALLBACK_OUT:
        return str(_("reached") if body.get("reached") else _("not reached"))
    return particulars(kind, body) or (reason if kind in _WITH_REASON else "")


_WITH_REASON = {
    EntryKind.NUMBER_SHOWN,
    EntryKind.OPENED_WITH_REASON,
    EntryKind.SECOND_ASKED,
    EntryKind.SECOND_GIVEN,
}


def _person(event: Event) -> str:
    """Whose act it was: of a talk, whoever pressed 1 on the telephone."""
    talked = event.kind is EntryKind.TALKED and event.by is None
    return str(event.body.get("by", "")) if talked else event.by or ""


def people_in(view: CaseView) -> Sequence[str]:
    """Ids of everybody a case names."""
    found = {_person(item.event) for item in view.timeline} - {""}
    assigned = (item.event for item in view.timeline if item.event.kind is EntryKind.ASSIGNED)
    found |= {str(event.body["to"]) for event in assigned if event.body.get("to")}
    found |= {str(one) for item in view.timeline for one in item.event.body.get("people", ())}
    return [*found, *([str(view.case.assignee)] if view.case.assignee else [])]
