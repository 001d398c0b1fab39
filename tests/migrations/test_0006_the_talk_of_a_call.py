"""The migration of the talk that a live call asks about: calls that live stay."""

from datetime import UTC, datetime
from uuid import uuid4

import flask_migrate
from sqlalchemy import inspect, text

from helpline.extensions import db
from helpline.hotline.models import LiveCall
from helpline.unit_of_work import HelplineFlask, unit_of_work

MONDAY = datetime(2026, 11, 23, 3, tzinfo=UTC)


def columns() -> set[str]:
    return {column["name"] for column in inspect(db.engine).get_columns("live_calls")}


def test_it_goes_down_and_up_again_and_a_live_call_goes_on(app: HelplineFlask) -> None:
    with unit_of_work():
        call = LiveCall(
            id=uuid4(),
            line_id=uuid4(),
            state={},
            language="en",
            arrived_at=MONDAY,
            touched_at=MONDAY,
            talk=b"sealed",
        )
        db.session.add(call)
    db.session.remove()
    flask_migrate.downgrade(revision="0005")
    assert "talk" not in columns()
    assert db.session.execute(text("SELECT count(*) FROM live_calls")).scalar() == 1
    db.session.remove()
    flask_migrate.upgrade()
    assert "talk" in columns()
    with unit_of_work():
        assert db.session.query(LiveCall).one().talk is None
