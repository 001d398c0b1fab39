"""The one table of the tests of the unit of work: words that were kept."""

from sqlalchemy import column, insert, table, text

from helpline.extensions import db

KEPT = table("kept", column("word"))
SECONDS = 20
"""Longer than anything here waits for, unless it waits for ever."""


def keep(word: str) -> None:
    db.session.execute(insert(KEPT).values(word=word))


def words() -> list[str]:
    return list(db.session.scalars(text("SELECT word FROM kept ORDER BY word")))
