"""The migration of reach and of assigned factories, with rows in both tables."""

from datetime import date
from uuid import uuid4

import flask_migrate
import pytest
from sqlalchemy import func, inspect, select
from sqlalchemy.exc import IntegrityError

from helpline.extensions import db
from helpline.register.models import AssignedFactory, Factory, ReachRow
from helpline.unit_of_work import HelplineFlask, unit_of_work

TABLES = {"reach_rows", "assigned_factories"}
DAY = date(2026, 11, 23)


def check(factory: Factory, state: str = "stands", **more: object) -> ReachRow:
    return ReachRow(
        factory_id=factory.id, kind="posters", day=DAY, state=state, recorded_on=DAY, **more
    )


def filled(factory: Factory) -> None:
    with unit_of_work():
        old = check(factory, "revised", number=5, expected=8)
        db.session.add(old)
        db.session.flush()
        db.session.add(check(factory, number=8, expected=8, replaces=old.id))
        db.session.add(AssignedFactory(person_id=uuid4(), factory_id=factory.id, assigned_on=DAY))
    db.session.remove()


def test_it_goes_down_and_up_again_and_leaves_factories_alone(app: HelplineFlask) -> None:
    with unit_of_work():
        place = {"country": "CN", "province": "Lampshire", "workers": 10}
        factory = Factory(code="GD-1", key_code="4711", name="Kite", **place)
        db.session.add(factory)
    filled(factory)
    with pytest.raises(IntegrityError), unit_of_work():
        db.session.add(check(factory))
    db.session.remove()
    flask_migrate.downgrade(revision="0010")
    assert not set(inspect(db.engine).get_table_names()) & TABLES
    db.session.remove()
    flask_migrate.upgrade()
    assert db.session.scalar(select(func.count()).select_from(ReachRow)) == 0
    assert db.session.scalars(select(Factory.code)).all() == ["GD-1"]
    db.session.remove()
    filled(factory)
