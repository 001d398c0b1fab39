"""`helpline recover`: what the paper shares can do when no supervisor can."""

from typing import TextIO

import click

from crypto import totp
from helpline.accounts.service import people
from helpline.accounts.service import recovery as accounts
from helpline.cli.common import with_app, work
from helpline.columns import utc_now
from helpline.keys.rules import Role
from helpline.keys.service import recovery
from helpline.keys.service.principal import stretch_new
from helpline.keys.views import site as current_site
from helpline.unit_of_work import HelplineFlask

shares_option = click.option(
    "--shares",
    type=click.File("r"),
    default="-",
    help="A file with one share a line; standard input unless given.",
)


@click.group("recover")
def command() -> None:
    """Bring the organisation back with its paper shares.

    \b
    Examples:
      helpline recover admit new.compass --password password.txt < shares.txt
      helpline recover remove lost.compass --shares shares.txt
    """


@command.command("admit")
@click.argument("login")
@click.option("--password", type=click.File("r"), required=True, help="A file with the password.")
@click.option("--language", "languages", multiple=True, default=("en",))
@shares_option
@with_app
def admit(
    app: HelplineFlask, login: str, password: TextIO, languages: tuple[str, ...], shares: TextIO
) -> None:
    """Make LOGIN a supervisor who opens every case; prints the second factor once."""
    with app.app_context():
        stretched = stretch_new(current_site(), password.readline().rstrip("\n"))
    with work(app) as site:
        box = recovery.combine(site, _lines(shares))
        made = people.establish(site, login, Role.SUPERVISOR, languages, stretched, utc_now())
        recovery.admit(site, box, made.account, made.box.signing_public.encode())
        accounts.admitted(site, made.account, utc_now())
    click.echo(totp.provisioning_uri(made.factor, login, "Helpline"))


@command.command("remove")
@click.argument("login")
@shares_option
@with_app
def remove(app: HelplineFlask, login: str, shares: TextIO) -> None:
    """Remove LOGIN when the supervisors who would have to sign cannot."""
    with work(app) as site:
        person = people.by_login_name(login)
        recovery.remove(site, recovery.combine(site, _lines(shares)), person)
        accounts.removed(site, person, utc_now())
    click.echo("Removed.")


def _lines(shares: TextIO) -> list[str]:
    return [line.strip() for line in shares if line.strip()]
