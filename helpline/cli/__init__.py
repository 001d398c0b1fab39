"""The commands of an installation; every one works without a prompt, from a script.

Commands are loaded when they are called, so that `helpline --help` answers at once.
"""

from importlib import import_module
from typing import ClassVar

import click


class Commands(click.Group):
    """Loads `helpline.cli.<name>` and its `command` when it is called."""

    names: ClassVar[tuple[str, ...]] = (
        "init",
        "serve",
        "worker",
        "user",
        "team",
        "factory",
        "line",
        "roster",
        "audit",
        "reports",
        "facts",
        "recover",
        "upgrade",
        "doctor",
        "demo",
        "sample-data",
    )

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.names)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.names:
            return None
        command: click.Command = import_module(f"helpline.cli.{cmd_name.replace('-', '_')}").command
        return command


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """A confidential worker helpline with case management.

    \b
    Examples:
      helpline init --config config.toml --login nils.compass
      helpline serve --config config.toml
      helpline worker --config config.toml
      helpline doctor --config config.toml
    """
