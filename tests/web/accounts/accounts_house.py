"""An installation with accounts alone, and people who use it through a browser without script."""

import html
import re
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import Context
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from types import MappingProxyType, ModuleType
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import update
from werkzeug.test import TestResponse

from crypto import totp
from crypto.boxes import Box
from crypto.sitekey import SiteKey
from crypto.stretching import Cost
from helpline import errors, extensions, i18n, navigation, security
from helpline.accounts import views as accounts
from helpline.accounts.models import Account
from helpline.accounts.service import admission, people
from helpline.accounts.service.people import Established
from helpline.config import Config, Database, Secret
from helpline.config import Site as SiteSettings
from helpline.extensions import db
from helpline.keys.rules import Role
from helpline.keys.service.principal import Principal, principal_of, stretch_new
from helpline.keys.service.site import Costs, Site
from helpline.keys.views import keep_site
from helpline.operations import views as operations
from helpline.reports import views as reports
from helpline.unit_of_work import HelplineFlask, unit_of_work

SMALL = Cost(64, 1)
PASSWORD = "violet kettle over the marsh"
NEW_PASSWORD = "nine slow barges, one lamp"
NOBODY: Mapping[str, Role] = MappingProxyType({})
PUBLIC_URL = "http://localhost"
START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


def make_site(folder: Path) -> tuple[Site, Box]:
    """A site with cheap stretching, and its recovery box."""
    recovery = Box.new()
    root = recovery.signing_public.fingerprint().digits
    return Site(SiteKey.new("demo"), folder, root, Costs(SMALL, SMALL, SMALL)), recovery


def compose(site: Site, database_url: str, public_url: str = PUBLIC_URL) -> HelplineFlask:
    """The application with the rooms under test."""
    settings = SiteSettings(public_url=public_url)
    config = Config(site=settings, database=Database(Secret(database_url)))
    app = HelplineFlask("helpline")
    app.extensions["helpline.config"] = config
    keep_site(app, site)
    app.config["SECRET_KEY"] = site.key.cookie_key
    app.config["PREFERRED_URL_SCHEME"] = "https"
    extensions.init_database(app, config)
    extensions.csrf.init_app(app)
    i18n.init_app(app, config)
    navigation.init_app(app)
    security.init_app(app, config)
    errors.register(app)
    for room in (accounts, reports, operations):
        room.init_app(app)
    return app


@dataclass
class House:
    """The installation, its clock, and the secrets that only its people know."""

    app: HelplineFlask
    site: Site
    recovery: Box
    now: datetime = START
    factors: dict[str, bytes] = field(default_factory=dict, repr=False)
    people: dict[str, Established] = field(default_factory=dict)

    def clock(self) -> datetime:
        return self.now

    def later(self, **parts: float) -> None:
        self.now += timedelta(**parts)

    def begin(self) -> None:
        """Found the organisation with the supervisor nils.compass."""
        with unit_of_work():
            stretched = stretch_new(self.site, PASSWORD)
            made = people.found(self.site, self.recovery, "nils.compass", [], stretched, self.now)
        self._keep("nils.compass", made)

    def add(self, name: str, role: Role, languages: tuple[str, ...] = ()) -> uuid.UUID:
        """Somebody who was invited, activated and admitted."""
        person = self.activate(name, role, languages)
        with unit_of_work():
            digits = admission.own_digits(person)
            stands = admission.admit(self.principal("nils.compass"), person, role, digits, self.now)
        if not stands:
            other = next(
                login
                for login, made in self.people.items()
                if login != "nils.compass" and self.role(made.account) is Role.SUPERVISOR
            )
            with unit_of_work():
                proposal = admission.proposals()[0]
                admission.second(self.principal(other), proposal.id, digits, self.now)
        return person

    def activate(self, name: str, role: Role, languages: tuple[str, ...] = ()) -> uuid.UUID:
        """Somebody with password and second factor who is not admitted."""
        with unit_of_work():
            stretched = stretch_new(self.site, PASSWORD)
            made = people.establish(self.site, name, role, languages, stretched, self.now)
        self._keep(name, made)
        return made.account

    def role(self, person: uuid.UUID) -> Role | None:
        for who in people.people_with_role(self.site, *Role):
            if who.id == person:
                return who.role
        return None

    def principal(self, name: str) -> Principal:
        made = self.people[name]
        who = principal_of(self.site, made.account, made.box)
        assert who is not None
        return who

    def code(self, name: str) -> str:
        """The code that the app shows; the clock is turned on, so that it was never used."""
        self.later(seconds=30)
        return totp.code_at(self.factors[name], int(self.now.timestamp()))

    def change(self, name: str, **values: object) -> None:
        """What somebody with write access to the database does."""
        with unit_of_work():
            db.session.execute(update(Account).where(Account.login_name == name).values(**values))

    def browser(self) -> "Browser":
        return Browser(self)

    def _keep(self, name: str, made: Established) -> None:
        self.people[name] = made
        self.factors[name] = made.factor


