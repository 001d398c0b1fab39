"""Every setting, read once, checked as a whole, frozen; nothing reads the environment later.

A setting stands in a TOML file (`config.example.toml` shows all of them) and can be overridden
by an environment variable `HELPLINE_<SECTION>_<KEY>`. A secret may also come from a file: give
`<key>_file` (or `HELPLINE_<SECTION>_<KEY>_FILE`) with its path.
"""

import dataclasses
import ipaddress
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo


class ConfigError(Exception):
    """All mistakes of a configuration at once, one sentence each."""

    def __init__(self, mistakes: list[str]) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = mistakes


class Secret(str):
    """A text that does not show itself in `repr`, tracebacks or logs of objects."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "Secret(...)"


@dataclass(frozen=True, slots=True)
class Site:
    """The installation itself."""

    name: str = "Helpline"
    public_url: str = "http://127.0.0.1:8000"
    time_zone: str = "Asia/Shanghai"
    state_folder: str = "state"
    site_key_file: str = "state/site.key"
    recovery_fingerprint: str = ""
    log_level: str = "info"

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)


@dataclass(frozen=True, slots=True)
class Database:
    """Where sealed rows lie."""

    url: Secret = Secret("sqlite:///state/helpline.sqlite3")


@dataclass(frozen=True, slots=True)
class Server:
    """The web server of `helpline serve`."""

    bind: str = "127.0.0.1:8000"
    workers: int = 2
    threads: int = 8
    trusted_proxies: int = 0


@dataclass(frozen=True, slots=True)
class Telephony:
    """The carrier: credentials and addresses."""

    account_sid: str = ""
    auth_tokens: tuple[Secret, ...] = ()
    api_key_sid: str = ""
    api_key_secret: Secret = Secret("")
    rest_url: str = ""
    outbound_countries: tuple[str, ...] = ()
    can_dial: bool = True
    can_text: bool = True
    rest_can_join: bool = False
    softphone: bool = False


@dataclass(frozen=True, slots=True)
class Security:
    """Sessions and the cost of stretching."""

    idle_minutes: int = 30
    session_hours: int = 12
    invitation_hours: int = 72
    access_review_days: int = 90
    password_length: int = 14
    password_memory_kib: int = 65536
    password_passes: int = 3
    handle_memory_kib: int = 19456
    handle_passes: int = 2


@dataclass(frozen=True, slots=True)
class Hotline:
    """Ringing and waiting, in seconds unless the name says otherwise."""

    ring_seconds: int = 18
    wrap_up_minutes: int = 5
    wrap_up_heavy_minutes: int = 20
    debrief_after: int = 2
    abuse_flag_hours: int = 24
    voicemail_seconds: int = 180
    alert_repeat_minutes: int = 10


@dataclass(frozen=True, slots=True)
class Retention:
    """How long each class of data is kept."""

    information_months: int = 6
    case_years: int = 3
    call_log_days: int = 90
    quality_months: int = 12


@dataclass(frozen=True, slots=True)
class Register:
    """What administrators maintain."""

    services_check_days: int = 180


@dataclass(frozen=True, slots=True)
class Reports:
    """What is expected before anything is known."""

    contacts_per_10000: int = 25


@dataclass(frozen=True, slots=True)
class Config:
    """The whole configuration; `load` makes it."""

    site: Site = field(default_factory=Site)
    database: Database = field(default_factory=Database)
    server: Server = field(default_factory=Server)
    telephony: Telephony = field(default_factory=Telephony)
    security: Security = field(default_factory=Security)
    hotline: Hotline = field(default_factory=Hotline)
    retention: Retention = field(default_factory=Retention)
    register: Register = field(default_factory=Register)
    reports: Reports = field(default_factory=Reports)


SECTIONS: dict[str, type[Any]] = {
    "site": Site,
    "database": Database,
    "server": Server,
    "telephony": Telephony,
    "security": Security,
    "hotline": Hotline,
    "retention": Retention,
    "register": Register,
    "reports": Reports,
}


def load(path: Path | None, environment: Mapping[str, str] | None = None) -> Config:
    """Read `path` (if any), then the environment; raise `ConfigError` naming every mistake.

    Relative paths in the file count from the folder it stands in.
    """
    environment = os.environ if environment is None else environment
    mistakes: list[str] = []
    document = _document(path, mistakes)
    sections: dict[str, Any] = {}
    for name, section in SECTIONS.items():
        given = document.pop(name, {})
        if not isinstance(given, dict):
            mistakes.append(f"[{name}] must be a section")
            given = {}
        sections[name] = _section(name, section, given, environment, mistakes)
    mistakes += [f"[{name}] is not a section of this configuration" for name in document]
    mistakes += _unknown_variables(environment)
    config = Config(**sections)
    if path is not None:
        config = _anchored(config, path.resolve().parent)
    mistakes += check(config)
    if mistakes:
        raise ConfigError(mistakes)
    return config


def check(config: Config) -> list[str]:
    """What does not fit together, one sentence each; an empty list is a sound configuration."""
    mistakes = []
    url = urlsplit(config.site.public_url)
    if url.scheme not in {"http", "https"} or not url.hostname or url.path not in {"", "/"}:
        mistakes.append("site.public_url must be like https://helpline.example, without a path")
    elif url.scheme == "http" and not is_loopback(url.hostname):
        mistakes.append("site.public_url must begin with https:// unless it is this machine")
    if not _is_zone(config.site.time_zone):
        mistakes.append("site.time_zone must be a zone like Asia/Shanghai")
    if config.site.log_level.lower() not in {"debug", "info", "warning", "error"}:
        mistakes.append("site.log_level must be debug, info, warning or error")
    if not config.database.url.startswith(("sqlite:///", "postgresql+psycopg://", "postgresql://")):
        mistakes.append("database.url must begin with sqlite:/// or postgresql://")
    if not config.server.bind.rpartition(":")[2].isdigit():
        mistakes.append("server.bind must be like 127.0.0.1:8000")
    carrier = config.telephony
    key = carrier.account_sid and carrier.api_key_sid and carrier.api_key_secret
    if carrier.softphone and not key:
        mistakes.append("telephony.softphone needs account_sid, api_key_sid and api_key_secret")
    mistakes += _not_positive(config)
    return mistakes


def is_loopback(host: str) -> bool:
    """Whether `host` names this machine alone."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _document(path: Path | None, mistakes: list[str]) -> dict[str, Any]:
    if path is None:
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        mistakes.append(f"there is no file {path}")
    except (OSError, UnicodeDecodeError):
        mistakes.append(f"{path} cannot be read")
    except tomllib.TOMLDecodeError as error:
        mistakes.append(f"{path} is not valid TOML: {error}")
    return {}


