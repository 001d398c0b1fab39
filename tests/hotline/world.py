"""A helpline with its lines and people, a carrier in memory, and the telephones around it.

Webhooks travel straight into the application with real signatures; the carrier's REST interface is
asked over HTTP on the loopback; time is the carrier's virtual clock.
"""

import base64
import dataclasses
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from flask.testing import FlaskClient
from sqlalchemy import ColumnElement, func, select
from werkzeug.test import TestResponse

from helpline import create_app, errors, extensions, i18n, jobs, navigation, security
from helpline.accounts.models import Account
from helpline.accounts.service import sessions
from helpline.accounts.views.visit import COOKIE
from helpline.cases.models import Case, Entry
from helpline.cases.service import entries
from helpline.config import Secret, Telephony
from helpline.config import Site as SiteSection
from helpline.extensions import Base, db
from helpline.hotline.models import CallRecord, Duty, LiveCall
from helpline.hotline.service import ending, oncall, roster, sweep
from helpline.hotline.service.setting import Setting
from helpline.keys.rules import Role, Team
from helpline.keys.service import boxes
from helpline.keys.service.site import Site
from helpline.keys.views import keep_site
from helpline.register.models import Line as LineRow
from telephony.provider import Ability
from telephony.sandbox.calls import Line, Quirks
from telephony.sandbox.carrier import Carrier
from telephony.sandbox.clock import VirtualClock
from telephony.sandbox.handset import Call, Handset
from telephony.sandbox.transports import WsgiTransport
from telephony.sandbox.webhooks import Faults
from telephony.twilio.provider import TwilioProvider
from telephony.twilio.rest import Credentials, Rest
from telephony.twilio.signature import Verifier
from tests.organisation import Organisation, found

BASE = "https://helpline.example"
ACCOUNT = "AC" + "0" * 32
TOKEN = "a token of the carrier"
KEY, KEY_SECRET = "SK" + "1" * 32, "a secret of the carrier, 32 bytes"
MONDAY = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)  # 11:00 in Shanghai, the line is open
NIGHT = datetime(2026, 11, 22, 19, 0, tzinfo=UTC)  # 03:00 in Shanghai
LINE = "+860000000001"
MISSED = "+860000000002"
WORKER = "+860000000042"
OTHER = "+860000000077"
DESK = "+8600000009{:02}"


MakeWorld = Callable[..., "World"]


@dataclass(frozen=True, slots=True)
class Shell:
    """The outer row of a case."""

    severity: int | None
    assignee: UUID | None
    reserved: UUID | None
    status: str


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_args: object) -> None:
        """Say nothing."""


