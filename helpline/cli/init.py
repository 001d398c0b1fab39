"""`helpline init`: the site key, the tables, recovery, the teams and the first supervisor."""

import re
import sys
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import click
import flask_migrate

from crypto import shares, totp
from crypto.boxes import Box
from crypto.sitekey import Mode, SiteKey
from helpline import extensions
from helpline.accounts import rules as account_rules
from helpline.accounts.service import people
from helpline.cli.common import (
    config_option,
    make_app,
    password_from,
    read_config,
    work,
    write_private,
)
from helpline.columns import utc_now
from helpline.keys.service.principal import stretch_new
from helpline.keys.views import site as current_site
from helpline.register.service import taxonomy
from helpline.unit_of_work import HelplineFlask

_PIN = re.compile(r'^(\s*recovery_fingerprint\s*=\s*)".*"', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Founded:
    """What is shown once and kept on paper."""

    shares: list[str] = field(repr=False)
    first: people.Established = field(repr=False)


@click.command("init")
@config_option
@click.option("--login", required=True, help="Login name of the first supervisor.")
@click.option("--language", "languages", multiple=True, default=("en",), show_default=True)
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@click.option("--threshold", default=2, show_default=True, help="Shares needed for recovery.")
@click.option("--shares", "count", default=3, show_default=True, help="Shares to print.")
def command(
    config_file: Path,
    login: str,
    languages: tuple[str, ...],
    password_stdin: bool,
    threshold: int,
    count: int,
) -> None:
    """Make a new installation. Prints the recovery shares and the second factor once.

    \b
    Example:
      helpline init --login nils.compass --password-stdin < password.txt
    """
    password = password_from(password_stdin)
    config = read_config(config_file)
    weak = account_rules.weakness(
        password, config.security.password_length, login, config.site.name
    )
    if weak:
        raise click.ClickException(
            f"This password is too {weak.value}. It opens cases: give it at least "
            f"{config.security.password_length} characters of your own."
        )
    make_site_key(Path(config.site.site_key_file), "production")
    recovery = Box.new()
    pin_recovery(config_file, recovery)
    app = make_app(read_config(config_file))
    migrate(app)
    founded = found(app, recovery, login, languages, password, threshold, count)
    _print(login, founded, threshold)


def make_site_key(path: Path, mode: Mode) -> None:
    """Write a fresh site key; ends when there is one already."""
    try:
        write_private(path, SiteKey.new(mode).format())
    except FileExistsError:
        raise click.ClickException(
            f"{path} exists: this installation was made before. Nothing was changed."
        ) from None


def pin_recovery(config_file: Path, recovery: Box) -> None:
    """Write recovery's fingerprint, the root of the directory, into the settings file."""
    digits = recovery.signing_public.fingerprint().digits
    text = config_file.read_text(encoding="utf-8")
    if _PIN.search(text):
        text = _PIN.sub(rf'\g<1>"{digits}"', text, count=1)
    elif "[site]" in text:
        text = text.replace("[site]", f'[site]\nrecovery_fingerprint = "{digits}"', 1)
    else:
        text = f'[site]\nrecovery_fingerprint = "{digits}"\n\n{text}'
    config_file.write_text(text, encoding="utf-8")


def migrate(app: HelplineFlask) -> None:
    """Bring the tables to the newest shape."""
    extensions.init_migrations(app)
    with app.app_context():
        flask_migrate.upgrade()


def found(
    app: HelplineFlask,
    recovery: Box,
    login: str,
    languages: tuple[str, ...],
    password: str,
    threshold: int,
    count: int,
) -> Founded:
    """Sign the first statements and install the taxonomy."""
    with app.app_context():
        stretched = stretch_new(current_site(), password)
    with work(app) as site:
        first = people.found(site, recovery, login, languages, stretched, utc_now())
        taxonomy.install(date.today())  # noqa: DTZ011  the day here, for people
    return Founded(shares.split(recovery.secret, threshold, count), first)


def _print(login: str, founded: Founded, threshold: int) -> None:
    lines = [f"Recovery: any {threshold} of these shares. Write each on its own paper, now."]
    for number, share in enumerate(founded.shares, 1):
        lines += ["", f"Share {number}", share]
    uri = totp.provisioning_uri(founded.first.factor, login, "Helpline")
    lines += ["", f"Second factor of {login} (add it to an authenticator app):", uri, ""]
    click.echo("\n".join(lines))
    click.echo(
        "Nothing of this is kept here. Put a copy of the site key with the shares.", err=True
    )
    sys.stdout.flush()
