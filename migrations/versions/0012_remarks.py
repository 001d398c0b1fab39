"""words beside the numbers"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

STAYS = (
    "number, kind, previous, digest, publisher_id, publisher_key, publisher_signature, "
    "approver_id, approver_key, approver_signature, published"
)
TAKEN_BACK = "NEW.body IS NOT NULL OR OLD.kind <> 'story'"


def upgrade() -> None:
    op.create_table(
        "remarks",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("previous", sa.String(64), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("publisher_id", sa.Uuid(), nullable=False),
        sa.Column("publisher_key", sa.LargeBinary(), nullable=False),
        sa.Column("publisher_signature", sa.LargeBinary(), nullable=False),
        sa.Column("approver_id", sa.Uuid(), nullable=False),
        sa.Column("approver_key", sa.LargeBinary(), nullable=False),
        sa.Column("approver_signature", sa.LargeBinary(), nullable=False),
        sa.Column("published", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_remarks")),
        sa.UniqueConstraint("previous", name=op.f("uq_remarks_previous")),
        sa.UniqueConstraint("digest", name=op.f("uq_remarks_digest")),
    )
    op.create_table(
        "remark_drafts",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("publisher_id", sa.Uuid(), nullable=False),
        sa.Column("publisher_key", sa.LargeBinary(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("stamp", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_remark_drafts")),
    )
    if op.get_bind().dialect.name == "sqlite":
        _guard_sqlite()
    else:
        _guard_postgresql()


def downgrade() -> None:
    if op.get_bind().dialect.name != "sqlite":
        for guard in ("deleted", "changed", "body"):
            op.execute(f"DROP TRIGGER remarks_stay_{guard} ON remarks")
    for table in ("remark_drafts", "remarks"):
        op.drop_table(table)


def _guard_sqlite() -> None:
    refuse = "BEGIN SELECT RAISE(ABORT, 'what was published stays'); END"
    op.execute(f"CREATE TRIGGER remarks_stay_deleted BEFORE DELETE ON remarks {refuse}")
    op.execute(f"CREATE TRIGGER remarks_stay_changed BEFORE UPDATE OF {STAYS} ON remarks {refuse}")
    op.execute(
        f"CREATE TRIGGER remarks_stay_body BEFORE UPDATE OF body ON remarks "
        f"WHEN {TAKEN_BACK} {refuse}"
    )


def _guard_postgresql() -> None:
    refuse = "EXECUTE FUNCTION helpline_stays()"
    op.execute(
        f"CREATE TRIGGER remarks_stay_deleted BEFORE DELETE ON remarks FOR EACH ROW {refuse}"
    )
    op.execute(
        f"CREATE TRIGGER remarks_stay_changed BEFORE UPDATE OF {STAYS} ON remarks "
        f"FOR EACH ROW {refuse}"
    )
    op.execute(
        f"CREATE TRIGGER remarks_stay_body BEFORE UPDATE OF body ON remarks FOR EACH ROW "
        f"WHEN ({TAKEN_BACK}) {refuse}"
    )
