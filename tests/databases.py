"""Bring an empty database to the newest shape, by the real migrations."""

import dataclasses
import importlib
import pkgutil

import flask_migrate

import helpline
from helpline import extensions
from helpline.config import Config, Database, Secret
from helpline.extensions import db
from helpline.unit_of_work import HelplineFlask


def bare_app(url: str) -> HelplineFlask:
    """An application with a database and no rooms."""
    load_models()
    app = HelplineFlask("helpline")
    extensions.init_database(app, dataclasses.replace(Config(), database=Database(Secret(url))))
    extensions.init_migrations(app)
    return app


def build(url: str, revision: str = "head") -> None:
    """Create every table at `url`."""
    app = bare_app(url)
    with app.app_context():
        flask_migrate.upgrade(revision=revision)
        db.engine.dispose()


def load_models() -> None:
    """Import every room's tables."""
    importlib.import_module("helpline.jobs")
    for room in pkgutil.iter_modules(helpline.__path__, "helpline."):
        if room.ispkg and any(
            module.name == "models"
            for module in pkgutil.iter_modules(importlib.import_module(room.name).__path__)
        ):
            importlib.import_module(f"{room.name}.models")
