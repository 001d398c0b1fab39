"""A demo is filled: its register, a few contacts by the intake, the rest by the bulk import."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import click
from sqlalchemy import exists, select

from crypto import totp
from helpline.accounts.service import terminal
from helpline.cli.common import work
from helpline.cli.demo import history
from helpline.cli.demo.build import Login
from helpline.cli.sample_data.world import PREFIX, World
from helpline.columns import utc_now
from helpline.errors import Conflict
from helpline.extensions import db
from helpline.keys.rules import Role, Team
from helpline.keys.service.principal import Principal
from helpline.keys.views import site as current_site
from helpline.register.models import Factory
from helpline.register.service import factory_upkeep
from helpline.register.service.author import Author
from helpline.reports.models import Closing, ReleaseRow
from helpline.reports.service import importing
from helpline.unit_of_work import HelplineFlask

BYTES_A_CASE = 4096
"""Of the disk: the sealed parts of a fact, its place in the indices, and the same in the log."""


def refuse_unless_fit(app: HelplineFlask, folder: Path, cases: int) -> None:
    """End with a sentence unless this is a demo, nothing in it is published, and it has room.

    Where people call, invented cases could never be told from theirs again.
    """
    with app.app_context():
        if current_site().mode != "demo":
            raise click.ClickException("Only a demo is filled with sample data. Use --csv.")
    with work(app):
        if db.session.scalar(select(exists(select(ReleaseRow.number)))) or db.session.scalar(
            select(exists(select(Closing.period)))
        ):
            raise click.ClickException("Something was closed here already: nothing can come first.")
        if db.session.scalar(select(exists().where(Factory.code.startswith(PREFIX)))):
            raise click.ClickException("This demo has sample data already.")
    if shutil.disk_usage(folder).free < cases * BYTES_A_CASE:
        raise click.ClickException(f"{cases} cases need {cases * BYTES_A_CASE >> 20} MB of disk.")


@dataclass(frozen=True, slots=True)
class Staff:
    """The demo's people, logged in as from a terminal."""

    counsellors: Sequence[Principal]
    publishers: Sequence[Principal]

    @classmethod
    def of(cls, app: HelplineFlask, logins: Sequence[Login]) -> "Staff":
        """By the passwords and second factors that the demo keeps of its invented people."""
        counsellors, publishers = [], []
        for login in logins:
            now = utc_now()
            code = totp.code_at(bytes.fromhex(login.factor), int(now.timestamp()))
            with work(app) as site:
                principal = terminal.principal(site, login.login, login.password, code, now)
                if principal is None:
                    raise Conflict(f"{login.login} cannot log in now; try again in half a minute.")
                if principal.role is Role.COUNSELLOR:
                    counsellors.append(principal)
                if Team.REPORTING in principal.teams:
                    publishers.append(principal)
        return cls(counsellors, publishers)


def enter(app: HelplineFlask, staff: Staff, world: World, contacts: int) -> None:
    """The register, then so many contacts by the intake, then all cases of the world at once."""
    publisher = staff.publishers[0]
    with work(app):
        author = Author.of(publisher)
        done = factory_upkeep.import_csv(author, world.register().encode(), utc_now(), update=False)
    if done.problems:
        raise click.ClickException(str(done.problems[0].reason))
    if contacts:
        history.write(app, staff.counsellors, contacts)
    with work(app):
        entered = importing.import_csv(publisher, world.lines(), utc_now())
    if entered.problems:
        number, reason = entered.problems[0]
        raise click.ClickException(f"Row {number}: {reason}")
