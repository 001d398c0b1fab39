"""`helpline facts`: history from before this system, for the reports."""

import io
import sys
from typing import BinaryIO

import click

from helpline.accounts.service import terminal
from helpline.cli.common import with_app, work
from helpline.columns import utc_now
from helpline.reports.service import importing
from helpline.unit_of_work import HelplineFlask


@click.group("facts")
def command() -> None:
    """What was coded of cases, for statistics alone.

    \b
    Examples:
      helpline facts import --login nils.compass history.csv
    """


@command.command("import")
@click.argument("file", type=click.File("rb"))
@click.option("--login", required=True, help="A publisher; password and code are asked for.")
@with_app
def import_file(app: HelplineFlask, file: BinaryIO, login: str) -> None:
    """Enter every row of FILE (one a case), or none if a row is wrong.

    Columns: factory, date, category; country, channel, severity, reporter, worker, outcome,
    remedy, finding, accepted, first_answer_minutes, close_minutes.
    """
    password, code = _asked("Password"), _asked("Code")
    now = utc_now()
    with work(app) as site:
        principal = terminal.principal(site, login, password, code, now)
    if principal is None:
        raise click.ClickException("The login name, the password or the code is not right.")
    with work(app):
        text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
        done = importing.import_csv(principal, text, now)
    for number, reason in done.problems:
        click.echo(f"Row {number}: {reason}", err=True)
    if done.problems:
        click.echo("Nothing was imported.", err=True)
        sys.exit(1)
    click.echo(f"{done.facts} imported.")


def _asked(what: str) -> str:
    """From the terminal, or a line of standard input where it is none."""
    if sys.stdin.isatty():
        return str(click.prompt(what, hide_input=True))
    return sys.stdin.readline().rstrip("\n")
