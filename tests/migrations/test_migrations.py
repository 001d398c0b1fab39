"""Migrations: every one up and down with rows, and together they make what the models say."""

import flask_migrate
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

from helpline.extensions import Base, db
from helpline.jobs import Job
from helpline.unit_of_work import HelplineFlask, unit_of_work


def revisions() -> list[str]:
    script = ScriptDirectory("migrations")
    return [revision.revision for revision in reversed(list(script.walk_revisions()))]


def test_migrations_and_models_say_the_same(app: HelplineFlask) -> None:
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_every_migration_goes_down_and_up_again_with_rows(app: HelplineFlask) -> None:
    with unit_of_work():
        db.session.add(Job(name="some.job", arguments={"id": "1"}, attempts=0))
    db.session.remove()
    for before in [*reversed(revisions()[:-1]), "base"]:
        flask_migrate.downgrade(revision=before)
    left = set(inspect(db.engine).get_table_names())
    assert left <= {"alembic_version"}
    flask_migrate.upgrade()
    assert {table.name for table in Base.metadata.sorted_tables} <= set(
        inspect(db.engine).get_table_names()
    )


def test_there_is_one_line_of_migrations() -> None:
    assert len(ScriptDirectory("migrations").get_heads()) == 1
