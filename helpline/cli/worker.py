"""`helpline worker`: does what follows a commit, and what has to be done again and again."""

import signal
import threading
from datetime import datetime
from types import FrameType

import click

from helpline import jobs
from helpline.cli.common import with_app
from helpline.columns import utc_now
from helpline.extensions import db
from helpline.unit_of_work import HelplineFlask

PAUSE_SECONDS = 0.5


@click.command("worker")
@click.option("--once", is_flag=True, help="Do what is due and end.")
@with_app
def command(app: HelplineFlask, once: bool) -> None:
    """Run jobs: fetch and seal voicemails, delete the carrier's copies, link the audit trail.

    \b
    Examples:
      helpline worker --config config.toml
      helpline worker --config config.toml --once
    """
    stop = threading.Event()

    def end(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    last: dict[str, datetime] = {}
    while True:
        with app.app_context():
            jobs.run_periodic(utc_now(), last)
            done = jobs.run_due(utc_now())
            db.session.remove()
        if once or stop.is_set():
            return
        if not done:
            stop.wait(PAUSE_SECONDS)
