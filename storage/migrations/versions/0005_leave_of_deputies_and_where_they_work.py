"""Leave of deputies and where they work."""

import sqlalchemy as sa
from alembic import op

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('leaves',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('deputy_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('first', sa.Date(), nullable=False),
    sa.Column('last', sa.Date(), nullable=False),
    sa.Column('delegate_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('lends', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column('made_at', sa.DateTime(), nullable=False),
    sa.Column('lent_at', sa.DateTime(), nullable=True),
    sa.Column('over_at', sa.DateTime(), nullable=True),
    sa.CheckConstraint('delegate_id <> deputy_id', name=op.f('ck_leaves_delegate')),
    sa.CheckConstraint('first <= last', name=op.f('ck_leaves_days')),
    sa.ForeignKeyConstraint(['delegate_id'], ['roster.id'], name=op.f('fk_leaves_delegate_id')),
    sa.ForeignKeyConstraint(['deputy_id'], ['roster.id'], name=op.f('fk_leaves_deputy_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_leaves'))
    )
    with op.batch_alter_table('leaves', schema=None) as batch_op:
        batch_op.create_index('ix_leaves_deputy_id', ['deputy_id'], unique=False)
        batch_op.create_index('ix_leaves_first', ['first'], unique=False, sqlite_where=sa.text('over_at IS NULL'), postgresql_where=sa.text('over_at IS NULL'))

    with op.batch_alter_table('cases', schema=None) as batch_op:
        batch_op.add_column(sa.Column('standing_in_for', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_cases_standing_in_for'), 'roster', ['standing_in_for'], ['id'])

    with op.batch_alter_table('roster', schema=None) as batch_op:
        batch_op.add_column(sa.Column('employer', sa.String(length=240), nullable=True))



def downgrade() -> None:
    raise NotImplementedError("there is no way back: restore the backup made before the upgrade")
