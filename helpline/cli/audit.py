"""`helpline audit`: whether the trail is whole."""

import sys

import click

from helpline.audit import service as trail
from helpline.cli.common import with_app, work
from helpline.unit_of_work import HelplineFlask


@click.group("audit")
def command() -> None:
    """The tamper-evident trail of who did what.

    \b
    Examples:
      helpline audit verify
    """


@command.command("verify")
@with_app
def verify(app: HelplineFlask) -> None:
    """Check every row and link; ends with status 1 when something was changed or is missing."""
    with work(app) as site:
        found = trail.verify(site)
    click.echo(f"{found.linked} linked, {found.unlinked} not yet linked.")
    if found.oldest_unlinked:
        click.echo(f"The oldest that is not linked is of {found.oldest_unlinked.isoformat()}.")
    for fault in found.faults:
        click.echo(f"Fault: {fault}", err=True)
    sys.exit(0 if found.sound else 1)
