"""Statements past the session: conditional updates, and the few questions of every webhook."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from sqlalchemy import CursorResult, Delete, Executable, Insert, Row, Table, Update

from helpline.extensions import db


def changed(statement: Update) -> int:
    """Run an update as it stands, without touching loaded rows; return how many it changed."""
    result = db.session.execute(statement.execution_options(synchronize_session=False))
    return cast("CursorResult[tuple[()]]", result).rowcount


def ask(question: Executable, values: Mapping[str, Any] | None = None) -> Sequence[Row[Any]]:
    """Plain columns, a third of the cost of the session's own way; sees what is not flushed yet."""
    db.session.flush()
    return db.session.connection().execute(question, values).all()


def write(statement: Delete | Insert | Update, values: Mapping[str, object]) -> int:
    """At once; what the session still holds is written when it commits. Returns how many rows."""
    return db.session.connection().execute(statement, values).rowcount


def table(model: type[Any]) -> Table:
    """The table behind a model."""
    return cast(Table, model.__table__)
