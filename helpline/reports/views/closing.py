"""Closing a quarter: prepare, watch the check, approve as the second person, or discard."""

from collections import Counter
from dataclasses import dataclass
from functools import partial

from flask import Blueprint, flash, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from helpline.accounts.service import people
from helpline.accounts.views import now, polling, principal
from helpline.accounts.views.visit import config, see_other
from helpline.errors import NotFound
from helpline.keys.rules import Role, Team
from helpline.register.forms import EmptyForm
from helpline.reports.models import Closing
from helpline.reports.rules.layout import Kind
from helpline.reports.rules.periods import Period
from helpline.reports.rules.release import Status
from helpline.reports.rules.tiers import Tier
from helpline.reports.service import checking, closing
from helpline.security import allow
from helpline.unit_of_work import after_commit


@dataclass(frozen=True, slots=True)
class Plan:
    """What readers will see, in numbers of units."""

    facts: int
    late: int
    cells: int
    by_tier: Counter[Tier]
    together: int
    few: int
    pooled: int


def register(blueprint: Blueprint) -> None:
    """Add these pages to the room's blueprint."""
    add = blueprint.add_url_rule
    add("/reports/close", "close", close)
    add("/reports/close/now", "close_now", close_now)
    add("/reports/close/<period>/prepare", "prepare", prepare, methods=["GET", "POST"])
    add("/reports/close/<period>/again", "check_again", check_again, methods=["POST"])
    add("/reports/close/<period>/publish", "publish", publish, methods=["GET", "POST"])
    add("/reports/close/<period>/discard", "discard", discard, methods=["POST"])


@allow(Role.SUPERVISOR)
def close() -> ResponseReturnValue:
    """The quarter that is being closed, or the next one."""
    who = principal()
    if Team.REPORTING not in who.teams:
        return render_template("reports/no_publisher.html")
    row = closing.under_way()
    if row is None:
        return render_template(
            "reports/next.html", closed=closing.next_quarter(who), today=now().date()
        )
    return render_template("reports/closing.html", **_of(row))


@allow(Role.SUPERVISOR)
@polling
def close_now() -> ResponseReturnValue:
    """How far the check is, while it runs."""
    row = closing.under_way()
    if row is None:
        raise NotFound
    return render_template("reports/check.html", row=row)


@allow(Role.SUPERVISOR, fresh=True)
def prepare(period: str) -> ResponseReturnValue:
    """Freeze the quarter's facts, plan, sign, and let it be checked."""
    closed = _period(period)
    if not EmptyForm().validate_on_submit():
        return see_other(url_for("reports.close"))
    handed = closing.prepare(principal(), closed, _rate(), now())
    _start(handed)
    return see_other(url_for("reports.close"))


@allow(Role.SUPERVISOR)
def check_again(period: str) -> ResponseReturnValue:
    """Check the same plan once more, where a check did not come to its end."""
    if EmptyForm().validate_on_submit():
        _start(closing.again(principal(), _period(period)))
    return see_other(url_for("reports.close"))


@allow(Role.SUPERVISOR, fresh=True)
def publish(period: str) -> ResponseReturnValue:
    """Sign as the second person: it is published, and can never change."""
    if not EmptyForm().validate_on_submit():
        return see_other(url_for("reports.close"))
    closing.publish(principal(), _period(period), now())
    flash(_("Published. It can never change."))
    return see_other(url_for("reports.start"))


@allow(Role.SUPERVISOR)
def discard(period: str) -> ResponseReturnValue:
    """Throw the plan away."""
    if EmptyForm().validate_on_submit():
        closing.discard(principal(), _period(period), now())
        flash(_("The plan is discarded. Nothing was published."))
    return see_other(url_for("reports.close"))


def _start(handed: closing.Handed) -> None:
    database = str(config().database.url)
    after_commit(partial(checking.start, handed, database))


def _rate() -> float:
    """Contacts a year for each 1,000 workers."""
    return config().reports.contacts_per_10000 / 10


def _period(name: str) -> Period:
    try:
        return Period.named(name)
    except ValueError:
        raise NotFound from None


def _of(row: Closing) -> dict[str, object]:
    look = closing.look(principal(), row)
    return {
        "row": row,
        "closed": look.release.closed,
        "plan": _plan(look),
        "publisher": people.display_names([row.publisher_id]).get(row.publisher_id),
        "mine": row.publisher_id == principal().person,
    }


def _plan(look: closing.Look) -> Plan:
    units = look.release.layout.units
    statuses = Counter(row.status for row in look.release.contacts)
    return Plan(
        facts=look.frozen.facts,
        late=look.frozen.late,
        cells=len(look.release.contacts) + len(look.release.divided),
        by_tier=Counter(unit.tier for unit in units if unit.kind is Kind.FACTORY),
        together=sum(len(unit.members) for unit in units if unit.kind is Kind.GROUP),
        few=statuses[Status.LT_K] + statuses[Status.POOLED],
        pooled=statuses[Status.POOLED],
    )
