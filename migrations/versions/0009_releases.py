"""closings, releases and the ledger of atoms; what is closed is never changed again"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

STAYS = ("releases", "sealed_atoms")
FROZEN = (
    ("opening", "opening_closed_in, opening_sealed, opening_revision"),
    ("ending", "ending_closed_in, ending_sealed, ending_revision"),
)


def upgrade() -> None:
    op.create_table(
        "closings",
        sa.Column("period", sa.String(8), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("publisher_id", sa.Uuid(), nullable=False),
        sa.Column("publisher_key", sa.LargeBinary(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.Column("prepared", sa.Date(), nullable=False),
        sa.Column("report", sa.JSON(), nullable=False),
        *_sealed(),
        sa.PrimaryKeyConstraint("period", name=op.f("pk_closings")),
    )
    op.create_table(
        "releases",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("period", sa.String(8), nullable=False),
        sa.Column("previous", sa.String(64), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("publisher_id", sa.Uuid(), nullable=False),
        sa.Column("publisher_key", sa.LargeBinary(), nullable=False),
        sa.Column("publisher_signature", sa.LargeBinary(), nullable=False),
        sa.Column("approver_id", sa.Uuid(), nullable=False),
        sa.Column("approver_key", sa.LargeBinary(), nullable=False),
        sa.Column("approver_signature", sa.LargeBinary(), nullable=False),
        sa.Column("published", sa.Date(), nullable=False),
        *_sealed(),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_releases")),
        sa.UniqueConstraint("period", name=op.f("uq_releases_period")),
        sa.UniqueConstraint("previous", name=op.f("uq_releases_previous")),
        sa.UniqueConstraint("digest", name=op.f("uq_releases_digest")),
    )
    op.create_table(
        "sealed_atoms",
        sa.Column("unit", sa.String(100), nullable=False),
        sa.Column("period", sa.String(9), nullable=False),
        sa.Column("part", sa.String(60), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.Column("release", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["release"], ["releases.number"], name=op.f("fk_sealed_atoms_release_releases")
        ),
        sa.PrimaryKeyConstraint("unit", "period", "part", name=op.f("pk_sealed_atoms")),
    )
    op.create_table(
        "cycle_keys",
        sa.Column("cycle", sa.String(9), nullable=False),
        *_sealed(),
        sa.PrimaryKeyConstraint("cycle", name=op.f("pk_cycle_keys")),
    )
    op.create_table(
        "portraits",
        sa.Column("code", sa.String(20), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_portraits")),
    )
    op.create_index("ix_facts_closed", "facts", ["opening_closed_in"])
    if op.get_bind().dialect.name == "sqlite":
        _guard_sqlite()
    else:
        _guard_postgresql()


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for part, _ in FROZEN:
            op.execute(f"DROP TRIGGER facts_{part}_closed")
    else:
        for part, _ in FROZEN:
            op.execute(f"DROP TRIGGER facts_{part}_closed ON facts")
        for table in STAYS:
            op.execute(f"DROP TRIGGER {table}_stays ON {table}")
        op.execute("DROP FUNCTION helpline_stays()")
    op.drop_index("ix_facts_closed", "facts")
    for table in ("portraits", "cycle_keys", "sealed_atoms", "releases", "closings"):
        op.drop_table(table)


def _sealed() -> tuple[sa.Column, ...]:
    return (
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("stamp", sa.LargeBinary(), nullable=True),
    )


def _guard_sqlite() -> None:
    for table in STAYS:
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_stays_{act.lower()} BEFORE {act} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, 'what was published stays'); END"
            )
    for part, columns in FROZEN:
        op.execute(
            f"CREATE TRIGGER facts_{part}_closed BEFORE UPDATE OF {columns} ON facts "
            f"WHEN OLD.{part}_closed_in IS NOT NULL "
            f"BEGIN SELECT RAISE(ABORT, 'this period is closed'); END"
        )


def _guard_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION helpline_stays() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'what was published or closed stays'; END $$"
    )
    for table in STAYS:
        op.execute(
            f"CREATE TRIGGER {table}_stays BEFORE UPDATE OR DELETE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION helpline_stays()"
        )
    for part, columns in FROZEN:
        op.execute(
            f"CREATE TRIGGER facts_{part}_closed BEFORE UPDATE OF {columns} ON facts "
            f"FOR EACH ROW WHEN (OLD.{part}_closed_in IS NOT NULL) "
            f"EXECUTE FUNCTION helpline_stays()"
        )
