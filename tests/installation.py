"""A real installation as processes: settings, keys, people, lines; server and worker; a carrier.

    installation = Installation.found(folder, database_url)
    installation.start()
    call = installation.carrier.ring("+860000000042", LINE)
    installation.kill()

The server is `helpline serve`, the worker `helpline worker`, each in a process group of its own.
Webhooks travel over HTTP; the carrier's REST interface listens on the loopback. The carrier's time
is virtual: what happens at once has happened when a telephone's act returns; `advance` moves it.
"""

import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen
from uuid import UUID

from crypto.boxes import Box
from helpline import extensions
from helpline.accounts.service import admission, people
from helpline.cli.common import write_private
from helpline.cli.init import found as found_organisation
from helpline.cli.init import make_site_key, pin_recovery
from helpline.columns import utc_now
from helpline.config import Config, load
from helpline.extensions import db
from helpline.hotline.service import roster
from helpline.keys.rules import Role
from helpline.keys.service.principal import Principal, principal_of, stretch_new
from helpline.keys.service.site import Site, open_site
from helpline.keys.views import keep_site
from helpline.register.rules.factories import FactoryValues
from helpline.register.service import factory_upkeep, line_upkeep
from helpline.register.service.author import Author
from helpline.unit_of_work import HelplineFlask, unit_of_work
from telephony.sandbox.calls import Line
from telephony.sandbox.carrier import Carrier
from telephony.sandbox.clock import VirtualClock
from telephony.sandbox.handset import Handset
from telephony.sandbox.transports import HttpTransport
from telephony.sandbox.webhooks import Faults
from tests.carrier_rest import CarrierRest, free_port
from tests.visitor import Visitor

