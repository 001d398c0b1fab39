"""letters to the certifier; what waits for a second person, and what was done, found quickly"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

FOUR_EYES = sa.text("kind in ('second_asked', 'second_given')")


def upgrade() -> None:
    op.create_table(
        "certifier_letters",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("stamp", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["cases.id"],
            name=op.f("fk_certifier_letters_case_id_cases"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certifier_letters")),
    )
    op.create_index(op.f("ix_certifier_letters_case_id"), "certifier_letters", ["case_id"])
    op.create_table(
        "presences",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_presences_case_id_cases"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("case_id", "person_id", name=op.f("pk_presences")),
    )
    op.create_index(op.f("ix_presences_until"), "presences", ["until"])
    op.create_table(
        "survey_invitations",
        sa.Column("handle", sa.LargeBinary(length=32), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("handle", name=op.f("pk_survey_invitations")),
    )
    op.create_index(op.f("ix_survey_invitations_until"), "survey_invitations", ["until"])
    op.create_table(
        "destructions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("ground", sa.String(length=8), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_destructions")),
        sa.UniqueConstraint("case_id", name=op.f("uq_destructions_case_id")),
    )
    op.create_index(op.f("ix_destructions_day"), "destructions", ["day"])
    op.create_index("ix_audit_rows_act", "audit_rows", ["act", "day"])
    op.create_index(
        "ix_entries_second",
        "entries",
        ["case_id", "sequence"],
        sqlite_where=FOUR_EYES,
        postgresql_where=FOUR_EYES,
    )


def downgrade() -> None:
    op.drop_index("ix_entries_second", table_name="entries")
    op.drop_index("ix_audit_rows_act", table_name="audit_rows")
    op.drop_index(op.f("ix_destructions_day"), table_name="destructions")
    op.drop_table("destructions")
    op.drop_index(op.f("ix_survey_invitations_until"), table_name="survey_invitations")
    op.drop_table("survey_invitations")
    op.drop_index(op.f("ix_presences_until"), table_name="presences")
    op.drop_table("presences")
    op.drop_index(op.f("ix_certifier_letters_case_id"), table_name="certifier_letters")
    op.drop_table("certifier_letters")
