"""`helpline team`: what the signed directory says about teams."""

import click

from helpline.accounts.service import people
from helpline.cli.common import with_app, work
from helpline.keys.service import directory
from helpline.unit_of_work import HelplineFlask


@click.group("team")
def command() -> None:
    """Teams of people who hold keys together. They change when a supervisor admits or removes.

    \b
    Examples:
      helpline team list
    """


@command.command("list")
@with_app
def listing(app: HelplineFlask) -> None:
    """Each team with its generation and its members, as the directory states them."""
    with work(app) as site:
        found = directory.read(site)
        if found.alarm:
            click.echo("Alarm: the database shows another directory than this node has seen.")
        for name, team in found.state.teams.items():
            names = people.display_names(team.members).values()
            click.echo(f"{name.value}\tgeneration {team.generation}\t{', '.join(sorted(names))}")