@contextmanager
def opened(
    folder: Path,
    url: str,
    *rooms: ModuleType,
    now: datetime = START,
    people: Mapping[str, Role] = NOBODY,
) -> Iterator[House]:
    """The installation with more rooms (their views), and more people: login name -> role."""
    site, recovery = make_site(folder)
    app = compose(site, url)
    for room in rooms:
        room.init_app(app)
    house = House(app, site, recovery, now=now)
    app.extensions["helpline.clock"] = house.clock
    with app.app_context():
        house.begin()
        for name, role in people.items():
            house.add(name, role)
        yield house
        db.session.remove()
        db.engine.dispose()


class Browser:
    """Follows links and sends forms as a browser without script does."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.client: FlaskClient = house.app.test_client()
        self.page: TestResponse | None = None

    def get(self, path: str, **headers: str) -> TestResponse:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self._ask(path, method="GET", follow_redirects=not headers, headers=named)

    def send(self, path: str, **fields: str) -> TestResponse:
        """Send a form with the hidden fields of the page that is open."""
        data = {**self.hidden(), **fields}
        return self._ask(path, method="POST", data=data, follow_redirects=True)

    def _ask(self, path: str, **request: Any) -> TestResponse:
        """Ask in a context of its own, so that no request sees what the test has open."""
        db.session.rollback()
        self.page = Context().run(partial(self.client.open, path, **request))
        return self.page

    def hidden(self) -> dict[str, str]:
        found = re.findall(r'<input[^>]*type="hidden"[^>]*>', self.text)
        fields: dict[str, str] = {}
        for tag in found:
            name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
            if name:
                fields.setdefault(name.group(1), html.unescape(value.group(1)) if value else "")
        return fields

    @property
    def text(self) -> str:
        return html.unescape(self.page.get_data(as_text=True)) if self.page else ""

    @property
    def path(self) -> str:
        assert self.page is not None
        return self.page.request.path

    def cookie(self, name: str = "__Host-helpline") -> str | None:
        cookie = self.client.get_cookie(name)
        return cookie.value if cookie else None

    def give_password(self, name: str, password: str = PASSWORD) -> TestResponse:
        self.get("/login")
        return self.send("/login", login_name=name, password=password)

    def log_in(self, name: str, password: str = PASSWORD) -> TestResponse:
        self.give_password(name, password)
        assert self.path == "/login/code", self.text
        return self.send("/login/code", code=self.house.code(name))

    def ask(self, path: str) -> dict[str, Any]:
        """What the page's script is told to ask a security key; the page stays open."""
        shown = self.page
        answer = self._ask(path, method="POST", data=self.hidden())
        self.page = shown
        assert answer.status_code == 200, answer.status_code
        found: dict[str, Any] = answer.get_json()
        return found

    def confirm(self, name: str, password: str = PASSWORD) -> TestResponse:
        assert self.path == "/confirm", self.text
        return self.send("/confirm", password=password, code=self.house.code(name))
