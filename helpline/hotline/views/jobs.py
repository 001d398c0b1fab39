"""What the worker process does for the hotline; rows hold opaque ids only."""

from datetime import datetime, timedelta

from helpline import jobs
from helpline.hotline.service import alerts, ending, recordings, sweep, texts
from helpline.hotline.views.context import config, setting
from helpline.jobs import Arguments
from helpline.unit_of_work import release


@jobs.handler(recordings.FETCH)
def fetch_recording(arguments: Arguments, now: datetime) -> None:
    """Fetch a recording into memory and seal it into its case."""
    recordings.fetch(setting(), arguments, now)


@jobs.handler(recordings.DELETE)
def delete_recording(arguments: Arguments, _now: datetime) -> None:
    """Delete the carrier's copy of a recording, and verify it."""
    release()
    recordings.delete_copy(setting(), arguments)


@jobs.handler(ending.DELETE_CALL)
def delete_call(arguments: Arguments, _now: datetime) -> None:
    """Delete the carrier's record of an ended call."""
    release()
    setting().carrier.delete_call(arguments["call"])


@jobs.handler(texts.REDACT)
def redact_text(arguments: Arguments, _now: datetime) -> None:
    """Empty the carrier's copy of a text."""
    texts.redact(setting(), arguments["message"])


@jobs.handler(alerts.JOB)
def alert(arguments: Arguments, now: datetime) -> None:
    """Let the next person's phone hear "Please log in"."""
    alerts.send(setting(), arguments, now)


@jobs.periodic("hotline.tick", every=timedelta(seconds=5))
def tick(now: datetime) -> None:
    """Every few seconds in the worker process, in a unit of work of its own."""
    sweep.tick(setting(), now)


@jobs.periodic("hotline.tidy", every=timedelta(hours=1))
def tidy(now: datetime) -> None:
    """Every hour in the worker process, in a unit of work of its own."""
    kept = config().retention
    sweep.tidy(now, kept.call_log_days, kept.quality_months)