@dataclass
class World:
    """Everything one test needs."""

    organisation: Organisation
    carrier: Carrier
    clock: VirtualClock
    server: WSGIServer
    line: UUID
    missed_line: UUID
    people: list[UUID] = field(default_factory=list)

    # People ------------------------------------------------------------------------------------

    def counsellor(self, *languages: str, duty: bool = True) -> UUID:
        """Admit a counsellor, by default on duty at a phone of their own."""
        with self.work():
            person = self.organisation.admit(Role.COUNSELLOR)
        self.people.append(person)
        with self.work():
            name = f"counsellor.{len(self.people)}"
            spoken = list(languages or ("zh-Hans", "yue", "en"))
            db.session.add(
                Account(
                    id=person,
                    login_name=name,
                    role="counsellor",
                    state="admitted",
                    languages=spoken,
                )
            )
        if duty:
            self.on_duty(person)
        return person

    def on_duty(self, person: UUID) -> None:
        with self.work():
            roster.on_duty(self.site, person, self.phone_number(person), None, self.now)

    def on_call(self, person: UUID, position: int = 1, hours: float = 12) -> None:
        with self.work():
            begin, end = self.now - timedelta(hours=1), self.now + timedelta(hours=hours)
            row = oncall.plan(self.line, person, begin, end, position, self.now)
            db.session.flush()
            oncall.confirm(self.site, person, row.id, self.phone_number(person), None)

    def phone_number(self, person: UUID) -> str:
        return DESK.format(self.people.index(person) + 1)

    def phone(self, person: UUID) -> Handset:
        return self.carrier.handset(self.phone_number(person))

    def worker(self, number: str = WORKER) -> Handset:
        return self.carrier.handset(number)

    def supervisor_account(self) -> UUID:
        """The first supervisor's account, so that they can log in."""
        first = self.organisation.first
        with self.work():
            if db.session.get(Account, first) is None:
                languages = ["zh-Hans", "en"]
                db.session.add(
                    Account(
                        id=first,
                        login_name="nils.compass",
                        role="supervisor",
                        state="admitted",
                        languages=languages,
                    )
                )
        return first

    def browser(self, person: UUID) -> "Browser":
        """A browser in which this person is logged in."""
        box = self.organisation.boxes[person]
        with self.work():
            cookie = sessions.begin(
                person, box, "Firefox", self.now, half=False, confirmed=self.now
            )
        client = self.organisation.app.test_client()
        value = base64.urlsafe_b64encode(cookie).decode()
        client.set_cookie(COOKIE, value, domain="helpline.example", secure=True)
        return Browser(client)

    # Time and work -----------------------------------------------------------------------------

    @property
    def now(self) -> datetime:
        return datetime.fromtimestamp(self.clock.now(), UTC)

    @property
    def site(self) -> Site:
        return self.organisation.site

    @contextmanager
    def work(self) -> Iterator[None]:
        with self.organisation.work():
            yield

    def pass_time(self, seconds: float, step: float = 5) -> None:
        """Let time pass, in steps so that everything on the way happens."""
        left = seconds
        while left > 0:
            self.carrier.advance(min(step, left))
            left -= step

    def do_jobs(self, rounds: int = 6) -> None:
        """What the worker process does, until nothing is left or nothing moves."""
        with self.organisation.app.app_context():
            for _ in range(rounds):
                self.carrier.settle()
                jobs.run_due(self.now)
                db.session.remove()
                self.carrier.advance(3)

    def tick(self) -> None:
        with self.work():
            sweep.tick(self.setting(), self.now)
        self.do_jobs(2)

    def setting(self) -> Setting:
        app = self.organisation.app
        return Setting.of(self.site, app.extensions["helpline.provider"], self.organisation.config)

    # What stands in the database ---------------------------------------------------------------

    def count(self, model: type[Base], *where: ColumnElement[bool]) -> int:
        with self.organisation.work():
            return db.session.scalar(select(func.count()).select_from(model).where(*where)) or 0

    def cases(self) -> list[UUID]:
        with self.organisation.work():
            return list(db.session.scalars(select(Case.id)))

    def case_row(self, case_id: UUID) -> Shell:
        with self.organisation.work():
            row = db.session.get_one(Case, case_id)
            return Shell(row.severity, row.assignee, row.reserved, row.status)

    def entries(
        self, case_id: UUID | None = None, person: UUID | None = None
    ) -> list[tuple[str, Any]]:
        """(kind, body) of a case's entries, opened by a supervisor (or somebody else)."""
        with self.organisation.work():
            case_id = case_id or db.session.scalars(select(Case.id)).one()
            who = self.organisation.principal(person or self.organisation.first)
            opened = boxes.open_one(who, case_id)
            rows = db.session.scalars(
                select(Entry).where(Entry.case_id == case_id).order_by(Entry.sequence)
            )
            return [(row.kind, entries.read(opened, row).event.body) for row in rows]

    def kinds(self, case_id: UUID | None = None) -> list[str]:
        return [kind for kind, _ in self.entries(case_id)]

    def records(self) -> list[dict[str, Any]]:
        """The call log as a supervisor reads it."""
        with self.organisation.work():
            who = self.organisation.supervisor
            return [
                json.loads(
                    boxes.read_team(who, Team.SUPERVISION, row.content, ending.place_of(row))
                )
                for row in db.session.scalars(select(CallRecord))
            ]

    def duty(self, person: UUID) -> Duty:
        with self.organisation.work():
            row = db.session.get_one(Duty, person)
            db.session.expunge(row)
            return row

    def live(self) -> int:
        return self.count(LiveCall)

    def alerts(self) -> list[str]:
        return [f"{alert.code} {alert.message}" for alert in self.carrier.alerts]

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.organisation.close()


