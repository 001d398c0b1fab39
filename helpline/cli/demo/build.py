"""Make the demo's organisation once: keys, people, register and past contacts."""

import json
import random
import secrets
import socket
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

from crypto.boxes import Box
from helpline.accounts.rules import display_name
from helpline.accounts.service import admission, people
from helpline.cli.common import make_app, read_config, work, write_private
from helpline.cli.demo import cast, directory, history, reach, voices
from helpline.cli.init import found, make_site_key, migrate, pin_recovery
from helpline.columns import utc_now
from helpline.extensions import DESK_PHONES
from helpline.keys.rules import Role
from helpline.keys.service.principal import Principal, principal_of, stretch_new
from helpline.keys.service.site import Site
from helpline.keys.views import site as current_site
from helpline.register.rules.factories import FactoryValues
from helpline.register.service import factory_upkeep, line_upkeep
from helpline.register.service.author import Author
from helpline.unit_of_work import HelplineFlask

FIRST_PORT = 8000
LOGINS = "logins.json"
_WORD_LIST = """
amber anchor apple basket beacon bottle branch bridge bucket candle canyon carpet castle cedar
cherry cloud clover copper coral cotton cricket daisy dolphin dragon eagle feather fern forest
fountain garden ginger glacier hammer harbor hazel island ivory jasmine kettle ladder lagoon
lantern lemon lilac magnet maple meadow mirror mosaic needle nutmeg oasis olive orchid otter
paddle pebble pepper pillow planet pocket prairie quartz rabbit ribbon river rocket saddle
saffron sailor shadow silver sparrow spiral spring summit sunset temple thimble thunder timber
tulip tunnel turtle umbrella valley velvet violet walnut willow window
"""
_WORDS = tuple(_WORD_LIST.split())


@dataclass(frozen=True, slots=True)
class Login:
    """What `make run` prints of a person; only ever of the demo's invented ones."""

    login: str
    role: str
    languages: list[str]
    password: str
    factor: str


def ensure(folder: Path, contacts: int = history.CONTACTS, port: int | None = None) -> Path:
    """The demo's settings file in `folder`; everything is made at the first call.

    A start that was cut short leaves no `logins.json`: then all is made again from nothing.
    """
    config_file = folder / "config.toml"
    if not (folder / LOGINS).exists():
        _clear(folder)
        _build(folder, config_file, contacts, port or free_port())
    return config_file


def logins(folder: Path) -> list[Login]:
    """The demo's logins, as they were made."""
    return [Login(**entry) for entry in json.loads((folder / LOGINS).read_text("utf-8"))]


def free_port(first: int = FIRST_PORT) -> int:
    """The first port of this machine that nobody listens on."""
    for port in range(first, first + 100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port
    return first


def _clear(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for path in folder.iterdir():
        if path.is_file():
            path.unlink()


def _build(folder: Path, config_file: Path, contacts: int, port: int) -> None:
    write_private(config_file, _settings(port))
    config = read_config(config_file)
    make_site_key(Path(config.site.site_key_file), "demo")
    recovery = Box.new()
    pin_recovery(config_file, recovery)
    app = make_app(read_config(config_file))
    migrate(app)
    made, staff = _people(app, recovery)
    _register(app, staff[0])
    history.write(app, staff, contacts)
    write_private(folder / DESK_PHONES, json.dumps(_desk_phones()))
    write_private(folder / LOGINS, json.dumps([asdict(entry) for entry in made], indent=1))


def _settings(port: int) -> str:
    return f"""\
# The demo's settings: made by `make run`, listens on this machine only.
[site]
public_url = "http://127.0.0.1:{port}"
time_zone = "{cast.ZONE}"
state_folder = "."
site_key_file = "site.key"
recovery_fingerprint = ""
log_level = "warning"

[database]
url = "sqlite:///helpline.sqlite3"

[server]
bind = "127.0.0.1:{port}"
workers = 1
threads = 24

[telephony]
account_sid = "AC{secrets.token_hex(16)}"
auth_tokens = ["{secrets.token_hex(16)}"]
rest_url = "http://127.0.0.1:{port}/sandbox/carrier"
rest_can_join = true
outbound_countries = ["86", "91"]
"""


def _people(app: HelplineFlask, recovery: Box) -> tuple[list[Login], list[Principal]]:
    password = _password()
    first = found(app, recovery, cast.FIRST.login, cast.FIRST.languages, password, 2, 3).first
    made = [_login(cast.FIRST, password, first.factor)]
    staff: list[Principal] = []
    with app.app_context():
        site = current_site()
    with work(app):
        supervisor = principal_of(site, first.account, first.box)
    assert supervisor is not None  # noqa: S101  it was admitted a moment ago
    staff.append(supervisor)
    for figure in cast.OTHERS:
        password = _password()
        stretched = stretch_new(site, password)
        with work(app):
            person = people.establish(
                site, figure.login, figure.role, figure.languages, stretched, utc_now()
            )
            digits = admission.own_digits(person.account)
            admission.admit(supervisor, person.account, figure.role, digits, utc_now())
        with work(app):
            principal = principal_of(site, person.account, person.box)
        if principal is not None:
            staff.append(principal)
        made.append(_login(figure, password, person.factor))
    return made, staff


def _login(figure: cast.Figure, password: str, factor: bytes) -> Login:
    return Login(figure.login, figure.role.value, list(figure.languages), password, factor.hex())


def _desk_phones() -> dict[str, str]:
    figures = [figure for figure in (*cast.OTHERS, cast.FIRST) if figure.phone]
    figures.sort(key=lambda figure: figure.role is Role.SUPERVISOR)
    return {figure.phone: display_name(figure.login) for figure in figures}


def _register(app: HelplineFlask, supervisor: Principal) -> None:
    chance = random.Random(7)  # noqa: S311  the same invented factories each time
    with work(app) as site:
        author = Author(site)
        for line in cast.LINES:
            typed = line_upkeep.LineInput(
                number=line.number,
                name=line.name,
                kind="answering",
                languages=line.languages,
                zone=cast.ZONE,
                country="CN" if line.number.startswith("+86") else "IN",
                hours=dict.fromkeys(line_upkeep.WEEKDAYS, cast.HOURS),
                emergency_numbers=line.emergency,
                recording_offered=True,
            )
            line_upkeep.add(author, typed, utc_now())
        for number in range(40):
            factory_upkeep.add(author, _factory(number, chance), utc_now())
        reach.fill(site, _by_role(site))
        directory.fill(Author.of(supervisor))
        voices.fill(site)


def _by_role(site: Site) -> dict[Role, UUID]:
    """One person of each role."""
    return {person.role: person.id for person in people.people_with_role(site, *Role)}


def _factory(number: int, chance: random.Random) -> FactoryValues:
    province = cast.PROVINCES[number % 2]
    name = f"{cast.TOYS[number % 10]} {cast.KINDS[number // 10]}"
    return FactoryValues(
        code=f"{'LC' if number % 2 == 0 else 'PH'}-{number + 401:04d}",
        name=name,
        country="CN",
        province=province,
        workers=max(40, int(chance.lognormvariate(5.6, 0.8))),
        key_code=str(2000 + number),
        certified_until=date(2027, 1, 31) + timedelta(days=chance.randrange(700)),
        brands=cast.BRANDS[:1] if number % 3 == 0 else cast.BRANDS[1:],
    )


def _password() -> str:
    return " ".join(secrets.choice(_WORDS) for _ in range(4))
