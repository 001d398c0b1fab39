"""`helpline serve`: the web server; and the check that nothing is mixed up before it listens."""

import ctypes
from typing import Any

import click
from flask import Flask
from gunicorn.app.base import BaseApplication

from helpline.cli.common import config_of, make_app, with_app, work
from helpline.config import Config, is_loopback
from helpline.keys.service import directory
from helpline.unit_of_work import HelplineFlask

_ARENAS, _MAPPED_FROM, _KEPT_FREE = -8, -3, -1
"""M_ARENA_MAX, M_MMAP_THRESHOLD and M_TRIM_THRESHOLD of mallopt(3)."""
_MIB = 1 << 20


class Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """Gunicorn with our settings: threads, no access log, no trust in forwarded headers."""

    def __init__(self, config: Config) -> None:
        self.settings = config
        super().__init__()

    def load_config(self) -> None:
        for name, value in options(self.settings).items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        return application(self.settings)


def options(config: Config) -> dict[str, Any]:
    """Gunicorn's settings: no access log, since an address and a path are a worker's trace."""
    return {
        "bind": [config.server.bind],
        "workers": config.server.workers,
        "worker_class": "gthread",
        "threads": config.server.threads,
        "accesslog": None,
        "errorlog": "-",
        "loglevel": "warning",
        "forwarded_allow_ips": "",
        "proxy_protocol": "off",
        "timeout": 60,
        "graceful_timeout": 20,
        "keepalive": 5,
        "limit_request_line": 4094,
        "limit_request_fields": 60,
        "control_socket_disable": True,
    }


def application(config: Config) -> HelplineFlask:
    """The application as it is served; in the demo with the page of second-factor codes."""
    app = make_app(config)
    with app.app_context():
        demo = app.extensions["helpline.site"].mode == "demo"
    if demo:
        from helpline.cli.demo.pages import codes

        app.register_blueprint(codes)
    return app


def refuse_mixtures(app: HelplineFlask) -> None:
    """End unless key, directory and address belong together."""
    config = config_of(app)
    host = config.server.bind.rpartition(":")[0]
    with work(app) as site:
        standing = directory.status(site)
        if standing == "none":
            raise click.ClickException(
                "There is no sound directory for this site key and root. "
                "Was `helpline init` run with these settings?"
            )
        if site.mode == "demo" and not is_loopback(host):
            raise click.ClickException("The demo listens on this machine only (127.0.0.1).")
        if site.mode == "demo" and config.server.workers != 1:
            raise click.ClickException("The demo's carrier lives in one process: workers = 1.")
        if site.mode == "production" and not config.telephony.auth_tokens:
            click.echo("No telephony.auth_tokens: every webhook will be refused.", err=True)


def share_memory() -> None:
    """Let all threads share the memory that stretching needs (19 to 64 MiB at a time), and keep
    what a page needs for the next one.

    glibc otherwise gives each thread an arena that keeps so much for good, 300 MB a process; and
    until its first large block it gives back what is free after every page, a tenth of its time.
    """
    try:
        library = ctypes.CDLL(None)
        library.mallopt(_ARENAS, 1)
        library.mallopt(_MAPPED_FROM, 32 * _MIB)
        library.mallopt(_KEPT_FREE, 64 * _MIB)
    except (AttributeError, OSError):
        return  # another C library, with ways of its own


@click.command("serve")
@with_app
def command(app: HelplineFlask) -> None:
    """Serve the pages and the carrier's webhooks.

    \b
    Example:
      helpline serve --config /etc/helpline/config.toml
    """
    refuse_mixtures(app)
    share_memory()
    Server(config_of(app)).run()
