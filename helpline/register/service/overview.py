"""What is set up, and what is still missing before workers can be served well."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from helpline.extensions import db
from helpline.register.models import Category, Factory, Service
from helpline.register.rules import calendar
from helpline.register.service import changes, lines, services, texts
from helpline.register.service.lines import LineView


@dataclass(frozen=True, slots=True)
class LineState:
    """A line and what it lacks.

    unspeakable   languages without a carrier's voice whose sounds are not all there
    holidays      a holiday is entered within the next year
    """

    line: LineView
    open_now: bool
    next_opening: datetime | None
    unspeakable: tuple[str, ...]
    holidays: bool


@dataclass(frozen=True, slots=True)
class Overview:
    """The register at a glance."""

    factories: int
    certificates_over: int
    codes: int
    services: int
    services_due: int
    waiting: int
    lines: tuple[LineState, ...]

    @property
    def complete(self) -> bool:
        """Whether nothing that workers need is missing."""
        ready = any(state.line.active and state.line.ready for state in self.lines)
        lacking = any(
            state.unspeakable or not state.line.ready or not state.holidays for state in self.lines
        )
        return bool(ready and self.factories and self.codes) and not lacking


def overview(now: datetime, check_days: int) -> Overview:
    """The register now; entries of the directory are due when `check_days` are over."""
    active = select(func.count()).select_from(Factory).where(Factory.active)
    over = active.where(Factory.certified_until < now.date())
    entries = select(func.count()).select_from(Service).where(Service.active)
    return Overview(
        factories=db.session.scalar(active) or 0,
        certificates_over=db.session.scalar(over) or 0,
        codes=db.session.scalar(select(func.count()).select_from(Category)) or 0,
        services=db.session.scalar(entries) or 0,
        services_due=services.due_count(now.date(), check_days),
        waiting=changes.waiting_count(),
        lines=tuple(_state(line, now) for line in lines.all_lines()),
    )


def _state(line: LineView, now: datetime) -> LineState:
    today = line.calendar.local(now).date()
    year = today + timedelta(days=365)
    return LineState(
        line,
        calendar.is_open(line.calendar, now),
        calendar.next_opening(line.calendar, now),
        texts.unspeakable(line.id, line.languages),
        any(today <= day <= year for day in line.calendar.holidays),
    )
