"""The migration of directory, canned answers and surveys, with rows in each of its tables."""

from datetime import date

import flask_migrate
from alembic.script import ScriptDirectory
from sqlalchemy import func, inspect, select

from helpline.extensions import Base, db
from helpline.jobs import Job
from helpline.register.models import CannedAnswer, Service
from helpline.surveys.models import SurveyAnswer, SurveyInstrument, SurveyMonth
from helpline.unit_of_work import HelplineFlask, unit_of_work

TABLES = {
    "services", "canned_answers", "survey_answers", "survey_instruments", "survey_months",
}  # fmt: skip


def filled() -> None:
    with unit_of_work():
        db.session.add(Job(name="some.job", arguments={"id": "1"}, attempts=0))
        place = {"name": "Lamp", "known_as": "lamp", "kind": "health", "country": "CN"}
        db.session.add(Service(**place))
        db.session.add(CannedAnswer(key="when", language="en", text="When?"))
        db.session.add(SurveyInstrument(id="a" * 64, kind="after_close", body="{}"))
        db.session.add(SurveyMonth(kind="after_close", month=date(2026, 11, 1), asked=1))
        db.session.flush()
        db.session.add(SurveyAnswer(instrument_id="a" * 64, generation=1, sealed=b"1", stamp=b"2"))
    db.session.remove()


def test_it_goes_down_and_up_again_and_leaves_other_rows_alone(app: HelplineFlask) -> None:
    filled()
    before = ScriptDirectory("migrations").get_revision("0004")
    assert before is not None
    flask_migrate.downgrade(revision=before.down_revision)
    left = set(inspect(db.engine).get_table_names())
    assert not left & TABLES
    assert db.session.scalar(select(func.count()).select_from(Job)) == 1
    db.session.remove()
    flask_migrate.upgrade()
    assert set(inspect(db.engine).get_table_names()) >= TABLES
    for name in TABLES:
        table = Base.metadata.tables[name]
        assert db.session.scalar(select(func.count()).select_from(table)) == 0
    filled()
