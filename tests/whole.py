"""The whole application as it is served, with one unlocked person of each role."""

import base64
import dataclasses
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from flask import Flask
from flask.testing import FlaskClient

from crypto.boxes import Box
from helpline import create_app
from helpline.accounts.rules import State
from helpline.accounts.service import people, sessions
from helpline.accounts.service.people import Established
from helpline.columns import utc_now
from helpline.config import Config, Database, Secret, Telephony
from helpline.config import Site as SiteSettings
from helpline.extensions import db
from helpline.keys.rules import Role
from helpline.keys.service import teams
from helpline.keys.service.principal import Principal, principal_of, stretch_new
from helpline.keys.service.site import Site
from helpline.unit_of_work import unit_of_work
from tests.organisation import PASSWORD, new_site

PUBLIC_URL = "https://localhost"
COOKIE = "__Host-helpline"
ACCOUNT = "AC" + "0" * 32
TOKEN = "0123456789abcdef0123456789abcdef"


@dataclass
class Whole:
    """`client(role)` is a browser in which a person of that role is logged in."""

    app: Flask
    site: Site
    people: dict[Role, Established] = field(default_factory=dict, repr=False)

    def client(self, role: Role | None) -> FlaskClient:
        client = self.app.test_client()
        if role is not None:
            client.set_cookie(COOKIE, self.cookie(role), domain="localhost", secure=True)
        return client

    def cookie(self, role: Role, *, fresh: bool = True) -> str:
        person = self.people[role]
        now = utc_now()
        with self.app.app_context(), unit_of_work():
            raw = sessions.begin(
                person.account,
                person.box,
                "a test",
                now,
                half=False,
                confirmed=now if fresh else None,
            )
        return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()

    def principal(self, role: Role) -> Principal:
        person = self.people[role]
        found = principal_of(self.site, person.account, person.box)
        assert found is not None
        return found

    def close(self) -> None:
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()


def whole(
    database_url: str, folder: Path, *, softphone: bool = False, public_url: str = PUBLIC_URL
) -> Whole:
    """Make it: founded, one admitted person a role, forms without tokens.

    `softphone`: counsellors may ring in their browser.
    """
    recovery = Box.new()
    site = new_site(folder / "state", recovery)
    config = dataclasses.replace(
        Config(),
        site=SiteSettings(public_url=public_url, state_folder=str(folder / "state")),
        database=Database(Secret(database_url)),
        telephony=Telephony(
            account_sid=ACCOUNT,
            auth_tokens=(Secret(TOKEN),),
            api_key_sid="SK" + "0" * 32 if softphone else "",
            api_key_secret=Secret("s" * 32 if softphone else ""),
            softphone=softphone,
        ),
    )
    app = create_app(config, site)
    app.config["WTF_CSRF_ENABLED"] = False
    app.testing = True
    made = Whole(app, site)
    with app.app_context():
        stretched = stretch_new(site, PASSWORD)
        with unit_of_work():
            first = people.found(site, recovery, "nils.compass", ("en",), stretched, utc_now())
        made.people[Role.SUPERVISOR] = first
        for role in Role:
            if role is not Role.SUPERVISOR:
                made.people[role] = _admitted(made, role)
        db.session.remove()
    return made


def _admitted(made: Whole, role: Role) -> Established:
    stretched = stretch_new(made.site, PASSWORD)
    with unit_of_work():
        person = people.establish(
            made.site, f"some.{role.value}", role, ("en",), stretched, utc_now()
        )
        public = person.box.signing_public
        digits = public.fingerprint().digits
        supervisor = made.principal(Role.SUPERVISOR)
        teams.admit(supervisor, person.account, role, public.encode(), digits)
        _state_of(person.account)
    return person


def _state_of(account: UUID) -> None:
    people.living(account).state = State.ADMITTED
