"""What commands share: the settings, the application, a unit of work, and clear refusals."""

import functools
import os
import resource
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import click

from crypto.errors import CryptoError
from helpline import create_app
from helpline.config import Config, ConfigError, load
from helpline.errors import HelplineError
from helpline.extensions import db
from helpline.keys.service.site import Site
from helpline.keys.views import site as current_site
from helpline.unit_of_work import HelplineFlask, unit_of_work

R = TypeVar("R")

config_option = click.option(
    "--config",
    "config_file",
    type=click.Path(path_type=Path),
    envvar="HELPLINE_CONFIG",
    default=Path("config.toml"),
    show_default=True,
    help="The settings file.",
)


def read_config(config_file: Path) -> Config:
    """Load the settings or end with every mistake, one a line."""
    try:
        return load(config_file)
    except ConfigError as error:
        for mistake in error.mistakes:
            click.echo(f"Settings: {mistake}.", err=True)
        sys.exit(2)


def make_app(config: Config) -> HelplineFlask:
    """The application, or a clear sentence when the site key is missing or broken."""
    keep_private()
    try:
        return create_app(config)
    except (OSError, CryptoError) as error:
        raise click.ClickException(
            f"The site key {config.site.site_key_file} cannot be used ({error}). "
            "Run `helpline init` first, or restore the key from the safe."
        ) from None


@contextmanager
def work(app: HelplineFlask) -> Iterator[Site]:
    """One unit of work of a command; a refusal becomes one clear sentence and status 1."""
    try:
        with app.app_context(), unit_of_work():
            yield current_site()
    except HelplineError as error:
        raise click.ClickException(str(error)) from None
    finally:
        with app.app_context():
            db.session.remove()


def with_app(function: Callable[..., R]) -> Callable[..., R]:
    """Decorator: add `--config` and hand the command its application as first argument."""

    def run(config_file: Path, **given: object) -> R:
        return function(make_app(read_config(config_file)), **given)

    functools.update_wrapper(run, function)
    return config_option(run)


def config_of(app: HelplineFlask) -> Config:
    """The settings with which `app` was made."""
    config: Config = app.extensions["helpline.config"]
    return config


def password_from(stream_wanted: bool) -> str:
    """A password: the first line of standard input, or asked for twice on a terminal."""
    if stream_wanted or not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    return str(click.prompt("Password", hide_input=True, confirmation_prompt=True))


def keep_private() -> None:
    """A crash must not write keys to a disk, and new files are their owner's alone."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.umask(0o077)


def write_private(path: Path, text: str) -> None:
    """Write a new file that only its owner reads; refuses to replace one."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
