"""indices for a hundred thousand cases: the order of the lists, who holds a box, what asks for two

A case in which no clock runs is due after all others.
"""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

FAR = datetime(9999, 1, 1, tzinfo=UTC)
OPEN = sa.text("status != 'closed'")
ORDER = (sa.text("rank DESC"), "due", "id")
DUE = sa.table("cases", sa.column("due", sa.DateTime(timezone=True)))

FOUR_EYES = sa.text("kind in ('second_asked', 'second_given')")
ASKS = """
UPDATE cases SET asks_second = true
WHERE status != 'closed' AND EXISTS (
    SELECT 1 FROM entries asked
    WHERE asked.case_id = cases.id AND asked.kind = 'second_asked' AND NOT EXISTS (
        SELECT 1 FROM entries given
        WHERE given.case_id = cases.id AND given.kind = 'second_given'
        AND given.sequence > asked.sequence
    )
)
"""


def upgrade() -> None:
    op.execute(DUE.update().where(DUE.c.due.is_(None)).values(due=FAR))
    op.drop_index("ix_cases_inbox", table_name="cases")
    op.create_index(
        "ix_cases_open", "cases", [*ORDER], sqlite_where=OPEN, postgresql_where=OPEN
    )
    op.create_index(
        "ix_cases_desk", "cases", ["assignee", *ORDER], sqlite_where=OPEN, postgresql_where=OPEN
    )
    op.drop_index("ix_entries_second", table_name="entries")
    op.add_column(
        "cases", sa.Column("asks_second", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.execute(ASKS)
    op.create_index("ix_cases_asks_second", "cases", ["asks_second"])
    op.drop_index("ix_grants_holder_id", table_name="grants")
    op.create_index("ix_grants_held", "grants", ["holder_id", "box_id"])


def downgrade() -> None:
    op.drop_index("ix_grants_held", table_name="grants")
    op.create_index("ix_grants_holder_id", "grants", ["holder_id"])
    op.drop_index("ix_cases_asks_second", table_name="cases")
    op.drop_column("cases", "asks_second")
    op.create_index(
        "ix_entries_second",
        "entries",
        ["case_id", "sequence"],
        sqlite_where=FOUR_EYES,
        postgresql_where=FOUR_EYES,
    )
    op.drop_index("ix_cases_desk", table_name="cases")
    op.drop_index("ix_cases_open", table_name="cases")
    op.create_index("ix_cases_inbox", "cases", ["assignee", "rank", "due", "id"])
    op.execute(DUE.update().where(DUE.c.due == FAR).values(due=None))
