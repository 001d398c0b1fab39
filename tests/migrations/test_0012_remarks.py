"""The migration of words beside the numbers, with rows; releases stay."""

from datetime import date
from uuid import uuid4

import flask_migrate
import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import func, inspect, select, text
from sqlalchemy.exc import DBAPIError

from helpline.extensions import db
from helpline.reports.models import ReleaseRow, RemarkDraft, RemarkRow
from helpline.unit_of_work import HelplineFlask, unit_of_work

TABLES = {"remarks", "remark_drafts"}
SIGNED = {
    "publisher_id": uuid4(), "publisher_key": b"1", "publisher_signature": b"2",
    "approver_id": uuid4(), "approver_key": b"3", "approver_signature": b"4",
    "published": date(2026, 11, 22),
}  # fmt: skip


def filled() -> None:
    with unit_of_work():
        db.session.add(
            RemarkRow(number=1, kind="story", previous="", digest="d", body=b"{}", **SIGNED)
        )
        db.session.add(
            RemarkDraft(
                number=2,
                digest="e",
                publisher_id=uuid4(),
                publisher_key=b"1",
                signature=b"2",
                sealed=b"3",
                generation=1,
            )
        )
    db.session.remove()


def test_it_goes_down_and_up_again_and_releases_stay(app: HelplineFlask) -> None:
    with unit_of_work():
        db.session.add(
            ReleaseRow(
                number=1,
                period="2026-Q1",
                previous="",
                digest="d",
                body=b"{}",
                sealed=b"1",
                generation=1,
                **SIGNED,
            )
        )
    db.session.remove()
    filled()
    revision = ScriptDirectory("migrations").get_revision("0012")
    assert revision is not None
    flask_migrate.downgrade(revision=revision.down_revision)
    assert not set(inspect(db.engine).get_table_names()) & TABLES
    assert db.session.execute(text("SELECT count(*) FROM releases")).scalar() == 1
    db.session.remove()
    flask_migrate.upgrade()
    filled()
    assert db.session.scalar(select(func.count()).select_from(RemarkRow)) == 1
    db.session.remove()
    with pytest.raises(DBAPIError), unit_of_work():
        db.session.execute(text("DELETE FROM remarks"))
