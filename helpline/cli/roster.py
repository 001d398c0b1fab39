"""`helpline roster`: who can be rung now."""

import click

from helpline.accounts.service import people
from helpline.cli.common import with_app, work
from helpline.columns import utc_now
from helpline.hotline.service import roster
from helpline.unit_of_work import HelplineFlask


@click.group("roster")
def command() -> None:
    """Who is on duty. Phones are never shown.

    \b
    Examples:
      helpline roster list
      helpline roster off ada.lantern
    """


@command.command("list")
@with_app
def listing(app: HelplineFlask) -> None:
    """Each person with their duty."""
    with work(app):
        rows = roster.everybody()
        names = people.display_names(row.person_id for row in rows)
        for row in rows:
            click.echo(f"{names.get(row.person_id, 'gone')}\t{row.state}")


@command.command("off")
@click.argument("login")
@with_app
def off(app: HelplineFlask, login: str) -> None:
    """End the duty of LOGIN: their phone is deleted and rings no more."""
    with work(app):
        roster.off_duty(people.by_login_name(login), utc_now())
    click.echo("Off duty.")
