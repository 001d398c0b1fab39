"""Run migrations: one at a time on one database, with timeouts instead of long locks."""

from typing import Literal

from alembic import context
from flask import current_app
from sqlalchemy import text
from sqlalchemy.engine import Connection

from helpline.extensions import db

LOCK = 0x48454C50  # "HELP": the advisory lock of our migrations
LOCK_TIMEOUT = "5s"
STATEMENT_TIMEOUT = "10min"


def render_item(kind: str, item: object, _context: object) -> str | Literal[False]:
    """Write our column types as plain ones, so that a migration never imports today's code."""
    if kind == "type" and type(item).__name__ == "UtcDateTime":
        return "sa.DateTime(timezone=True)"
    return False


def migrate(connection: Connection) -> None:
    """Apply what is missing within one transaction."""
    context.configure(
        connection=connection,
        target_metadata=db.metadata,
        render_as_batch=True,
        render_item=render_item,
        compare_type=True,
    )
    with context.begin_transaction():
        if connection.dialect.name == "postgresql":
            connection.execute(text(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'"))
            connection.execute(text(f"SET LOCAL statement_timeout = '{STATEMENT_TIMEOUT}'"))
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        context.run_migrations()


if context.is_offline_mode():
    raise SystemExit("Migrations run on a database, not as a script.")

with current_app.extensions["migrate"].db.engine.connect() as connection:
    migrate(connection)
