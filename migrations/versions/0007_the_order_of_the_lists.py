"""an index gives the lists their order; a case in which no clock runs is due after all others"""

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


def upgrade() -> None:
    op.execute(DUE.update().where(DUE.c.due.is_(None)).values(due=FAR))
    op.drop_index("ix_cases_inbox", table_name="cases")
    op.create_index(
        "ix_cases_open", "cases", [*ORDER], sqlite_where=OPEN, postgresql_where=OPEN
    )
    op.create_index(
        "ix_cases_desk", "cases", ["assignee", *ORDER], sqlite_where=OPEN, postgresql_where=OPEN
    )


def downgrade() -> None:
    op.drop_index("ix_cases_desk", table_name="cases")
    op.drop_index("ix_cases_open", table_name="cases")
    op.create_index("ix_cases_inbox", "cases", ["assignee", "rank", "due", "id"])
    op.execute(DUE.update().where(DUE.c.due == FAR).values(due=None))
