"""Close quarters as two publishers would: one prepares, the check runs, the other publishes."""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import click

from helpline.cli.common import work
from helpline.extensions import db
from helpline.keys.service.principal import Principal
from helpline.reports.models import Closing
from helpline.reports.rules.periods import Period
from helpline.reports.rules.release import Release
from helpline.reports.service import checking, closing
from helpline.reports.service.closing import Handed
from helpline.unit_of_work import HelplineFlask

Publisher = Callable[[], Principal]
"""Somebody's open box, anew in each unit of work."""
_LOOK_SECONDS = 0.2


def close_all(
    app: HelplineFlask, one: Publisher, other: Publisher, rate: float, now: datetime
) -> Iterator[Release]:
    """Close every quarter that may be closed by now, the oldest first."""
    while True:
        with work(app):
            closed = closing.next_quarter(one())
        if closed is None or now.date() < closed.closes:
            return
        check(app, prepare(app, one, closed, rate))
        yield publish(app, other, closed)


def prepare(app: HelplineFlask, who: Publisher, closed: Period, rate: float) -> Handed:
    """As on the first day on which it may be closed."""
    with work(app):
        return closing.prepare(who(), closed, rate, _day(closed))


def check(app: HelplineFlask, handed: Handed) -> dict[str, Any]:
    """Start the check and wait for its report; it ends with a refusal if something was found."""
    with app.app_context():
        database = db.engine.url.render_as_string(hide_password=False)
    process = checking.start(handed, database)
    while True:
        ended = process.poll() is not None
        with work(app):
            row = db.session.get_one(Closing, handed.period)
            state, report = row.state, dict(row.report)
        if state != closing.CHECKING:
            break
        if ended:
            raise click.ClickException("The check did not come to its end.")
        time.sleep(_LOOK_SECONDS)
    if state != closing.CHECKED:
        raise click.ClickException(f"The check refused {handed.period}.")
    return report


def publish(app: HelplineFlask, who: Publisher, closed: Period) -> Release:
    """Signed by somebody else."""
    with work(app):
        return closing.publish(who(), closed, _day(closed))


def _day(closed: Period) -> datetime:
    return datetime.combine(closed.closes, datetime.min.time(), UTC) + timedelta(hours=12)