def _section(
    name: str,
    section: type[Any],
    given: dict[str, Any],
    environment: Mapping[str, str],
    mistakes: list[str],
) -> object:
    values: dict[str, Any] = {}
    known = {item.name: item for item in fields(section)}
    for key in given:
        if key not in known and not (key.endswith("_file") and _is_secret(known.get(key[:-5]))):
            mistakes.append(f"{name}.{key} is not a setting")
    for key, item in known.items():
        variable = f"HELPLINE_{name}_{key}".upper()
        raw: object = environment.get(variable, given.get(key))
        if _is_secret(item):
            source = environment.get(f"{variable}_FILE", given.get(f"{key}_file"))
            raw = _from_file(f"{name}.{key}", source, mistakes) if source else raw
        if raw is None:
            continue
        try:
            values[key] = _convert(raw, item.type)
        except ValueError as error:
            mistakes.append(f"{name}.{key} {error}")
    return section(**values)


def _is_secret(item: "dataclasses.Field[Any] | None") -> bool:
    return item is not None and item.type in {Secret, tuple[Secret, ...]}


def _from_file(setting: str, source: object, mistakes: list[str]) -> str | None:
    try:
        return Path(str(source)).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        mistakes.append(f"the file given for {setting} cannot be read")
        return None


def _convert(raw: object, kind: object) -> object:
    if kind is bool:
        return _boolean(raw)
    if kind is int:
        if isinstance(raw, bool) or not str(raw).lstrip("-").isdigit():
            raise ValueError("must be a whole number")
        return int(str(raw))
    if kind in (tuple[str, ...], tuple[Secret, ...]):
        parts = raw.replace(",", " ").split() if isinstance(raw, str) else raw
        if not isinstance(parts, list) or not all(isinstance(part, str) for part in parts):
            raise ValueError("must be a list of texts")
        return tuple(Secret(part) if kind == tuple[Secret, ...] else part for part in parts)
    if not isinstance(raw, str):
        raise ValueError("must be a text")  # noqa: TRY004  one kind of error for all settings
    return Secret(raw) if kind is Secret else raw


def _boolean(raw: object) -> bool:
    if isinstance(raw, bool):
        return raw
    if raw in {"true", "false"}:
        return raw == "true"
    raise ValueError("must be true or false")


def _unknown_variables(environment: Mapping[str, str]) -> list[str]:
    known = {"HELPLINE_CONFIG"}
    for name, section in SECTIONS.items():
        for item in fields(section):
            variable = f"HELPLINE_{name}_{item.name}".upper()
            known |= {variable, f"{variable}_FILE"} if _is_secret(item) else {variable}
    return [
        f"the environment variable {name} is not a setting"
        for name in sorted(environment)
        if name.startswith("HELPLINE_") and name not in known
    ]


def _anchored(config: Config, folder: Path) -> Config:
    site = dataclasses.replace(
        config.site,
        state_folder=str(folder / config.site.state_folder),
        site_key_file=str(folder / config.site.site_key_file),
    )
    url = config.database.url
    if url.startswith("sqlite:///") and not url.startswith("sqlite:////"):
        url = Secret(f"sqlite:///{folder / url.removeprefix('sqlite:///')}")
    return dataclasses.replace(config, site=site, database=Database(url=url))


def _not_positive(config: Config) -> list[str]:
    return [
        f"{section.name}.{item.name} must be at least 1"
        for section in fields(config)
        for item in fields(getattr(config, section.name))
        if item.type is int
        and item.name != "trusted_proxies"
        and getattr(getattr(config, section.name), item.name) < 1
    ]


def _is_zone(name: str) -> bool:
    """Asked of this zone alone: listing all of them takes longer than everything else here."""
    try:
        ZoneInfo(name)
    except (KeyError, OSError, ValueError):  # unknown, a folder's name, no name at all
        return False
    return True
