"""Reach in words: for the register's own pages and for the reports' page of a factory."""

from dataclasses import dataclass

from flask_babel import format_date, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as later

from helpline.register.rules.reach import Reached, ReachKind, ReachValues
from helpline.register.service.reach import Reach
from helpline.register.views.common import told

KINDS = {
    ReachKind.POSTERS: later("Posters in place"),
    ReachKind.TEST_CALL: later("Test call"),
    ReachKind.CARDS: later("Cards handed out"),
    ReachKind.TRAINING: later("Training"),
}
ACTS = {
    ReachKind.POSTERS: later("Poster check"),
    ReachKind.TEST_CALL: later("Test call"),
    ReachKind.CARDS: later("Cards"),
    ReachKind.TRAINING: later("Training"),
}
REACHED = {
    Reached.COUNSELLOR: later("Reached a counsellor"),
    Reached.VOICEMAIL: later("Reached the voicemail"),
    Reached.NOBODY: later("Reached nobody"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One kind of reach: what was found, more of it, and on which day; `value` "" where nothing is
    known."""

    label: str
    value: str = ""
    more: str = ""
    day: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """A factory's reach as a page shows it."""

    lines: tuple[Line, ...]
    outstanding: tuple[str, ...]


def shown(reach: Reach) -> Shown:
    """In the reader's language."""
    return Shown(
        tuple(_line(kind, reach.latest.get(kind)) for kind in KINDS),
        tuple(map(told, reach.outstanding)),
    )


def value(values: ReachValues) -> str:
    """What was found: "7 of 8", "2,950 cards", "Reached a counsellor"."""
    number = values.number or 0
    if values.kind is ReachKind.POSTERS:
        return str(_("%(found)s of %(expected)s", found=number, expected=values.expected))
    if values.kind is ReachKind.CARDS:
        return str(ngettext("%(num)s card", "%(num)s cards", number))
    if values.kind is ReachKind.TRAINING:
        return str(ngettext("%(num)s worker", "%(num)s workers", number))
    return str(REACHED[values.reached]) if values.reached else ""


def more(values: ReachValues) -> str:
    """Of a test call, from where it was made."""
    if values.inside is None:
        return ""
    return str(_("from inside the factory") if values.inside else _("from outside the factory"))


def day(values: ReachValues) -> str:
    """The day in words."""
    return str(format_date(values.day, _("d MMMM yyyy")))


def _line(kind: ReachKind, values: ReachValues | None) -> Line:
    label = str(KINDS[kind])
    return Line(label, value(values), more(values), day(values)) if values else Line(label)
