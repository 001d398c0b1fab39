"""A small organisation for tests: recovery, supervisors, counsellors, and their open boxes."""

import dataclasses
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID, uuid4

from crypto.boxes import Box
from crypto.sitekey import SiteKey
from crypto.stretching import Cost
from helpline import extensions
from helpline.config import Config, Database, Secret
from helpline.extensions import db
from helpline.keys.rules import Role
from helpline.keys.service import principal as people
from helpline.keys.service import teams
from helpline.keys.service.principal import Principal
from helpline.keys.service.site import Costs, Site
from helpline.unit_of_work import HelplineFlask, unit_of_work

QUICK = Cost(64, 1)
QUICK_COSTS = Costs(QUICK, QUICK, QUICK)
PASSWORD = "lantern paper crane 7"


@dataclass
class Organisation:
    """`app` has a database; `site` is founded; people are added with `admit`."""

    app: HelplineFlask
    config: Config
    site: Site
    recovery: Box = field(repr=False)
    boxes: dict[UUID, Box] = field(default_factory=dict, repr=False)
    first: UUID = field(default_factory=uuid4)

    @property
    def supervisor(self) -> Principal:
        return self.principal(self.first)

    def principal(self, person: UUID) -> Principal:
        found = people.principal_of(self.site, person, self.boxes[person])
        assert found is not None
        return found

    def admit(self, role: Role, by: UUID | None = None) -> UUID:
        """Add a person with their own box; the caller's unit of work commits."""
        person = uuid4()
        self.boxes[person] = people.new_person(self.site, person, PASSWORD)
        public = self.boxes[person].signing_public
        stands = teams.admit(
            self.principal(by or self.first),
            person,
            role,
            public.encode(),
            public.fingerprint().spelled,
        )
        assert stands, "this admission needs a second supervisor"
        return person

    @contextmanager
    def work(self) -> Iterator[None]:
        """One unit of work in a fresh session."""
        with self.app.app_context():
            with unit_of_work():
                yield
            db.session.remove()

    def close(self) -> None:
        """Give the database's connections back."""
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()


def new_site(folder: Path, recovery: Box, mode: str = "production") -> Site:
    key = SiteKey.new("demo" if mode == "demo" else "production")
    folder.mkdir(parents=True, exist_ok=True)
    return Site(key, folder, recovery.signing_public.fingerprint().digits, QUICK_COSTS)


def found(database_url: str, folder: Path) -> Organisation:
    """Found an organisation in an empty database; its app has tables and keys, no rooms.

    On SQLite each process founds one, and every later one begins as its copy.
    """
    path = database_url.removeprefix("sqlite:///")
    if path == database_url:
        return _found(database_url, folder)
    if not _copies:
        first = _found(database_url, folder)
        first.close()
        _copies.append(_Copy.of(first, Path(path)))
    return _copies[0].begin(database_url, folder)


@dataclass(frozen=True)
class _Copy:
    """A founded organisation on SQLite: its keys, its database, what lay in its state folder."""

    founded: Organisation
    data: bytes
    files: dict[str, bytes]

    @classmethod
    def of(cls, founded: Organisation, path: Path) -> "_Copy":
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        state = founded.site.state_folder.iterdir()
        return cls(founded, path.read_bytes(), {one.name: one.read_bytes() for one in state})

    def begin(self, database_url: str, folder: Path) -> Organisation:
        Path(database_url.removeprefix("sqlite:///")).write_bytes(self.data)
        state = folder / "state"
        state.mkdir(parents=True, exist_ok=True)
        for name, content in self.files.items():
            (state / name).write_bytes(content)
        app, config = _app(database_url)
        old = self.founded
        site = Site(old.site.key, state, old.site.root, QUICK_COSTS)
        return Organisation(app, config, site, old.recovery, dict(old.boxes), old.first)


_copies: list[_Copy] = []


def _app(database_url: str) -> tuple[HelplineFlask, Config]:
    config = dataclasses.replace(Config(), database=Database(Secret(database_url)))
    app = HelplineFlask("helpline")
    extensions.init_database(app, config)
    return app, config


def _found(database_url: str, folder: Path) -> Organisation:
    app, config = _app(database_url)
    recovery = Box.new()
    organisation = Organisation(app, config, new_site(folder / "state", recovery), recovery)
    with organisation.work():
        box = people.new_person(organisation.site, organisation.first, PASSWORD)
        organisation.boxes[organisation.first] = box
        teams.found(organisation.site, recovery, organisation.first, box)
    return organisation
