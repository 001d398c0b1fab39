"""`helpline upgrade`: bring the tables to the newest shape."""

import click
import flask_migrate

from helpline import extensions
from helpline.cli.common import with_app
from helpline.unit_of_work import HelplineFlask


@click.command("upgrade")
@with_app
def command(app: HelplineFlask) -> None:
    """Run the migrations that are missing; safe to repeat, one at a time on one database.

    \b
    Example:
      helpline upgrade --config config.toml
    """
    extensions.init_migrations(app)
    with app.app_context():
        flask_migrate.upgrade()
    click.echo("The tables have the newest shape.")
