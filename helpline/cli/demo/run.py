"""Start the demo: server, worker and the carrier with its phones; print how to get in."""

import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from types import FrameType

import click

from helpline.cli.common import read_config
from helpline.cli.demo import build, history

START_SECONDS = 30


@click.command("demo")
@click.option("--folder", type=click.Path(path_type=Path), default=Path("state/demo"))
@click.option("--build-only", is_flag=True, help="Make the data and end.")
@click.option(
    "--contacts", type=click.IntRange(0, 3000), default=history.CONTACTS, help="Past ones."
)
def command(folder: Path, build_only: bool, contacts: int) -> None:
    """Run an invented organisation with a browser phone on this machine.

    \b
    Example:
      helpline demo --folder state/demo
    """
    if not (folder / build.LOGINS).exists():
        click.echo(f"Making an organisation: keys, people, 40 factories, {contacts} contacts ...")
    config_file = build.ensure(folder, contacts)
    if build_only:
        return
    processes = [_start("serve", config_file), _start("worker", config_file)]

    def end(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, end)
    try:
        url = read_config(config_file).site.public_url
        _wait_until_ready(url, processes[0])
        click.echo(_welcome(url, build.logins(folder)))
        sys.stdout.flush()
        _watch(processes)
    except KeyboardInterrupt:
        click.echo("\nStopping.")
    finally:
        _stop(processes)


def _start(name: str, config_file: Path) -> subprocess.Popen[bytes]:
    arguments = [sys.executable, "-m", "helpline.cli", name, "--config", str(config_file)]
    return subprocess.Popen(arguments, start_new_session=True)  # noqa: S603  our own commands


def _wait_until_ready(url: str, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise click.ClickException("The server ended at once; its words stand above.")
        try:
            with urllib.request.urlopen(f"{url}/healthz", timeout=2):  # noqa: S310  loopback
                return
        except OSError:
            time.sleep(0.05)
    raise click.ClickException(f"The server did not answer within {START_SECONDS} s.")


def _watch(processes: list[subprocess.Popen[bytes]]) -> None:
    while all(process.poll() is None for process in processes):
        time.sleep(0.5)
    raise click.ClickException("A part of the demo ended; its words stand above.")


def _stop(processes: list[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        if process.poll() is None:
            process.terminate()
    for process in processes:
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()


def _welcome(url: str, logins: list[build.Login]) -> str:
    rows = [
        f"  {entry.login:<16}{entry.role:<15}{' '.join(entry.languages):<24}{entry.password}"
        for entry in logins
    ]
    return "\n".join(
        [
            "",
            f"  Phones     {url}/sandbox/phone",
            f"  Codes      {url}/sandbox/codes    (second factors, now)",
            f"  Staff      {url}/",
            "",
            f"  {'login':<16}{'role':<15}{'speaks':<24}password",
            *rows,
            "",
            "  One invented area with two lines. Nobody real is called. Ctrl-C ends it.",
            "",
        ]
    )
