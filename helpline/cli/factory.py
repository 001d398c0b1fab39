"""`helpline factory`: the register of certified factories, in and out as CSV."""

import sys
from typing import BinaryIO

import click

from helpline.cli.common import with_app, work
from helpline.columns import utc_now
from helpline.register.service import factories, factory_upkeep
from helpline.register.service.author import Author
from helpline.unit_of_work import HelplineFlask


@click.group("factory")
def command() -> None:
    """Certified factories.

    \b
    Examples:
      helpline factory import factories.csv
      helpline factory import --update - < factories.csv
      helpline factory export > factories.csv
    """


@command.command("import")
@click.argument("file", type=click.File("rb"))
@click.option("--update", is_flag=True, help="Replace factories whose code is known already.")
@with_app
def import_file(app: HelplineFlask, file: BinaryIO, update: bool) -> None:
    """Add every factory of FILE, or none if a row is wrong."""
    with work(app) as site:
        done = factory_upkeep.import_csv(Author(site), file.read(), utc_now(), update=update)
    for problem in done.problems:
        click.echo(f"Row {problem.row}: {problem.reason}", err=True)
    if done.problems:
        click.echo("Nothing was imported.", err=True)
        sys.exit(1)
    click.echo(f"{done.added} added, {done.changed} changed, {done.unchanged} unchanged.")


@command.command("export")
@with_app
def export(app: HelplineFlask) -> None:
    """Print every factory as CSV."""
    with work(app):
        click.echo(factory_upkeep.export_csv(), nl=False)


@command.command("list")
@click.option("--find", default="", help="Part of a code, name or region.")
@with_app
def listing(app: HelplineFlask, find: str) -> None:
    """Print code, key code and name."""
    with work(app):
        found = factories.search(find, 1000) if find else factories.all_factories()
        for factory in found:
            click.echo(f"{factory.code}\t{factory.key_code}\t{factory.name}")
