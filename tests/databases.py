"""Make the tables of every room in an empty database."""

import importlib
import pkgutil

from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

import helpline
from helpline.extensions import Base


def build(url: str) -> None:
    """Create every table at `url`."""
    load_models()
    engine = create_engine(
        url.replace("postgresql://", "postgresql+psycopg://"), poolclass=NullPool
    )
    Base.metadata.create_all(engine)
    engine.dispose()


def load_models() -> None:
    """Import every room's tables."""
    importlib.import_module("helpline.jobs")
    for room in pkgutil.iter_modules(helpline.__path__, "helpline."):
        if room.ispkg and any(
            module.name == "models"
            for module in pkgutil.iter_modules(importlib.import_module(room.name).__path__)
        ):
            importlib.import_module(f"{room.name}.models")
