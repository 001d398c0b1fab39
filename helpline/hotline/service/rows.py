"""Conditional updates: how many rows did one change?"""

from typing import cast

from sqlalchemy import CursorResult, Update

from helpline.extensions import db


def changed(statement: Update) -> int:
    """Run an update as it stands, without touching loaded rows; return how many it changed."""
    result = db.session.execute(statement.execution_options(synchronize_session=False))
    return cast("CursorResult[tuple[()]]", result).rowcount
