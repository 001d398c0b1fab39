"""what was done at factories so that workers know of us, and whose factories are whose"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "reach_rows",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("factory_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("expected", sa.Integer(), nullable=True),
        sa.Column("todo", sa.JSON(), nullable=False),
        sa.Column("reached", sa.String(12), nullable=False),
        sa.Column("inside", sa.Boolean(), nullable=True),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("replaces", sa.Uuid(), nullable=True),
        sa.Column("recorded_by", sa.Uuid(), nullable=True),
        sa.Column("recorded_as", sa.String(16), nullable=False),
        sa.Column("recorded_on", sa.Date(), nullable=False),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["factory_id"], ["factories.id"], name=op.f("fk_reach_rows_factory_id_factories")
        ),
        sa.ForeignKeyConstraint(
            ["replaces"], ["reach_rows.id"], name=op.f("fk_reach_rows_replaces_reach_rows")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reach_rows")),
        sa.UniqueConstraint("replaces", name=op.f("uq_reach_rows_replaces")),
    )
    op.create_index("ix_reach_rows_factory_id", "reach_rows", ["factory_id"])
    stands = sa.text("state = 'stands'")
    op.create_index(
        "ix_reach_rows_stands",
        "reach_rows",
        ["factory_id", "kind", "day"],
        unique=True,
        sqlite_where=stands,
        postgresql_where=stands,
    )
    op.create_table(
        "assigned_factories",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("factory_id", sa.Uuid(), nullable=False),
        sa.Column("assigned_by", sa.Uuid(), nullable=True),
        sa.Column("assigned_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["factory_id"],
            ["factories.id"],
            name=op.f("fk_assigned_factories_factory_id_factories"),
        ),
        sa.PrimaryKeyConstraint("person_id", "factory_id", name=op.f("pk_assigned_factories")),
    )
    op.create_index("ix_assigned_factories_factory_id", "assigned_factories", ["factory_id"])


def downgrade() -> None:
    op.drop_table("assigned_factories")
    op.drop_table("reach_rows")
