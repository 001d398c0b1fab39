"""The libraries' objects, made once, and the only door to the carrier's packages."""

import importlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Flask, current_app
from flask_babel import Babel
from flask_login import LoginManager
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect
from sqlalchemy import MetaData
from sqlalchemy.orm import DeclarativeBase

from helpline import security, sqlite
from helpline.config import Config
from telephony.provider import Provider

DESK_PHONES = "desk-phones.json"
NAMING = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """What every table shares: names of constraints that migrations can rely on."""

    metadata = MetaData(naming_convention=NAMING)


db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})
MIGRATIONS = Path(__file__).parent.parent / "migrations"
csrf = CSRFProtect()
babel = Babel()
login_manager = LoginManager()

if TYPE_CHECKING:
    Model = Base
else:
    Model = db.Model


def init_database(app: Flask, config: Config) -> None:
    """Bind the database; parameters of a statement never reach a log or an exception's text."""
    url = config.database.url.replace("postgresql://", "postgresql+psycopg://", 1)
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    options: dict[str, Any] = {"hide_parameters": True}
    if url.startswith("sqlite"):
        options["connect_args"] = {"timeout": 30, "check_same_thread": False}
    else:
        options["pool_size"] = config.server.threads + 2
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = options
    db.init_app(app)
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            sqlite.prepare(db.engine)


def init_migrations(app: Flask) -> None:
    """Let commands migrate; a server never does, and starts sooner without that library."""
    library = importlib.import_module("flask_migrate")
    library.Migrate(app, db, directory=str(MIGRATIONS), render_as_batch=True)


def provider() -> Provider:
    """The carrier of this installation."""
    carrier: Provider = current_app.extensions["helpline.provider"]
    return carrier


def init_provider(app: Flask, config: Config, *, demo: bool) -> None:
    """Make the carrier's client; in the demo the carrier itself and its phones are mounted too."""
    twilio = importlib.import_module("telephony.twilio.provider")
    app.extensions["helpline.provider"] = twilio.from_settings(
        public_url=config.site.public_url,
        account_sid=config.telephony.account_sid,
        auth_tokens=tuple(config.telephony.auth_tokens),
        api_key=(config.telephony.api_key_sid, config.telephony.api_key_secret),
        rest_url=config.telephony.rest_url,
        can_dial=config.telephony.can_dial,
        can_text=config.telephony.can_text,
        rest_can_join=config.telephony.rest_can_join,
        softphone=config.telephony.softphone,
    )
    if demo:
        _mount_sandbox(app, config)


def _mount_sandbox(app: Flask, config: Config) -> None:
    sandbox = importlib.import_module("telephony.sandbox").create_sandbox(
        account_sid=config.telephony.account_sid,
        auth_token=str(config.telephony.auth_tokens[0]),
        public_base_url=config.site.public_url,
        desks=_desk_phones(Path(config.site.state_folder)),
        links={"Log in": "/", "Codes": "/sandbox/codes"},
        declare=security.public,
    )
    app.extensions["helpline.sandbox"] = sandbox
    csrf.exempt(sandbox.blueprint)
    app.register_blueprint(sandbox.blueprint)


def _desk_phones(folder: Path) -> dict[str, str]:
    """The demo's desk phones, number -> whose it is; none before it has people."""
    path = folder / DESK_PHONES
    return dict(json.loads(path.read_text("utf-8"))) if path.exists() else {}
