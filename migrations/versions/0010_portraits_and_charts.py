"""portraits of places and brands too, charts, and what a release's audit tested

Portraits follow from the releases: the worker writes them anew.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_table("portraits")
    op.create_table(
        "portraits",
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("code", sa.String(400), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("release", sa.Integer(), nullable=False),
        sa.Column("drawn", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "code", name=op.f("pk_portraits")),
    )
    op.create_index(op.f("ix_portraits_drawn"), "portraits", ["drawn"])
    op.create_table(
        "charts",
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("code", sa.String(400), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "code", "language", "name", name=op.f("pk_charts")),
    )
    op.add_column(
        "releases", sa.Column("audit", sa.JSON(), nullable=False, server_default=sa.text("'{}'"))
    )


def downgrade() -> None:
    op.drop_column("releases", "audit")
    op.drop_table("charts")
    op.drop_index(op.f("ix_portraits_drawn"), "portraits")
    op.drop_table("portraits")
    op.create_table(
        "portraits",
        sa.Column("code", sa.String(20), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_portraits")),
    )