ROOT = Path(__file__).resolve().parent.parent
ACCOUNT = "AC" + "5" * 32
TOKEN = "a-token-that-signs-webhooks"
LINE = "+860000000100"
MISSED = "+860000000101"
FACTORY_KEY = "470815"
FACTORY_CODE = "LC-4242"
START_SECONDS = 30
ROLES = (Role.COUNSELLOR,) * 5 + (Role.ADMINISTRATOR, Role.AUDITOR)
QUICK = {"password_memory_kib": 64, "password_passes": 1} | {
    "handle_memory_kib": 64,
    "handle_passes": 1,
}


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the staff, with all they know."""

    id: UUID
    login: str
    role: Role
    phone: str
    password: str = field(repr=False)
    factor: bytes = field(repr=False)
    box: Box = field(repr=False)


@dataclass
class Installation:
    """One installation in `folder`; `app` reaches its database from here, beside the server."""

    folder: Path
    config_file: Path
    config: Config
    app: HelplineFlask
    site: Site
    rest: CarrierRest
    carrier: Carrier
    clock: VirtualClock
    staff: list[Person] = field(default_factory=list)
    lines: dict[str, UUID] = field(default_factory=dict)
    _processes: list["subprocess.Popen[bytes]"] = field(default_factory=list)

    # Making it -------------------------------------------------------------------------------

    @classmethod
    def found(
        cls,
        folder: Path,
        database_url: str,
        *,
        roles: Sequence[Role] = ROLES,
        faults: Faults | None = None,
        workers: int = 2,
        threads: int = 8,
        **security: int,
    ) -> "Installation":
        """Found an organisation in a database that has tables; `security` overrides its section.

        Stretching is quick unless costs are given; pass `shipping=1` for the shipping costs.
        """
        folder.mkdir(parents=True, exist_ok=True)
        rest, port = CarrierRest(), free_port()
        costs = {} if security.pop("shipping", 0) else QUICK
        config_file = folder / "config.toml"
        write_private(
            config_file,
            _settings(port, database_url, rest.url, workers, threads, costs | security),
        )
        config = load(config_file, {})
        make_site_key(Path(config.site.site_key_file), "production")
        recovery = Box.new()
        pin_recovery(config_file, recovery)
        config = load(config_file, {})
        site = open_site(
            Path(config.site.site_key_file),
            folder / "other-node",
            config.site.recovery_fingerprint,
            config.security,
            1,
        )
        app = HelplineFlask("helpline")
        extensions.init_database(app, config)
        keep_site(app, site)
        clock = VirtualClock(time.time())
        carrier = Carrier(ACCOUNT, TOKEN, HttpTransport(), clock, faults=faults, rest_base=rest.url)
        rest.carrier = carrier
        made = cls(folder, config_file, config, app, site, rest, carrier, clock)
        made._admit_all(recovery, roles)
        made._register()
        return made

    def _admit_all(self, recovery: Box, roles: Sequence[Role]) -> None:
        password = _password()
        first = found_organisation(self.app, recovery, "nils.compass", ("en",), password, 2, 3)
        self._know(first.first, "nils.compass", Role.SUPERVISOR, password)
        for number, role in enumerate(roles, 1):
            self.admit(f"{role.value}.number{number}", role)

    def admit(self, login: str, role: Role) -> Person:
        """One more person, admitted by the first supervisor."""
        password = _password()
        with self.app.app_context():
            stretched = stretch_new(self.site, password)
        with self.work():
            spoken = ("zh-Hans", "yue", "en")
            made = people.establish(self.site, login, role, spoken, stretched, utc_now())
            digits = admission.own_digits(made.account)
            supervisor = self.principal(self.staff[0])
            admission.admit(supervisor, made.account, role, digits, utc_now())
        return self._know(made, login, role, password)

    def _know(self, made: people.Established, login: str, role: Role, password: str) -> Person:
        phone = f"+8600000009{len(self.staff):02}"
        person = Person(made.account, login, role, phone, password, made.factor, made.box)
        self.staff.append(person)
        return person

    def _register(self) -> None:
        with self.work():
            author = Author(self.site)
            for number, kind in ((LINE, "answering"), (MISSED, "missed-call")):
                typed = line_upkeep.LineInput(
                    number=number,
                    name=f"A {kind} line",
                    kind=kind,
                    languages=("zh-Hans", "yue", "en"),
                    zone="Asia/Shanghai",
                    country="CN",
                    hours=dict.fromkeys(line_upkeep.WEEKDAYS, "00:00-24:00"),
                    emergency_numbers="110, 119, 120",
                    recording_offered=True,
                )
                self.lines[number] = line_upkeep.add(author, typed, utc_now()).line_id
            factory = FactoryValues(
                FACTORY_CODE, "Papercrane Toys", "CN", "Lantern Coast", 420, FACTORY_KEY
            )
            factory_upkeep.add(author, factory, utc_now())
        base = self.url
        for number in self.lines:
            self.carrier.add_line(
                Line(
                    number,
                    f"{base}/telephony/voice",
                    f"{base}/telephony/text",
                    f"{base}/telephony/status",
                )
            )

    # Its processes ---------------------------------------------------------------------------

    @property
    def url(self) -> str:
        return self.config.site.public_url

    def start(self, *, worker: bool = True) -> None:
        """Start server and worker; returns when the server answers."""
        self._processes.append(self._spawn("serve"))
        if worker:
            self._processes.append(self._spawn("worker"))
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self._processes[0].poll() is not None:
                break
            with suppress(URLError, OSError), urlopen(f"{self.url}/healthz", timeout=2):
                return
            time.sleep(0.02)
        raise AssertionError(f"the server did not answer:\n{self.log()[-4000:]}")

    def kill(self) -> None:
        """SIGKILL to every process at once, as a power cut would."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """An orderly end."""
        self._end(signal.SIGTERM)

    def close(self) -> None:
        """Stop everything and give ports and connections back."""
        self.kill()
        self.rest.close()
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()

    def server_pids(self) -> list[int]:
        """The web server's processes: the master first, then its workers."""
        master = self._processes[0].pid
        children = Path(f"/proc/{master}/task/{master}/children").read_text("ascii").split()
        return [master, *map(int, children)]

    def log(self) -> str:
        """Everything the processes have written."""
        files = sorted(self.folder.glob("*.log"))
        return "\n".join(path.read_text("utf-8", "replace") for path in files)

    def _spawn(self, name: str) -> "subprocess.Popen[bytes]":
        scratch = self.folder / "tmp"
        scratch.mkdir(exist_ok=True)
        kept = {key: value for key, value in os.environ.items() if key[:9] != "HELPLINE_"}
        with (self.folder / f"{name}.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "helpline.cli", name, "--config", str(self.config_file)],
                cwd=ROOT,
                env=kept | {"TMPDIR": str(scratch), "PYTHONDONTWRITEBYTECODE": "1"},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def _end(self, number: signal.Signals) -> None:
        for process in self._processes:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, number)
        for process in self._processes:
            try:
                process.wait(25)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait(5)
        self._processes.clear()

    # People at work --------------------------------------------------------------------------

    def of(self, role: Role) -> list[Person]:
        return [person for person in self.staff if person.role is role]

    @property
    def counsellors(self) -> list[Person]:
        return self.of(Role.COUNSELLOR)

    def principal(self, person: Person) -> Principal:
        """The person with their open box, as a session has it; inside `work()`."""
        found = principal_of(self.site, person.id, person.box)
        assert found is not None
        return found

    @contextmanager
    def work(self) -> Iterator[Site]:
        """One unit of work on the installation's database, from this process."""
        with self.app.app_context():
            try:
                with unit_of_work():
                    yield self.site
            finally:
                db.session.remove()

    def on_duty(self, *persons: Person) -> None:
        """Begin their shifts at their desk phones."""
        with self.work():
            for person in persons or self.counsellors:
                roster.on_duty(self.site, person.id, person.phone, None, utc_now())

    def ready_again(self, person: Person) -> None:
        """End the protected time after a talk."""
        with self.work():
            roster.end_wrap_up(person.id)

    def phone(self, person: Person) -> Handset:
        return self.carrier.handset(person.phone)

    def visitor(self) -> Visitor:
        """A browser of nobody yet."""
        return Visitor(self.url)

    def log_in(self, person: Person) -> Visitor:
        """A browser in which this person is logged in."""
        visitor = self.visitor()
        visitor.log_in(person.login, person.password, person.factor)
        return visitor


def _settings(
    port: int,
    database_url: str,
    rest_url: str,
    workers: int,
    threads: int,
    security: dict[str, int],
) -> str:
    section = "\n".join(f"{name} = {value}" for name, value in security.items())
    return f"""\
[site]
public_url = "http://127.0.0.1:{port}"
time_zone = "Asia/Shanghai"
log_level = "info"

[database]
url = "{database_url}"

[server]
bind = "127.0.0.1:{port}"
workers = {workers}
threads = {threads}

[telephony]
account_sid = "{ACCOUNT}"
auth_tokens = ["{TOKEN}"]
rest_url = "{rest_url}"
outbound_countries = ["86", "91"]

[security]
{section}
"""


def _password() -> str:
    return " ".join(secrets.token_hex(4) for _ in range(3))
