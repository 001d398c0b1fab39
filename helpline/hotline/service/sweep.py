"""What the worker process does every few seconds: lost calls, due alerts, what has had its time."""

from datetime import datetime, timedelta

from sqlalchemy import select

from helpline.extensions import db
from helpline.hotline import rules
from helpline.hotline.models import LiveCall
from helpline.hotline.service import (
    abuse,
    alerts,
    ending,
    oncall,
    quality,
    receipt_throttle,
    recordings,
    shifts,
    together,
)
from helpline.hotline.service.handling import OVER, Handling, load
from helpline.hotline.service.setting import Setting
from helpline.jobs import enqueue
from helpline.register.service import lines
from telephony.flow import Step
from telephony.numbers import WITHHELD

OVER_FOR = timedelta(minutes=3)


def tick(setting: Setting, now: datetime) -> None:
    """One round, in the present unit of work; may be run as often as one likes."""
    end_lost_calls(setting, now)
    together.bring_back_lost(setting, now)
    alerts.raise_for_clocks(now)
    for alert_id in alerts.due(now):
        enqueue(alerts.JOB, {"alert": str(alert_id)})


def tidy(now: datetime, call_log_days: int, quality_months: int = 12) -> None:
    """Once an hour or so: whatever has had its time."""
    oncall.forget_past(now)
    shifts.forget_past(now)
    abuse.forget(now)
    alerts.forget(now)
    receipt_throttle.forget(now)
    recordings.forget_unheard(now)
    quality.forget(now, quality_months)
    ending.forget_records(now.date() - timedelta(days=call_log_days))


def end_lost_calls(setting: Setting, now: datetime) -> int:
    """End calls of which the carrier never told the end; their numbers are not known any more."""
    ended = 0
    for row in db.session.scalars(select(LiveCall)).all():
        over = Step(row.state.get("step", Step.START)) in OVER
        limit = OVER_FOR if over else rules.LONGEST_CALL
        if row.touched_at + limit > now:
            continue
        call = load(row.id, lock=True)
        line = lines.by_id(row.line_id)
        if call is None or line is None:
            continue
        call.state = {**call.state, "settled": True}
        ending.end(Handling(setting, call, line, WITHHELD, now))
        ended += 1
    return ended
