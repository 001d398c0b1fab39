"""`helpline doctor`: what stands, what is missing, in one page."""

import stat
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from helpline import jobs
from helpline.cli.common import config_of, with_app, work
from helpline.extensions import MIGRATIONS, db
from helpline.keys.service import directory
from helpline.keys.service.site import Site
from helpline.register.service import lines, prompts
from helpline.unit_of_work import HelplineFlask
from telephony.prompts import Prompts


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report; `grave` means that the service does not work."""

    good: bool
    text: str
    grave: bool = False


@click.command("doctor")
@with_app
def command(app: HelplineFlask) -> None:
    """Check key, database, directory, carrier, lines and languages; status 1 if something is grave.

    \b
    Example:
      helpline doctor --config config.toml
    """
    grave = False
    for check in (_key_file, _database, _directory, _carrier, _lines, _languages, _backlog):
        with work(app) as site:
            for finding in check(app, site):
                mark = "ok  " if finding.good else "DOWN" if finding.grave else "look"
                click.echo(f"{mark}  {finding.text}")
                grave = grave or (finding.grave and not finding.good)
    sys.exit(1 if grave else 0)


def _key_file(app: HelplineFlask, site: Site) -> Iterator[Finding]:
    path = Path(config_of(app).site.site_key_file)
    mode = stat.S_IMODE(path.stat().st_mode)
    yield Finding(mode & 0o077 == 0, f"site key readable by its owner alone ({mode:o})")
    yield Finding(site.mode == "production", f"mode {site.mode}")


def _database(_app: HelplineFlask, _site: Site) -> Iterator[Finding]:
    present = MigrationContext.configure(db.session.connection()).get_current_revision()
    newest = ScriptDirectory(str(MIGRATIONS)).get_current_head()
    name = db.engine.dialect.name
    yield Finding(present == newest, f"{name}, tables at revision {present or 'none'}", grave=True)


def _directory(app: HelplineFlask, site: Site) -> Iterator[Finding]:
    standing = directory.status(site)
    yield Finding(standing == "good", f"signed directory: {standing}", grave=standing == "none")
    pinned = bool(config_of(app).site.recovery_fingerprint)
    yield Finding(pinned, "recovery's fingerprint is pinned in the settings", grave=True)
    if standing == "good":
        supervisors = len(directory.read(site).state.supervisors())
        yield Finding(supervisors >= 2, f"{supervisors} supervisors (two are needed for four eyes)")


def _carrier(app: HelplineFlask, _site: Site) -> Iterator[Finding]:
    telephony = config_of(app).telephony
    yield Finding(bool(telephony.auth_tokens), "the carrier's token for webhooks", grave=True)
    secure = config_of(app).site.public_url.startswith("https://")
    yield Finding(secure, f"public address {config_of(app).site.public_url}")


def _lines(_app: HelplineFlask, _site: Site) -> Iterator[Finding]:
    found = lines.all_active()
    yield Finding(bool(found), f"{len(found)} lines take calls")
    for line in found:
        yield Finding(bool(line.emergency_numbers), f"{line.name}: emergency numbers")


def _languages(app: HelplineFlask, _site: Site) -> Iterator[Finding]:
    base = config_of(app).site.public_url.rstrip("/")
    for line in lines.all_active():
        known = Prompts.load().with_overrides(prompts.overrides(line.id, base))
        for language in line.languages:
            text = f"{line.name}: {language} can be spoken"
            yield Finding(known.speakable(language), text)


def _backlog(_app: HelplineFlask, _site: Site) -> Iterator[Finding]:
    waiting = jobs.waiting()
    yield Finding(waiting < 100, f"{waiting} jobs wait for `helpline worker`")
