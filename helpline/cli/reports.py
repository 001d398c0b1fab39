"""`helpline reports`: whether what was published stands."""

import sys

import click
from sqlalchemy import func, select

from helpline.cli.common import with_app, work
from helpline.extensions import db
from helpline.reports.models import ReleaseRow, RemarkRow
from helpline.reports.service import verifying
from helpline.unit_of_work import HelplineFlask


@click.group("reports")
def command() -> None:
    """Releases: what was published of certified factories.

    \b
    Examples:
      helpline reports verify
    """


@command.command("verify")
@with_app
def verify(app: HelplineFlask) -> None:
    """Check chain, signatures and ledger; ends with status 1 when something was changed."""
    with work(app):
        many = db.session.scalar(select(func.count()).select_from(ReleaseRow)) or 0
        words = db.session.scalar(select(func.count()).select_from(RemarkRow)) or 0
        found = list(verifying.faults())
    click.echo(f"{many} releases, {words} remarks.")
    for fault in found:
        click.echo(f"Fault: {fault}.", err=True)
    sys.exit(1 if found else 0)
