"""the talk to come that a live call's receipt led to, sealed for the server"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("live_calls", sa.Column("talk", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    op.drop_column("live_calls", "talk")