@dataclass
class Browser:
    """A logged-in browser: gets pages, sends forms with their token."""

    client: FlaskClient

    def get(self, path: str, **headers: str) -> TestResponse:
        return self.client.get(path, base_url=BASE, headers=headers)

    def poll(self, path: str, tag: str | None = None) -> TestResponse:
        """Ask for a part of a page as htmx does."""
        headers = {"HX-Request": "true"} | ({"If-None-Match": tag} if tag else {})
        return self.client.get(path, base_url=BASE, headers=headers)

    def post(self, path: str, **form: str) -> TestResponse:
        page = self.get("/hotline/duty").text
        token = page.partition('name="csrf_token" value="')[2].partition('"')[0]
        data = {"csrf_token": token} | form
        return self.client.post(path, base_url=BASE, data=data, headers={"Referer": BASE + "/"})


def open_world(
    database_url: str,
    folder: Path,
    *,
    start: datetime = MONDAY,
    quirks: Quirks | None = None,
    faults: Faults | None = None,
    abilities: frozenset[Ability] = frozenset(Ability),
    rooms: bool = False,
    softphone: bool = False,
    **line: object,
) -> World:
    """Found an organisation, give it two lines, and connect it to a carrier.

    `rooms`: the whole application with its pages, instead of the webhooks alone. `softphone`: the
    setting is on, and requests to the carrier are signed with a key.
    """
    organisation = found(database_url, folder)
    section = SiteSection(public_url=BASE)
    organisation.config = dataclasses.replace(
        organisation.config,
        site=section,
        telephony=Telephony(
            ACCOUNT,
            (Secret(TOKEN),),
            KEY if softphone else "",
            Secret(KEY_SECRET if softphone else ""),
            outbound_countries=("86", "91"),
            softphone=softphone,
        ),
    )
    clock = VirtualClock(start.timestamp())
    if rooms:
        organisation.app = create_app(organisation.config, organisation.site)
    else:
        _compose(organisation)
    app = organisation.app
    carrier = Carrier(
        ACCOUNT,
        TOKEN,
        WsgiTransport(app),
        clock,
        api_keys={KEY: KEY_SECRET},
        quirks=quirks,
        faults=faults,
    )
    server = make_server("127.0.0.1", 0, carrier.rest, handler_class=_Quiet)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    rest = Rest(
        Credentials(ACCOUNT, *((KEY, KEY_SECRET) if softphone else (ACCOUNT, TOKEN))),
        f"http://127.0.0.1:{server.server_port}",
        lambda _s: None,
    )
    app.extensions["helpline.provider"] = TwilioProvider(
        Verifier(BASE, {ACCOUNT: (TOKEN,)}), rest, abilities
    )
    app.extensions["helpline.clock"] = lambda: datetime.fromtimestamp(clock.now(), UTC)
    world = World(organisation, carrier, clock, server, uuid4(), uuid4())
    with organisation.work():
        db.session.add(_line(world.line, LINE, "Guangdong line", "answering", **line))
        db.session.add(_line(world.missed_line, MISSED, "Missed-call line", "missed-call"))
    for number in (LINE, MISSED):
        carrier.add_line(
            Line(
                number,
                f"{BASE}/telephony/voice",
                f"{BASE}/telephony/text",
                f"{BASE}/telephony/status",
            )
        )
    return world


def _compose(organisation: Organisation) -> None:
    """The hotline's webhooks; whole applications are composed by other tests."""
    app = organisation.app
    app.extensions["helpline.config"] = organisation.config
    app.config["SECRET_KEY"] = "a key for forms"
    keep_site(app, organisation.site)
    extensions.csrf.init_app(app)
    i18n.init_app(app, organisation.config)
    navigation.init_app(app)
    security.init_app(app, organisation.config)
    errors.register(app)
    import_module("helpline.hotline.views").init_app(app)


def _line(ident: UUID, number: str, name: str, kind: str, **changes: object) -> LineRow:
    values: dict[str, object] = {
        "languages": ["zh-Hans", "yue", "en"],
        "zone": "Asia/Shanghai",
        "country": "CN",
        "week": ["09:00-21:00"] * 7,
        "emergency_numbers": ["110", "119", "120"],
        "recording_offered": True,
        "ready": True,
    }
    return LineRow(id=ident, number=number, name=name, kind=kind, **(values | changes))


def through(call: Call, *keys: str) -> Call:
    """Press keys, one question after the other."""
    for key in keys:
        call.press(key)
    return call
