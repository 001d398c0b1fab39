"""a third person at a talk; wellbeing in the shift; quality of calls"""

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('guests',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('call_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(length=8), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('by_id', sa.Uuid(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('leg_id', sa.Uuid(), nullable=True),
    sa.Column('joined', sa.Boolean(), nullable=False),
    sa.Column('cold', sa.Boolean(), nullable=False),
    sa.Column('gives_case', sa.Boolean(), nullable=False),
    sa.Column('brief', sa.LargeBinary(), nullable=True),
    sa.Column('brief_stamp', sa.LargeBinary(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_guests')),
    sa.UniqueConstraint('leg_id', name=op.f('uq_guests_leg_id'))
    )
    with op.batch_alter_table('guests', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_guests_call_id'), ['call_id'], unique=False)

    op.create_table('hand_overs',
    sa.Column('case_id', sa.Uuid(), nullable=False),
    sa.Column('giver_id', sa.Uuid(), nullable=False),
    sa.Column('taker_id', sa.Uuid(), nullable=False),
    sa.PrimaryKeyConstraint('case_id', name=op.f('pk_hand_overs'))
    )
    with op.batch_alter_table('hand_overs', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_hand_overs_giver_id'), ['giver_id'], unique=False)

    op.create_table('ratings',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('own_sealed', sa.LargeBinary(), nullable=False),
    sa.Column('own_stamp', sa.LargeBinary(), nullable=True),
    sa.Column('sealed', sa.LargeBinary(), nullable=False),
    sa.Column('generation', sa.Integer(), nullable=False),
    sa.Column('stamp', sa.LargeBinary(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ratings'))
    )
    with op.batch_alter_table('ratings', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_ratings_day'), ['day'], unique=False)
        batch_op.create_index(batch_op.f('ix_ratings_person_id'), ['person_id'], unique=False)

    with op.batch_alter_table('duties', schema=None) as batch_op:
        batch_op.add_column(sa.Column('weights', sa.JSON(), nullable=False, server_default='[]'))
        batch_op.add_column(
            sa.Column('debrief', sa.Boolean(), nullable=False, server_default=sa.false())
        )

    with op.batch_alter_table('person_days', schema=None) as batch_op:
        batch_op.add_column(sa.Column('debriefs', sa.Integer(), nullable=False, server_default='0'))


def downgrade() -> None:
    with op.batch_alter_table('person_days', schema=None) as batch_op:
        batch_op.drop_column('debriefs')

    with op.batch_alter_table('duties', schema=None) as batch_op:
        batch_op.drop_column('debrief')
        batch_op.drop_column('weights')

    with op.batch_alter_table('ratings', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_ratings_person_id'))
        batch_op.drop_index(batch_op.f('ix_ratings_day'))

    op.drop_table('ratings')

    with op.batch_alter_table('hand_overs', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_hand_overs_giver_id'))

    op.drop_table('hand_overs')
    with op.batch_alter_table('guests', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_guests_call_id'))

    op.drop_table('guests')
