"""`helpline user`: invite, list and log out people; admitting them is a supervisor's work."""

from datetime import timedelta

import click

from helpline.accounts.service import admission, people
from helpline.cli.common import config_of, with_app, work
from helpline.columns import utc_now
from helpline.keys.rules import Role
from helpline.unit_of_work import HelplineFlask


@click.group("user")
def command() -> None:
    """People who log in.

    \b
    Examples:
      helpline user invite ada.lantern --role counsellor --language en --language zh-Hans
      helpline user list
      helpline user log-out ada.lantern
    """


@command.command("invite")
@click.argument("login")
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
@click.option("--language", "languages", multiple=True, help="en, zh-Hans, yue, hi or ta.")
@click.option("--again", is_flag=True, help="A new link, also after a lost password.")
@with_app
def invite(
    app: HelplineFlask, login: str, role: str, languages: tuple[str, ...], again: bool
) -> None:
    """Print a link with which LOGIN sets a password and a second factor, once."""
    config = config_of(app)
    valid = timedelta(hours=config.security.invitation_hours)
    with work(app) as site:
        if again:
            made = people.invite_again(site, people.by_login_name(login), utc_now(), valid)
        else:
            made = people.invite(site, login, Role(role), languages, utc_now(), valid)
    click.echo(f"{config.site.public_url.rstrip('/')}/invitation/{made.token}")


@command.command("list")
@with_app
def listing(app: HelplineFlask) -> None:
    """Everybody: login name, role, and how far they have come."""
    with work(app) as site:
        for person in admission.standings(site):
            state = "admitted" if person.admitted else person.state.value
            click.echo(f"{person.login_name}\t{person.role.value}\t{state}")


@command.command("log-out")
@click.argument("login")
@with_app
def log_out(app: HelplineFlask, login: str) -> None:
    """End every session of LOGIN (a lost device)."""
    with work(app) as site:
        person = people.by_login_name(login)
        people.end_sessions(site, person, utc_now(), person)
